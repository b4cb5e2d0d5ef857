"""Which antigens the CAR binds.

Source: curation/RULES.md section 4. The reading stops at the first level of evidence that yields a target.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from tasks.curate.engine.matching import Match, Matches

ADAPTER = "adapter:"
NAMES = ("intervention", "other_name", "arm")
# The levels of the cascade: kinds of text, and whether the words must say that the CAR binds the antigen.
CASCADE = (
    (("intervention", "other_name", "title"), False),
    (("intervention_text", "arm", "arm_text"), True),
    (("summary",), True),
    (("keyword", "condition"), False),
    (("description",), True),
    (("outcome", "outcome_text"), True),
)
# Where no text says what the CAR binds and no product implies it, an antigen that is merely named is better than none.
LAST_RESORT = (
    (("summary", "intervention_text", "arm_text", "inclusion"), False),
    (("description",), False),
)
# What may stand between two members of one list: CD19/CD22, anti-CD19 and anti-CD22, (PSMA) and carbonic anhydrase.
JOINER = re.compile(
    r"(?i)^[\s()\"']*(?:[/,+&×x|.:-]|,?\s*(?:and/or|and|or)|/or|\+?\s*(?:or|and|/)\s*(?:anti|α)?-?|positive (?:or|and))"
    r"[\s)\"'-]*(?:anti-?|α|CAR-?T?-?)?$"
)


def find_targets(
    matches: Matches, implied: Mapping[str, Match] | None = None, *, of_recipients: bool = False
) -> dict[str, Match]:
    """Target label -> its best match; `implied` are the targets of a named product.

    Where the people studied are CAR-T recipients (`of_recipients`), the CAR-T that a title puts before is theirs.

    Adapters ('adapter:...') stand among the labels and are told apart by the caller.
    """
    candidates = [
        match
        for match in matches.of("targets")
        if "prior" not in match.effects or (of_recipients and match.text.kind == "title" and "direct" in match.effects)
    ]
    adapters = [match for match in candidates if match.value.startswith(ADAPTER)]
    bound = spread_over_lists(candidates, matches.limits.longest_list_joiner)
    for steps, before in ((CASCADE, None), (LAST_RESORT, implied)):
        if before:
            return dict(before)
        for kinds, must_bind in steps:
            level = without_background(
                [one for one in candidates if one.text.kind in kinds and (not must_bind or id(one) in bound)]
            )
            if any(not match.value.startswith(ADAPTER) for match in level):
                return best(
                    [*level, *offered(level, candidates, bound, matches.limits.longest_gap_between_antigens), *adapters]
                )
    return best(adapters)


def offered(level: list[Match], candidates: list[Match], bound: set[int], longest_gap: int) -> list[Match]:
    """What a deeper text offers as alternatives to an antigen found: 'targeting either CD19 or BCMA'."""
    found = {match.value for match in level}
    first = [match for match in candidates if "choice" in match.effects]
    offers = {
        one.value: one
        for choice in first
        for one in candidates
        if one.text is choice.text and id(one) in bound and 0 <= one.start - choice.start < longest_gap
    }
    return list(offers.values()) if found & offers.keys() else []


def without_background(level: list[Match]) -> list[Match]:
    """Matches outside of background sentences, or all of them if there is nothing else."""
    own = [match for match in level if "background" not in match.effects]
    return own or level


def best(level: Iterable[Match]) -> dict[str, Match]:
    """The first match of each target."""
    found: dict[str, Match] = {}
    for match in level:
        found.setdefault(match.value, match)
    return found


def spread_over_lists(candidates: list[Match], longest_joiner: int) -> set[int]:
    """Identities of the matches that a CAR word binds, directly or as members of a list: anti-CD19 and CD22."""
    bound = {id(match) for match in candidates if "direct" in match.effects}
    by_text: dict[str, list[Match]] = {}
    for match in candidates:
        by_text.setdefault(match.text.field, []).append(match)
    for found in by_text.values():
        ordered = sorted(found, key=lambda match: match.start)
        for pairs in (pairwise(ordered), pairwise(ordered[::-1])):
            for one, other in pairs:
                if id(one) not in bound:
                    continue
                first, second = (one, other) if one.start <= other.start else (other, one)
                between = one.text.clean[first.end : second.start]
                if not between.strip(" ()") or (len(between) < longest_joiner and JOINER.match(between)):
                    bound.add(id(other))
    return bound

"""Which antigens the CAR binds, and how several of them belong together.

Source: curation/RULES.md section 4. The reading stops at the first level of evidence that yields a target.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from tasks.curate.engine.matching import Match, Matches
from tasks.curate.engine.records import UNSTATED

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
                first, second = sorted((one, other), key=lambda match: match.start)
                between = one.text.clean[first.end : second.start]
                if id(one) in bound and (
                    not between.strip(" ()") or (len(between) < longest_joiner and JOINER.match(between))
                ):
                    bound.add(id(other))
    return bound


def judge_valency(targets: dict[str, Match], matches: Matches) -> tuple[str, Match | None]:
    """Single, dual, multi, sequential or panel, with the words that decide."""
    antigens = {target: match for target, match in targets.items() if not target.startswith(ADAPTER)}
    if len(antigens) < 2:
        return ("single" if antigens else UNSTATED), None
    if len({(match.text.field, match.start, match.end) for match in antigens.values()}) == 1:
        return ("dual" if len(antigens) == 2 else "multi"), None
    words = matches.of("target_valency")
    if in_order := first_word(words, "sequential", SAYING):
        return "sequential", in_order
    joined = first_word(words, "dual", NAMING)
    if len(antigens) > 2 and (together := first_word(words, "multi", SAYING)):
        return "multi", together
    if len(antigens) > matches.limits.most_joined_antigens:
        return "panel", first_word(words, "panel", SAYING)
    is_one_name = joined_by_slash(antigens) and all(one.text.kind in NAMING for one in antigens.values())
    if len(antigens) == 2 and is_one_name and not alternatives(antigens, matches, (*NAMING, *SUMMING)):
        return "dual", joined or first_word(words, "dual", SUMMING)
    # 'CD19 and/or CD22' of a product that is called dual is what that one product binds
    if joined and "or" not in separators(antigens, matches, NAMING):
        return ("dual" if len(antigens) == 2 else "multi"), joined
    if alternatives(antigens, matches, SAYING) and not (told := first_word(words, "dual", SUMMING)):
        return "panel", first_word(words, "panel", SAYING)
    if len(antigens) == 2:
        return "dual", told if alternatives(antigens, matches, SAYING) else first_word(words, "dual", SUMMING)
    listed = first_word(words, "panel", SAYING)
    is_named = not listed and all(one.text.kind in NAMING for one in antigens.values())
    return ("multi", None) if joined_by_slash(antigens) or is_named else ("panel", listed)


NAMING = ("title", "intervention", "other_name", "arm")
SUMMING = ("summary", "intervention_text", "arm_text")
SAYING = (*NAMING, *SUMMING, "description")


def first_word(words: list[Match], value: str, kinds: tuple[str, ...]) -> Match | None:
    """The first word of a kind of valency in certain texts."""
    return next((word for word in words if word.value == value and word.text.kind in kinds), None)


def alternatives(antigens: Mapping[str, Match], matches: Matches, kinds: tuple[str, ...]) -> bool:
    """Whether two of the antigens stand as alternatives: CD19 or CD20."""
    return any(gap in ("or", "and/or") for gap in separators(antigens, matches, kinds))


def joined_by_slash(antigens: Mapping[str, Match]) -> bool:
    """Whether the antigens are written as one name: CD33/CD123/CLL-1."""
    ordered = sorted(antigens.values(), key=lambda match: (match.text.field, match.start))
    gaps = [
        one.text.clean[one.end : other.start].strip()
        for one, other in pairwise(ordered)
        if one.text.field == other.text.field
    ]
    return bool(gaps) and all(gap in ("/", "-", "+", "&", "x") for gap in gaps)


def separators(antigens: Mapping[str, Match], matches: Matches, kinds: tuple[str, ...]) -> set[str]:
    """The words between neighbouring mentions of different antigens, of which the CAR binds at least one."""
    named = [match for match in matches.of("targets", kinds) if match.value in antigens]
    found: set[str] = set()
    for one, other in pairwise(sorted(named, key=lambda match: (match.text.field, match.start))):
        is_bound = "direct" in one.effects | other.effects
        if one.text.field == other.text.field and one.value != other.value and is_bound:
            between = one.text.clean[one.end : other.start]
            word = BETWEEN.search(between) if len(between) < matches.limits.longest_gap_between_antigens else None
            found.add(word.group(1).lower() if word else "")
    return found


BETWEEN = re.compile(r"(?i)\b(and/or|or|and)\b")

"""Which antigens the CAR binds, and how several of them belong together.

Source: domain/rules.md section 4. The reading stops at the first level of evidence that yields a target.
"""

import re
from collections.abc import Iterable

from tasks.curate.matching import Match, Matches

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
    (("summary", "intervention_text", "arm_text", "inclusion"), False),
    (("description",), False),
)
JOINER = re.compile(
    r"(?i)^[\s(\"']*(?:[/,+&×x|.:-]|and|or|and/or|,\s*and|,\s*or|/or|\+?\s*(?:or|and|/)\s*(?:anti|α)?-?|positive (?:or|and))[\s)\"'-]*(?:anti-?|α|CAR-?T?-?)?$"
)


def find_targets(matches: Matches) -> dict[str, Match]:
    """Target label -> its best match; adapters ('adapter:...') are among them and are told apart by the caller."""
    candidates = [match for match in matches.of("targets") if "prior" not in match.effects]
    bound = spread_over_lists(candidates)
    for kinds, must_bind in CASCADE:
        level = [
            match
            for match in candidates
            if match.text.kind in kinds
            and (not must_bind or id(match) in bound)
            and not (must_bind and "background" in match.effects and len(match.text.raw) > 0 and not id(match) in bound)
        ]
        level = without_background(level)
        if any(not match.value.startswith(ADAPTER) for match in level):
            return best(level)
    adapters = [match for match in candidates if match.value.startswith(ADAPTER)]
    return best(adapters)


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


def spread_over_lists(candidates: list[Match]) -> set[int]:
    """Identities of the matches that a CAR word binds, directly or as members of a list: anti-CD19 and CD22."""
    bound = {id(match) for match in candidates if "direct" in match.effects}
    by_text: dict[str, list[Match]] = {}
    for match in candidates:
        by_text.setdefault(match.text.field, []).append(match)
    for found in by_text.values():
        ordered = sorted(found, key=lambda match: match.start)
        for pairs in (zip(ordered, ordered[1:]), zip(ordered[::-1], ordered[-2::-1])):
            for one, other in pairs:
                first, second = sorted((one, other), key=lambda match: match.start)
                between = one.text.clean[first.end : second.start]
                if id(one) in bound and (not between.strip() or len(between) < 20 and JOINER.match(between)):
                    bound.add(id(other))
    return bound


def judge_valency(targets: dict[str, Match], matches: Matches) -> tuple[str, Match | None]:
    """Single, dual, multi, sequential or panel, with the words that decide."""
    antigens = [target for target in targets if not target.startswith(ADAPTER)]
    if len(antigens) < 2:
        return ("single" if antigens else "unstated"), None
    words = matches.of("target_valency")
    named = [word for word in words if word.text.kind in ("title", "intervention", "other_name", "arm")]
    joined = [word for word in named if word.value == "dual"]
    told = [
        word
        for word in words
        if word.value == "dual" and word.text.kind in ("summary", "intervention_text", "arm_text")
    ]
    between = separators(targets)
    listed = [word for word in words if word.value == "panel"]
    in_order = [word for word in named if word.value == "sequential"]
    if in_order and not joined:
        return "sequential", in_order[0]
    if joined and not any(gap == "or" for gap in between):
        return ("dual" if len(antigens) == 2 else "multi"), joined[0]
    if any(gap in ("or", "and/or") for gap in between):
        return "panel", listed[0] if listed else None
    if len(antigens) == 2:
        return "dual", told[0] if told else None
    if len(antigens) == 3 and any(gap in ("/", "-", "+") for gap in between):
        return "multi", None
    return "panel" if len(antigens) > 3 or listed else "multi", listed[0] if listed else None


def separators(targets: dict[str, Match]) -> list[str]:
    """What stands between neighbouring antigens in the texts that name them."""
    found = []
    ordered = sorted(targets.values(), key=lambda match: (match.text.field, match.start))
    for one, other in zip(ordered, ordered[1:], strict=False):
        if one.text.field == other.text.field:
            between = one.text.clean[one.end : other.start]
            if len(between) < 40:
                word = re.search(r"(?i)\b(and/or|or|and)\b|[/+,-]", between)
                found.append(word.group().lower() if word else "")
    return found

"""How several antigens belong together: in one product, in several one after the other, or one of a list for each.

Source: curation/RULES.md section 4.
"""

import re
from collections.abc import Mapping
from itertools import pairwise

from tasks.curate.engine.matching import Match, Matches
from tasks.curate.engine.records import UNSTATED
from tasks.curate.rules.targets import ADAPTER

NAMING = ("title", "intervention", "other_name", "arm")
SUMMING = ("summary", "intervention_text", "arm_text")
SAYING = (*NAMING, *SUMMING, "description")
BETWEEN = re.compile(r"(?i)\b(and/or|or|and)\b")
AND_OR = re.compile(r"(?i)[\s)]*and/or[\s(]*(?:anti-?|α)?")
# what makes two antigens joined before it the names of two products
NAMES_CARS = re.compile(r"(?i)[\s)-]*(?:targeted |directed |specific )?(?:CAR|chimeric)")
# between an antigen and the disease that its product is for, and between patients and the product that they get
IS_FOR = re.compile(
    r"(?i)^(?:[\s)-]*(?:directed|target(?:ed|ing)|specific|CAR\S*|chimeric|antigen|receptors?|T|cells?|therapy|treatment|"
    r"products?|injections?|infusions?|(?:is|are|will be) (?:given|infused)))*[\s)]*"
    r"(?:\((?:for )?$|\b(?:for|in|to|against)\b[^.;]*$)"
)
GETS = re.compile(r"(?i)^[^.;]*\b(?:receiv\w*|(?:treated|infused) with|get|given)\b[^.;]*$|^s?\)?\s*:\s*")


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
    is_one_name = joined_by_slash(antigens) and all(one.text.kind in NAMING for one in antigens.values())
    if not joined and not is_one_name and (other := for_a_disease_each(antigens, matches)):
        return "panel", other
    if len(antigens) > 2 and (together := first_word(words, "multi", SAYING)):
        return "multi", together
    if len(antigens) > matches.limits.most_joined_antigens:
        return "panel", first_word(words, "panel", SAYING)
    if len(antigens) == 2 and is_one_name and not alternatives(antigens, matches, (*NAMING, *SUMMING)):
        return "dual", joined or first_word(words, "dual", SUMMING)
    # 'CD19 and/or CD22' of a product that is called dual is what that one product binds
    if joined and "or" not in separators(antigens, matches, NAMING):
        return ("dual" if len(antigens) == 2 else "multi"), joined
    if len(antigens) == 2 and (both := bound_by_one(antigens, matches)):
        return "dual", both
    if alternatives(antigens, matches, SAYING) and not (told := first_word(words, "dual", SUMMING)):
        return "panel", first_word(words, "panel", SAYING)
    if len(antigens) == 2:
        return "dual", told if alternatives(antigens, matches, SAYING) else first_word(words, "dual", SUMMING)
    listed = first_word(words, "panel", SAYING)
    is_named = not listed and all(one.text.kind in NAMING for one in antigens.values())
    return ("multi", None) if joined_by_slash(antigens) or is_named else ("panel", listed)


def for_a_disease_each(antigens: Mapping[str, Match], matches: Matches) -> Match | None:
    """The last disease, where every antigen stands with diseases of its own: CD19 for lymphoma and BCMA for myeloma.

    The disease follows its antigen as what the product is for, or goes before it as that of the patients who get it.
    """
    named = [one for one in matches.of("targets", SAYING) if one.value in antigens]
    told = [one for one in (*named, *matches.of("diseases", SAYING)) if "background" not in one.effects]
    own: dict[str, dict[str, Match]] = {antigen: {} for antigen in antigens}
    for one, other in pairwise(sorted(told, key=lambda match: (match.text.field, match.start))):
        between = one.text.clean[one.end : other.start]
        if one.text.field != other.text.field or len(between) > matches.limits.longest_gap_to_disease:
            continue
        if one.value in own and other.value not in own and IS_FOR.search(between):
            own[one.value][other.value] = other
        if other.value in own and one.value not in own and GETS.search(between):
            own[other.value][one.value] = one
    diseases = [disease for each in own.values() for disease in each]
    is_apart = all(own.values()) and len(set(diseases)) == len(diseases)
    return list(own[list(own)[-1]].values())[-1] if is_apart else None


def bound_by_one(antigens: Mapping[str, Match], matches: Matches) -> Match | None:
    """The second of two antigens that one product binds, or its cells express: it recognises CD19 and/or CD22.

    Where a CAR word follows them (CD19 and/or CD22 CAR-T cells), they name two products.
    """
    if "or" in separators(antigens, matches, SAYING):
        return None
    named = [one for one in matches.of("targets", SAYING) if one.value in antigens]
    for one, other in pairwise(sorted(named, key=lambda match: (match.level, match.text.field, match.start))):
        between, after = one.text.clean[one.end : other.start], other.text.clean[other.end :]
        if one.text.field == other.text.field and one.value != other.value and AND_OR.fullmatch(between):
            return None if NAMES_CARS.match(after) else other
    return None


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

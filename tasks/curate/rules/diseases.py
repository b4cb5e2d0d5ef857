"""Which diseases a study treats: the conditions and titles, made specific by the rest of the text.

Source: curation/RULES.md section 3.
"""

from collections.abc import Iterable, Mapping

from tasks.curate.engine.matching import Match, Matches
from tasks.curate.engine.rows import Row
from tasks.curate.engine.vocabularies import Vocabularies

STATED = ("condition", "title", "arm", "intervention")
# where a general term (B-cell lymphoma, solid tumours) is made specific, in the order of evidence
DEEPER = (("summary", "arm_text", "inclusion", "description"),)
UNSTATED_CONDITIONS = ("summary", "keyword", "inclusion")
KindsOf = Mapping[str, frozenset[str]]


def find_diseases(
    matches: Matches, targets: Iterable[str], vocabularies: Vocabularies
) -> dict[str, tuple[str, Match, str]]:
    """Disease code -> (how it was found, the match, the general term it came from or '')."""
    rows = vocabularies.by_attribute["diseases"]
    listed = {match.value for match in matches.of("diseases", ("condition",))}
    kept = {code for code in listed if rows[code]["keep"]}
    kinds_of = vocabularies.ancestors
    found = without_parents(by_code(matches.of("diseases", STATED)), kinds_of, kept)
    if any(rows[code]["general"] for code in found):
        found = deepened(found, matches, vocabularies, kept)
    if not found:
        found = without_parents(by_code(matches.of("diseases", UNSTATED_CONDITIONS)), kinds_of, kept)
    return refined(without_infections(found, rows), set(targets), vocabularies)


def by_code(matches: Iterable[Match]) -> dict[str, Match]:
    """The first match of each code."""
    first: dict[str, Match] = {}
    for match in matches:
        first.setdefault(match.value, match)
    return first


def own(matches: Iterable[Match]) -> list[Match]:
    """Matches outside of sentences about other studies."""
    return [match for match in matches if "background" not in match.effects]


def without_parents(found: dict[str, Match], kinds_of: KindsOf, kept: set[str]) -> dict[str, Match]:
    """The most specific codes: a parent goes when one of its kinds is named, unless it is itself a listed condition."""
    parents = frozenset().union(*(kinds_of[code] for code in found)) - kept
    return {code: match for code, match in found.items() if code not in parents}


def deepened(
    stated: dict[str, Match], matches: Matches, vocabularies: Vocabularies, kept: set[str]
) -> dict[str, Match]:
    """The stated codes, their general terms joined by their kinds from the first deeper level that names any."""
    rows, kinds_of = vocabularies.by_attribute["diseases"], vocabularies.ancestors
    general = {code for code in stated if rows[code]["general"]}
    general |= {rows[code]["opens"] for code in general} - {""}
    for kinds in DEEPER:
        deeper = {
            code: match
            for code, match in by_code(own(matches.of("diseases", kinds))).items()
            if code not in general and general & (kinds_of[code] | set(rows[code]["also_under"].split("|")))
        }
        if deeper:
            opened = {code for code in stated if rows[code]["opens"] and code not in kept}
            shown = {code: match for code, match in stated.items() if code not in opened}
            return without_parents({**shown, **deeper}, kinds_of, kept)
    return without_parents(stated, kinds_of, kept)


def without_infections(found: dict[str, Match], rows: Mapping[str, Row]) -> dict[str, Match]:
    """EBV-positive lymphoma and HBV-related liver cancer are cancers: an infection counts if it is a condition."""
    others = any(rows[code]["group"] != "infectious" for code in found)
    return {
        code: match
        for code, match in found.items()
        if rows[code]["group"] != "infectious" or match.text.kind == "condition" or not others
    }


def refined(
    found: dict[str, Match], targets: set[str], vocabularies: Vocabularies
) -> dict[str, tuple[str, Match, str]]:
    """General terms turned into labels by `curation/refinements.tsv`, which looks at the CAR's targets."""
    result: dict[str, tuple[str, Match, str]] = {}
    for code, match in found.items():
        label = code
        for one in vocabularies.refinements.get(code, ()):
            if (not one.targets or one.targets & targets) and (not one.codes or one.codes & found.keys()):
                label = one.into
                break
        if label:
            result.setdefault(label, ("stated" if label == code else "inferred", match, "" if label == code else code))
    return result

"""Which diseases a study treats: the conditions and titles, made specific by the rest of the text.

Source: domain/rules.md section 3; LABELS.md.
"""

from collections.abc import Iterable, Mapping

from tasks.curate.matching import Match, Matches
from tasks.curate.vocabularies import Row, Vocabularies

STATED = ("condition", "title", "arm", "intervention")
# where a general term (B-cell lymphoma, solid tumours) is made specific, in the order of evidence
DEEPER = (("summary", "keyword", "arm_text"), ("inclusion",), ("description",))
# LABELS.md: at most the eight most important
MOST_DISEASES = 8


def find_diseases(
    matches: Matches, targets: Iterable[str], vocabularies: Vocabularies
) -> dict[str, tuple[str, Match, str]]:
    """Disease code -> (how it was found, the match, the general term it came from or '')."""
    rows = vocabularies.by_attribute["diseases"]
    stated = by_code(matches.of("diseases", STATED))
    if "CANCER-NOS" in stated and len(stated) > 1:
        del stated["CANCER-NOS"]
    found = without_parents(stated, rows)
    if not found or all(is_general(code, rows) for code in found):
        found = deepened(found, matches, rows)
    return refined(found, set(targets), vocabularies)


def by_code(matches: Iterable[Match]) -> dict[str, Match]:
    """The first match of each code."""
    first: dict[str, Match] = {}
    for match in matches:
        first.setdefault(match.value, match)
    return first


def is_general(code: str, rows: Mapping[str, Row]) -> bool:
    """Whether other codes are a kind of this one."""
    return any(row["parent"] == code for row in rows.values()) or code in (
        "AUTOIMMUNE-NOS",
        "B-MALIGNANCY",
        "HEME-NOS",
        "T-MALIGNANCY",
        "CANCER-NOS",
        "LYMPHOMA",
    )


def ancestors(code: str, rows: Mapping[str, Row]) -> list[str]:
    """What a code is a kind of, nearest first."""
    line: list[str] = []
    while code in rows and (code := rows[code]["parent"]) and code not in line:
        line.append(code)
    return line


def without_parents(found: dict[str, Match], rows: Mapping[str, Row]) -> dict[str, Match]:
    """The most specific codes: a parent goes when one of its kinds is named."""
    parents = {parent for code in found for parent in ancestors(code, rows)}
    if any(rows[code]["group"] == "hematologic" and code not in GENERAL_BLOOD for code in found):
        parents |= GENERAL_BLOOD
    if any(rows[code]["group"] == "autoimmune" and code != "AUTOIMMUNE-NOS" for code in found):
        parents.add("AUTOIMMUNE-NOS")
    if any(rows[code]["group"] == "solid" and code != "CANCER-NOS" for code in found):
        parents.add("CANCER-NOS")
    return {code: match for code, match in found.items() if code not in parents}


GENERAL_BLOOD = {"LYMPHOMA", "LEUKEMIA", "B-LEUKEMIA", "B-MALIGNANCY", "T-MALIGNANCY", "HEME-NOS", "CANCER-NOS"}


def deepened(found: dict[str, Match], matches: Matches, rows: Mapping[str, Row]) -> dict[str, Match]:
    """The first deeper level that names kinds of the general terms, with the general terms that stay unresolved."""
    groups = {rows[code]["group"] for code in found}
    for kinds in DEEPER:
        deeper = {
            code: match
            for code, match in by_code(matches.of("diseases", kinds)).items()
            if not is_general(code, rows) and (not groups or rows[code]["group"] in groups)
        }
        if deeper:
            return without_parents({**found, **deeper}, rows)
    if not found:
        found = by_code(matches.of("diseases", ("summary", "keyword", "inclusion")))
    return without_parents(found, rows)


def refined(
    found: dict[str, Match], targets: set[str], vocabularies: Vocabularies
) -> dict[str, tuple[str, Match, str]]:
    """General terms turned into labels by `curation/refinements.tsv`, which looks at the CAR's targets."""
    result: dict[str, tuple[str, Match, str]] = {}
    for code, match in found.items():
        label = code
        for row in vocabularies.tables["refinements.tsv"]:
            wanted = set(filter(None, row["when_targets"].split("|")))
            if row["general"] == code and (not wanted or wanted & targets):
                label = row["into"]
                break
        if label:
            result.setdefault(label, ("stated" if label == code else "inferred", match, "" if label == code else code))
    return dict(list(result.items())[:MOST_DISEASES])

"""The shape of a source's records: which parts they have, of what kind, and which values of the registry's lists.

A part that every record of last week had and none of this week's has is a change of the source, not of the trials.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import polars

from tasks.registry.parts import PROTOCOL

SHAPE_COLUMNS = {"path": polars.String, "kind": polars.String, "value": polars.String, "records": polars.Int64}
# parts whose values come from a list of the registry's
ENUMERATED = frozenset(
    f"{PROTOCOL}.{path}"
    for path in (
        "identificationModule.organization.class",
        "statusModule.overallStatus",
        "statusModule.startDateStruct.type",
        "sponsorCollaboratorsModule.leadSponsor.class",
        "designModule.studyType",
        "designModule.phases[]",
        "designModule.designInfo.allocation",
        "designModule.designInfo.interventionModel",
        "designModule.designInfo.primaryPurpose",
        "designModule.designInfo.maskingInfo.masking",
        "designModule.enrollmentInfo.type",
        "armsInterventionsModule.armGroups[].type",
        "armsInterventionsModule.interventions[].type",
        "eligibilityModule.sex",
        "eligibilityModule.stdAges[]",
    )
)
# parts that the registry's document calls lists
LISTS = frozenset(
    f"{PROTOCOL}.{path}"
    for path in (
        "sponsorCollaboratorsModule.collaborators",
        "conditionsModule.conditions",
        "conditionsModule.keywords",
        "designModule.phases",
        "armsInterventionsModule.armGroups",
        "armsInterventionsModule.interventions",
        "outcomesModule.primaryOutcomes",
        "eligibilityModule.stdAges",
        "contactsLocationsModule.locations",
        "referencesModule.references",
    )
)
# modules that the registry's document knows
MODULES = frozenset(
    f"{PROTOCOL}.{name}Module"
    for name in (
        "identification",
        "status",
        "sponsorCollaborators",
        "oversight",
        "description",
        "conditions",
        "design",
        "armsInterventions",
        "outcomes",
        "eligibility",
        "contactsLocations",
        "references",
        "ipdSharingStatement",
    )
)
STATUS = f"{PROTOCOL}.statusModule"
# a name as a registry writes it; whatever else stands there is content, not shape
NAME = re.compile(r"[A-Za-z]\w{0,63}")
KINDS: dict[type, str] = {dict: "object", list: "list", str: "text", bool: "boolean", int: "number", float: "number"}
Part = tuple[str, str, str | None]


class Shape:
    """Counts, over many records, how many have each part."""

    def __init__(self) -> None:
        """Begin with no record."""
        self.parts: Counter[Part] = Counter()

    def add(self, record: dict[str, Any]) -> None:
        """Count the parts of one record, each once."""
        self.parts.update(set(parts_of(record)))

    def frame(self) -> polars.DataFrame:
        """One row per path, kind and enumerated value: path, kind, value, records."""
        rows = [(*part, records) for part, records in self.parts.items()]
        return polars.DataFrame(rows, schema=SHAPE_COLUMNS, orient="row").sort("path", "kind", "value")


def parts_of(record: dict[str, Any]) -> Iterator[Part]:
    """The parts of a record: sections and modules, and below the protocol's everything; of a list its first item."""
    waiting: list[tuple[str, Any]] = [("", record)]
    while waiting:
        path, value = waiting.pop()
        kind = KINDS.get(type(value), "null")
        if path and kind != "null":
            yield path, kind, None
            if kind == "text" and path in ENUMERATED and NAME.fullmatch(value):
                yield path, kind, value
        if isinstance(value, list):
            # a list of values is looked at in full, as each may be another of the registry's list
            items = value if f"{path}[]" in ENUMERATED else value[:1]
            waiting += [(f"{path}[]", item) for item in items]
        elif isinstance(value, dict) and (path.startswith(PROTOCOL) or path.count(".") < 1):
            waiting += [(f"{path}.{name}" if path else name, item) for name, item in value.items() if is_name(name)]


@lru_cache(4096)
def is_name(name: object) -> bool:
    """Whether a key is one that a registry would use."""
    return isinstance(name, str) and NAME.fullmatch(name) is not None


def oddities(now: polars.DataFrame, largest_share: float, smallest: int) -> list[str]:
    """What is not as the registry's document says, whatever the last snapshot was like, each in words with its path."""
    rows = now.filter(polars.col("value").is_null()).select("path", "kind", "records").rows()
    kinds = {(path, kind): records for path, kind, records in rows}
    found: list[str] = []
    if kinds.get((PROTOCOL, "object"), 0) < smallest:
        return found
    for (path, kind), count in sorted(kinds.items()):
        of_all = sum(other for (where, _), other in kinds.items() if where == path)
        if path in LISTS and kind != "list" and count > largest_share * of_all:
            found.append(f"{path}: {kind} in {count:,} of {of_all:,} records, where the registry gives a list")
    unknown = [path for path, _ in sorted(kinds) if path.count(".") == 1 and path.startswith(PROTOCOL)]
    unknown = [path for path in unknown if path not in MODULES]
    if (STATUS, "object") not in kinds and unknown:
        found.append(f"{STATUS}: no record has it, and {unknown[0]} is unknown to the registry")
    return found


def drift(earlier: polars.DataFrame, now: polars.DataFrame, needed: int) -> list[str]:
    """What at least `needed` records had in the earlier shape and no record has now, each in words with its path.

    Where a module is gone, the parts below it are not named too.
    """
    known = set(now.select("path", "kind", "value").rows())
    paths = {path for path, _, _ in known}
    found, gone = [], ["\0"]
    for path, kind, value, records in earlier.filter(polars.col("records") >= needed).sort("path", "value").rows():
        if (path, kind, value) in known or path.startswith(tuple(f"{one}{end}" for one in gone for end in (".", "["))):
            continue
        if path not in paths:
            found.append(f"{path}: {records:,} records had it, none has it now")
            gone.append(path)
        elif value is not None:
            found.append(f"{path}: {records:,} records said {value}, none says it now")
        else:
            others = sorted(other for where, other, _ in known if where == path)
            found.append(f"{path}: {kind} in {records:,} records, now {others[0]} in all")
            gone.append(path)
    return found

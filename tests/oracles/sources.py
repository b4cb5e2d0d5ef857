"""What a source does not carry: which measures say so, and what their independent counts leave out then."""

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.oracles.reference import CURATION, reference

if TYPE_CHECKING:
    from tests.oracles.records import Cohort, Trial

Rows = list[tuple[Any, ...]]
FEWEST = tomllib.loads((CURATION.parent / "landscape.toml").read_text(encoding="utf-8"))["completeness"][
    "smallest_number_judged"
]
# statistics that say what they need in Python
CLOCKS = (
    "statusModule.startDateStruct.date where clock is start",
    "statusModule.primaryCompletionDateStruct.date or statusModule.completionDateStruct.date where clock is completion",
)
STATISTICS = {
    "attrition_curves": ("statusModule.completionDateStruct.date",),
    "publication_curves": CLOCKS,
    "publication_comparison": CLOCKS,
    "publication_tests": CLOCKS,
}


@dataclass(frozen=True)
class Need:
    """Fields of which one is enough, and what needs them: columns, or rows by their first value."""

    fields: tuple[str, ...]
    columns: str
    values: tuple[str, ...]
    is_other: bool


@cache
def needs() -> dict[str, list[Need]]:
    """What each measure needs, as its header says it."""
    said = {name: list(lines) for name, lines in STATISTICS.items()}
    for path in (CURATION.parent / "sql" / "metrics").glob("*.sql"):
        header = re.sub(r"\n--   +", " ", path.read_text(encoding="utf-8"))
        said[path.stem] = re.findall(r"^-- needs: (.+)$", header, re.MULTILINE)
    return {name: [read(line) for line in lines] for name, lines in said.items() if lines}


def read(line: str) -> Need:
    """One line of a header."""
    fields, _, where = line.partition(" where ")
    fields, _, columns = fields.partition(" for ")
    _, _, values = where.partition(" is ")
    is_other = values.startswith("not ")
    listed = tuple(values.removeprefix("not ").split(" or ")) if values else ()
    return Need(tuple(fields.split(" or ")), columns, listed, is_other)


def states(trial: "Trial", field: str) -> bool:
    """Whether a record states a field."""
    found = [trial.study if "." not in field else trial.study.get("protocolSection", {})]
    for step in field.split("."):
        found = [one.get(step) for one in found if isinstance(one, dict)]
        found = [item for one in found for item in (one if isinstance(one, list) else [one])]
    return any(one not in (None, "", {}) for one in found)


def is_in_part(trial: "Trial") -> bool:
    """Whether a record lacks its study's type, which the registry gives of each that it does not withhold."""
    return not trial.part("designModule", "studyType") and trial.part("statusModule", "overallStatus") != "WITHHELD"


def note_what_sources_lack(everything: "list[Trial]") -> None:
    """Tell each trial which fields no record like it states, though so many would."""
    groups: dict[bool, list[Trial]] = defaultdict(list)
    for trial in everything:
        groups[is_in_part(trial)].append(trial)
    for trials in groups.values():
        lacks = frozenset(
            row["field"]
            for row in reference("needed_fields")
            if float(row["usual_share"]) * len(trials) >= FEWEST
            and not any(states(trial, row["field"]) for trial in trials)
        )
        for trial in trials:
            trial.lacks = lacks


def carrying(cohort: "Cohort", need: Need) -> int:
    """Trials of the landscape whose source carries one of the fields."""
    return sum(not trial.lacks.issuperset(need.fields) for trial in cohort.trials)


def not_in_source(cohort: "Cohort") -> Rows:
    """(metric, need, fields in words, is_in_source, trials whose source carries it, trials) where some does not."""
    words = {row["field"]: row["words"] for row in reference("needed_fields")}
    rows: Rows = []
    for metric, listed in needs().items():
        for number, need in enumerate(listed, 1):
            trials = carrying(cohort, need)
            if trials < len(cohort.trials):
                named = " or ".join(words[field] for field in need.fields)
                rows.append((metric, number, named, trials > 0, trials, len(cohort.trials)))
    return rows


def lacking(cohort: "Cohort", metric: str) -> list[Need]:
    """What a measure needs and no source of the trials carries."""
    return [need for need in needs().get(metric, []) if cohort.trials and not carrying(cohort, need)]


def without_lacking(cohort: "Cohort", metric: str, rows: Rows) -> Rows:
    """The rows of a measure that its sources can tell."""
    for need in lacking(cohort, metric):
        assert not need.columns, f"{metric}: no landscape of these tests lacks what a column needs"
        rows = [row for row in rows if need.values and (row[0] in need.values) == need.is_other]
    return rows

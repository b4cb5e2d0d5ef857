"""Signed human decisions: they come last, win, and expire loudly when the label under them changes."""

import csv
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.curate.engine.records import UNSTATED, Assertion, Curation
from tasks.errors import CartscapeError
from tasks.registry.readers.spellings import registration_number

HEADER = ("nct_id", "attribute", "old_value", "new_value", "reason", "source", "reviewer", "date")


@dataclass(frozen=True)
class Decision:
    """One row of `curation/decisions.tsv`; several values are joined by '|'."""

    nct_id: str
    attribute: str
    old_value: str
    new_value: str
    reason: str
    source: str
    reviewer: str
    date: str
    place: str


def read_decisions(path: Path, values: Mapping[str, frozenset[str]]) -> tuple[Decision, ...]:
    """Read and check the decisions; an unsigned or impossible one is a CartscapeError with file and line."""
    if not path.exists():
        raise CartscapeError(f"{path}: missing; create it with the header {' '.join(HEADER)}")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(rows.fieldnames or ()) != HEADER:
            raise CartscapeError(f"{path}:1: the header must be {' '.join(HEADER)}, joined by tabs")
        decisions = tuple(
            checked(Decision(**{name: (row[name] or "").strip() for name in HEADER}, place=f"{path}:{line}"), values)
            for line, row in enumerate(rows, 2)
        )
    refuse_contradictions(decisions)
    return decisions


def refuse_contradictions(decisions: tuple[Decision, ...]) -> None:
    """Refuse two decisions that replace the same labels of a trial by different ones: neither could win."""
    first: dict[tuple[str, str, str], Decision] = {}
    for decision in decisions:
        key = (decision.nct_id, decision.attribute, "|".join(sorted(split(decision.old_value))))
        earlier = first.setdefault(key, decision)
        if sorted(split(earlier.new_value)) != sorted(split(decision.new_value)):
            raise CartscapeError(
                f"{decision.place}: {decision.new_value!r} for {decision.attribute} of {decision.nct_id} contradicts "
                f"{earlier.new_value!r} in {earlier.place}; delete the one that is wrong"
            )


def checked(decision: Decision, values: Mapping[str, frozenset[str]]) -> Decision:
    """The decision itself, if it is complete, signed and possible."""
    place = decision.place
    if registration_number(decision.nct_id) is None:
        raise CartscapeError(
            f"{place}: {decision.nct_id!r} is no NCT number; write NCT and eight digits, or another registry's number"
        )
    if decision.attribute not in ATTRIBUTES:
        raise CartscapeError(f"{place}: unknown attribute {decision.attribute!r}; use one of {', '.join(ATTRIBUTES)}")
    if not decision.reviewer or not decision.reason:
        raise CartscapeError(f"{place}: unsigned or without reason; fill in reviewer and reason")
    try:
        datetime.date.fromisoformat(decision.date)
    except ValueError as error:
        raise CartscapeError(f"{place}: {decision.date!r} is no date; write it as 2026-11-22") from error
    known = values.get(decision.attribute)
    for value in split(decision.new_value):
        if known is not None and value not in known:
            raise CartscapeError(
                f"{place}: unknown value {value!r} of {decision.attribute}; use one of {some_of(known)}"
            )
    return decision


def some_of(known: frozenset[str], most: int = 30) -> str:
    """The values; of many, the first, and how a new one comes in."""
    named = ", ".join(sorted(known)[:most])
    return named if len(known) <= most else f"{named} ..., or add it to the vocabulary first"


def split(cell: str) -> tuple[str, ...]:
    """The values of a cell; an empty cell means unstated."""
    return tuple(part.strip() for part in cell.split("|") if part.strip()) or (UNSTATED,)


def apply_decisions(curation: Curation, decisions: tuple[Decision, ...]) -> tuple[Curation, list[str]]:
    """The curation after the decisions on it, and a warning for each that no longer fits."""
    warnings: list[str] = []
    for decision in decisions:
        if decision.nct_id != curation.nct_id:
            continue
        found = curation.labels[decision.attribute]
        if set(found) != set(split(decision.old_value)):
            warnings.append(
                f"{decision.place} expected {decision.old_value or UNSTATED}, found {'|'.join(found)}: "
                "the registry or the vocabularies changed; delete or renew the row"
            )
            continue
        curation = decided(curation, decision)
    return curation, warnings


def decided(curation: Curation, decision: Decision) -> Curation:
    """The curation with one decision applied: its values replace the labels and their assertions."""
    new = split(decision.new_value)
    rule = f"decision by {decision.reviewer} on {decision.date}: {decision.reason}"
    assertions = [one for one in curation.assertions if one.attribute != decision.attribute]
    assertions += [
        Assertion(curation.nct_id, decision.attribute, value, "decided", "", 0, 0, "", rule, 1.0)
        for value in new
        if value != UNSTATED
    ]
    conflicts = tuple(one for one in curation.conflicts if one.attribute != decision.attribute)
    labels = {**curation.labels, decision.attribute: new}
    confidences = {**curation.confidences, decision.attribute: 1.0}
    return replace(curation, labels=labels, assertions=tuple(assertions), conflicts=conflicts, confidences=confidences)

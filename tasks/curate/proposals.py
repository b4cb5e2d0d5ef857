"""A second reader, verified: values that anyone proposes, each with words that must stand in the named field.

A proposal is no label. One that agrees with ours raises its confidence; one that differs goes to the queue with both
readings and their words, where a person decides and signs.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.curate.engine.records import UNSTATED, Assertion, Conflict, Curation
from tasks.errors import CartscapeError
from tasks.registry.study import Study

COLUMNS = ("nct_id", "attribute", "value", "field", "quote", "reader")


@dataclass(frozen=True)
class Proposal:
    """One value that a reader proposes, with the words that say so; `value` may be 'unstated', then without words."""

    nct_id: str
    attribute: str
    value: str
    field: str
    quote: str
    reader: str
    place: str


@dataclass(frozen=True)
class Refusal:
    """A proposal that is not taken, and why."""

    place: str
    reason: str


def read_proposals(path: Path) -> Iterator[Proposal]:
    """Proposals of a CSV file or of JSON lines; CartscapeError names what is missing, with its line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CartscapeError(f"{path}: can't be read ({error}); give a CSV or JSON lines file of proposals") from error
    for number, row in rows_of(path, lines):
        place = f"{path}:{number}"
        if missing := [name for name in COLUMNS if not isinstance(row.get(name), str)]:
            raise CartscapeError(f"{place}: no {missing[0]}; every proposal has {', '.join(COLUMNS)}")
        yield Proposal(**{name: str(row[name]).strip() for name in COLUMNS}, place=place)


def rows_of(path: Path, lines: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Line number and content of every row."""
    if path.suffix == ".csv":
        reader = csv.DictReader(lines)
        for row in reader:
            yield reader.line_num, row
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CartscapeError(f"{path}:{number}: not JSON ({error}); write one proposal a line") from error
            yield number, row if isinstance(row, dict) else {}


def verified(
    proposals: Iterable[Proposal], studies: Mapping[str, Study], allowed: Mapping[str, frozenset[str]]
) -> tuple[list[Proposal], list[Refusal]]:
    """The proposals whose quote stands in the named field of their study and whose value a vocabulary has; the rest."""
    taken: list[Proposal] = []
    refused: list[Refusal] = []
    for one in proposals:
        if reason := refusal(one, studies.get(one.nct_id), allowed):
            refused.append(Refusal(one.place, reason))
        else:
            taken.append(one)
    return taken, refused


def refusal(one: Proposal, study: Study | None, allowed: Mapping[str, frozenset[str]]) -> str:
    """Why a proposal is not taken, or ''."""
    known = allowed.get(one.attribute)
    if study is None:
        return f"{one.nct_id} is not among the studies"
    if one.attribute not in ATTRIBUTES:
        return f"unknown attribute {one.attribute!r}"
    if known is not None and one.value not in known:
        return f"no vocabulary has the value {one.value!r} of {one.attribute}"
    if not one.reader:
        return "no reader is named"
    if one.value != UNSTATED and (not one.quote or one.quote not in study.text_at(one.field)):
        return f"the quote does not stand in {one.field or 'any field'}"
    return ""


def compared(curation: Curation, study: Study, proposals: Iterable[Proposal], agreement: float) -> Curation:
    """The curation after the proposals on it: agreement makes surer, disagreement is a conflict for a person."""
    readings: dict[tuple[str, str], list[Proposal]] = {}
    for one in proposals:
        if one.nct_id == curation.nct_id:
            readings.setdefault((one.attribute, one.reader), []).append(one)
    for (attribute, reader), said in readings.items():
        ours, theirs = set(curation.values(attribute)), {one.value for one in said} - {UNSTATED}
        if ours == theirs:
            curation = surer(curation, attribute, agreement)
        else:
            words = f"{reader} reads {'|'.join(sorted(theirs)) or UNSTATED}, we {'|'.join(sorted(ours)) or UNSTATED}"
            shown = tuple(as_assertion(one, study, reader) for one in said if one.quote)
            conflict = Conflict(curation.nct_id, attribute, words, shown)
            curation = replace(curation, conflicts=(*curation.conflicts, conflict))
    return curation


def surer(curation: Curation, attribute: str, agreement: float) -> Curation:
    """The curation with the doubt about an attribute lessened to a share of what it was."""
    before = curation.confidences.get(attribute, agreement)
    after = round(1 - (1 - before) * (1 - agreement), 3)
    assertions = tuple(
        one.weighed(after) if one.attribute == attribute and one.kind != "decided" else one
        for one in curation.assertions
    )
    return replace(curation, assertions=assertions, confidences={**curation.confidences, attribute: after})


def as_assertion(one: Proposal, study: Study, reader: str) -> Assertion:
    """The proposal's words at their place."""
    start = study.text_at(one.field).find(one.quote)
    end = start + len(one.quote)
    rule = f"proposed by {reader}"
    return Assertion(one.nct_id, one.attribute, one.value, "proposed", one.field, start, end, one.quote, rule, 0.5)

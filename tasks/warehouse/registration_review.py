"""Suspected pairs of registrations for people to judge, and their signed decisions back."""

import datetime
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from tasks.curate.engine.rows import read_rows
from tasks.curate.sheets import append_rows, read_sheet, write_sheet
from tasks.errors import CartscapeError
from tasks.frames import frame_of
from tasks.home import Home
from tasks.registry.readers.spellings import address_of, registration_number
from tasks.settings import REPOSITORY
from tasks.warehouse.publish import open_published

DECISIONS = REPOSITORY / "curation" / "registration_decisions.tsv"
ANSWERS = ("same", "different")
PAIR = ("nct_id", "other_nct_id")
OF_EACH = ("title", "sponsor", "start", "size", "status", "page")
COLUMNS = (*PAIR, "score", "what_agrees", *(f"{which}{name}" for name in OF_EACH for which in ("", "other_")))


@dataclass(frozen=True)
class RegistrationDecision:
    """A person's word on two registrations, as `curation/registration_decisions.tsv` keeps it; undone by deleting."""

    nct_id: str
    other_nct_id: str
    decision: str
    reason: str
    source: str
    reviewer: str
    date: str

    @property
    def pair(self) -> frozenset[str]:
        """The two registrations, whichever stands first."""
        return frozenset((self.nct_id, self.other_nct_id))


HEADER = tuple(RegistrationDecision.__dataclass_fields__)


def suspected_pairs(home: Home) -> list[dict[str, str]]:
    """The suspected pairs of the published snapshot with what a person compares: those of trials about CAR-T first."""
    with open_published(home) as connection:
        rows = frame_of(
            connection.sql("""
            select
                one.nct_id, other.nct_id as other_nct_id,
                suspected.score, suspected.evidence as what_agrees,
                one.brief_title as title, other.brief_title as other_title,
                one.lead_sponsor_name as sponsor, other.lead_sponsor_name as other_sponsor,
                one.start_date as start, other.start_date as other_start,
                one.enrollment_count as size, other.enrollment_count as other_size,
                one.overall_status as status, other.overall_status as other_status,
                one.registry, other.registry as other_registry,
                one.address as page, other.address as other_page
            from core.suspected_registrations as suspected
            inner join meta.published using (snapshot_id)
            inner join core.registrations as one using (snapshot_id, nct_id)
            inner join core.registrations as other
                on suspected.snapshot_id = other.snapshot_id and suspected.other_nct_id = other.nct_id
            order by
                'eligible' in (one.eligibility, other.eligibility) desc,
                suspected.score desc, one.nct_id, other.nct_id
        """)
        )
    return [question(row) for row in rows.iter_rows(named=True)]


def question(row: Mapping[str, object]) -> dict[str, str]:
    """One pair as texts, with the addresses at which its registrations are read."""
    texts = {name: "" if value is None else str(value) for name, value in row.items()}
    for which in ("", "other_"):
        texts[f"{which}page"] = texts[f"{which}page"] or address_of(texts[f"{which}registry"], texts[f"{which}nct_id"])
    return texts


def export_registrations(pairs: list[dict[str, str]], path: Path) -> int:
    """Write pairs as a workbook with empty columns for decision (same or different), reason and reviewer."""
    return write_sheet(path, COLUMNS, ([pair[name] for name in COLUMNS] for pair in pairs))


def import_registrations(path: Path, decisions: Path, today: datetime.date) -> int:
    """Append the answers of a workbook, or of a .tsv of signed rows, to the decisions; none if one is wrong.

    Returns how many were taken; CartscapeError names the row that can't be.
    """
    known = {one.pair: place for place, one in signed_rows(decisions)}
    answers = signed_rows(path) if path.suffix == ".tsv" else answered_rows(path, today)
    for place, one in answers:
        if (earlier := known.setdefault(one.pair, place)) != place:
            raise CartscapeError(
                f"{place}: {one.nct_id} and {one.other_nct_id} are decided in {earlier}; delete one of the two"
            )
    append_rows(decisions, (astuple(one) for _, one in answers))
    return len(answers)


def signed_rows(path: Path) -> list[tuple[str, RegistrationDecision]]:
    """The decisions of a file, each with its place, checked."""
    found = []
    for line, row in read_rows(path, may_be_empty=True):
        one = RegistrationDecision(**{name: row.get(name, "").strip() for name in HEADER})
        found.append((f"{path}:{line}", checked(f"{path}:{line}", one)))
    return found


def answered_rows(path: Path, today: datetime.date) -> list[tuple[str, RegistrationDecision]]:
    """The answers of a workbook, each with its place, checked."""
    found = []
    for number, row in read_sheet(path, COLUMNS):
        if row["decision"]:
            signed = row["reason"], path.name, row["reviewer"], today.isoformat()
            one = RegistrationDecision(row["nct_id"], row["other_nct_id"], row["decision"].lower(), *signed)
            found.append((f"{path}:{number}", checked(f"{path}:{number}", one)))
    return found


def is_day(text: str) -> bool:
    """Whether a text is a day as 2026-11-22."""
    try:
        return bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def checked(place: str, one: RegistrationDecision) -> RegistrationDecision:
    """The decision itself, if it is complete, signed and possible."""
    numbers = [registration_number(number) for number in (one.nct_id, one.other_nct_id)]
    trouble = ""
    if one.decision not in ANSWERS:
        trouble = f"decision is {one.decision!r}; write {' or '.join(ANSWERS)}, or leave it empty where you can't tell"
    elif None in numbers or len(one.pair) == 1:
        trouble = f"{one.nct_id} and {one.other_nct_id} are not two registrations; write both numbers"
    elif not one.reviewer or not one.reason:
        trouble = "unsigned or without reason; fill in reviewer and reason"
    elif not is_day(one.date):
        trouble = f"{one.date!r} is no date; write it as 2026-11-22"
    if trouble:
        raise CartscapeError(f"{place}: {trouble}")
    return one

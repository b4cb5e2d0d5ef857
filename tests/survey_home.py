"""A survey home made by hand: people who do not exist, their trials, and files as tools hand them back."""

import csv
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasks.home import Home
from tasks.settings import load_protocol
from tasks.survey.importing import Imported, import_file
from tasks.survey.store import insert, open_survey, record_facts

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SENT = "2026-03-01T09:00:00Z"
ANSWERED = "2026-03-05T10:00:00Z"


def respondent(number: int) -> str:
    """The id of the person of that number, from 1."""
    return f"R{number:010d}"


def trial(number: int) -> str:
    """The trial of the person of that number."""
    return f"NCT{91000000 + number}"


def make_home(home: Path, people: int = 3, status: str = "Terminated", regions: Iterable[str] = ()) -> Path:
    """A survey of so many people with one trial each, nobody asked yet."""
    places = [*regions, *["China"] * people][:people]
    with open_survey(Home(home)) as connection:
        record_facts(connection, "made-by-hand", True)
        for number, region in enumerate(places, 1):
            email, nct_id = f"person{number}@example.org", trial(number)
            insert(connection, "trials", [(nct_id, f"Trial {number}", status, region, "Other", True, False)])
            insert(connection, "trial_disease_groups", [(nct_id, "hematological")])
            insert(connection, "people", [(respondent(number), email, f"Person {number}")])
            insert(connection, "addresses", [(email, respondent(number))])
            contact = (nct_id, "reachable", respondent(number), "central contact", f"Person {number}", "by hand")
            insert(connection, "contacts", [contact])
    return home


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A CSV with a column for each key."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def sheet(number: int, **answers: str) -> dict[str, str]:
    """A row of answers of the person of that number."""
    known = {"respondent_id": respondent(number), "nct_id": trial(number), "instrument_version": "1"}
    return {**known, "answered_at": ANSWERED, **answers}


def ask_all(home: Path, people: int, at: str = SENT) -> None:
    """Log that the first message went out to everybody."""
    rows = [{"respondent_id": respondent(n), "event": "sent", "at": at} for n in range(1, people + 1)]
    assert take_in(home, "sent.csv", rows).quarantined == []


def take_in(home: Path, name: str, rows: list[dict[str, Any]], zone: str | None = None) -> Imported:
    """Import rows as a CSV of that name."""
    return import_file(Home(home), write_csv(home / name, rows), NOW, load_protocol().limits, zone)


def reasons(imported: Imported) -> list[tuple[str, str]]:
    """Line and kind of each row quarantined, in the order of lines."""
    return sorted(((row.position, row.kind) for row in imported.quarantined), key=lambda found: int(found[0]))


def aggregates(home: Path) -> Any:
    """The exported aggregates."""
    return json.loads((home / "survey" / "survey.json").read_text(encoding="utf-8"))

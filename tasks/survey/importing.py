"""Take in what came back: answers, a sending log or the tracking sheet, told apart by their columns."""

from collections import Counter
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.protocol import Limits
from tasks.survey.answers import AnswerResult, read_answers
from tasks.survey.found import keep_found_addresses
from tasks.survey.instrument import Instrument, load_instrument
from tasks.survey.knowledge import Knowledge
from tasks.survey.log import TRACKING_COLUMNS, LogResult, read_log
from tasks.survey.sheets import write_csv
from tasks.survey.store import insert, open_survey, value_of
from tasks.survey.tables import QuarantinedRow, Table, read_table
from tasks.survey.times import time_zone

QUARANTINE = "quarantine.csv"
ANSWER_COLUMNS = {"respondent_id", "answered_at", "instrument_version"}
LOG_COLUMNS = {"event", "at"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file was and what became of its rows."""

    kind: str
    added: int
    already_known: int
    unknown_columns: list[str]
    quarantined: list[QuarantinedRow]

    @property
    def reasons(self) -> dict[str, int]:
        """Rows quarantined by kind of reason; says nothing of any person."""
        return dict(sorted(Counter(row.kind for row in self.quarantined).items()))


def import_file(home: Home, path: Path, now: datetime, limits: Limits, zone_name: str | None = None) -> Imported:
    """Import one file as it was at `now`; importing it again adds nothing."""
    zone, instrument = time_zone(zone_name), load_instrument()
    table = read_table(path, limits.largest_json_bytes)
    kind = kind_of(path, table)
    with open_survey(home) as connection:
        if not value_of(connection, "select count(*) from survey.facts"):
            raise CartscapeError(f"{home}: nobody was asked yet; run 'cartscape survey contacts' first")
        knowledge = Knowledge(connection)
        if kind == "answers":
            answered = read_answers(table, instrument, knowledge, zone, now)
            added, known, bad = store_answers(connection, table, answered, instrument)
        else:
            logged = read_log(table, knowledge, zone, now)
            added, known, bad = store_events(connection, table, logged)
            if kind == "tracking sheet":
                found, refused = keep_found_addresses(connection, table)
                added, bad = added + found, bad + refused
        keep_quarantined(connection, table.source, bad, home)
    return Imported(kind, added, known, unknown_columns(table, kind, instrument), bad)


def kind_of(path: Path, table: Table) -> str:
    """What the columns say that a file is; CartscapeError where they say nothing."""
    columns = set(table.columns)
    if columns >= ANSWER_COLUMNS:
        return "answers"
    has_person = bool(columns & {"respondent_id", "email"})
    if has_person and columns >= LOG_COLUMNS:
        return "sending log"
    if has_person and columns & TRACKING_COLUMNS.keys():
        return "tracking sheet"
    raise CartscapeError(
        f"{path}: neither answers ({', '.join(sorted(ANSWER_COLUMNS))}), nor a sending log (respondent_id or email, "
        f"event, at), nor the tracking sheet; correct its header"
    )


def unknown_columns(table: Table, kind: str, instrument: Instrument) -> list[str]:
    """Columns of an answer file that are no question: a renamed question would otherwise be lost unseen."""
    known = ANSWER_COLUMNS | {"nct_id", "trial_status", "email", ""} | instrument.questions.keys()
    return [column for column in table.columns if column not in known] if kind == "answers" else []


def store_answers(
    connection: duckdb.DuckDBPyConnection, table: Table, result: AnswerResult, instrument: Instrument
) -> tuple[int, int, list[QuarantinedRow]]:
    """Add the sheets; what is asked of a person is kept once, without a trial."""
    for sheet in result.sheets:
        source = f"{table.source}:{sheet.position}"
        row = (sheet.respondent_id, sheet.nct_id, sheet.answered_at, sheet.content_sha256, source)
        insert(connection, "sheets", [row])
        for code, options in sheet.answers.items():
            nct_id = "" if instrument.questions[code].is_once_a_person else sheet.nct_id
            same = "delete from survey.answers where (respondent_id, nct_id, question) = ($1, $2, $3)"
            connection.execute(same, [sheet.respondent_id, nct_id, code])
            insert(connection, "answers", [(sheet.respondent_id, nct_id, code, option) for option in options])
    return len(result.sheets), result.already_known, result.quarantined


def store_events(
    connection: duckdb.DuckDBPyConnection, table: Table, result: LogResult
) -> tuple[int, int, list[QuarantinedRow]]:
    """Store the events of a sending log; returns those added, the number known before, and the rows quarantined."""
    rows = [(e.respondent_id, e.event, e.occurred_at, f"{table.source}:{e.position}") for e in result.events]
    insert(connection, "events", rows)
    return len(rows), result.already_known, result.quarantined


def keep_quarantined(
    connection: duckdb.DuckDBPyConnection, source: str, rows: list[QuarantinedRow], home: Home
) -> None:
    """Keep what was quarantined, in place of what the same file had before, and list it all in a private file."""
    connection.execute("delete from survey.quarantined where source = $1", [source])
    insert(connection, "quarantined", [astuple(row) for row in rows])
    kept = connection.execute(
        "select * from survey.quarantined order by source, try_cast(position as bigint)"
    ).fetchall()
    write_csv(home.survey_private / QUARANTINE, ["source", "position", "kind", "reason"], kept)

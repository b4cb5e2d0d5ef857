"""Counts the answers: private tables in full, and for everybody else aggregates that give nobody away."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import polars

from tasks.files import write_file
from tasks.frames import Rows, frame_of
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.seals import SEAL, digest_of
from tasks.survey.instrument import load_instrument
from tasks.survey.store import intervals, open_survey
from tasks.warehouse.models import build_model, load_models
from tasks.warehouse.publish import open_published

SCHEMA = "survey"
FINDINGS_SQL = """
    select nct_id, is_looked_for, is_published
    from core.trial_publication_status inner join meta.published using (snapshot_id)
"""
AGGREGATES = "survey.json"
# table of the private database -> name of what is exported
PUBLISHED = {
    "published_response": "survey_response",
    "published_answers": "survey_answers",
    "published_publication_gap": "survey_publication_gap",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """The counted tables, in full for whoever runs the survey, and where the aggregates lie."""

    tables: dict[str, polars.DataFrame]
    aggregates: Path


def summarize(home: Home, now: datetime, protocol: Protocol) -> Summary:
    """Count responses and answers as they stood at `now`, and write the aggregates."""
    with open_survey(home) as connection:
        renew_findings(home, connection)
        build_tables(connection, now, protocol)
        tables = {name: frame_of(connection.sql(f"from survey.{name}")) for name in PUBLISHED.values()}
        aggregates = write_aggregates(connection, home, now, protocol)
    return Summary(tables, aggregates)


def renew_findings(home: Home, connection: duckdb.DuckDBPyConnection) -> None:
    """Take over what the published warehouse has found of publications since the contacts were made."""
    if not home.warehouse.exists():
        return
    with open_published(home) as warehouse:
        findings = Rows(frame_of(warehouse.sql(FINDINGS_SQL)))  # noqa: F841 - read by the query below
    connection.execute(
        "update survey.trials set is_looked_for = findings.is_looked_for, is_published = findings.is_published "
        "from findings where findings.nct_id = trials.nct_id"
    )


def build_tables(connection: duckdb.DuckDBPyConnection, now: datetime, protocol: Protocol) -> None:
    """Run the survey's models, in the order in which they read each other."""
    parameters = model_parameters(protocol, now)
    with intervals(connection):
        for model in load_models(schemas=(SCHEMA,)):
            build_model(connection, model, parameters, is_in_transaction=True)


def model_parameters(protocol: Protocol, now: datetime) -> dict[str, Any]:
    """Values that the survey's models name with a dollar sign; `now` in UTC."""
    return protocol.survey.model_dump() | {
        "now": now.isoformat(),
        "confidence_level": protocol.statistics.confidence_level,
    }


def write_aggregates(connection: duckdb.DuckDBPyConnection, home: Home, now: datetime, protocol: Protocol) -> Path:
    """Write the aggregates as CSV and, for the page, as one JSON; both readable by all, neither naming anyone."""
    folder = home.survey
    folder.chmod(0o755)
    content: dict[str, Any] = {
        "counted_at": now.isoformat(),
        "instrument_version": load_instrument().version,
        "smallest_group": protocol.survey.smallest_group,
        "snapshot": frame_of(connection.sql("select snapshot_id, is_synthetic from survey.facts")).to_dicts(),
    }
    for table, name in PUBLISHED.items():
        frame = frame_of(connection.sql(f"from survey.{table}"))
        write_file(folder / f"{name}.csv", frame.write_csv().encode())
        content[name] = frame.to_dicts()
    signed = {**content, SEAL: digest_of(content)}
    return write_file(folder / AGGREGATES, orjson.dumps(signed, option=orjson.OPT_INDENT_2))


def published_rows(aggregates: Path) -> dict[str, list[dict[str, Any]]]:
    """The exported tables, by their names, as anybody may see them."""
    content = orjson.loads(aggregates.read_bytes())
    return {name: content[name] for name in PUBLISHED.values()}

"""Labels as they were first published, kept beside the snapshots: what tells a new reading from a new text."""

import os
from pathlib import Path

import duckdb

from tasks.warehouse.models import SQL_FOLDER, quoted

JOINED_LABELS = """
    select snapshot_id, nct_id, attribute, string_agg(value, '|' order by value) as value
    from core.labels where snapshot_id = $1 group by all order by all
"""


def load_first_labels(connection: duckdb.DuckDBPyConnection, snapshot_id: str, history: Path) -> None:
    """Load a snapshot's labels as first published; those of today where it is published for the first time."""
    kept = history / f"{snapshot_id}.parquet"
    if kept.exists():
        connection.execute(f"insert into core.first_labels select * from read_parquet({quoted(str(kept))})")
    else:
        connection.execute(f"insert into core.first_labels {JOINED_LABELS}", [snapshot_id])


def keep_first_labels(connection: duckdb.DuckDBPyConnection, history: Path) -> None:
    """Write down the labels of every snapshot that was not published before; a file once written stays as it is."""
    history.mkdir(parents=True, exist_ok=True)
    for (snapshot_id,) in connection.execute("select snapshot_id from raw.snapshots order by 1").fetchall():
        kept = history / f"{snapshot_id}.parquet"
        if not kept.exists():
            unfinished = history / f".{snapshot_id}.{os.getpid()}"
            rows = f"select * from core.first_labels where snapshot_id = {quoted(snapshot_id)} order by all"
            connection.execute(f"copy ({rows}) to {quoted(str(unfinished))} (format parquet)")
            unfinished.replace(kept)


def define_questions(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the named questions into the warehouse, for analysts and `cartscape diff`."""
    connection.execute((SQL_FOLDER / "landscape" / "questions.sql").read_text(encoding="utf-8"))

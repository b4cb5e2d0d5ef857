"""Rows of past snapshots are copied from the warehouse published before, where all that they are made from is the same.

A snapshot's rows depend on that snapshot alone, unless their table compares the snapshots of a series or reads a table
that does: such tables are made whole at every build.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tasks.warehouse.models import Model, quoted, run_model


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Snapshots whose rows of some tables are taken from the warehouse published before, and those that are later."""

    warehouse: Path
    snapshots: tuple[str, ...]
    later: tuple[str, ...]
    tables: frozenset[str]


def tables_of_one_snapshot(models: Iterable[Model]) -> frozenset[str]:
    """The published tables whose rows depend on no other snapshot than their own; models come after those they read."""
    alone: set[str] = set()
    across: set[str] = set()
    for model in models:
        compares = model.compares_snapshots or bool(model.reads & across)
        (across if compares else alone).add(model.table)
    return frozenset(table for table in alone if not table.startswith("staging."))


def run_over_later(
    connection: duckdb.DuckDBPyConnection, model: Model, parameters: dict[str, Any], kept: KeptRows | None
) -> None:
    """Make a model's table: the kept rows as they are, and by its SQL those of later snapshots."""
    if kept is None or model.table not in kept.tables:
        run_model(connection, model, parameters)
        return
    attach(connection, kept)
    rows = f"select * from published_before.{model.table} where {of_any(kept.snapshots)}"
    connection.execute(f"create or replace table {model.table} as {rows}")
    if kept.later:
        later = sql_over(model, of_any(kept.later))
        run_model(connection, model, parameters, f"insert into {model.table} {later}")
    if model.schema == "metrics":
        # their SQL puts them in this order
        connection.execute(
            f"create or replace table {model.table} as select * from {model.table} order by snapshot_id, rowid"
        )


def take_versions(connection: duckdb.DuckDBPyConnection, snapshot_id: str, kept: KeptRows | None) -> None:
    """Take the versions of records that a kept snapshot was the first to hold: its own file need not be unpacked."""
    if kept is None or snapshot_id not in kept.snapshots:
        return
    attach(connection, kept)
    connection.execute(
        "insert into raw.study_versions"
        " select * from published_before.raw.study_versions where first_snapshot_id = $1 order by version",
        [snapshot_id],
    )


def attach(connection: duckdb.DuckDBPyConnection, kept: KeptRows) -> None:
    """Let a connection read the warehouse published before as `published_before`."""
    connection.execute(f"attach if not exists {quoted(str(kept.warehouse))} as published_before (read_only)")


def of_any(snapshots: Iterable[str]) -> str:
    """The condition that a row is of one of some snapshots."""
    return f"snapshot_id in ({', '.join(map(quoted, snapshots))})"


def sql_over(model: Model, condition: str) -> str:
    """The model's SQL, reading only the rows that hold a condition of every table but those of the meta schema.

    In the text as people wrote it: SQL that sqlglot writes anew might count another way than that of the rows kept.
    """
    sql = model.sql
    for table in sorted(table for table in model.reads if not table.startswith("meta.")):
        read = re.compile(rf"\b{re.escape(table)}\b(?: as (\w+))?")
        rows, name = f"(select * from {table} where {condition})", table.partition(".")[2]
        sql = read.sub(lambda found, rows=rows, name=name: f"{rows} as {found[1] or name}", sql)  # type: ignore[misc]
    return sql

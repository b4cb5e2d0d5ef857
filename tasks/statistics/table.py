"""A statistics table: what it means, what makes its rows, and how it is written with comments on every column."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import polars

from tasks.frames import Rows
from tasks.protocol import Statistics
from tasks.warehouse.measures import read_measure
from tasks.warehouse.models import common_columns, write_comments
from tasks.warehouse.needs import leave_out

Row = dict[str, Any]
NOTE = ("varchar", "why there is no number")
ADJUSTED = ("double", "P value adjusted by Benjamini and Hochberg over all tests of the table")


@dataclass(frozen=True, slots=True)
class Table:
    """A table that Python fills: its meaning, its columns with type and meaning, and what makes its rows."""

    name: str
    meaning: str
    columns: dict[str, tuple[str, str]]
    rows: Callable[[duckdb.DuckDBPyConnection, Statistics], Iterable[Row] | polars.DataFrame]
    # as the header of a SQL model says it
    measure: tuple[tuple[str, str], ...] = ()


def write_table(connection: duckdb.DuckDBPyConnection, table: Table, rows: Iterable[Row] | polars.DataFrame) -> int:
    """Make one table with its comments; returns its number of rows."""
    found = rows if isinstance(rows, polars.DataFrame) else polars.DataFrame(list(rows), infer_schema_length=None)
    columns = {"snapshot_id": ("varchar", common_columns()["snapshot_id"]), **table.columns}
    defined = ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())
    connection.execute(f"create or replace table metrics.{table.name} ({defined})")
    meanings = {name: meaning for name, (_, meaning) in columns.items()}
    write_comments(connection, "table", f"metrics.{table.name}", table.meaning, meanings)
    if found.height:
        frame = Rows(found.select(list(columns)))  # noqa: F841 - read below
        connection.execute(f"insert into metrics.{table.name} select * from frame")
    leave_out(connection, f"metrics.{table.name}", read_measure(table.name, list(table.measure)))
    return found.height


def fields_of(found: Any) -> Row:
    """The numbers of a dataclass by name; `dataclasses.asdict` would copy each of them deeply."""
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def read_rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """A query's rows by column name."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

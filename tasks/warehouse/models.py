"""SQL models: one file is one table; its header says what a row means, the SQL itself says what it reads."""

import graphlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from tasks.errors import CartscapeError
from tasks.settings import REPOSITORY

SQL_FOLDER = REPOSITORY / "sql"
WAREHOUSE_SCHEMAS = ("staging", "core", "metrics")
HEADER_KEYS = ("paper", "numerator", "denominator", "why")


@dataclass(frozen=True, slots=True)
class Model:
    """One SQL file: the table it makes, the meaning of its rows and columns, and the tables it reads."""

    schema: str
    name: str
    sql: str
    grain: str
    header: dict[str, str]
    columns: dict[str, str]
    reads: frozenset[str]

    @property
    def table(self) -> str:
        """Schema and table, as a query names it."""
        return f"{self.schema}.{self.name}"


def read_model(path: Path) -> Model:
    """Read a model's header and SQL; a header without its first line 'one row per ...' is an error with the file."""
    sql = path.read_text(encoding="utf-8")
    lines = [line[3:].strip() for line in re.match(r"(?:--.*\n)*", sql)[0].splitlines()]  # type: ignore[index]
    if not lines or not lines[0].startswith("one row per "):
        raise CartscapeError(f"{path}: the first line must say '-- one row per ...'")
    described = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    return Model(
        schema=path.parent.name,
        name=path.stem,
        sql=sql,
        grain=lines[0],
        header={key: described.pop(key) for key in HEADER_KEYS if key in described},
        columns=described,
        reads=tables_read(sql),
    )


def tables_read(sql: str) -> frozenset[str]:
    """Tables, as schema.table, that a query reads, its own common table expressions left out."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    return frozenset(f"{table.db}.{table.name}".lower() for table in tree.find_all(exp.Table) if table.db)


def load_models(folder: Path = SQL_FOLDER, schemas: tuple[str, ...] = WAREHOUSE_SCHEMAS) -> list[Model]:
    """All models of some folders of `sql/`, each after those that it reads; two that read each other are an error."""
    models = {
        model.table: model
        for schema in schemas
        for model in (read_model(path) for path in sorted((folder / schema).glob("*.sql")))
    }
    graph = {name: sorted(model.reads & models.keys()) for name, model in sorted(models.items())}
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise CartscapeError(f"{folder}: models read each other in a circle: {' -> '.join(error.args[1])}") from error
    return [models[name] for name in order]


@cache
def common_columns(folder: Path = SQL_FOLDER) -> dict[str, str]:
    """Meaning of the columns that mean the same wherever they stand."""
    return {
        str(name): str(meaning)
        for name, meaning in tomllib.loads((folder / "schema" / "columns.toml").read_text()).items()
    }


def build_model(connection: duckdb.DuckDBPyConnection, model: Model, parameters: dict[str, Any]) -> int:
    """Make the model's table, with comments on it and its columns, and return its number of rows."""
    used = {name: value for name, value in parameters.items() if re.search(rf"\${name}\b", model.sql)}
    try:
        connection.execute(f"create or replace table {model.table} as {model.sql}", used or None)
    except duckdb.Error as error:
        raise CartscapeError(f"sql/{model.schema}/{model.name}.sql: {error}") from error
    if model.schema != "staging":
        comment(connection, model)
    row = connection.execute(f"select count(*) from {model.table}").fetchone()
    return int(row[0]) if row else 0


def comment(connection: duckdb.DuckDBPyConnection, model: Model, kind: str = "table") -> None:
    """Write the header's meanings into the database, where analysts and tools find them; `kind`: table or view."""
    meanings = common_columns() | model.columns
    connection.execute(f"comment on {kind} {model.table} is {quoted(describe(model))}")
    for (column,) in connection.execute(f"select column_name from (describe {model.table})").fetchall():
        if column not in meanings:
            raise CartscapeError(f"sql/{model.schema}/{model.name}.sql: say in its header what column {column} means")
        connection.execute(f'comment on column {model.table}."{column}" is {quoted(meanings[column])}')


def describe(model: Model) -> str:
    """The header as one paragraph."""
    return "; ".join([model.grain, *(f"{key}: {text}" for key, text in model.header.items())])


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"

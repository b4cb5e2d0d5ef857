"""SQL models: one file is one table; its header says what a row means, the SQL itself says what it reads."""

import graphlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from tasks.errors import CartscapeError
from tasks.settings import REPOSITORY
from tasks.warehouse.measures import MEASURE_KEYS, Measure, measures_sql, read_measure
from tasks.warehouse.needs import leave_out

SQL_FOLDER = REPOSITORY / "sql"
WAREHOUSE_SCHEMAS = ("staging", "core", "metrics")
HEADER_KEYS = ("paper", "numerator", "denominator", "why")
# what measures that need fields of the source read beside their own SQL
NOT_IN_SOURCE = "metrics.not_in_source"
FIGURE_KEYS = ("figure", "title", "caption")
# the column of raw.snapshots without which no snapshot is before another
SERIES = "series"


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
    # it puts the snapshots of a series side by side, so that a row depends on others than its own
    compares_snapshots: bool
    measure: Measure
    figure: dict[str, str]

    @property
    def table(self) -> str:
        """Schema and table, as a query names it."""
        return f"{self.schema}.{self.name}"

    @property
    def file(self) -> str:
        """Its file, as errors name it."""
        return f"sql/{self.schema}/{self.name}.sql"


def read_model(path: Path) -> Model:
    """Read a model's header and SQL; a header without its first line 'one row per ...' is an error with the file."""
    try:
        return model_of(path.parent.name, path.stem, path.read_text(encoding="utf-8"))
    except CartscapeError as error:
        raise CartscapeError(f"{path}: {error}") from error


def model_of(schema: str, name: str, sql: str) -> Model:
    """The model that SQL with its header makes."""
    comments = re.match(r"(?:--.*\n)*", sql)[0]  # type: ignore[index]
    # a line that is indented goes on with the one before it
    lines = [line[3:].strip() for line in re.sub(r"\n--   +", " ", comments).splitlines()]
    if not lines or not lines[0].startswith("one row per "):
        raise CartscapeError("the first line must say '-- one row per ...'")
    pairs = [(key, text) for key, _, text in (line.partition(": ") for line in lines[1:]) if text]
    described = {key: text for key, text in pairs if key not in MEASURE_KEYS}
    measure = read_measure(name, [pair for pair in pairs if pair[0] in MEASURE_KEYS])
    figure_keys = FIGURE_KEYS if "figure" in described else ()
    return Model(
        schema=schema,
        name=name,
        sql=sql,
        grain=lines[0],
        header={key: described.pop(key) for key in HEADER_KEYS if key in described},
        figure={key: described.pop(key) for key in figure_keys if key in described},
        columns=described,
        reads=tables_read(sql) | ({NOT_IN_SOURCE} if measure.needs else frozenset()),
        compares_snapshots=any(column.name == SERIES for column in parsed(sql).find_all(exp.Column)),
        measure=measure,
    )


@cache
def parsed(sql: str) -> exp.Expr:
    """The tree of a query."""
    return sqlglot.parse_one(sql, read="duckdb")


def tables_read(sql: str) -> frozenset[str]:
    """Tables, as schema.table, that a query reads, its own common table expressions left out."""
    return frozenset(f"{table.db}.{table.name}".lower() for table in parsed(sql).find_all(exp.Table) if table.db)


@cache
def load_models(folder: Path = SQL_FOLDER, schemas: tuple[str, ...] = WAREHOUSE_SCHEMAS) -> list[Model]:
    """All models of some folders of `sql/`, each after those that it reads, with metrics.measures over all counts.

    Two that read each other are an error.
    """
    models = {
        model.table: model
        for schema in schemas
        for model in (read_model(path) for path in sorted((folder / schema).glob("*.sql")))
    }
    measures = {model.table: model.measure for model in models.values() if model.schema == "metrics"}
    if any(count.is_measure for measure in measures.values() for count in measure.counts):
        everything = model_of("metrics", "measures", measures_sql(measures))
        models[everything.table] = everything
    graph = {name: sorted(model.reads & models.keys()) for name, model in sorted(models.items())}
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        circle = " -> ".join(error.args[1])
        raise CartscapeError(
            f"{folder}: models read each other in a circle: {circle}; let one not read the next"
        ) from error
    return [models[name] for name in order]


@cache
def common_columns(folder: Path = SQL_FOLDER) -> dict[str, str]:
    """Meaning of the columns that mean the same wherever they stand."""
    return {
        str(name): str(meaning)
        for name, meaning in tomllib.loads((folder / "schema" / "columns.toml").read_text()).items()
    }


def build_model(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    parameters: dict[str, Any],
    is_in_transaction: bool = False,
    run: Callable[[duckdb.DuckDBPyConnection, Model, dict[str, Any]], None] | None = None,
) -> int:
    """Make the model's table, with comments on it and its columns, and return its number of rows.

    `is_in_transaction`: whoever calls began a transaction, and ends it. `run`: what fills the table, where not its SQL
    alone.
    """
    (run or run_model)(connection, model, parameters)
    if model.schema != "staging":
        comment(connection, model, is_in_transaction=is_in_transaction)
    leave_out(connection, model.table, model.measure)
    row = connection.execute(f"select count(*) from {model.table}").fetchone()
    return int(row[0]) if row else 0


def run_model(
    connection: duckdb.DuckDBPyConnection, model: Model, parameters: dict[str, Any], statement: str = ""
) -> None:
    """Make the model's table of its SQL, or by a statement made of it; an error names the file."""
    used = {name: value for name, value in parameters.items() if re.search(rf"\${name}\b", model.sql)}
    try:
        connection.execute(statement or f"create or replace table {model.table} as {model.sql}", used or None)
    except duckdb.Error as error:
        raise CartscapeError(f"{model.file}: {error}; correct the query there") from error


def comment(
    connection: duckdb.DuckDBPyConnection, model: Model, kind: str = "table", is_in_transaction: bool = False
) -> None:
    """Write the header's meanings into the database, where analysts and tools find them; `kind`: table or view."""
    meanings = common_columns() | model.columns
    columns = [name for (name,) in connection.execute(f"select column_name from (describe {model.table})").fetchall()]
    if missing := sorted(model.measure.columns - set(columns)):
        raise CartscapeError(f"{model.file}: no column {missing[0]}, which its header counts by; correct either")
    if unknown := [column for column in columns if column not in meanings]:
        raise CartscapeError(f"{model.file}: say in its header what column {unknown[0]} means")
    meant = {column: meanings[column] for column in columns}
    write_comments(connection, kind, model.table, describe(model), meant, is_in_transaction)


def write_comments(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    name: str,
    meaning: str,
    columns: Mapping[str, str],
    is_in_transaction: bool = False,
) -> None:
    """Comment on a table or view and its columns in one transaction: the disk is waited for once, not once a column."""
    comments = [f'comment on column {name}."{column}" is {quoted(text)}' for column, text in columns.items()]
    statements = [f"comment on {kind} {name} is {quoted(meaning)}", *comments]
    connection.execute(";".join(statements if is_in_transaction else ["begin", *statements, "commit"]))


def describe(model: Model) -> str:
    """The header as one paragraph."""
    said = [*model.header.items(), *model.measure.lines]
    return "; ".join([model.grain, *(f"{key}: {text}" for key, text in said)])


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"

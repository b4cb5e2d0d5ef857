"""Questions to the published warehouse: one query that reads, its answer shown or written, and what there is to ask."""

import csv
import difflib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import orjson

from tasks.errors import CartscapeError
from tasks.files import write_file
from tasks.frames import frame_of
from tasks.home import Home
from tasks.warehouse.publish import open_published

# PIVOT is several statements in one; what any of them would write, the read-only warehouse refuses
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI)
COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
ROWS_SHOWN = 1_000
ROWS_A_BATCH = 10_000
ENDLESS = 100_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query finds, read as often as it is asked for."""

    connection: duckdb.DuckDBPyConnection
    query: str

    def as_relation(self) -> duckdb.DuckDBPyRelation:
        """The whole, to show or to count."""
        return self.connection.sql(self.query)

    def columns(self) -> list[str]:
        """The names of its columns."""
        return self.as_relation().columns

    def batches(self) -> Iterator[list[tuple[Any, ...]]]:
        """Its rows, some thousands at a time."""
        cursor = self.connection.execute(self.query)
        while rows := cursor.fetchmany(ROWS_A_BATCH):
            yield rows


@contextmanager
def ask(home: Home, sql: str) -> Iterator[Answer]:
    """The answer to one query that only reads, with no other file in reach; anything else is refused by name."""
    with open_published(home) as connection:
        # neither can be taken back on this connection
        connection.execute("set enable_external_access = false; set lock_configuration = true")
        try:
            statements = connection.extract_statements(sql)
            refuse_writing(statements)
            yield Answer(connection, statements[0].query)
        except duckdb.PermissionException as error:
            raise CartscapeError(
                "the query reaches for a file or an address; 'cartscape query' reads the warehouse alone: use DuckDB's "
                "shell for the rest"
            ) from error
        except duckdb.Error as error:
            raise CartscapeError(f"the query failed: {error}; 'cartscape tables' lists what there is") from error


def refuse_writing(statements: list[Any]) -> None:
    """Raise CartscapeError unless there is exactly one statement and it only reads."""
    for statement in statements:
        if statement.type not in READING:
            word = COMMENTS.sub(" ", statement.query).split()[0].upper()
            raise CartscapeError(
                f"{word} is refused: 'cartscape query' is read-only and takes queries alone; keep an answer with "
                "--csv, --json or --parquet FILE"
            )
    if len(statements) != 1:
        raise CartscapeError(f"{len(statements)} statements given; 'cartscape query' takes one query")


def shown(answer: Answer, width: int | None) -> tuple[str, str]:
    """An answer as a table, at most so wide, and in words what of it is left out; no words where nothing is."""
    relation, table = answer.as_relation(), io.StringIO()
    rows = len(relation)
    with redirect_stdout(table):
        relation.show(max_rows=ROWS_SHOWN, max_width=width or ENDLESS)
    left_out = [f"{ROWS_SHOWN:,} of {rows:,} rows are shown"] if rows > ROWS_SHOWN else []
    left_out += ["… stands for what is too wide"] if width and "…" in table.getvalue() else []
    return table.getvalue(), "; ".join(left_out)


def as_csv(answer: Answer) -> Iterator[str]:
    """Every row of an answer as CSV, its columns' names first; lists and structs as JSON."""
    yield csv_line(answer.columns())
    for rows in answer.batches():
        yield "".join(csv_line([cell(value) for value in row]) for row in rows)


def csv_line(values: list[Any]) -> str:
    """Values as one line of CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


def cell(value: Any) -> Any:
    """A value as CSV has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return as_text(value) if isinstance(value, list | dict | tuple) else value


def as_json(answer: Answer) -> Iterator[str]:
    """Every row of an answer as an object in a list."""
    columns, before = answer.columns(), "["
    for rows in answer.batches():
        for row in rows:
            yield f"{before}\n{as_text(dict(zip(columns, row, strict=True)))}"
            before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def as_text(value: Any) -> str:
    """A value as JSON; what JSON has no form for, like a decimal number, as its text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def write_parquet(answer: Answer, path: Path) -> int:
    """Write every row of an answer into a Parquet file and return their number."""
    relation = answer.as_relation()
    kinds = dict(zip(relation.columns, map(str, relation.types), strict=True))
    if spans := [name for name, kind in kinds.items() if "INTERVAL" in kind]:
        raise CartscapeError(f"{spans[0]}: Parquet holds no spans of time here; select {spans[0]}::varchar instead")
    frame = frame_of(relation)
    content = io.BytesIO()
    frame.write_parquet(content)
    try:
        write_file(path, content.getvalue())
    except OSError as error:
        raise CartscapeError(f"{path}: {error.strerror}; give a file in a folder that you may write to") from error
    return frame.height


def described(connection: duckdb.DuckDBPyConnection, name: str | None) -> list[str]:
    """Every table and what its rows mean, or of one table the rows and every column with its type and meaning."""
    tables = dict(
        connection.execute(
            "select table_name, meaning from meta.dictionary where column_name is null order by 1"
        ).fetchall()
    )
    if name is None:
        width = max(map(len, tables))
        return [f"{table:<{width}}  {meaning.split(';')[0]}" for table, meaning in tables.items()]
    if name not in tables:
        near = difflib.get_close_matches(name, [*tables, *(one.split(".")[1] for one in tables)], 3, 0.5)
        near += [one for one in tables if one.split(".")[1] == name]
        hint = f"did you mean {' or '.join(dict.fromkeys(near))}?" if near else "'cartscape tables' lists them"
        raise CartscapeError(f"{name}: no such table; {hint}")
    columns = connection.execute(
        "select names.column_name, names.data_type, meaning from duckdb_columns() as names"
        " inner join meta.dictionary on names.schema_name || '.' || names.table_name = dictionary.table_name"
        " and names.column_name = dictionary.column_name where dictionary.table_name = $1 order by column_index",
        [name],
    ).fetchall()
    ((rows,),) = connection.execute(f"select count(*) from {name}").fetchall()
    widths = [max(len(row[place]) for row in columns) for place in (0, 1)]
    return [
        f"{name}: {tables[name]}",
        f"{rows:,} rows",
        "",
        *(f"{column:<{widths[0]}}  {kind:<{widths[1]}}  {meaning}" for column, kind, meaning in columns),
    ]

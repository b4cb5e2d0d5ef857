"""The private survey database: readable by its owner alone, and apart from everything that is published."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import duckdb
import polars
from scipy.stats import binomtest

from tasks.errors import CartscapeError
from tasks.files import for_owner_only, partial, remove
from tasks.frames import Rows
from tasks.home import Home
from tasks.survey.instrument import Instrument, load_instrument
from tasks.warehouse.models import SQL_FOLDER, quoted

OWNER_ONLY = 0o600


@contextmanager
def open_survey(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the survey database of a home for one transaction; every file written meanwhile is the owner's alone."""
    path = home.survey_database
    if path.exists() and not path.stat().st_size:
        raise CartscapeError(f"{path}: empty, where a survey was; restore it from a backup")
    try:
        with for_owner_only(), duckdb.connect() as connection:
            home.survey_private.mkdir(parents=True, exist_ok=True)
            # attached under another name: DuckDB can't tell a file called survey from the schema of that name
            connection.execute(f"attach {quoted(str(path))} as private")
            connection.execute("use private")
            path.chmod(OWNER_ONLY)
            connection.execute("begin")
            connection.execute((SQL_FOLDER / "schema" / "survey.sql").read_text(encoding="utf-8"))
            load_questions(connection, load_instrument())
            yield connection
            connection.execute("commit")
    except duckdb.IOException as error:
        raise CartscapeError(
            f"{path}: can't be opened ({str(error).splitlines()[0]}); close the program that has it open, "
            "or set --home to a folder that you may write to"
        ) from error
    except OSError as error:
        raise CartscapeError(
            f"{error.filename or path}: {error.strerror or error}; set --home to a folder you may write to"
        ) from error


@contextmanager
def intervals(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let SQL ask scipy for the Wilson interval of a share: wilson_low and wilson_high of (count, of, level)."""

    def low(count: int, of: int, level: float) -> float:
        return float(binomtest(count, of).proportion_ci(level, method="wilson").low)

    def high(count: int, of: int, level: float) -> float:
        return float(binomtest(count, of).proportion_ci(level, method="wilson").high)

    types = ["BIGINT", "BIGINT", "DOUBLE"]
    connection.create_function("wilson_low", low, types, "DOUBLE")  # type: ignore[arg-type]
    connection.create_function("wilson_high", high, types, "DOUBLE")  # type: ignore[arg-type]
    try:
        yield
    finally:
        # left in place, the binding complains about them when Python ends; a result half read would keep them,
        # and a model that failed says more than what can't be removed after it
        with suppress(duckdb.Error):
            connection.execute("select 1").fetchall()
            connection.remove_function("wilson_low")
            connection.remove_function("wilson_high")


def load_questions(connection: duckdb.DuckDBPyConnection, instrument: Instrument) -> None:
    """Load the instrument's questions, options and conditions, which the models join to."""
    asked = instrument.question
    rows = [(one.code, n, one.kind, one.about, one.is_publication_status) for n, one in enumerate(asked, 1)]
    insert(connection, "questions", rows)
    insert(connection, "question_statuses", [(one.code, status) for one in asked for status in one.statuses])
    options = [(one.code, n, o.code, o.is_published) for one in asked for n, o in enumerate(one.options, 1)]
    insert(connection, "options", options)
    conditions = [(one.code, one.asked_if) for one in asked if one.asked_if]
    insert(
        connection,
        "question_conditions",
        [(code, condition.question, option) for code, condition in conditions for option in condition.options],
    )


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows to a table of the survey."""
    if rows:
        added = Rows(polars.DataFrame(rows, orient="row", infer_schema_length=None))  # noqa: F841 - read by the query
        connection.execute(f"insert into survey.{table} select * from added")


def value_of(connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any] | None = None) -> Any:
    """The one value of a query with one row; read to its end, which DuckDB 2.0 wants before the next query."""
    return connection.execute(sql, values).fetchall()[0][0]


def salt_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The secret of this database; empty before the first contacts were made."""
    return str(value_of(connection, "select min(salt) from survey.facts") or "")


def record_facts(connection: duckdb.DuckDBPyConnection, snapshot_id: str, is_synthetic: bool) -> None:
    """Remember the snapshot that contacts come from, and keep the secret."""
    salt = salt_of(connection) or secrets.token_hex(16)
    connection.execute("delete from survey.facts")
    insert(connection, "facts", [(snapshot_id, is_synthetic, salt)])


def address_hash(email: str, salt: str) -> str:
    """What is kept of a forgotten address: enough not to ask again, too little to write to."""
    return hashlib.sha256(f"{salt}:{email.casefold()}".encode()).hexdigest()


def rewrite(home: Home) -> None:
    """Write the database anew without what was deleted: DuckDB leaves old pages in a file until they are needed."""
    path, fresh = home.survey_database, partial(home.survey_database)
    remove(fresh)
    with for_owner_only(), duckdb.connect() as connection:
        connection.execute(f"attach {quoted(str(path))} as old (read_only)")
        connection.execute(f"attach {quoted(str(fresh))} as fresh")
        connection.execute("copy from database old to fresh")
    fresh.chmod(OWNER_ONLY)
    fresh.replace(path)

"""The views that analysts ask: what is shown, without a snapshot column, and the questions with a name."""

import re

import duckdb

from tasks.errors import CartscapeError
from tasks.warehouse.models import SQL_FOLDER, Model, comment, load_models, write_comments

SCHEMA = "landscape"


def view_models() -> list[Model]:
    """The views of `sql/landscape`, each after those that it reads."""
    return load_models(schemas=(SCHEMA,))


def define_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the views and the named questions into the warehouse, for analysts, the page and `cartscape diff`.

    In one transaction: the disk is waited for once, not once a view.
    """
    connection.execute("begin")
    connection.execute((SQL_FOLDER / "schema" / "questions.sql").read_text(encoding="utf-8"))
    connection.execute(f"create schema if not exists {SCHEMA}")
    for model in view_models():
        try:
            connection.execute(f"create or replace view {model.table} as {model.sql}")
        except duckdb.Error as error:
            raise CartscapeError(f"{model.file}: {error}; correct the query there") from error
        comment(connection, model, "view", is_in_transaction=True)
    show_metrics(connection)
    connection.execute("commit")


def show_metrics(connection: duckdb.DuckDBPyConnection) -> None:
    """A view of every metric's rows of the snapshot shown, with the metric's own comments, in an open transaction."""
    meanings = dict(
        connection.execute(
            "select table_name, comment from duckdb_tables()"
            " where schema_name = 'metrics' and database_name = current_database()"
        ).fetchall()
    )
    columns: dict[str, dict[str, str]] = {name: {} for name in meanings}
    for name, column, meaning in connection.execute(
        "select table_name, column_name, comment from duckdb_columns() where schema_name = 'metrics'"
        " and column_name <> 'snapshot_id' and database_name = current_database()"
    ).fetchall():
        columns[name][column] = meaning or ""
    for name, meaning in meanings.items():
        connection.execute(
            f"create or replace view {SCHEMA}.{name} as select * exclude (snapshot_id) from metrics.{name}"
            " semi join meta.published using (snapshot_id)"
        )
        shown = re.sub(r"^one row per snapshot(?:,| and) ", "one row per ", meaning or "")
        write_comments(connection, "view", f"{SCHEMA}.{name}", shown, columns[name], is_in_transaction=True)

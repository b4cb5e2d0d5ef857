"""The warehouse under construction: its file, the macros of its models, and its empty tables."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tasks.warehouse.measures import Measure
from tasks.warehouse.models import SQL_FOLDER, load_models, quoted, write_comments
from tasks.warehouse.needs import load_needs
from tasks.warehouse.reference import load_codes, load_reference_tables

# what makes the tables that Python fills and the views of them, in order
SCHEMA_FILES = ("raw", "meta", "meta_vocabularies", "meta_measures", "core", "by_snapshot")
WAREHOUSE = "warehouse.duckdb"
# how the name of a table ends that holds once what several snapshots hold; a view without that shows it by snapshot
BY_VERSION = "_by_version"
OF_EVERY_VIEW = {
    "snapshot_id": "the snapshot that the row belongs to",
    "nct_id": "number of the registration, of any registry",
}


@contextmanager
def open_build(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse under construction in `folder`; staging tables live in a file of their own beside it."""
    with duckdb.connect(str(folder / WAREHOUSE)) as connection:
        connection.execute(f"attach if not exists {quoted(str(folder / 'staging.duckdb'))} as staging")
        define_macros(connection)
        yield connection


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a connection use the macros of the models, which are kept in the attached database `staging`."""
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    searched = f"set search_path = '{database}.main,staging.main'"
    connection.execute(searched)
    try:
        connection.execute("select registry_date('')").fetchall()  # unread, it would keep the connection busy
    except duckdb.CatalogException:
        connection.execute("use staging")
        connection.execute(macros())
        connection.execute(searched)


def macros(kind: str = "macro") -> str:
    """The SQL that makes the macros: kept by the database in use, or as `temp macro` for one connection alone."""
    kept = (SQL_FOLDER / "schema" / "macros.sql").read_text(encoding="utf-8")
    return kept.replace("create or replace macro", f"create or replace {kind}")


def create_warehouse(connection: duckdb.DuckDBPyConnection, statistics: Mapping[str, Measure]) -> None:
    """Make the tables of an empty warehouse and fill those that come from the curation files.

    `statistics`: what the tables of tasks/statistics need, which no SQL model makes.
    """
    create_schemas(connection)
    connection.execute("begin")  # the disk is waited for once, not once a table
    load_reference_tables(connection)
    connection.execute("commit")
    load_codes(connection)
    models = {model.name: model.measure for model in load_models() if model.schema == "metrics"}
    load_needs(connection, {**models, **statistics})


def create_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that Python fills, and an empty schema for the metrics, in one transaction."""
    files = [(SQL_FOLDER / "schema" / f"{name}.sql").read_text(encoding="utf-8") for name in SCHEMA_FILES]
    connection.execute(";\n".join(["begin", *files, "create schema metrics", "commit"]))
    comment_views_by_snapshot(connection)


def comment_views_by_snapshot(connection: duckdb.DuckDBPyConnection) -> None:
    """Comment on the columns of views that show by snapshot what a table holds by version: they mean the same."""
    rows = connection.execute(
        "select views.schema_name, views.view_name, views.comment, columns.column_name, columns.comment"
        " from duckdb_views() as views inner join duckdb_columns() as columns"
        " on columns.schema_name = views.schema_name and columns.table_name = views.view_name || $1"
        " where columns.column_name <> 'version' order by all",
        [BY_VERSION],
    ).fetchall()
    views: dict[tuple[str, str], dict[str, str]] = {}
    for schema, view, meaning, column, text in rows:
        views.setdefault((f"{schema}.{view}", meaning), dict(OF_EVERY_VIEW))[column] = text
    for (view, meaning), columns in views.items():
        write_comments(connection, "view", view, meaning, columns)

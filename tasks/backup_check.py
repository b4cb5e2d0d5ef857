"""Whether a backup would bring a landscape back: its hashes hold, and what is built of it equals what is published."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from tasks.backup import check_hashes, restore
from tasks.errors import CartscapeError
from tasks.files import temporary_folder
from tasks.home import Home
from tasks.landscape import build
from tasks.protocol import Protocol
from tasks.run import Run
from tasks.stages import STAGES
from tasks.warehouse.models import quoted
from tasks.warehouse.publish import open_published

DIARY = "meta.runs"  # of the home, not of its snapshots


def verify(source: Path, home: Home, protocol: Protocol, report: Callable[[str], None]) -> None:
    """Restore a backup into a scratch place beside it, build there, and compare with the published warehouse.

    CartscapeError names the file that was changed, or the tables that differ.
    """
    report(f"{check_hashes(source):,} files are what they were when they were copied")
    with open_published(home) as published:
        facts = published.execute("select snapshot_id, as_of from meta.published").fetchall()
    ((shown, as_of),) = facts
    with temporary_folder(source) as folder:
        scratch = Home(folder / "home")
        for problem in restore(source, scratch, protocol).problems:
            report(problem)
        quietly = replace(STAGES, page_and_exports=lambda run: (run.home.page, run.home.workbook))
        build(Run(scratch, protocol, as_of, report=lambda line: None), shown, quietly)
        tables, differing = compare(scratch.warehouse, home.warehouse)
    if differing:
        raise CartscapeError(
            f"{source}: built from it, {', '.join(differing)} differ from {home.warehouse}; if vocabularies, code or "
            "snapshots changed since that was published, run 'cartscape build' and 'cartscape backup' first"
        )
    report(f"restored and built, all {tables} tables equal the published ones")


def compare(first: Path, second: Path) -> tuple[int, list[str]]:
    """How many tables two warehouses have together, and the names of those that are not equal row by row."""
    with duckdb.connect() as connection:
        for name, path in (("first", first), ("second", second)):
            connection.execute(f"attach {quoted(str(path))} as {name} (read_only)")
        named = (
            "select distinct schema_name, table_name from duckdb_tables() where database_name in ('first', 'second')"
        )
        found = connection.execute(named).fetchall()
        tables = {f'{schema}."{table}"' for schema, table in found if f"{schema}.{table}" != DIARY}
        return len(tables), sorted(table for table in tables if not are_equal(connection, table))


def are_equal(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether a table has the same rows, each as often, in both."""
    lacking = "from first.{0} except all from second.{0}", "from second.{0} except all from first.{0}"
    try:
        return not any(connection.execute(f"select 1 from ({one.format(table)}) limit 1").fetchall() for one in lacking)
    except duckdb.Error:  # missing in one of them, or of other columns
        return False

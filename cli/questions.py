"""Commands that look into the published warehouse, read-only."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.options import HomeOption, command_of
from tasks.errors import CartscapeError
from tasks.home import home_at

app = typer.Typer(no_args_is_help=True)
command = command_of(app)


@command
def diff(
    old: Annotated[str, typer.Argument(help="Id of the earlier snapshot.")],
    new: Annotated[str, typer.Argument(help="Id of the later snapshot.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder to write records.csv, labels.csv and papers.csv into.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Tell what changed between two snapshots: trials, facts, and labels with what changed them.

    Example: cartscape diff live-20261115T031702Z live-20261122T031702Z --out changes
    """
    from tasks.warehouse.diff import difference
    from tasks.warehouse.publish import open_published

    with open_published(home_at(home)) as connection:
        found = difference(connection, old, new)
    for what, change, count in found.summary().rows():
        typer.echo(f"{count:>7,}  {what}: {change}")
    typer.echo(f"{found.records.height:>7,}  changes of the registry, {found.labels.height:,} of labels")
    if out:
        out.mkdir(parents=True, exist_ok=True)
        found.records.write_csv(out / "records.csv")
        found.labels.write_csv(out / "labels.csv")
        found.papers.write_csv(out / "papers.csv")
        typer.echo(f"rows in {out}: records.csv, labels.csv, papers.csv")


@command
def query(sql: Annotated[str, typer.Argument(help="A query in DuckDB's SQL.")], home: HomeOption = None) -> None:
    """Ask the published warehouse, read-only.

    Example: cartscape query "select target, count(*) from core.trial_targets group by all order by 2 desc"
    """
    import duckdb

    from tasks.warehouse.publish import open_published

    with open_published(home_at(home)) as connection:
        try:
            relation = connection.sql(sql)
        except duckdb.Error as error:
            raise CartscapeError(f"the query failed: {error}; 'cartscape tables' lists what there is") from error
        if relation is not None:
            relation.show(max_rows=1_000, max_width=200 if sys.stdout.isatty() else 10_000)


@command
def tables(home: HomeOption = None) -> None:
    """List the tables of the published warehouse and what a row of each means.

    Example: cartscape tables
    """
    from tasks.warehouse.publish import open_published

    with open_published(home_at(home)) as connection:
        rows = connection.execute(
            "select table_name, meaning from meta.dictionary where column_name is null order by 1"
        ).fetchall()
    width = max(len(name) for name, _ in rows)
    for name, meaning in rows:
        typer.echo(f"{name:<{width}}  {meaning.split(';')[0]}")

"""Commands that look into the published warehouse, read-only."""

import os
import shutil
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
def query(
    sql: Annotated[str, typer.Argument(help="A query in DuckDB's SQL; - reads it from the standard input.")],
    csv: Annotated[bool, typer.Option("--csv", help="Write all rows as CSV.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Write all rows as a list in JSON.")] = False,
    parquet: Annotated[Path | None, typer.Option(help="Write all rows into this Parquet file.")] = None,
    home: HomeOption = None,
) -> None:
    """Ask the published warehouse; it can be read here, never written, and no other file can.

    Example: cartscape query "from landscape.trials where is_late_phase" --csv
    """
    from tasks.warehouse.questions import as_csv, as_json, ask, shown, write_parquet

    if csv + json + bool(parquet) > 1:
        raise CartscapeError("--csv, --json and --parquet exclude each other; give one of them")
    with ask(home_at(home), sys.stdin.read() if sql == "-" else sql) as answer:
        if parquet:
            typer.echo(f"{write_parquet(answer, parquet):,} rows in {parquet}")
        elif csv or json:
            sys.stdout.writelines((as_csv if csv else as_json)(answer))
        else:
            table, left_out = shown(answer, shutil.get_terminal_size().columns if sys.stdout.isatty() else None)
            typer.echo(table, nl=False)
            if left_out:
                typer.echo(f"{left_out}; --csv, --json or --parquet FILE give all", err=True)


@command
def tables(
    name: Annotated[
        str | None, typer.Argument(help="A table or view, like landscape.trials, to see its columns.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """List the tables of the published warehouse and what a row of each means, or the columns of one.

    Example: cartscape tables landscape.trials
    """
    from tasks.warehouse.publish import open_published
    from tasks.warehouse.questions import described

    with open_published(home_at(home)) as connection:
        for line in described(connection, name):
            typer.echo(line)


@command
def snapshots(home: HomeOption = None) -> None:
    """List the snapshots that are kept, oldest first: id, day, studies, size alone, and which one the page shows.

    What a snapshot shares with another counts for none: deleting one would not free it.

    Example: cartscape snapshots
    """
    from tasks.snapshot.read import list_snapshots
    from tasks.warehouse.publish import open_published

    place, shown = home_at(home), None
    if place.warehouse.exists():
        with open_published(place) as connection:
            ((shown,),) = connection.sql("select snapshot_id from meta.published").fetchall()
    found = list_snapshots(place.snapshots)
    if not found:
        typer.echo(f"{place.snapshots}: no snapshot kept yet; take one with 'cartscape snapshot'")
    width = max((len(one.id) for one in found), default=0)
    for one in found:
        mark = "  shown" if one.id == shown else ""
        typer.echo(f"{one.id:<{width}}  {one.day}  {one.studies:>9,} studies  {one.size / 1e6:>8,.1f} MB{mark}")


@command
def open_(home: HomeOption = None) -> None:
    """Open the page in your browser, and say where it is.

    Example: cartscape open
    """
    place = home_at(home)
    if not place.page.exists():
        raise CartscapeError(f"{place.page}: no page yet; run 'cartscape run' first, or set --home")
    typer.echo(place.page)
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        typer.launch(place.page.as_uri())

"""The command line: every command says what it did and ends with 0 only when all went well."""

import datetime
import functools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.surroundings import prepare_prefect
from tasks.errors import CartscapeError, UnreadableStudy
from tasks.settings import home_folder, load_protocol

if TYPE_CHECKING:
    from flows.landscape import Landscape

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="cartscape: the living, auditable landscape of CAR-T cell therapy trials.",
)

Home = Annotated[
    Path | None, typer.Option(help="Folder of snapshots, warehouse, page and exports (default ./.cartscape).")
]
Source = Annotated[str, typer.Option(help="'sample', 'live', or a path: a registry download or a snapshot folder.")]
AsOf = Annotated[str | None, typer.Option(help="Count trials first posted until this day, like 2024-04-30.")]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Register a command whose CartscapeError is shown as the sentence that it is, with exit code 1."""

    @functools.wraps(function)
    def shown(*arguments: Any, **options: Any) -> None:
        try:
            function(*arguments, **options)
        except CartscapeError as error:
            typer.echo(f"cartscape: {error}", err=True)
            raise typer.Exit(1) from error

    return app.command(name=function.__name__.removesuffix("_command").replace("_", "-"))(shown)


def checked_day(as_of: str | None) -> str | None:
    """A day as given, if it is one."""
    if as_of is not None:
        try:
            datetime.date.fromisoformat(as_of)
        except ValueError as error:
            raise CartscapeError(f"--as-of {as_of}: not a day; write it like 2024-04-30") from error
    return as_of


def checked_source(source: str) -> str:
    """A source as given, if there is such a one; asked before Prefect starts, which takes seconds."""
    from tasks.retrieve.snapshot import require_source

    if source not in ("sample", "live"):
        require_source(source)
    return source


def say_where(landscape: "Landscape") -> None:
    """Tell where the page, the database and the workbook are."""
    typer.echo(f"snapshot  {landscape.snapshot_id}")
    typer.echo(f"page      {landscape.page}")
    typer.echo(f"database  {landscape.warehouse}")
    typer.echo(f"workbook  {landscape.workbook}")


def readable(path: Path, unreadable: list[str]) -> Iterator[dict[str, Any]]:
    """The studies of a file; what can't be read is added to `unreadable` with its place and reason."""
    from tasks.retrieve.files import parse_study, read_studies

    for record in read_studies(path, load_protocol().limits):
        try:
            if record.problem:
                raise UnreadableStudy(record.problem)
            yield parse_study(record.content)
        except UnreadableStudy as error:
            unreadable.append(f"{record.position}: {error}")


@command
def run(source: Source = "sample", as_of: AsOf = None, home: Home = None) -> None:
    """Retrieve, screen, curate, build, check and publish the landscape.

    Example: cartscape run --source live --as-of 2024-04-30
    """
    place, day = home_folder(home), checked_day(as_of)
    load_protocol()
    checked_source(source)
    prepare_prefect(place)
    from flows.landscape import landscape

    say_where(landscape(source, day, str(place)))


@command
def snapshot(source: Source = "sample", home: Home = None) -> None:
    """Retrieve only: a write-once snapshot, to build from later.

    Example: cartscape snapshot --source live
    """
    place = home_folder(home)
    load_protocol()
    checked_source(source)
    prepare_prefect(place)
    from flows.landscape import snapshot as take_snapshot

    typer.echo(f"snapshot  {place / 'snapshots' / take_snapshot(source, str(place))}")


@command
def build(
    snapshot_id: Annotated[str | None, typer.Option("--snapshot", help="Snapshot to show (default: the last).")] = None,
    as_of: AsOf = None,
    home: Home = None,
) -> None:
    """Build, check and publish from the snapshots that are kept, without asking any registry.

    Example: cartscape build --as-of 2024-04-30
    """
    place, day = home_folder(home), checked_day(as_of)
    load_protocol()
    prepare_prefect(place)
    from flows.landscape import build as build_landscape

    say_where(build_landscape(snapshot_id, day, str(place)))


@command
def curate(
    studies: Annotated[Path, typer.Argument(help="A registry download: .json, .jsonl, either gzipped, or .zip.")],
    out: Annotated[Path, typer.Option(help="CSV of labels to write, one row a study.")],
    evidence: Annotated[Path | None, typer.Option(help="CSV of evidence to write, one row a quote.")] = None,
) -> None:
    """Label the studies of a file, each label with the words that say so.

    Example: cartscape curate studies.json --out labels.csv --evidence evidence.csv
    """
    from tasks.curate import write_labels

    unreadable: list[str] = []
    count = write_labels(readable(studies, unreadable), out, evidence)
    for reason in unreadable:
        typer.echo(f"set aside: {reason}", err=True)
    typer.echo(f"{count:,} studies labelled in {out}, {len(unreadable):,} could not be read")


@command
def match(
    trials: Annotated[Path, typer.Argument(help="A registry download.")],
    articles: Annotated[Path, typer.Argument(help="Articles as JSON lines: pmid, title, authors, year ...")],
    out: Annotated[Path, typer.Option(help="CSV of links to write, one row a candidate.")],
) -> None:
    """Find and judge the papers of trials, each link with its criteria.

    Example: cartscape match trials.jsonl articles.jsonl --out links.csv
    """
    from tasks.match import match_files

    match_files(trials, articles, out)
    typer.echo(f"links in {out}")


@command
def diff(
    old: Annotated[str, typer.Argument(help="Id of the earlier snapshot.")],
    new: Annotated[str, typer.Argument(help="Id of the later snapshot.")],
    out: Annotated[Path | None, typer.Option(help="Folder to write records.csv and labels.csv into.")] = None,
    home: Home = None,
) -> None:
    """Tell what changed between two snapshots: trials, facts, and labels with what changed them.

    Example: cartscape diff live-20261115T031702Z live-20261122T031702Z --out changes
    """
    from tasks.warehouse.changes import difference
    from tasks.warehouse.publishing import open_published

    with open_published(home_folder(home)) as connection:
        found = difference(connection, old, new)
    for what, change, count in found.summary().rows():
        typer.echo(f"{count:>7,}  {what}: {change}")
    typer.echo(f"{found.records.height:>7,}  changes of the registry, {found.labels.height:,} of labels")
    if out:
        out.mkdir(parents=True, exist_ok=True)
        found.records.write_csv(out / "records.csv")
        found.labels.write_csv(out / "labels.csv")
        typer.echo(f"rows in {out}/records.csv and {out}/labels.csv")


@command
def status(home: Home = None) -> None:
    """Say how the last run went; exit code 1 where it failed, was killed or is too long ago, for monitors.

    Example: cartscape status || mail -s "cartscape" someone
    """
    from tasks.runs import status as status_of

    found = status_of(
        home_folder(home), load_protocol().monitoring.stale_after_days, datetime.datetime.now(datetime.UTC)
    )
    typer.echo(found.message, err=not found.is_well)
    if not found.is_well:
        raise typer.Exit(1)


@command
def query(sql: Annotated[str, typer.Argument(help="A query in DuckDB's SQL.")], home: Home = None) -> None:
    """Ask the published warehouse, read-only.

    Example: cartscape query "select target, count(*) from core.trial_targets group by all order by 2 desc"
    """
    import duckdb

    from tasks.warehouse.publishing import open_published

    with open_published(home_folder(home)) as connection:
        try:
            relation = connection.sql(sql)
        except duckdb.Error as error:
            raise CartscapeError(f"the query failed: {error}; 'cartscape tables' lists what there is") from error
        if relation is not None:
            relation.show(max_rows=1_000, max_width=200 if sys.stdout.isatty() else 10_000)


@command
def tables(home: Home = None) -> None:
    """List the tables of the published warehouse and what a row of each means.

    Example: cartscape tables
    """
    from tasks.warehouse.publishing import open_published

    with open_published(home_folder(home)) as connection:
        rows = connection.execute(
            "select table_name, meaning from meta.dictionary where column_name is null order by 1"
        ).fetchall()
    width = max(len(name) for name, _ in rows)
    for name, meaning in rows:
        typer.echo(f"{name:<{width}}  {meaning.split(';')[0]}")


@command
def ui(
    home: Home = None,
    port: Annotated[int, typer.Option(help="Port on the loopback address.")] = 4200,
) -> None:
    """Start Prefect's server, a worker and the deployments on loopback, until you press Ctrl-C.

    Example: cartscape ui --port 4200
    """
    place = home_folder(home)
    load_protocol()
    prepare_prefect(place)
    from flows.user_interface import serve

    os.environ["CARTSCAPE_HOME"] = str(place)
    serve(place, port)


if __name__ == "__main__":
    app()

"""The command line: every command says what it did and ends with 0 only when all went well."""

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import curation, questions, survey
from cli.options import AsOf, Home, Source, command_of
from cli.prefect_environment import prepare_prefect
from tasks.errors import CartscapeError
from tasks.settings import home_folder, load_protocol

if TYPE_CHECKING:
    from flows.landscape import Landscape

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="cartscape: the living, auditable landscape of CAR-T cell therapy trials.",
)

for part in (curation.app, questions.app):
    app.add_typer(part)
app.add_typer(curation.review_app, name="review")
app.add_typer(survey.app, name="survey")
command = command_of(app)


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
    from tasks.snapshot.take import require_source

    if source not in ("sample", "live"):
        require_source(source)
    return source


def say_where(landscape: "Landscape") -> None:
    """Tell where the page, the database and the workbook are."""
    typer.echo(f"snapshot  {landscape.snapshot_id}")
    typer.echo(f"page      {landscape.page}")
    typer.echo(f"database  {landscape.warehouse}")
    typer.echo(f"workbook  {landscape.workbook}")


@command
def run(
    source: Source = "sample",
    as_of: AsOf = None,
    articles: Annotated[Path | None, typer.Option(help="Papers to match: articles as JSON, or PubMed's XML.")] = None,
    home: Home = None,
) -> None:
    """Retrieve, screen, curate, match papers, build, check and publish the landscape.

    Example: cartscape run --source live --as-of 2024-04-30
    """
    place, day = home_folder(home), checked_day(as_of)
    load_protocol()
    checked_source(source)
    prepare_prefect(place)
    from flows.landscape import landscape

    say_where(landscape(source, day, str(place), str(articles) if articles else None))


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
    from cli.server import serve

    os.environ["CARTSCAPE_HOME"] = str(place)
    serve(place, port)


if __name__ == "__main__":
    app()

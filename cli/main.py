"""The command line: every command says what it did and ends with 0 only when all went well."""

import atexit
import datetime
import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from cli import curation, home, publishing, questions, survey
from cli.contact import use_contact
from cli.options import AcceptLoss, AsOf, HomeOption, Quiet, SearchInside, SourceOption, Verbose, command_of
from cli.prefect_environment import prepare_prefect
from cli.unchanged import build_as_it_stands, run_as_it_stands
from tasks.errors import CartscapeError
from tasks.home import Home, home_at
from tasks.process import collect_seldom, end_quietly
from tasks.protocol import Protocol
from tasks.settings import load_protocol

if TYPE_CHECKING:
    from flows.landscape import Source, Sources
    from tasks.landscape import Landscape

app = typer.Typer(
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
    help="cartscape: the living, auditable landscape of CAR-T cell therapy trials.",
)

for part in (curation.app, questions.app, publishing.app, home.app):
    app.add_typer(part)
app.add_typer(curation.review_app, name="review")
app.add_typer(survey.app, name="survey")
command = command_of(app)
THE_SAMPLE = ["sample"]
# what takes long to import and is needed by runs alone
NEEDED_BY_RUNS = ("flows.landscape", "great_expectations")


def say_version(is_asked: bool) -> None:
    """Print the version and end, where it is asked for."""
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"cartscape {version('cartscape')}")
        raise typer.Exit


@app.callback()
def every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=say_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The living, auditable landscape of CAR-T cell therapy trials."""
    end_quietly()
    collect_seldom()


def checked_day(as_of: str | None, protocol: Protocol) -> datetime.date | None:
    """A day as given, if it is one on which there was something to count."""
    if as_of is None:
        return None
    try:
        day = datetime.datetime.strptime(as_of, "%Y-%m-%d").date()
    except ValueError as error:
        raise CartscapeError(f"--as-of {as_of}: not a day; write it like 2024-04-30") from error
    if not protocol.metrics.earliest_start_date <= day <= datetime.date.today():
        raise CartscapeError(f"--as-of {as_of}: give a day from {protocol.metrics.earliest_start_date} to today")
    return day


def checked_sources(sources: list[str], protocol: Protocol) -> "Sources":
    """The sources as given, if each can be read; asked before Prefect starts, which takes seconds."""
    from tasks.snapshot.sources import are_synthetic

    are_synthetic(sources)
    checked = [checked_source(source, protocol) for source in dict.fromkeys(sources)]
    return checked[0] if len(checked) == 1 else checked


def checked_source(source: str, protocol: Protocol) -> "Source":
    """A source as given, if it can be read."""
    from tasks.snapshot.sources import look_into_source, require_source

    if source in ("sample", "live", "live-ctis"):
        return cast("Source", source)
    path = require_source(source)
    look_into_source(path, protocol.limits)
    return path


def checked_articles(articles: Path | None) -> Path | None:
    """A file of articles as given, if some can be read."""
    from tasks.papers.sources.files import require_article

    if articles is not None:
        require_article(articles)
    return articles


def begin_run(place: Home) -> None:
    """Be the one run of a home until this process ends, with a Prefect server of its own for as long.

    What a killed run left running is ended first; SIGTERM ends a run as Ctrl-C does.
    """
    prepare_prefect(place)
    from cli.prefect_server import RUN_OF, temporary_server
    from cli.recovery import end_orphans

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # closed after Prefect has sent its last lines, which it does as the process ends
    run = ExitStack()
    atexit.register(run.close)
    run.enter_context(place.writing())
    end_orphans(RUN_OF, place)
    run.enter_context(temporary_server(place, NEEDED_BY_RUNS))


def say_result(home: Home, landscape: "Landscape") -> None:
    """Tell what is in the landscape, what changed, and where the page, the database and the workbook are."""
    from tasks.warehouse.diff import news
    from tasks.warehouse.publish import open_published

    with open_published(home) as connection:
        for name, sentence in news(connection).items():
            typer.echo(f"{name:<9} {sentence}")
    typer.echo(f"snapshot  {landscape.snapshot_id}")
    typer.echo(f"page      {landscape.page}")
    typer.echo(f"database  {landscape.warehouse}")
    typer.echo(f"workbook  {landscape.workbook}")


@command
def run(
    source: SourceOption = THE_SAMPLE,
    as_of: AsOf = None,
    articles: Annotated[Path | None, typer.Option(help="Papers to match: JSON lines, a table or PubMed XML.")] = None,
    search_inside: SearchInside = False,
    accept_loss: AcceptLoss = False,
    home: HomeOption = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Retrieve, screen, curate, match papers, build, check and publish the landscape.

    Example: cartscape run --source live --as-of 2024-04-30
    """
    from cli.progress import progress

    place, protocol = home_at(home), load_protocol()
    sources, day, papers = checked_sources(source, protocol), checked_day(as_of, protocol), checked_articles(articles)
    use_contact(place, is_asked="live" in source)
    with progress(quiet, verbose):
        published = None
        if not papers and not accept_loss:
            published = run_as_it_stands(place, protocol, day, sources, search_inside, verbose)
        if not published:
            begin_run(place)
            from flows.landscape import landscape

            published = landscape(sources, day, place.root, papers, accept_loss, search_inside)
    if not quiet:
        say_result(place, published)


@command
def snapshot(
    source: SourceOption = THE_SAMPLE,
    search_inside: SearchInside = False,
    accept_loss: AcceptLoss = False,
    home: HomeOption = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Retrieve only: a write-once snapshot, to build from later.

    Example: cartscape snapshot --source live
    """
    from cli.progress import progress

    place = home_at(home)
    checked = checked_sources(source, load_protocol())
    use_contact(place, is_asked="live" in source)
    with progress(quiet, verbose):
        begin_run(place)
        from flows.landscape import snapshot as take_snapshot

        taken = take_snapshot(checked, place.root, accept_loss, search_inside)
    if not quiet:
        typer.echo(f"snapshot  {place.snapshot(taken)}")


@command
def build(
    snapshot_id: Annotated[str | None, typer.Option("--snapshot", help="Snapshot to show (default: the last).")] = None,
    as_of: AsOf = None,
    accept_loss: AcceptLoss = False,
    home: HomeOption = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Build, check and publish from the snapshots that are kept, without asking any registry.

    Example: cartscape build --as-of 2024-04-30
    """
    from cli.progress import progress
    from tasks.snapshot.kept import require_snapshot

    place, protocol = home_at(home), load_protocol()
    day = checked_day(as_of, protocol)
    require_snapshot(place, snapshot_id)
    with progress(quiet, verbose):
        published = None if accept_loss else build_as_it_stands(place, protocol, day, snapshot_id, verbose)
        if not published:
            begin_run(place)
            from flows.landscape import build as build_landscape

            published = build_landscape(snapshot_id, day, place.root, accept_loss)
    if not quiet:
        say_result(place, published)


@command
def ui(
    home: HomeOption = None,
    port: Annotated[int, typer.Option(help="Port on the loopback address.")] = 4200,
) -> None:
    """Start Prefect's server, a worker and the deployments on loopback, until you press Ctrl-C.

    Example: cartscape ui --port 4200
    """
    place = home_at(home)
    use_contact(place)
    prepare_prefect(place)
    from cli.server import serve

    os.environ["CARTSCAPE_HOME"] = str(place.root)
    serve(place, port)


if __name__ == "__main__":
    app()

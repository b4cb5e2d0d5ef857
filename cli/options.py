"""What every command shares: options, and an error shown as the one sentence that it is."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tasks.errors import CartscapeError, UnreadableStudy
from tasks.settings import load_protocol

if TYPE_CHECKING:
    from tasks.registry.study import Study

# what shells expect of a program that Ctrl-C ended
INTERRUPTED = 130

HomeOption = Annotated[
    Path | None, typer.Option(help="Folder of snapshots, warehouse, page and exports (default ./.cartscape).")
]
SourceOption = Annotated[
    list[str],
    typer.Option(
        help="'sample', 'live' (ClinicalTrials.gov), 'live-ctis', or a path: a download of any registry, an export of "
        "ICTRP, a snapshot. Give it several times for several registries."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing unless something is wrong.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's whole log.")]
AsOf = Annotated[str | None, typer.Option(help="Count trials first posted until this day, like 2024-04-30.")]

SearchInside = Annotated[
    bool,
    typer.Option(
        "--search-inside",
        help="Ask the protocol's phrases inside files, as of a whole registry; else each record counts as found.",
    ),
]
AcceptLoss = Annotated[
    bool, typer.Option("--accept-loss", help="Go on where a snapshot or a build lost much; the page then says what.")
]


def command_of(app: typer.Typer) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator that makes a function a command of `app`: CartscapeError and Ctrl-C end it with one sentence."""

    def command(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def shown(*arguments: Any, **options: Any) -> None:
            try:
                function(*arguments, **options)
            except CartscapeError as error:
                typer.echo(f"cartscape: {error}", err=True)
                raise typer.Exit(1) from error
            except KeyboardInterrupt as error:
                typer.echo("cartscape: stopped; what was published before stands as it was", err=True)
                raise typer.Exit(INTERRUPTED) from error

        return app.command(name=function.__name__.rstrip("_").replace("_", "-"))(shown)

    return command


def readable(path: Path, unreadable: list[str]) -> Iterator["Study"]:
    """The studies of a file; what can't be read is added to `unreadable` with its place and reason."""
    from tasks.registry.files import parse_study, read_studies

    for record in read_studies(path, load_protocol().limits):
        try:
            if record.problem:
                raise UnreadableStudy(record.problem)
            yield parse_study(record.content)
        except UnreadableStudy as error:
            unreadable.append(f"{record.position}: {error}")

"""A run over what has not changed says so at once: without Prefect, which takes seconds to start for nothing."""

from datetime import date
from typing import TYPE_CHECKING

import typer

from tasks.home import Home
from tasks.protocol import Protocol

if TYPE_CHECKING:
    from flows.landscape import Sources
    from tasks.landscape import Landscape
    from tasks.run import Run


def run_as_it_stands(
    home: Home, protocol: Protocol, as_of: date | None, source: "Sources", search_inside: bool, verbose: bool
) -> "Landscape | None":
    """The landscape of files, where a run over them would make nothing; None where it would."""
    if not home.warehouse.exists():
        return None
    from tasks.landscape import landscape
    from tasks.runs import logged_run
    from tasks.unchanged import shown_by_files, stands

    run = run_of(home, protocol, as_of, search_inside, verbose)
    sources = [str(one) for one in (source if isinstance(source, list) else [source])]
    with home.writing():
        shown = shown_by_files(run, sources)
        if shown is None or not stands(run, shown):
            return None
        with logged_run(home):
            return landscape(run, sources)


def build_as_it_stands(
    home: Home, protocol: Protocol, as_of: date | None, snapshot_id: str | None, verbose: bool
) -> "Landscape | None":
    """The landscape of the snapshots kept, where a build would make nothing; None where it would."""
    if not home.warehouse.exists():
        return None
    from tasks.landscape import build, newest
    from tasks.runs import logged_run
    from tasks.unchanged import stands

    run = run_of(home, protocol, as_of, False, verbose)
    with home.writing():
        if not stands(run, snapshot_id or newest(run)):
            return None
        with logged_run(home):
            return build(run, snapshot_id)


def run_of(home: Home, protocol: Protocol, as_of: date | None, search_inside: bool, verbose: bool) -> "Run":
    """A run that tells whoever watches it, or the terminal where all is to be told."""
    from tasks.run import Run
    from tasks.runs import tell

    return Run(home, protocol, as_of, typer.echo if verbose else tell, search_inside=search_inside)

"""Commands that look after the home: is it well, copy what is precious, bring it back."""

import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.options import HomeOption, command_of
from tasks.home import home_at
from tasks.settings import REPOSITORY, load_protocol

app = typer.Typer(no_args_is_help=True)
command = command_of(app)


@command
def status(home: HomeOption = None) -> None:
    """Say how the last run went; exit code 1 where it failed, was killed or is too long ago, for monitors.

    Example: cartscape status || mail -s "cartscape" someone
    """
    from tasks.runs import status as status_of

    found = status_of(home_at(home), load_protocol().monitoring.stale_after_days, datetime.datetime.now(datetime.UTC))
    typer.echo(found.message, err=not found.is_well)
    if not found.is_well:
        raise typer.Exit(1)


@command
def backup(
    destination: Annotated[Path, typer.Argument(help="Folder to copy into; what it holds already is kept.")],
    curation: Annotated[Path, typer.Option(help="Folder of vocabularies and decisions.")] = REPOSITORY / "curation",
    home: HomeOption = None,
) -> None:
    """Copy what can't be made again: snapshots, papers, decisions, history of labels, survey, log of runs.

    Example: cartscape backup /var/backups/cartscape
    """
    from tasks.backup import backup as copy

    for entry in copy(home_at(home), destination, curation).entries:
        typer.echo(f"copied {entry}")


@command
def restore(
    source: Annotated[Path, typer.Argument(help="Folder that 'cartscape backup' wrote.")],
    home: HomeOption = None,
) -> None:
    """Put a backup into a home; what stands there stays. Then run 'cartscape build'.

    Example: cartscape restore /var/backups/cartscape --home /tmp/restored
    """
    from tasks.backup import restore as bring_back

    place = home_at(home)
    for entry in bring_back(source, place).entries:
        typer.echo(f"restored {entry}")
    typer.echo(f"now run: cartscape build --home {place}")

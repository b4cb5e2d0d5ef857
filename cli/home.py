"""Commands that look after the home: is it well, copy what is precious, bring it back."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.contact import use_contact
from cli.options import HomeOption, command_of
from tasks.home import home_at
from tasks.settings import REPOSITORY, load_protocol

if TYPE_CHECKING:
    from tasks.backup import Copied

app = typer.Typer(no_args_is_help=True)
command = command_of(app)


@command
def status(home: HomeOption = None) -> None:
    """Say how the last run went; exit code 1 where it failed, was killed or is too long ago, for monitors.

    Example: cartscape status || mail -s "cartscape" someone
    """
    from tasks.runs import status as status_of

    found = status_of(home_at(home), load_protocol().monitoring, datetime.datetime.now(datetime.UTC))
    typer.echo(found.message, err=not found.is_well)
    if not found.is_well:
        raise typer.Exit(1)


@command
def doctor(home: HomeOption = None) -> None:
    """Look whether a live run can work: one request to each service, clock, disk, versions, settings, browser.

    Example: cartscape doctor
    """
    from tasks.doctor import examine

    place = home_at(home)
    use_contact(place)
    failing = 0
    for finding in examine(place, load_protocol()):
        failing += not finding.is_well
        typer.echo(f"{'well' if finding.is_well else 'FAILS':<6} {finding.name:<20} {finding.said}")
    if failing:
        typer.echo(f"{failing} of these would stop or spoil a live run", err=True)
        raise typer.Exit(1)


@command
def backup(
    destination: Annotated[Path, typer.Argument(help="Folder to copy into; what it holds already is kept.")],
    curation: Annotated[Path, typer.Option(help="Folder of vocabularies and decisions.")] = REPOSITORY / "curation",
    leave_out_people: Annotated[
        bool, typer.Option("--leave-out-people", help="Leave out the survey's database, which names people.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Copy nothing: check hashes, restore aside, build and compare.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Copy what can't be made again: snapshots, papers, decisions, history of labels, survey, log of runs.

    What names people is sealed with CARTSCAPE_BACKUP_PASSWORD, or left out.

    Example: cartscape backup /var/backups/cartscape
    """
    from tasks.backup import backup as copy

    place = home_at(home)
    if verify:
        from tasks.backup_check import verify as check

        check(destination, place, load_protocol(), typer.echo)
        return
    copied = copy(place, destination, curation, leave_out_people)
    say_copied("copied", copied)


@command
def restore(
    source: Annotated[Path, typer.Argument(help="Folder that 'cartscape backup' wrote.")],
    home: HomeOption = None,
) -> None:
    """Put a backup into a home; what is whole there stays, what is damaged is replaced. Then run 'cartscape build'.

    Example: cartscape restore /var/backups/cartscape --home restored
    """
    from tasks.backup import restore as bring_back

    place = home_at(home)
    say_copied("restored", bring_back(source, place, load_protocol()))
    typer.echo(f"now run: cartscape build --home {place}")


@command
def prune(
    keep: Annotated[
        str,
        typer.Option(help="The last snapshot of each of so many days, weeks, months or years: weekly:52,monthly:all."),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Delete; without it only say what would go.")] = False,
    home: HomeOption = None,
) -> None:
    """Delete snapshots that you no longer need, to save room; the first, the last and the one shown stay.

    Papers, first labels, decisions, survey and log of runs always stay. Then run 'cartscape build'.

    Example: cartscape prune --keep weekly:52,monthly:all --yes
    """
    from tasks.retention import prune as delete
    from tasks.retention import read_rules, to_prune

    place, rules = home_at(home), read_rules(keep)
    pruned = delete(place, rules) if yes else to_prune(place, rules)
    for one in pruned:
        typer.echo(f"{'deleted' if yes else 'would delete'} {one.id} of {one.day}, {one.size / 1e6:,.1f} MB")
    room = sum(one.size for one in pruned) / 1e6
    typer.echo(f"{len(pruned)} snapshots, {room:,.1f} MB" + ("" if yes or not pruned else "; add --yes to delete them"))
    if yes and pruned:
        typer.echo(f"now run: cartscape build --home {place}")


def say_copied(what: str, copied: "Copied") -> None:
    """Tell what was copied; exit code 1 where something could not be."""
    for entry in copied.entries:
        typer.echo(f"{what} {entry}")
    for problem in copied.problems:
        typer.echo(problem, err=True)
    if copied.problems:
        raise typer.Exit(1)

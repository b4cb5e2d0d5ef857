"""`cartscape survey`: whom to ask, what came back, and what it says. Nothing is ever sent from here."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import HomeOption, command_of
from tasks.errors import CartscapeError
from tasks.home import home_at
from tasks.settings import load_protocol

if TYPE_CHECKING:
    import polars

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Ask the investigators of finished trials: whom, what, and what they said. Nothing is ever sent from here.",
)
command = command_of(app)

TimeZone = Annotated[str | None, typer.Option(help="Zone of times that name none, like Europe/Berlin.")]


@command
def contacts(
    all_eligible: Annotated[
        bool, typer.Option("--all-eligible", help="All eligible trials, not only those found by the paper's searches.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Find one contact for each finished trial and write the mail-merge and tracking sheets.

    Example: cartscape survey contacts
    """
    from tasks.survey.contacts import make_contacts

    found = make_contacts(home_at(home), all_eligible)
    if found.is_synthetic:
        typer.echo("synthetic sample: these trials and people do not exist")
    for contact_class, trials in found.classes.items():
        typer.echo(f"{trials:>7,}  {contact_class}")
    typer.echo(f"{found.people:>7,}  people to ask; mail-merge and tracking sheets in {found.folder}")


@command
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or .xlsx: answers, a sending log, or the tracking sheet.")],
    time_zone: TimeZone = None,
    home: HomeOption = None,
) -> None:
    """Take in answers, a sending log or the tracking sheet; each bad row is named and quarantined.

    Example: cartscape survey import answers.csv --time-zone Europe/Berlin
    """
    from tasks.survey.importing import import_file

    imported = import_file(home_at(home), file, datetime.now(UTC), load_protocol().limits, time_zone)
    for row in imported.quarantined:
        typer.echo(f"quarantined: {row.source}:{row.position}: {row.kind}: {row.reason}", err=True)
    for column in imported.unknown_columns:
        typer.echo(f"passed over: {file.name}: column {column}: no question has this code", err=True)
    typer.echo(
        f"{imported.kind}: {imported.added:,} added, {imported.already_known:,} known before, "
        f"{len(imported.quarantined):,} quarantined"
    )


@command
def summary(
    at: Annotated[str | None, typer.Option(help="Count as of this time, like 2026-03-01T09:30+01:00.")] = None,
    home: HomeOption = None,
) -> None:
    """Count responses, answers and the publication gap, and write the aggregates.

    Example: cartscape survey summary
    """
    from tasks.survey.summary import summarize

    found = summarize(home_at(home), checked_time(at), load_protocol())
    for name, table in found.tables.items():
        typer.echo(f"{name}: {table.height:,} rows" if table.height else f"{name}: nothing yet")
        show(table)
    typer.echo(f"aggregates, with few answers left out, in {found.aggregates.parent}")


@command
def forget(
    email: Annotated[str, typer.Argument(help="Address of the person.")],
    home: HomeOption = None,
) -> None:
    """Remove a person from everything that the survey keeps, and never ask again.

    Example: cartscape survey forget someone@example.org
    """
    from tasks.survey.forget import forget as forget_person

    was_known = forget_person(home_at(home), email, datetime.now(UTC).replace(tzinfo=None), load_protocol())
    typer.echo("forgotten" if was_known else "not known here; will not be asked either")
    typer.echo("the registry's own record is not ours to change, and copies that you made of the sheets stay yours")


def checked_time(at: str | None) -> datetime:
    """A time as given, or now; in UTC, without its zone."""
    if at is None:
        return datetime.now(UTC).replace(tzinfo=None)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise CartscapeError(f"--at {at}: not a time; write it like 2026-03-01T09:30+01:00") from error
    if moment.tzinfo is None:
        raise CartscapeError(f"--at {at}: no time zone; write it like 2026-03-01T09:30+01:00")
    return moment.astimezone(UTC).replace(tzinfo=None)


def show(table: "polars.DataFrame") -> None:
    """Print a table in full, percentages with one digit."""
    import polars

    with polars.Config(tbl_rows=-1, tbl_cols=-1, tbl_hide_dataframe_shape=True, float_precision=1, tbl_width_chars=200):
        if table.height:
            typer.echo(table)

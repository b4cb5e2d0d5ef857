"""The survey as flows: out with whom to ask, in with what they said. Logs and artifacts hold counts, never people."""

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_table_artifact

from flows.runs import as_task, checked_file, checked_home
from tasks.home import Home
from tasks.runs import logged
from tasks.settings import load_protocol
from tasks.survey.contacts import make_contacts
from tasks.survey.importing import import_file
from tasks.survey.summary import published_rows, summarize

NOTE = "Aggregates of the survey; few answers are left out."


@flow(name="survey contacts", persist_result=False)
def survey_contacts(all_eligible: bool = False, home: Path | None = None) -> dict[str, int]:
    """Find whom to ask about the finished trials, and count the classes of contact."""
    place = checked_home(home)
    classes = as_task(find_contacts)(place, all_eligible)
    as_task(count_answers)(place)
    return classes


@flow(name="survey import", persist_result=False)
def survey_import(
    files: list[Path] | None = None, time_zone: str | None = None, home: Path | None = None
) -> dict[str, int]:
    """Import files in their order, the sending log first, then count; returns the rows quarantined by reason."""
    place = checked_home(home)
    quarantined: dict[str, int] = {}
    import_one = as_task(take_in, "take in {file}")
    for file in files or []:
        for reason, rows in import_one(place, checked_file(place, file), time_zone).items():
            quarantined[reason] = quarantined.get(reason, 0) + rows
    as_task(count_answers)(place)
    return quarantined


@logged
def find_contacts(home: Home, all_eligible: bool) -> dict[str, int]:
    """Choose one contact for each finished trial."""
    found = make_contacts(home, all_eligible)
    get_run_logger().info(f"{found.classes}; {found.people:,} people to ask; sheets in {found.folder}")
    return found.classes


@logged
def take_in(home: Home, file: Path, time_zone: str | None) -> dict[str, int]:
    """Import one file; what was quarantined is listed in the private folder."""
    imported = import_file(home, file, datetime.now(UTC), load_protocol().limits, time_zone)
    get_run_logger().info(
        f"{imported.kind}: {imported.added:,} added, {imported.already_known:,} known before; "
        f"quarantined: {imported.reasons}; passed over: {len(imported.unknown_columns)} column(s)"
    )
    return imported.reasons


@logged
def count_answers(home: Home) -> None:
    """Count, write the aggregates, and show them in the Prefect UI."""
    summary = summarize(home, datetime.now(UTC).replace(tzinfo=None), load_protocol())
    get_run_logger().info(f"aggregates in {summary.aggregates.parent}")
    for name, rows in published_rows(summary.aggregates).items():
        create_table_artifact(key=name.replace("_", "-"), table=rows, description=NOTE)

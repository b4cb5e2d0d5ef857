"""Instants: the 14 days are counted from them, so a time must say its zone, or be given one that it exists in once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tasks.errors import CartscapeError
from tasks.survey.tables import BadRow, Cell


def time_zone(name: str | None) -> ZoneInfo | None:
    """The zone of times that name none; CartscapeError for a name that is no zone."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CartscapeError(f"--time-zone {name}: no such time zone; write it like Europe/Berlin") from error


def instant(cell: Cell, zone: ZoneInfo | None, now: datetime) -> datetime:
    """A cell as a time in UTC, without its zone; BadRow where it is no single instant of the past."""
    written = cell if isinstance(cell, datetime) else parsed(cell)
    try:
        moment = (written if written.tzinfo else placed(written, zone)).astimezone(UTC)
    except OverflowError as error:
        raise BadRow("not a time", f"{written} lies outside the calendar") from error
    if moment > now:
        raise BadRow("time in the future", f"{moment.isoformat()} lies in the future")
    return moment.replace(tzinfo=None)


def parsed(text: str) -> datetime:
    """A time in ISO 8601; a day alone says too little to count 14 days exactly."""
    text = text.strip()
    try:
        written = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRow("not a time", f"{text[:40]!r} is not a time like 2026-03-01T09:30+01:00") from error
    if ":" not in text and "T" not in text.upper():
        raise BadRow("not a time", f"{text[:40]!r} is a day; write the time as well, like 2026-03-01T09:30+01:00")
    return written


def placed(written: datetime, zone: ZoneInfo | None) -> datetime:
    """A time without a zone put into one, if that hour exists there, and only once, on that day."""
    if zone is None:
        raise BadRow("no time zone", f"{written} has no time zone; add it, or import with --time-zone")
    first, second = written.replace(tzinfo=zone), written.replace(tzinfo=zone, fold=1)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) != written.replace(fold=0):
        raise BadRow("no such hour", f"{written} does not exist in {zone.key}: the clock was put forward")
    if first.utcoffset() != second.utcoffset():
        raise BadRow("ambiguous hour", f"{written} came twice in {zone.key}: the clock was put back; add its offset")
    return first

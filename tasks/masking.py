"""What is written or sent elsewhere only shows: no escape sequence acts there, and no secret stands there."""

import logging
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tasks.errors import CartscapeError, harmless, secrets


def mask_logs() -> None:
    """Make every record of every logger of this process harmless.

    A CartscapeError is shown without a traceback, and so is a busy database of Prefect's, as a warning: the server then
    answers 503, and whoever asked asks again.
    """
    make_record = logging.getLogRecordFactory()
    if getattr(make_record, "is_masking", False):
        return

    def make_masked(*arguments: Any, **options: Any) -> logging.LogRecord:
        record: logging.LogRecord = make_record(*arguments, **options)
        if record.exc_info and isinstance(record.exc_info[1], CartscapeError):
            record.exc_info = None
        elif record.exc_info and record.exc_info[1] and is_busy_database(record.exc_info[1]):
            record.exc_info = None
            record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
            record.msg = f"{record.msg}: Prefect's database was busy, and is asked again"
        elif record.exc_info and record.exc_info[1]:
            # formatters print this text where it is there, instead of making their own
            record.exc_text = harmless("".join(traceback.format_exception(record.exc_info[1])).rstrip())
        # where the arguments do not fit their message, logging says so where it prints
        with suppress(TypeError, ValueError):
            record.msg, record.args = harmless(record.getMessage()), ()
        return record

    make_masked.is_masking = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make_masked)


def is_busy_database(error: BaseException) -> bool:
    """Whether SQLite refused a write because another was under way."""
    return any(isinstance(one, sqlite3.OperationalError) and "database is locked" in str(one) for one in chain(error))


def mask_error(error: BaseException) -> None:
    """Make an error harmless with all that it quotes, and so the errors that led to it: Prefect may keep them whole."""
    for one in chain(error):
        one.args = tuple(masked(list(one.args)))
        if hasattr(one, "__notes__"):
            one.__notes__ = masked(one.__notes__)


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error and every error that led to it, that it quotes or that it groups, each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        nearby = (one.__cause__, one.__context__, *one.args, *getattr(one, "exceptions", ()))
        waiting += [other for other in nearby if isinstance(other, BaseException)]


def masked(value: Any, hidden: tuple[str, ...] | None = None) -> Any:
    """A value of JSON whose texts and names are all harmless; `hidden` as in `harmless`."""
    # the environment is read once for all texts of a message, of which Prefect sends thousands a run
    hidden = secrets() if hidden is None else hidden
    if isinstance(value, str):
        return harmless(value, hidden)
    if isinstance(value, dict):
        return {harmless(str(name), hidden): masked(item, hidden) for name, item in value.items()}
    if isinstance(value, list):
        return [masked(item, hidden) for item in value]
    return value

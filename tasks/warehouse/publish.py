"""A folder to build a warehouse in, and one atomic rename that readers never notice."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars

from tasks.errors import CartscapeError
from tasks.files import force_to_disk, remove
from tasks.home import Home
from tasks.warehouse.building import WAREHOUSE

LOG = logging.getLogger("cartscape")
READ_ONLY = 0o444
# how DuckDB, polars and Python say it, in errors of many kinds
OUT_OF_RESOURCES = ("No space left", "Out of memory", "Out of Memory", "allocate", "File too large", "Read-only file")


@contextmanager
def build_folder(home: Home) -> Iterator[Path]:
    """A clean folder to build in, held by one run at a time; it stays behind where the build fails, to look into."""
    with home.writing(), resource_errors_named(home):
        remove(home.build)
        home.build.mkdir()
        yield home.build
        remove(home.build)


@contextmanager
def resource_errors_named(home: Home) -> Iterator[None]:
    """Turn what the disk and the memory lack into one sentence with its cure, whichever library says it."""
    try:
        yield
    except OSError as error:
        raise CartscapeError(
            f"{error.filename or home}: {error.strerror or error}; free disk space, or set --home to a folder "
            "that you may write to"
        ) from error
    except (MemoryError, duckdb.Error, polars.exceptions.PolarsError, CartscapeError) as error:
        said = " ".join(str(error).split()) or "Out of memory"
        if not any(words in said for words in OUT_OF_RESOURCES):
            raise
        raise CartscapeError(
            f"{home}: {said}; free memory and disk space and run again; the last warehouse stands"
        ) from error


def publish_warehouse(home: Home) -> Path:
    """Replace the published warehouse by the finished build; open readers keep the old one until they reopen.

    The file is read-only, and what somebody's writing left beside the old one does not come to the new one.
    """
    build = home.build / WAREHOUSE
    with duckdb.connect(str(build)) as connection:
        connection.execute("checkpoint")
    build.chmod(READ_ONLY)
    force_to_disk(build)
    keep_aside_what_writers_left(home)
    build.replace(home.warehouse)
    force_to_disk(home.root)
    return home.warehouse


def keep_aside_what_writers_left(home: Home) -> Path | None:
    """Move a write-ahead log from beside the published warehouse and say so; returns where it is kept.

    It belongs to the file that its writer had open, which may be an older publication: DuckDB refuses a file that it
    does not fit, and joined to one that it fits it would change what was published.
    """
    left = home.left_by_writers
    try:
        changed = datetime.fromtimestamp(left.stat().st_mtime, UTC)
        aside = left.with_name(f"{left.stem}.written-{changed:%Y%m%dT%H%M%S.%fZ}{left.suffix}")
        left.rename(aside)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CartscapeError(
            f"{left}: left by a program that opened the published warehouse for writing, and can't be moved aside "
            f"({error.strerror}); let the owner of {home.root} move or delete it"
        ) from error
    LOG.warning(
        f"{aside}: what a program wrote into the published warehouse, kept aside and not published; write into a copy, "
        "and delete this file when you need nothing of it"
    )
    return aside


def open_published(home: Home) -> duckdb.DuckDBPyConnection:
    """The published warehouse, to read only."""
    keep_aside_what_writers_left(home)
    if not home.warehouse.exists():
        raise CartscapeError(f"{home.warehouse}: no warehouse published yet; run 'cartscape run' first, or set --home")
    try:
        return duckdb.connect(str(home.warehouse), read_only=True)
    except duckdb.Error as error:
        raise CartscapeError(
            f"{home.warehouse}: can't be opened ({error}); run 'cartscape build' to make it anew"
        ) from error

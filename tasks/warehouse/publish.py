"""A folder to build a warehouse in, and one atomic rename that readers never notice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars

from tasks.errors import CartscapeError
from tasks.home import Home, force_to_disk, remove
from tasks.warehouse.load import WAREHOUSE

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
    """Replace the published warehouse by the finished build; open readers keep the old one until they reopen."""
    build = home.build / WAREHOUSE
    with duckdb.connect(str(build)) as connection:
        connection.execute("checkpoint")
    force_to_disk(build)
    build.replace(home.warehouse)
    force_to_disk(home.root)
    return home.warehouse


def open_published(home: Home) -> duckdb.DuckDBPyConnection:
    """The published warehouse, to read only."""
    if not home.warehouse.exists():
        raise CartscapeError(f"{home.warehouse}: no warehouse published yet; run 'cartscape run' first, or set --home")
    try:
        return duckdb.connect(str(home.warehouse), read_only=True)
    except duckdb.Error as error:
        raise CartscapeError(
            f"{home.warehouse}: can't be opened ({error}); run 'cartscape build' to make it anew"
        ) from error

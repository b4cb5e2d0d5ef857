"""One writer at a time, a folder to build in, and one atomic rename that readers never notice."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import filelock
import polars

from tasks.errors import CartscapeError

WAREHOUSE = "warehouse.duckdb"
# how DuckDB, polars and Python say it, in errors of many kinds
OUT_OF_RESOURCES = ("No space left", "Out of memory", "Out of Memory", "allocate", "File too large", "Read-only file")


# what a killed run leaves half-written; the lock is held, so no run is still writing it
HALF_WRITTEN = (
    "build",
    ".exports.*",
    "report/*.unfinished",
    "cache/*/.*.*",
    "cache/curation/*/.*.*",
    "publications/.*.*",
)


def sweep(home: Path) -> None:
    """Clear away what killed runs left half-written in a home."""
    for pattern in HALF_WRITTEN:
        for leftover in home.glob(pattern):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)


@contextmanager
def build_folder(home: Path) -> Iterator[Path]:
    """A clean folder to build in, held by one run at a time; it stays behind where the build fails, to look into."""
    folder = home / "build"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(home / ".writer.lock", timeout=0):
            sweep(home)
            folder.mkdir()
            yield folder
            shutil.rmtree(folder, ignore_errors=True)
    except filelock.Timeout as error:
        raise CartscapeError(f"{home}: another run is writing here; wait for it to end, or set --home") from error
    except OSError as error:
        raise CartscapeError(
            f"{error.filename or home}: {error.strerror or error}; free disk space, or set --home to a folder that "
            "you may write to"
        ) from error
    except (MemoryError, duckdb.Error, polars.exceptions.PolarsError, CartscapeError) as error:
        said = " ".join(str(error).split()) or "Out of memory"
        if not any(words in said for words in OUT_OF_RESOURCES):
            raise
        raise CartscapeError(
            f"{home}: {said}; free memory and disk space and run again; the last warehouse stands"
        ) from error


def publish_warehouse(folder: Path, home: Path) -> Path:
    """Replace the published warehouse by the finished build; open readers keep the old one until they reopen."""
    build, published = folder / WAREHOUSE, home / WAREHOUSE
    with duckdb.connect(str(build)) as connection:
        connection.execute("checkpoint")
    with build.open("rb+") as file:
        os.fsync(file.fileno())
    build.replace(published)
    return published


def open_published(home: Path) -> duckdb.DuckDBPyConnection:
    """The published warehouse, to read only."""
    path = home / WAREHOUSE
    if not path.exists():
        raise CartscapeError(f"{path}: no warehouse published yet; run 'cartscape run' first, or set --home")
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise CartscapeError(f"{path}: can't be opened ({error}); run 'cartscape build' to make it anew") from error

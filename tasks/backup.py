"""Copies of what can't be made again, and the way back: what is precious is what `tasks/home.py` calls so."""

import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tasks.errors import CartscapeError
from tasks.home import PLACES, Home, Place, for_owner_only, temporary_folder, writing_folder
from tasks.settings import REPOSITORY
from tasks.snapshot.read import open_snapshot
from tasks.warehouse.models import quoted

CURATION = "curation"
REST = "rest-{day}.tar"
# folders whose entries are written once, so that a copy that is there need not be made again
WRITE_ONCE = ("snapshots", "publications")


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup or a restore copied, in words."""

    entries: list[str]


def backup(home: Home, destination: Path, curation: Path = REPOSITORY / CURATION) -> Copied:
    """Copy what is precious of a home, and the vocabularies and decisions; readable by the owner alone.

    Entries that are written once are copied once, whole or not at all; all else goes into one archive a day.
    """
    if not home.root.is_dir():
        raise CartscapeError(f"{home}: no home there; set --home or CARTSCAPE_HOME")
    with for_owner_only():
        destination.mkdir(parents=True, exist_ok=True)
        copied = [name for folder in WRITE_ONCE for name in copy_new(home.root / folder, destination / folder)]
        archive = destination / REST.format(day=f"{datetime.now(UTC):%Y-%m-%d}")
        with temporary_folder(destination) as folder:
            shutil.copytree(curation, folder / CURATION)
            for place in other_places():
                copy_place(home.root / place.path, folder / place.path)
            with tarfile.open(folder / archive.name, "w") as tar:
                for entry in sorted(path for path in folder.iterdir() if path.name != archive.name):
                    tar.add(entry, entry.name)
            (folder / archive.name).replace(archive)
    return Copied([*copied, archive.name])


def restore(source: Path, home: Home) -> Copied:
    """Put what a backup holds into a home; what stands there stays. Then `cartscape build` makes the rest."""
    archives = sorted(source.glob(REST.format(day="*")))
    if not archives:
        raise CartscapeError(f"{source}: no backup there; give the folder that 'cartscape backup' wrote")
    with home.writing():
        copied = [name for folder in WRITE_ONCE for name in copy_new(source / folder, home.root / folder)]
        with temporary_folder(home.root) as folder:
            with tarfile.open(archives[-1]) as tar:
                tar.extractall(folder, filter="data")
            for place in other_places():
                if (folder / place.path).exists() and not (home.root / place.path).exists():
                    (folder / place.path).replace(home.root / place.path)
                    copied.append(place.path)
        for snapshot in sorted(home.snapshots.iterdir()):
            if not snapshot.name.startswith("."):
                open_snapshot(snapshot)
    return Copied(copied)


def other_places() -> Iterator[Place]:
    """Precious files and folders that change."""
    return (place for place in PLACES if place.keeping == "precious" and place.path not in WRITE_ONCE)


def copy_new(source: Path, destination: Path) -> list[str]:
    """Copy the folders in `source` that `destination` lacks, each whole or not at all; returns their names."""
    names = [path.name for path in sorted(source.glob("*")) if path.is_dir() and not path.name.startswith(".")]
    destination.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not (destination / name).exists()]
    for name in missing:
        with writing_folder(destination / name) as folder:
            shutil.copytree(source / name, folder, dirs_exist_ok=True)
    return [f"{source.name}/{name}" for name in missing]


def copy_place(source: Path, destination: Path) -> None:
    """Copy a file or folder if it is there: a database as one consistent whole, of a folder what is precious."""
    if source.suffix == ".duckdb" and source.exists():
        copy_database(source, destination)
    elif source.is_dir():
        derived = {Path(place.path).name for place in PLACES if place.keeping != "precious"}
        shutil.copytree(source, destination, ignore=shutil.ignore_patterns(*derived, ".*"))
    elif source.exists():
        shutil.copy2(source, destination)


def copy_database(source: Path, destination: Path) -> None:
    """Copy a DuckDB file as one consistent whole, with what still stands in its write-ahead log."""
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach {quoted(str(source))} as source (read_only)")
            connection.execute(f"attach {quoted(str(destination))} as destination")
            connection.execute("copy from database source to destination")
    except duckdb.Error as error:
        raise CartscapeError(f"{source}: can't be copied ({error}); close what has it open, and try again") from error

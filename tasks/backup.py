"""Copies of what can't be made again, and the way back: what is precious is what `tasks/home.py` calls so."""

import io
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import orjson

from tasks.encryption import decrypt, encrypt
from tasks.errors import CartscapeError
from tasks.files import (
    Identity,
    for_owner_only,
    identity_of,
    link_or_copy,
    temporary_folder,
    write_file,
    writing_folder,
)
from tasks.home import PLACES, Home, Place
from tasks.papers.library import open_library
from tasks.protocol import Protocol
from tasks.seals import sha256_of
from tasks.settings import REPOSITORY
from tasks.snapshot.read import open_snapshot
from tasks.survey.forget import obey
from tasks.survey.tombstones import read_lines, write_lines
from tasks.warehouse.models import quoted

CURATION = "curation"
REST, PEOPLE = "rest-{day}.tar", "people-{day}.tar.sealed"
HASHES = "hashes.json"
PASSWORD = "CARTSCAPE_BACKUP_PASSWORD"
# folders whose entries are written once, so that a copy that is there need not be made again; each is read to see
# whether it is whole
WRITE_ONCE: dict[str, Callable[[Path], object]] = {"snapshots": open_snapshot, "publications": open_library}


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup or a restore copied, and what it could not, in words."""

    entries: list[str]
    problems: list[str] = field(default_factory=list)


def backup(
    home: Home, destination: Path, curation: Path = REPOSITORY / CURATION, leave_out_people: bool = False
) -> Copied:
    """Copy what is precious of a home, and the vocabularies and decisions; readable by the owner alone.

    Entries that are written once are copied once, whole or not at all; all else goes into one archive a day. What
    names people goes into an archive of its own, sealed with the password of the environment, or is left out.
    """
    if not home.root.is_dir():
        raise CartscapeError(f"{home}: no home there; set --home or CARTSCAPE_HOME")
    password = None if leave_out_people else required_password(home)
    with for_owner_only():
        destination.mkdir(parents=True, exist_ok=True)
        names: list[str] = []
        problems: list[str] = []
        for entries, read in WRITE_ONCE.items():
            problems += copy_whole(home.root / entries, destination / entries, read, names)
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        archives = {REST.format(day=day): rest_archive(home, curation)}
        if password:
            archives[PEOPLE.format(day=day)] = encrypt(archive(home, private_places()), password)
        for name, content in archives.items():
            write_file(destination / name, content, 0o600)
        forget_earlier_people(home, destination)
        names += archives
        write_hashes(destination, names)
    return Copied(names, problems)


def restore(source: Path, home: Home, protocol: Protocol) -> Copied:
    """Put what a backup holds into a home: what is whole there stays, what is damaged or missing is replaced.

    People who asked to be forgotten, here or by the time of the backup, stay forgotten. Then `cartscape build` makes
    the rest.
    """
    archives = sorted(source.glob(REST.format(day="*")))
    if not archives:
        raise CartscapeError(f"{source}: no backup there; give the folder that 'cartscape backup' wrote")
    check_hashes(source)
    copied: list[str] = []
    with home.writing():
        for entries, read in WRITE_ONCE.items():
            copy_whole(source / entries, home.root / entries, read, copied)
        with temporary_folder(home.root) as folder:
            unpack(archives[-1].read_bytes(), folder)
            problems = unpack_people(source, folder)
            merge_forgotten(Home(folder), home)
            for place in (*changing_places(), *private_places()):
                copied += take_place(folder / place.path, home.root / place.path)
        obey(home, datetime.now(UTC).replace(tzinfo=None), protocol)
    return Copied(copied, problems)


def required_password(home: Home) -> str | None:
    """The password that seals what names people; none where there is nobody. CartscapeError where it is missing."""
    password = os.environ.get(PASSWORD)
    if not password and any((home.root / place.path).exists() for place in private_places()):
        raise CartscapeError(
            f"{home}: the survey names people; set {PASSWORD} to seal their part of the backup, or give "
            "--leave-out-people"
        )
    return password


def changing_places() -> list[Place]:
    """Precious files and folders that change, and that name nobody."""
    return [one for one in PLACES if one.keeping == "precious" and one.path not in WRITE_ONCE and not one.is_private]


def private_places() -> list[Place]:
    """Precious files and folders that name people."""
    return [one for one in PLACES if one.keeping == "precious" and one.is_private]


def copy_whole(source: Path, destination: Path, read: Callable[[Path], object], copied: list[str]) -> list[str]:
    """Copy the folders in `source` that `destination` lacks or has damaged, each whole or not at all.

    Their names go into `copied`; returns what was damaged in the source, and so was not copied. A file that several of
    the folders share is copied once, and shared by their copies.
    """
    problems = []
    copies: dict[Identity, Path] = {}
    destination.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*")):
        if not path.is_dir() or path.name.startswith("."):
            continue
        if not is_whole(destination / path.name, read):
            try:
                read(path)
            except CartscapeError as error:
                problems.append(f"not copied: {error}")
                continue
            with writing_folder(destination / path.name) as folder:
                shutil.copytree(path, folder, copy_function=partial(share_or_copy, copies), dirs_exist_ok=True)
            read(destination / path.name)
            copied.append(f"{source.name}/{path.name}")
        copies |= {identity_of(file): destination / path.name / file.name for file in path.iterdir()}
    return problems


def share_or_copy(copies: dict[Identity, Path], source: str, destination: str) -> None:
    """Let the copy of a file that was copied before stand here too; else copy it.

    Not with the mode of the source: a backup's files are its owner's alone.
    """
    copy = copies.get(identity_of(Path(source)))
    if copy and copy.is_file():
        link_or_copy(copy, Path(destination))
    else:
        shutil.copyfile(source, destination)


def is_whole(folder: Path, read: Callable[[Path], object]) -> bool:
    """Whether an entry is there and can be read."""
    try:
        return folder.exists() and read(folder) is not None
    except CartscapeError:
        return False


def rest_archive(home: Home, curation: Path) -> bytes:
    """What changes and names nobody, and the vocabularies and decisions, as a tar."""
    return archive(home, changing_places(), curation)


def archive(home: Home, places: list[Place], curation: Path | None = None) -> bytes:
    """Places of a home as a tar."""
    content = io.BytesIO()
    with temporary_folder(home.root) as folder:
        if curation:
            shutil.copytree(curation, folder / CURATION)
        for place in places:
            copy_place(home.root / place.path, folder / place.path)
        with tarfile.open(fileobj=content, mode="w") as tar:
            for entry in sorted(folder.iterdir()):
                tar.add(entry, entry.name)
    return content.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Unpack a tar whose names can't lead out of the folder."""
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        tar.extractall(folder, filter="data")


def unpack_people(source: Path, folder: Path) -> list[str]:
    """Unpack the last archive of people where its password is known; returns what to do where it is not."""
    sealed = sorted(source.glob(PEOPLE.format(day="*")))
    if not sealed:
        return []
    password = os.environ.get(PASSWORD)
    if not password:
        return [f"{sealed[-1].name} was left sealed; set {PASSWORD} and restore again to have the survey back"]
    unpack(decrypt(sealed[-1].read_bytes(), password, str(sealed[-1])), folder)
    return []


def forget_earlier_people(home: Home, destination: Path) -> None:
    """Delete sealed archives of before somebody was forgotten: they hold that person still."""
    if home.forgotten.exists():
        for sealed in destination.glob(PEOPLE.format(day="*")):
            if sealed.stat().st_mtime < home.forgotten.stat().st_mtime:
                sealed.unlink()


def merge_forgotten(restored: Home, home: Home) -> None:
    """Let the tombstones of a backup and of a home hold together."""
    if lines := read_lines(restored) | read_lines(home):
        write_lines(home, lines)


def take_place(restored: Path, place: Path) -> list[str]:
    """Move a restored file or folder to its place where nothing whole stands; returns its name if so."""
    if not restored.exists():
        return []
    if place.exists() and not is_damaged_database(place):
        return []
    if place.exists():
        place.rename(place.with_name(f"{place.name}.damaged"))
    restored.replace(place)
    return [place.name]


def is_damaged_database(path: Path) -> bool:
    """Whether a file is a database that can't be opened."""
    if path.suffix != ".duckdb":
        return False
    try:
        duckdb.connect(str(path), read_only=True).close()
        return False
    except duckdb.Error:
        return True


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


def files_of(destination: Path) -> Iterator[Path]:
    """The files of a backup but the list of their hashes."""
    return (path for path in sorted(destination.rglob("*")) if path.is_file() and path.name != HASHES)


def read_hashes(destination: Path) -> dict[str, str]:
    """The hashes of a backup's files by name; none of a backup of before there were any."""
    path = destination / HASHES
    return dict(orjson.loads(path.read_bytes())) if path.exists() else {}


def write_hashes(destination: Path, new: list[str]) -> None:
    """Keep the hash of every file: those of new entries are made, those of earlier ones stay what they were."""
    known = read_hashes(destination)
    hashes = {}
    for path in files_of(destination):
        name = path.relative_to(destination).as_posix()
        is_new = name not in known or any(name == entry or name.startswith(f"{entry}/") for entry in new)
        hashes[name] = sha256_of(path) if is_new else known[name]
    write_file(destination / HASHES, orjson.dumps(hashes, option=orjson.OPT_INDENT_2), 0o600)


def check_hashes(source: Path) -> int:
    """Compare every file of a backup with its hash; returns how many. CartscapeError names the first that differs."""
    hashes = read_hashes(source)
    for name, expected in hashes.items():
        path = source / name
        if not path.is_file():
            raise CartscapeError(f"{path}: missing from the backup; take another copy of it")
        if sha256_of(path) != expected:
            raise CartscapeError(f"{path}: changed since the backup was made; take another copy of it")
    return len(hashes)

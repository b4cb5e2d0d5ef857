"""Files and folders that are there whole or not at all, and what a killed process left of them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

# what is being written stands beside its place under a name like `.index.html.4711.partial`
PARTIAL = ".partial"
OWNER_ONLY = 0o077
# device and number: what tells one file of this machine from another, in whichever folders it stands
Identity = tuple[int, int]


def partial(path: Path) -> Path:
    """Where something is written before it is moved to its place."""
    return path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")


def has_living_owner(unfinished: Path) -> bool:
    """Whether another process whose number stands in an unfinished file's name is at work on it still."""
    owner = unfinished.name.removesuffix(PARTIAL).rpartition(".")[2]
    if not owner.isdigit() or int(owner) == os.getpid():
        return False
    try:
        # a process that began later has only been given the same number
        return bool(psutil.Process(int(owner)).create_time() <= unfinished.stat().st_mtime)
    except (psutil.Error, OSError, OverflowError):
        return False


def write_file(path: Path, content: bytes, mode: int = 0o644) -> Path:
    """Write a file so that it is there whole or not at all, even after a power cut; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = partial(path)
    try:
        with unfinished.open("wb") as file:
            unfinished.chmod(mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return path


@contextmanager
def writing_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of `path` in one step when all went well, else is gone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = partial(path)
    remove(unfinished)
    unfinished.mkdir()
    try:
        yield unfinished
        place_folder(unfinished, path)
    finally:
        remove(unfinished)


@contextmanager
def temporary_folder(beside: Path) -> Iterator[Path]:
    """A folder to work in that is gone afterwards, whatever happens; what is placed from there stays."""
    folder = Path(tempfile.mkdtemp(prefix=".work-", suffix=f".{os.getpid()}{PARTIAL}", dir=beside))
    try:
        yield folder
    finally:
        remove(folder)


def place_folder(unfinished: Path, path: Path) -> None:
    """Move a filled folder to its place over whatever stands there; all its files are on the disk before."""
    for each in (*(file for file in unfinished.rglob("*")), unfinished):
        force_to_disk(each)
    if path.exists():
        with tempfile.TemporaryDirectory(prefix=".", suffix=f".{os.getpid()}{PARTIAL}", dir=path.parent) as old:
            path.replace(Path(old) / path.name)
            unfinished.replace(path)
    else:
        unfinished.replace(path)
    force_to_disk(path.parent)


def force_to_disk(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder, over a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def identity_of(path: Path) -> Identity:
    """Which file a path leads to: the same where it stands in several folders."""
    status = path.stat()
    return status.st_dev, status.st_ino


def link_or_copy(file: Path, destination: Path) -> None:
    """Let a file stand in another place too, or copy it where the disk can't have it twice."""
    try:
        os.link(file, destination)
    except OSError:
        shutil.copyfile(file, destination)


def remove(path: Path) -> None:
    """Delete a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def for_owner_only() -> Iterator[None]:
    """Files made meanwhile are readable by their owner alone."""
    mask = os.umask(OWNER_ONLY)
    try:
        yield
    finally:
        os.umask(mask)

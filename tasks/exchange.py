"""Passes the files of batches through an object store, for workers that share no folder with the run.

The last argument of a batch names what its work writes, a file or a folder; of the others, every file is given along.
"""

import tempfile
import uuid
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tasks.errors import CartscapeError
from tasks.files import partial
from tasks.workers import Work

GIVEN, SHARED, MADE, FOLDER = "given", "shared", "made", "/"


class Exchange:
    """A place of its own in a store that fsspec knows: `s3://bucket/folder`, `gs://...`, `abfs://...`, `file:///...`."""

    def __init__(self, address: str) -> None:
        """Take a new place below the address; nothing is written yet."""
        self.address = f"{address.rstrip('/')}/cartscape-{uuid.uuid4().hex}"

    def send(self, batches: Sequence[Sequence[str]]) -> list[list[str]]:
        """Put what the batches are given into the store, once each; returns the arguments of `work_through`."""
        files = Counter(one for *given, _ in batches for one in dict.fromkeys(given) if is_file(one))
        addresses = {
            path: f"{self.address}/{SHARED if uses > 1 else GIVEN}/{number}/{Path(path).name}"
            for number, (path, uses) in enumerate(files.items())
        }
        try:
            for path, address in addresses.items():
                _store(address).put_file(path, address)
        except Exception as error:  # every store has errors of its own
            raise CartscapeError(
                f"landscape.toml: compute.exchange: {self.address} can't be written to ({error}); name a store that "
                "fsspec knows and that you may write to, or a shared folder and no exchange"
            ) from error
        return [
            [self.address, str(number), out_of(out), *(addresses.get(one, one) for one in given)]
            for number, (*given, out) in enumerate(batches)
        ]

    def fetch(self, batches: Sequence[Sequence[str]]) -> None:
        """Bring what the batches made to where each was to write it."""
        store = _store(self.address)
        for number, (*_, out) in enumerate(batches):
            for address in store.ls(f"{self.address}/{MADE}/{number}", detail=False):
                path = Path(out) / Path(address).name if Path(out).is_dir() else Path(out)
                store.get_file(address, str(partial(path)))
                partial(path).replace(path)

    def clear(self) -> None:
        """Take everything out of the store again."""
        store = _store(self.address)
        if store.exists(self.address):
            store.rm(self.address, recursive=True)


def is_file(argument: str) -> bool:
    """Whether an argument is the path of a file, not a text."""
    return Path(argument).is_absolute() and Path(argument).is_file()


def out_of(out: str) -> str:
    """What a batch writes, without its folder: a file's name, or the sign of a folder."""
    return FOLDER if Path(out).is_dir() else Path(out).name


def work_through(work: str, address: str, number: str, out: str, *given: str) -> int:
    """Fetch what a batch is given, do its work here, and put into the store what it made; returns its size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = folder / MADE
        made.mkdir()
        arguments = [fetched(one, address, folder) for one in given]
        size = work_of(work)(*arguments, str(made if out == FOLDER else made / out))
        for path in sorted(made.iterdir()):
            target = f"{address}/{MADE}/{number}/{path.name}"
            _store(target).put_file(str(path), target)
    return size


def fetched(argument: str, address: str, folder: Path) -> str:
    """The path of a file from the store; another argument as it is. What several batches share is fetched once."""
    if argument.startswith(f"{address}/{SHARED}/"):
        return _kept(argument)
    return _brought(argument, folder) if argument.startswith(f"{address}/{GIVEN}/") else argument


@cache
def _kept(address: str) -> str:
    return _brought(address, Path(_folder_of_this_process().name))


@cache
def _folder_of_this_process() -> "tempfile.TemporaryDirectory[str]":
    """Gone when the process ends."""
    return tempfile.TemporaryDirectory()


def _brought(address: str, folder: Path) -> str:
    path = folder / Path(address).parent.name / Path(address).name
    path.parent.mkdir(exist_ok=True)
    _store(address).get_file(address, str(path))
    return str(path)


def work_of(name: str) -> Work:
    """A batch's work by its module and name."""
    module, _, function = name.rpartition(".")
    work: Work = getattr(import_module(module), function)
    return work


def _store(address: str) -> Any:
    """The file system of an address; fsspec says which package an unknown one needs."""
    import fsspec

    store, _ = fsspec.core.url_to_fs(address)
    if "file" in store.protocol:
        store.auto_mkdir = True
    return store

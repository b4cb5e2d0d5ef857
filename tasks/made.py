"""What the published landscape was made from: a run that would make the same again says so instead.

A note in the cache holds, for the warehouse, the page and the exports, one hash of all that it was made from and one of
what came of it. Whatever changed, is damaged or was deleted, on either side, is made anew.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from tasks.home import Home, write_file
from tasks.seals import SUMS, damage_in, sha256_of
from tasks.settings import REPOSITORY, Protocol
from tasks.snapshot.read import Snapshot

# what decides the landscape beside its snapshots; with it the libraries that compute, draw and write
PROGRAM = ("tasks", "sql", "expectations", "curation", "report")
LIBRARIES = "altair duckdb great-expectations numpy orjson polars scikit-learn scipy vl-convert-python xlsxwriter"
# how many processes work makes no other result
WITHOUT_EFFECT = {"compute"}


def sha256_of_all(parts: Iterable[object]) -> str:
    """One hash of several values that JSON can hold."""
    content = orjson.dumps(list(parts), default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(content).hexdigest()


@cache
def program_sha256(root: Path = REPOSITORY) -> str:
    """Hash of the program, its vocabularies and decisions, and the versions of its libraries, read once a process."""
    files = sorted(
        path
        for folder in PROGRAM
        for path in (root / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    )
    named = [(path.relative_to(root).as_posix(), sha256_of(path)) for path in files]
    return sha256_of_all([named, installed(LIBRARIES.split())])


def installed(names: Iterable[str]) -> list[str]:
    """Libraries with their versions."""
    return [f"{name} {version(name)}" for name in names]


def sources_of_warehouse(
    home: Home, program: str, protocol: Protocol, snapshots: Mapping[str, Snapshot], shown: str, as_of: date | None
) -> str | None:
    """Hash of all that a warehouse is made from; None where something of it is damaged, which a build refuses by name.

    The log of runs, which it holds too, decides nothing of it.
    """
    beside = [*(home.publications(one) for one in snapshots), home.first_labels(shown).parent]
    if any(damage_in(folder) for folder in beside):
        return None
    sums = [(folder.name, (folder / SUMS).read_bytes().hex() if (folder / SUMS).exists() else "") for folder in beside]
    manifests = {name: snapshot.manifest["manifest_sha256"] for name, snapshot in snapshots.items()}
    return sha256_of_all([program, settings_of(protocol), manifests, shown, as_of, sums])


def sources_of_page(home: Home, program: str, protocol: Protocol) -> str:
    """Hash of all that the page is made from: the published warehouse and the survey's aggregates."""
    survey = sorted(path for path in home.survey.glob("*") if path.is_file())
    return sha256_of_all([sources_of_exports(home, program, protocol), [sha256_of(path) for path in survey]])


def sources_of_exports(home: Home, program: str, protocol: Protocol) -> str:
    """Hash of all that the exports are made from."""
    return sha256_of_all([program, settings_of(protocol), content_of(home.warehouse)])


def settings_of(protocol: Protocol) -> dict[str, Any]:
    """The settings that decide what is made."""
    return protocol.model_dump(mode="json", exclude=WITHOUT_EFFECT)


def content_of(path: Path) -> str:
    """Hash of a file, or of every file of a folder with its name; '' where there is nothing."""
    if path.is_file():
        return sha256_of(path)
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return sha256_of_all((letters_of(file.relative_to(path)), sha256_of(file)) for file in files) if files else ""


def letters_of(name: Path) -> str:
    """A file's name as JSON can hold it: it may be bytes of no encoding."""
    return os.fsencode(name).decode("latin-1")


def is_made(home: Home, path: Path, sources: str | None) -> bool:
    """Whether what stands at a place of the home was made from the same, and is as it was then."""
    try:
        note = orjson.loads(home.cached("made", path.name).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return False
    return sources is not None and note == {"from": sources, "content": content_of(path)}


def note_made(home: Home, path: Path, sources: str | None) -> None:
    """Note what something of the home was made from."""
    note = {"from": sources, "content": content_of(path)}
    write_file(home.cached("made", path.name), orjson.dumps(note))

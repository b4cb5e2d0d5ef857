"""Hashes of what a landscape is made from: the program, its settings, files and folders."""

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from tasks.protocol import Protocol
from tasks.seals import sha256_of
from tasks.settings import REPOSITORY

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

"""Answers of interfaces kept on disk until a long conversation is over: one that was interrupted goes on from there."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import orjson
import zstandard

from tasks.files import remove, write_file

# they say who asks, not what is asked
WHO_ASKS = ("api_key", "email", "tool")
_folder: ContextVar[Path | None] = ContextVar("folder of answers", default=None)


@contextmanager
def remembered_in(folder: Path) -> Iterator[None]:
    """Keep the answers to all that is asked meanwhile, and ask nothing twice; gone when it ended well."""
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)
    remove(folder)


def place_of(method: str, url: str, *questions: Mapping[str, Any] | None) -> Path | None:
    """Where the answer to a question is kept; None where none is."""
    folder = _folder.get()
    if folder is None:
        return None
    asked = [{name: value for name, value in (one or {}).items() if name not in WHO_ASKS} for one in questions]
    key = orjson.dumps([method, url, asked], option=orjson.OPT_SORT_KEYS)
    return folder / f"{hashlib.sha256(key).hexdigest()}.zst"


def kept_answer(place: Path | None) -> bytes | None:
    """The answer that is kept in a place; None where there is none, or where it can't be read."""
    try:
        return zstandard.decompress(place.read_bytes()) if place else None
    except (OSError, zstandard.ZstdError):
        return None


def keep_answer(place: Path | None, content: bytes) -> None:
    """Keep an answer that could be used."""
    if place:
        write_file(place, zstandard.compress(content))

"""Hashes beside files, so that a damaged disk is never read as truth.

A sealed folder holds a list that `sha256sum -c SHA256SUMS` reads. What can be made again is made again where the list
does not fit; what can't is refused with the file's name.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

import orjson

from tasks.files import remove, write_file

SUMS = "SHA256SUMS"
# the field of a record that holds its own hash
SEAL = "seal"
LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def seal(folder: Path) -> None:
    """Add the files of a folder that its list does not name yet; what it names already stays as it is."""
    listed = read_sums(folder)
    for path in files_in(folder):
        listed.setdefault(path.relative_to(folder).as_posix(), sha256_of(path))
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items()))
    write_file(folder / SUMS, lines.encode("utf-8"))


def read_sums(folder: Path) -> dict[str, str]:
    """The hash of each file that a folder's list names; nothing where there is no list."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    return {found[2]: found[1] for found in map(LINE.fullmatch, lines) if found}


def damage_in(folder: Path, name: str | None = None) -> str | None:
    """The first file of a folder that is not what its list says, in words; None where all are, or none is listed."""
    for listed, digest in read_sums(folder).items():
        path = folder / listed
        if name not in (None, listed):
            continue
        if not path.is_file():
            return f"{path}: missing, though {SUMS} beside it names it"
        if sha256_of(path) != digest:
            return f"{path}: not what {SUMS} beside it says"
    return None


def is_usable(folder: Path) -> bool:
    """Whether a folder of a cache is there and whole; a damaged one is deleted, to be made again."""
    if not folder.exists():
        return False
    names = {path.relative_to(folder).as_posix() for path in files_in(folder)}
    if names and read_sums(folder).keys() == names and damage_in(folder) is None:
        return True
    remove(folder)
    return False


def files_in(folder: Path) -> list[Path]:
    """The files of a folder but its list and what is being written, in order."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in found if path.name != SUMS and not path.name.startswith(".")]


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sealed(content: dict[str, Any]) -> bytes:
    """A record as JSON that holds the hash of itself, for files to which lines are added one by one."""
    return orjson.dumps({**content, SEAL: digest_of(content)})


def unsealed(line: bytes) -> dict[str, Any] | None:
    """The record of a line, None where it is not as it was written; one without a hash is of before there were any."""
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(content, dict):
        return None
    digest = content.pop(SEAL, None)
    return content if digest in (None, digest_of(content)) else None


def digest_of(content: dict[str, Any]) -> str:
    """The hash of a record as JSON gives it back."""
    return hashlib.sha256(orjson.dumps(orjson.loads(orjson.dumps(content)))).hexdigest()[:32]

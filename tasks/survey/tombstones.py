"""Who asked to be forgotten, as hashes that outlive the survey's database: no backup brings these people back."""

import hashlib

import orjson

from tasks.errors import CartscapeError
from tasks.files import write_file
from tasks.home import Home
from tasks.survey.store import OWNER_ONLY


def bury(home: Home, hashes: list[str], salt: str) -> None:
    """Keep the hashes of addresses that were made with a salt; those that are kept already stay once."""
    write_lines(home, read_lines(home) | {orjson.dumps({"salt": salt, "address_hash": one}) for one in hashes})


def write_lines(home: Home, lines: set[bytes]) -> None:
    """Write the tombstones, and a last line that tells whether they are all there and as they were."""
    content = sorted(lines)
    write_file(home.forgotten, b"".join(line + b"\n" for line in [*content, last_line(content)]), OWNER_ONLY)


def last_line(lines: list[bytes]) -> bytes:
    """What stands under so many tombstones."""
    return orjson.dumps({"tombstones": len(lines), "sha256": hashlib.sha256(b"\n".join(lines)).hexdigest()})


def read_lines(home: Home) -> set[bytes]:
    """The tombstones of a home; CartscapeError where they are not all there as they were written."""
    if not home.forgotten.exists():
        return set()
    *lines, last = home.forgotten.read_bytes().splitlines() or [b""]
    if last != last_line(lines):
        raise CartscapeError(
            f"{home.forgotten}: damaged, so that people might be asked who asked to be forgotten; "
            "restore the file from a backup"
        )
    return set(lines)

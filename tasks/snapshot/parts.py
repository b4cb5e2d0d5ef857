"""The files that hold the records of a snapshot: one of its own, and those that it shares with snapshots before it.

A record that the snapshot before holds, but for values that a registry changes on every record every day, is not
written again: the file with it is linked into the folder of the new snapshot, whose contents say in which file and line
each record stands, and what those values are now. So every folder is whole by itself and may be copied or deleted
alone, while the disk keeps each file once.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import polars
import zstandard

from tasks.errors import CartscapeError
from tasks.registry.volatile import VolatileValues

CURE = "delete that folder and take the snapshot again"
STUDIES = "studies.jsonl.zst"
SHARED_STUDIES = "studies-{sha256:.16}.jsonl.zst"
# where a record stands; the hash of its bytes without their volatile values, and those values
PART, LINE, RECORD_SHA256, VALUES = "part", "line", "record_sha256", "volatile_values"
PLACE_COLUMNS: dict[str, type[polars.DataType]] = {
    PART: polars.String,
    LINE: polars.UInt32,
    RECORD_SHA256: polars.Binary,
    VALUES: polars.Binary,
}


def lines_of(path: Path) -> Iterator[bytes]:
    """The records of a file, one at a time."""
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        for line in io.BufferedReader(stream, 1 << 20):
            yield line.rstrip(b"\n")


def records_at(folder: Path, places: polars.DataFrame, volatile: VolatileValues) -> Iterator[bytes]:
    """The records at places (columns part, line, volatile_values) in their order, in which a part's lines ascend.

    Raises CartscapeError where there is none, or where its volatile values are not as many as are named.
    """
    parts = {part: enumerate(lines_of(folder / part)) for part in places[PART].unique()}
    for part, line, values in places.select(PART, LINE, VALUES).iter_rows():
        for number, record in parts[part]:
            if number == line:
                # in its own part a record stands as it was received
                yield record if part == STUDIES else restored(record, values, folder, volatile)
                break
        else:
            raise CartscapeError(
                f"{folder / part}: holds no record on line {line + 1}, which the contents name; {CURE}"
            )


def restored(record: bytes, values: bytes | None, folder: Path, volatile: VolatileValues) -> bytes:
    """A record of another snapshot with the values that it has in the one of a folder."""
    try:
        return volatile.put_in(record, values or b"")
    except ValueError as error:
        raise CartscapeError(f"{folder}: its contents name other volatile values than a record has; {CURE}") from error

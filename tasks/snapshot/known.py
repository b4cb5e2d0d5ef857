"""What was read of a source's records before, by the bytes of each: the same bytes are not read again.

What the registry changes on every record every day does not make them others.

One file holds the looks of the last reading of a source with the same program and searches; the next replaces it.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import polars

from tasks.files import writing_folder
from tasks.hashes import program_sha256, sha256_of_all
from tasks.home import Home
from tasks.registry.files import RawStudy
from tasks.registry.volatile import VolatileValues
from tasks.seals import is_usable, seal
from tasks.snapshot.looks import LOOKS, Look, Searching, looks_in

KEPT_LOOKS = "looks.parquet"
# fewer are read again sooner than a file of them is written and sealed
FEWEST_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Records with what is known of each (None of one that is not), and the looks that are known as a frame."""

    records: list[RawStudy]
    looks: Sequence[Look | None]
    known: polars.DataFrame

    @property
    def unknown(self) -> int:
        """How many records are to be read."""
        return len(self.records) - self.known.height


class KnownLooks:
    """The looks of the last reading, and those of this one, which take their place."""

    def __init__(self, folder: Path, volatile_fields: list[str]) -> None:
        """Take what a folder of the cache holds; a damaged one is not believed."""
        self.folder, self.volatile = folder, VolatileValues(volatile_fields)
        self.last = polars.read_parquet(folder / KEPT_LOOKS) if is_usable(folder) else polars.DataFrame(schema=LOOKS)
        self.rows: dict[bytes, int] = dict(zip(self.last["record_sha256"], range(self.last.height), strict=True))
        self.held: list[polars.DataFrame] = []

    def recall(self, records: list[RawStudy]) -> Batch:
        """What the last reading says of records; of one whose bytes could not be had in full nothing is known."""
        if not self.rows:
            return Batch(records, [None] * len(records), self.last)
        rows = [
            None if record.problem else self.rows.get(self.volatile.taken_out(record.content)[0]) for record in records
        ]
        known = self.last[[row for row in rows if row is not None]]
        looks = looks_in(known)
        return Batch(records, [None if row is None else next(looks) for row in rows], known)

    def hold(self, looks: polars.DataFrame) -> None:
        """Take looks of this reading, but those of what is no study: why not may lie in where it stood."""
        self.held.append(looks.filter(polars.col("reason") == ""))

    def keep(self) -> None:
        """Keep the looks of this reading for the next, once it reached its end."""
        held = polars.concat([self.last.clear(), *self.held])
        if held.height < FEWEST_KEPT:
            return
        with writing_folder(self.folder) as unfinished:
            held.write_parquet(unfinished / KEPT_LOOKS)
            seal(unfinished)


def known_looks(home: Home, series: str, volatile_fields: list[str], searching: Searching) -> KnownLooks:
    """What is known of the records of a series; of another program or other searches nothing is."""
    searches = [] if searching is None else [astuple(search) for search in searching.searches]
    read_as = sha256_of_all([series, program_sha256(), volatile_fields, searches])
    return KnownLooks(home.cached("looks", read_as[:24]), volatile_fields)

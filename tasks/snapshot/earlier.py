"""What the snapshot before holds, so that a new one of its series keeps only what has changed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars

from tasks.files import link_or_copy
from tasks.protocol import HomeFolder
from tasks.snapshot.parts import LINE, PART, PLACE_COLUMNS, RECORD_SHA256, SHARED_STUDIES, STUDIES
from tasks.snapshot.read import Snapshot


class EarlierRecords:
    """The records of the last snapshot of a series, if there is one, told apart by the hashes of their bytes."""

    def __init__(self, snapshot: Snapshot | None, volatile_fields: list[str]) -> None:
        """Read where they stand; a snapshot with other volatile fields, or of before hashes were kept, shares none."""
        self.snapshot = snapshot if snapshot and snapshot.volatile_fields == volatile_fields else None
        nothing = polars.DataFrame(schema={"nct_id": polars.String, **PLACE_COLUMNS})
        places = self.snapshot.places() if self.snapshot else nothing
        self.places = places.filter(polars.col(RECORD_SHA256).is_not_null())
        self._hashes: dict[str, bytes] = dict(self.places.select("nct_id", RECORD_SHA256).iter_rows())
        self._files: dict[str, dict[str, Any]] = self.snapshot.manifest["files"] if self.snapshot else {}

    def holds(self, number: str, record_sha256: bytes) -> bool:
        """Whether it holds the record of a study with the same bytes but for its volatile values."""
        return self._hashes.get(number) == record_sha256

    def records(self, numbers: Iterable[str]) -> Iterator[bytes]:
        """The records of some numbers, by number, with its own volatile values."""
        return self.snapshot.records(numbers) if self.snapshot else iter(())

    def shared(self, numbers: list[str], studies: int, settings: HomeFolder) -> dict[str, tuple[str, int]]:
        """Part and line, by number, of the records that a snapshot of so many studies shares with this one.

        None where the parts would be too many, or hold too many records that no longer are in the snapshot: then it is
        written whole again.
        """
        wanted = polars.Series(numbers, dtype=polars.String)
        places = self.places.filter(polars.col("nct_id").is_in(wanted.implode()))
        parts = places[PART].unique().to_list()
        read = sum(self._files[part]["records"] for part in parts) + studies - places.height
        if len(parts) >= settings.most_parts_of_a_snapshot or read > settings.most_records_read_for_one * studies:
            return {}
        names = {part: self._name_elsewhere(part) for part in parts}
        return {number: (names[part], line) for number, part, line in places.select("nct_id", PART, LINE).iter_rows()}

    def link_into(self, folder: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Let parts stand in the folder of another snapshot under these names; what its manifest says of each."""
        if not self.snapshot:
            return {}
        parts = {self._name_elsewhere(part): part for part in self.places[PART].unique()}
        for name in names:
            link_or_copy(self.snapshot.folder / parts[name], folder / name)
        return {name: self._files[parts[name]] for name in names}

    def _name_elsewhere(self, part: str) -> str:
        return SHARED_STUDIES.format(sha256=self._files[part]["sha256"]) if part == STUDIES else part

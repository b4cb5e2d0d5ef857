"""What was curated before: each version of a record stands once, beside the snapshot that it was first read for.

The folder of a snapshot holds `contents.parquet`, its records with what decides their curation and the name of the
folder that holds their rows, and the rows of those that no other folder held.
"""

from functools import cached_property
from pathlib import Path

import polars

from tasks.seals import is_usable
from tasks.snapshot.read import CONTENTS

HELD_BY = "held_by"
# what decides what is read of a record, beside the vocabularies and the code
VERSION = {
    "nct_id": polars.String,
    "content_sha256": polars.String,
    "is_found": polars.Boolean,
    "may_be_background": polars.Boolean,
}


class Kept:
    """The versions of records that were curated with the same vocabularies and code, each folder looked into once."""

    def __init__(self, folder: Path) -> None:
        """Name the folder that holds one of each snapshot."""
        self.folder = folder

    @cached_property
    def versions(self) -> polars.DataFrame:
        """Every version that is held, with the name of the folder that holds it: the columns of VERSION, held_by."""
        held = [polars.DataFrame(schema={**VERSION, HELD_BY: polars.String})]
        for index in sorted(self.folder.glob(f"*/{CONTENTS}")):
            if not index.parent.name.startswith(".") and is_usable(index.parent):
                held.append(self.own(polars.read_parquet(index), index.parent.name))
        return polars.concat(held)

    @staticmethod
    def own(index: polars.DataFrame, name: str) -> polars.DataFrame:
        """Of an index the versions whose rows stand beside it."""
        return index.filter(polars.col(HELD_BY) == name)

    def holds(self, name: str, contents: polars.DataFrame) -> bool:
        """Whether all of a snapshot's contents (the columns of VERSION) are held where its index says."""
        versions, path = self.versions, self.folder / name / CONTENTS  # damaged folders are gone once it was looked
        if not path.exists():
            return False
        index = polars.read_parquet(path)
        is_held = index.join(versions, on=[*VERSION, HELD_BY], how="anti").is_empty()
        return is_held and index.drop(HELD_BY).equals(contents)

    def place(self, contents: polars.DataFrame, name: str) -> polars.DataFrame:
        """The contents with the folder that holds each; `name`, that of the snapshot itself, where no other does."""
        others = self.versions.filter(polars.col(HELD_BY) != name).unique(
            list(VERSION), keep="first", maintain_order=True
        )
        placed = contents.join(others, on=list(VERSION), how="left", maintain_order="left")
        return placed.with_columns(polars.col(HELD_BY).fill_null(name))

    def add(self, index: polars.DataFrame, name: str) -> None:
        """Take note of a folder that was written."""
        others = self.versions.filter(polars.col(HELD_BY) != name)
        self.versions = polars.concat([others, self.own(index, name)])


def curated_rows(folder: Path, kind: str, among: polars.DataFrame | None = None) -> polars.LazyFrame:
    """Rows of one kind that curation made of a snapshot's records, of all or of those `among` (column nct_id)."""
    index = polars.read_parquet(folder / CONTENTS, columns=["nct_id", HELD_BY])
    if among is not None:
        index = index.join(among, on="nct_id", how="semi")
    if index.is_empty():
        return polars.scan_parquet(folder / f"{kind}-*.parquet").clear()
    return polars.concat(
        polars.scan_parquet(folder.parent / holder / f"{kind}-*.parquet").join(
            held.lazy(), on="nct_id", how="semi", maintain_order="left"
        )
        for (holder,), held in sorted(index.partition_by(HELD_BY, as_dict=True).items())
    )

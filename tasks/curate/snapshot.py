"""Curation of a whole snapshot, kept beside it so that the same texts are read once."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

import polars

from tasks.curate import Curation, Vocabularies, curate_studies
from tasks.home import Home, writing_folder
from tasks.registry.study import Study
from tasks.settings import REPOSITORY
from tasks.snapshot.read import Snapshot

STUDIES_A_BATCH = 2_000
SCHEMAS: dict[str, dict[str, type[polars.DataType]]] = {
    "labels": {"nct_id": polars.String, "attribute": polars.String, "value": polars.String},
    "assertions": {
        "nct_id": polars.String,
        "attribute": polars.String,
        "value": polars.String,
        "kind": polars.String,
        "field": polars.String,
        "start": polars.Int64,
        "end": polars.Int64,
        "quote": polars.String,
        "rule": polars.String,
        "confidence": polars.Float64,
    },
    "label_conflicts": {"nct_id": polars.String, "attribute": polars.String, "description": polars.String},
}


def curate_snapshot(
    snapshot: Snapshot,
    vocabularies: Vocabularies,
    home: Home,
    volatile_fields: list[str],
    report: Callable[[str], None],
) -> Path:
    """Curate a snapshot's studies and return the folder of its labels, assertions and conflicts as Parquet.

    The folder above it is named for the vocabularies and the code that reads them; studies that another snapshot
    in there holds with the same content are taken from it, so that unchanged records are curated once.
    """
    folder = home.cached("curation", reader_sha256(vocabularies)) / snapshot.id
    if folder.exists():
        report(f"{snapshot.id}: curated before with these vocabularies")
        return folder
    contents = snapshot.contents(volatile_fields)
    with writing_folder(folder) as unfinished:
        known = take_known(dict(contents.rows()), folder.parent, unfinished)
        fresh = (study for study in snapshot.studies() if study.nct_id not in known)
        curate_fresh(fresh, vocabularies, unfinished, lambda count: report(f"{snapshot.id}: {count:,} studies curated"))
        contents.write_parquet(unfinished / "contents.parquet")
    changed = contents.height - len(known)
    report(f"{snapshot.id}: {changed:,} studies curated, {len(known):,} unchanged since curated before")
    return folder


def take_known(contents: dict[str, str], siblings: Path, unfinished: Path) -> set[str]:
    """Copy what other snapshots' curation says of studies with the same content; returns their NCT numbers."""
    known: set[str] = set()
    for index in sorted(siblings.glob("*/contents.parquet")):
        if index.parent.name.startswith("."):
            continue
        same = [
            nct_id
            for nct_id, sha256 in polars.read_parquet(index).rows()
            if nct_id not in known and contents.get(nct_id) == sha256
        ]
        if same:
            wanted = polars.Series("nct_id", same, dtype=polars.String).implode()
            for name in SCHEMAS:
                rows = polars.scan_parquet(index.parent / f"{name}-*.parquet").filter(
                    polars.col("nct_id").is_in(wanted)
                )
                rows.sink_parquet(unfinished / f"{name}-of-{index.parent.name}.parquet")
            known.update(same)
    return known


def curate_fresh(
    studies: Iterator[Study], vocabularies: Vocabularies, unfinished: Path, report: Callable[[int], None]
) -> None:
    """Curate studies in batches, one Parquet file of each kind a batch; always at least one, empty if need be."""
    curations = curate_studies(studies, vocabularies)
    for part in count():
        batch = list(islice(curations, STUDIES_A_BATCH))
        if batch or part == 0:
            write_batch(batch, unfinished, part)
        if len(batch) < STUDIES_A_BATCH:
            return
        report((part + 1) * STUDIES_A_BATCH)


def write_batch(batch: list[Curation], folder: Path, part: int) -> None:
    """Write one Parquet file per kind of row."""
    rows: dict[str, list[tuple[object, ...]]] = {
        "labels": [
            (curation.nct_id, attribute, value)
            for curation in batch
            for attribute, values in curation.labels.items()
            for value in values
        ],
        "assertions": [
            tuple(getattr(assertion, column) for column in SCHEMAS["assertions"])
            for curation in batch
            for assertion in curation.assertions
        ],
        "label_conflicts": [
            (conflict.nct_id, conflict.attribute, conflict.description)
            for curation in batch
            for conflict in curation.conflicts
        ],
    }
    for name, schema in SCHEMAS.items():
        frame = polars.DataFrame(rows[name], schema=schema, orient="row")
        frame.write_parquet(folder / f"{name}-{part:05d}.parquet")


def reader_sha256(vocabularies: Vocabularies) -> str:
    """Hash of what reads a study: the vocabularies, and the program, as other code may read them otherwise."""
    digest = hashlib.sha256(vocabularies.sha256.encode())
    for path in sorted((REPOSITORY / "tasks" / "curate").rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]

"""Curation of a whole snapshot, kept beside it so that the same texts are read once."""

import hashlib
import os
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import duckdb
import polars

from tasks.curate import Curation, Vocabularies, curate_studies
from tasks.retrieve.snapshot import Snapshot
from tasks.settings import REPOSITORY
from tasks.warehouse.models import quoted

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


def curate_snapshot(snapshot: Snapshot, vocabularies: Vocabularies, cache: Path, report: Callable[[str], None]) -> Path:
    """Curate every study of a snapshot and return the folder of its labels, assertions and conflicts as Parquet.

    The folder is named for what decides its content: the studies, the vocabularies and the code that reads them.
    """
    studies_sha256 = snapshot.manifest["files"]["studies.jsonl.zst"]["sha256"]
    name = hashlib.sha256(f"{studies_sha256} {vocabularies.sha256} {code_sha256()}".encode()).hexdigest()[:24]
    folder = cache / name
    if folder.exists():
        report(f"{snapshot.id}: curated before with these vocabularies")
        return folder
    unfinished = cache / f".{name}.{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    curations = curate_studies((study for _, study in snapshot.studies()), vocabularies)
    part = 0
    while batch := list(islice(curations, STUDIES_A_BATCH)):
        write_batch(batch, unfinished, part)
        part += 1
        report(f"{snapshot.id}: {(part - 1) * STUDIES_A_BATCH + len(batch)} studies curated")
    unfinished.replace(folder)
    return folder


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


def load_curation(connection: duckdb.DuckDBPyConnection, snapshot_id: str, folder: Path) -> int:
    """Load a snapshot's labels, assertions and conflicts into the core schema and return the number of labels."""
    for name, schema in SCHEMAS.items():
        columns = ", ".join(f'"{column}"' for column in schema)
        files = quoted(str(folder / f"{name}-*.parquet"))
        if any(folder.glob(f"{name}-*.parquet")):
            connection.execute(
                f"insert into core.{name} select $1, {columns} from read_parquet({files})", [snapshot_id]
            )
    row = connection.execute("select count(*) from core.labels where snapshot_id = $1", [snapshot_id]).fetchone()
    return int(row[0]) if row else 0


def code_sha256() -> str:
    """Hash of the program that curates: other code may read the same words otherwise."""
    digest = hashlib.sha256()
    for path in sorted((REPOSITORY / "tasks" / "curate").glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()

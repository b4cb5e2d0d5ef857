"""Curation of a whole snapshot, kept beside it so that the same texts are read once."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import orjson
import polars
from joblib import Parallel, cpu_count, delayed, parallel_config

from tasks.curate import Curation, Vocabularies, curate_studies, load_vocabularies
from tasks.curate.registrations import Row, registration_rows
from tasks.errors import CartscapeError
from tasks.home import Home, writing_folder
from tasks.registry.readers import study_of
from tasks.seals import is_usable, seal
from tasks.settings import REPOSITORY
from tasks.snapshot.read import Snapshot

STUDIES_A_BATCH = 2_000
# what reads a study: the rules, the readers of other registries' records, and what their spellings mean
READERS = (
    ("tasks/curate", "*.py"),
    ("tasks/registry", "*.py"),
    ("curation/registries", "*.tsv"),
    ("curation", "registries.tsv"),
    ("curation", "needed_fields.tsv"),
)
SECONDS_TO_WAIT_FOR_WORK = 30
SCHEMAS: dict[str, dict[str, polars.DataType | type[polars.DataType]]] = {
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
    "registrations": {
        "nct_id": polars.String,
        "registry": polars.String,
        "number": polars.String,
        "form": polars.String,
        "address": polars.String,
        "source_date": polars.String,
        "not_carried": polars.List(polars.String),
        "is_continuation": polars.Boolean,
        "is_in_part": polars.Boolean,
    },
    "registration_numbers": {
        "nct_id": polars.String,
        "registry": polars.String,
        "number": polars.String,
        "kind": polars.String,
        "field": polars.String,
        "start": polars.Int64,
        "end": polars.Int64,
        "words": polars.String,
    },
    "source_fields": {
        "nct_id": polars.String,
        "field": polars.String,
        "start": polars.Int64,
        "source_field": polars.String,
        "source_start": polars.Int64,
    },
    "stated_fields": {"nct_id": polars.String, "fields": polars.List(polars.String)},
    "unknown_spellings": {
        "nct_id": polars.String,
        "kind": polars.String,
        "spelling": polars.String,
        "field": polars.String,
    },
}
# a record as received, and whether a search found it
Record = tuple[bytes, bool]


def curate_snapshot(
    snapshot: Snapshot,
    vocabularies: Vocabularies,
    home: Home,
    volatile_fields: list[str],
    report: Callable[[str], None],
    processes: int = 1,
) -> Path:
    """Curate a snapshot's studies and return the folder of its labels, assertions, numbers and the rest as Parquet.

    The folder above it is named for the vocabularies and the code that reads them; studies that another snapshot
    in there holds with the same content are taken from it, so that unchanged records are curated once. `processes`: how
    many at a time, 0 for one a core.
    """
    folder = home.cached("curation", reader_sha256(vocabularies)) / snapshot.id
    if is_usable(folder):
        report(f"{snapshot.id}: curated before with these vocabularies")
        return folder
    found = snapshot.search_hits()["nct_id"].unique().implode()
    contents = snapshot.contents(volatile_fields).with_columns(is_found=polars.col("nct_id").is_in(found))
    with writing_folder(folder) as unfinished:
        known = take_known(contents, folder.parent, unfinished)
        changed = contents.height - len(known)
        numbered = zip(contents["nct_id"], contents["is_found"], snapshot.records(), strict=True)
        fresh = ((record, is_found) for nct_id, is_found, record in numbered if nct_id not in known)
        curate_fresh(
            fresh,
            changed,
            vocabularies,
            processes,
            unfinished,
            lambda done: report(f"{snapshot.id}: {done:,} of {changed:,} studies curated"),
        )
        contents.write_parquet(unfinished / "contents.parquet")
        seal(unfinished)
    report(f"{snapshot.id}: {changed:,} studies curated, {len(known):,} unchanged since curated before")
    return folder


def take_known(contents: polars.DataFrame, siblings: Path, unfinished: Path) -> set[str]:
    """Copy what other snapshots' curation says of studies with the same content; returns their NCT numbers.

    `contents`: nct_id, content_sha256, and whether a search found the study, which decides what is read of it.
    """
    known: set[str] = set()
    wanted = contents
    for index in sorted(siblings.glob("*/contents.parquet")):
        if index.parent.name.startswith(".") or not is_usable(index.parent):
            continue
        same = wanted.join(polars.read_parquet(index), on=contents.columns, how="semi").select("nct_id")
        if same.height:
            for name in SCHEMAS:
                rows = polars.scan_parquet(index.parent / f"{name}-*.parquet").join(
                    same.lazy(), on="nct_id", how="semi", maintain_order="left"
                )
                rows.sink_parquet(unfinished / f"{name}-of-{index.parent.name}.parquet")
            wanted = wanted.join(same, on="nct_id", how="anti", maintain_order="left")
            known.update(same["nct_id"])
    return known


def curate_fresh(
    records: Iterator[Record],
    count: int,
    vocabularies: Vocabularies,
    processes: int,
    unfinished: Path,
    report: Callable[[int], None],
) -> None:
    """Curate so many records in batches, one Parquet file of each kind a batch; at least one, empty if need be.

    Batches go to several processes where there are several; each writes its own files, so that nothing but the records
    and the paths passes between them, and the files are the same whatever their number.
    """
    curate_batch([], vocabularies, unfinished, 0)
    if count <= STUDIES_A_BATCH:
        curate_batch(list(records), vocabularies, unfinished, 1)
        return
    batches = iter(lambda: list(islice(records, STUDIES_A_BATCH)), [])
    workers = min(processes or cpu_count(), -(-count // STUDIES_A_BATCH))
    # a worker whose run was killed ends by itself when it has been idle
    with parallel_config(backend="loky", idle_worker_timeout=SECONDS_TO_WAIT_FOR_WORK):
        parallel = Parallel(n_jobs=workers, return_as="generator", batch_size=1, pre_dispatch="2 * n_jobs")
        work = delayed(curate_batch_elsewhere)
        done = parallel(
            work(batch, vocabularies.folder, vocabularies.sha256, unfinished, part)
            for part, batch in enumerate(batches, 1)
        )
        curated = 0
        for size in done:
            curated += size
            report(curated)


def curate_batch(records: Sequence[Record], vocabularies: Vocabularies, unfinished: Path, part: int) -> int:
    """Curate one batch of records, write its files and return its size."""
    studies = [(study_of(orjson.loads(record)), is_found) for record, is_found in records]
    curations = curate_studies((study for study, _ in studies), vocabularies)
    rows = rows_of(list(curations)) | registration_rows(studies)
    for name, schema in SCHEMAS.items():
        frame = polars.DataFrame(rows[name], schema=schema, orient="row")
        frame.write_parquet(unfinished / f"{name}-{part:05d}.parquet")
    return len(records)


def curate_batch_elsewhere(records: Sequence[Record], folder: Path, sha256: str, unfinished: Path, part: int) -> int:
    """Curate one batch in a process that has to read the vocabularies itself, once."""
    return curate_batch(records, vocabularies_of(folder, sha256), unfinished, part)


@cache
def vocabularies_of(folder: Path, sha256: str) -> Vocabularies:
    """The vocabularies of a folder; an error where they are no longer those of that hash."""
    vocabularies = load_vocabularies(folder)
    if vocabularies.sha256 != sha256:
        raise CartscapeError(f"{folder}: changed while a run was reading it; start the run again")
    return vocabularies


def rows_of(batch: list[Curation]) -> dict[str, list[Row]]:
    """What curation says of a batch, by kind of row."""
    return {
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


def reader_sha256(vocabularies: Vocabularies) -> str:
    """Hash of what reads a study: the vocabularies, and the program, as other code may read them otherwise."""
    digest = hashlib.sha256(vocabularies.sha256.encode())
    for path in (file for folder, pattern in READERS for file in sorted((REPOSITORY / folder).rglob(pattern))):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]

"""Curation of a whole snapshot, kept beside it so that the same texts are read once."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import orjson
import polars

from tasks.curate import Curation, Vocabularies, curate_studies, load_vocabularies
from tasks.curate.background import is_background, may_be_background
from tasks.curate.kept import Kept, curated_rows
from tasks.curate.registrations import Row, registration_rows
from tasks.errors import CartscapeError
from tasks.files import partial, temporary_folder, writing_folder
from tasks.home import Home
from tasks.registry.readers import study_of
from tasks.seals import seal
from tasks.settings import REPOSITORY
from tasks.snapshot.read import CONTENTS, Snapshot
from tasks.workers import Workers, one_by_one

STUDIES_A_BATCH = 2_000
# what reads a study: the rules, the readers of other registries' records, and what their spellings mean
READERS = (
    ("tasks/curate", "*.py"),
    ("tasks/registry", "*.py"),
    ("curation/registries", "*.tsv"),
    ("curation", "registries.tsv"),
    ("curation", "needed_fields.tsv"),
)
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
    "background": {"nct_id": polars.String, "brief_title": polars.String},
    "unknown_spellings": {
        "nct_id": polars.String,
        "kind": polars.String,
        "spelling": polars.String,
        "field": polars.String,
    },
}
# a record as received, whether a search found it, and whether a line is enough of it without a word of CAR-T
Record = tuple[bytes, bool, bool]
BATCH = {"record": polars.Binary, "is_found": polars.Boolean, "may_be_background": polars.Boolean}


def curate_snapshot(
    snapshot: Snapshot,
    vocabularies: Vocabularies,
    home: Home,
    volatile_fields: list[str],
    report: Callable[[str], None],
    workers: Workers = one_by_one,
    most_unfound: int | None = None,
    kept: Kept | None = None,
) -> Path:
    """Curate a snapshot's studies and return the folder that `curated_rows` reads their labels and the rest from.

    The folder above it is named for the vocabularies and the code that reads them; studies that another snapshot
    in there holds with the same content stay there, so that unchanged records are curated and kept once. `workers` work
    on batches of the others. Where more than `most_unfound` records were found by no search, those without any word of
    CAR-T are told apart and not read further. `kept`: what is in there already, where a caller looked.
    """
    kept = kept or kept_curation(home, vocabularies)
    folder = kept.folder / snapshot.id
    found = snapshot.search_hits()["nct_id"].unique().implode()
    contents = snapshot.contents(volatile_fields).with_columns(is_found=polars.col("nct_id").is_in(found))
    contents = may_be_background(contents, most_unfound)
    if kept.holds(snapshot.id, contents):
        report(f"{snapshot.id}: curated before with these vocabularies")
        return folder
    placed = kept.place(contents, snapshot.id)
    own = kept.own(placed, snapshot.id)
    flagged = zip(snapshot.records(own["nct_id"]), own.select("is_found", "may_be_background").iter_rows(), strict=True)
    fresh, changed = ((record, *flags) for record, flags in flagged), own.height
    with writing_folder(folder) as unfinished:
        curate_fresh(
            fresh,
            changed,
            vocabularies,
            workers,
            unfinished,
            lambda done: report(f"{snapshot.id}: {done:,} of {changed:,} studies curated"),
        )
        placed.write_parquet(unfinished / CONTENTS)
        seal(unfinished)
    kept.add(placed, snapshot.id)
    report(f"{snapshot.id}: {changed:,} studies curated, {placed.height - changed:,} unchanged since curated before")
    return folder


def kept_curation(home: Home, vocabularies: Vocabularies) -> Kept:
    """What was curated before with these vocabularies and this code."""
    return Kept(home.cached("curation", reader_sha256(vocabularies)))


def curate_fresh(
    records: Iterator[Record],
    count: int,
    vocabularies: Vocabularies,
    workers: Workers,
    unfinished: Path,
    report: Callable[[int], None],
) -> None:
    """Curate so many records in batches, one Parquet file of each kind a batch; at least one, empty if need be.

    Each batch goes to the workers as a file and writes its own files, which are the same whoever does it.
    """
    curate_batch([], vocabularies, unfinished, 0)
    if count <= STUDIES_A_BATCH:
        curate_batch(list(records), vocabularies, unfinished, 1)
        return
    batches = iter(lambda: list(islice(records, STUDIES_A_BATCH)), [])
    with temporary_folder(unfinished.parent) as folder:
        files = (write_batch(batch, folder / f"{part:05d}.parquet") for part, batch in enumerate(batches, 1))
        work = ((str(file), str(vocabularies.folder), vocabularies.sha256, str(unfinished)) for file in files)
        curated = 0
        for part, size in enumerate(workers(curate_file, work), 1):
            (folder / f"{part:05d}.parquet").unlink()
            curated += size
            report(curated)


def write_batch(records: Sequence[Record], path: Path) -> Path:
    """Write records to a file for a worker."""
    polars.DataFrame(records, schema=BATCH, orient="row").write_parquet(path, compression="lz4")
    return path


def curate_file(path: str, folder: str, sha256: str, unfinished: str) -> int:
    """Curate a file of records in a process that has to read the vocabularies itself, once; returns their number."""
    vocabularies, part = vocabularies_of(Path(folder), sha256), int(Path(path).stem)
    return curate_batch(polars.read_parquet(path).rows(), vocabularies, Path(unfinished), part)


def curate_batch(records: Sequence[Record], vocabularies: Vocabularies, unfinished: Path, part: int) -> int:
    """Curate one batch of records, write its files and return its size."""
    decided = {decision.nct_id for decision in vocabularies.decisions}
    studies, background = [], []
    for record, is_found, may_be in records:
        study = study_of(orjson.loads(record))
        if may_be and is_background(study, vocabularies, decided):
            background.append((study.nct_id, study.brief_title))
        else:
            studies.append((study, is_found))
    curations = curate_studies((study for study, _ in studies), vocabularies)
    rows = rows_of(list(curations)) | registration_rows(studies) | {"background": background}
    for name, schema in SCHEMAS.items():
        path = unfinished / f"{name}-{part:05d}.parquet"
        polars.DataFrame(rows[name], schema=schema, orient="row").write_parquet(partial(path))
        partial(path).replace(path)  # a worker may be killed while it writes, and another do the batch again
    return len(records)


@cache
def vocabularies_of(folder: Path, sha256: str) -> Vocabularies:
    """The vocabularies of a folder; an error where they are no longer those of that hash."""
    vocabularies = load_vocabularies(folder)
    if vocabularies.sha256 != sha256:
        raise CartscapeError(f"{folder}: changed while a run was reading it; start the run again")
    return vocabularies


def background_of(folder: Path) -> polars.DataFrame:
    """The records that a curated snapshot's warehouse holds a line of: nct_id, brief_title."""
    contents = polars.read_parquet(folder / CONTENTS, columns=["nct_id", "may_be_background"])
    return curated_rows(folder, "background", contents.filter("may_be_background")).collect()


def rows_of(batch: list[Curation]) -> dict[str, list[Row]]:
    """What curation says of a batch, by kind of row."""
    return {
        "labels": [
            (curation.nct_id, attribute, value)
            for curation in batch
            for attribute, values in curation.labels.items()
            for value in values
        ],
        "assertions": [assertion for curation in batch for assertion in curation.assertions],
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

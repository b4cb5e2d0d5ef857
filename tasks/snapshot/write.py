"""Write a snapshot beside its place, then move it there in one step: it is whole, or it is not there."""

import hashlib
import itertools
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import polars
import zstandard

from tasks.files import place_folder
from tasks.protocol import HomeFolder, Protocol
from tasks.registry.readers import study_of
from tasks.registry.shape import Shape
from tasks.seals import sha256_of
from tasks.snapshot.collection import StudyCollection
from tasks.snapshot.content import Content, Provenance, SearchResult, described
from tasks.snapshot.order import next_sequence
from tasks.snapshot.parts import PLACE_COLUMNS, STUDIES
from tasks.snapshot.read import (
    CONTENT_COLUMNS,
    CONTENTS,
    MANIFEST,
    QUARANTINE,
    QUARANTINED_BYTES,
    SEARCH_HITS,
    SHAPE,
    Snapshot,
    kept_manifests,
    manifest_sha256,
    open_snapshot,
)

HIT_COLUMNS = {
    "search_id": polars.String,
    "field": polars.String,
    "phrase": polars.String,
    "is_extended": polars.Boolean,
    "nct_id": polars.String,
    "rank": polars.Int64,
}


# given the number of studies and the shape of those found, says what is lost and accepted, or refuses
Accept = Callable[[int, polars.DataFrame], list[str]]


def write_snapshot(
    snapshots: Path,
    folder: Path,
    content: Content,
    provenance: Provenance,
    protocol: Protocol,
    accept: Accept,
    name: str | None = None,
) -> Snapshot:
    """Write everything into `folder`, then rename it to its id; a snapshot of that id is verified and used instead.

    The id is `name`, or that of the series and the content; an equal snapshot that is kept is used instead. Nothing is
    kept where `accept` refuses.
    """
    collection, hits = content.collection, search_hits(content.results)
    written = _write_studies(folder, collection, set(hits["nct_id"]), protocol.home)
    accepted_losses = accept(len(collection.kept), written.shape)
    hits.write_parquet(folder / SEARCH_HITS)
    quarantine = collection.quarantine()
    (folder / QUARANTINE).write_bytes(quarantine)
    collection.close()
    beside = orjson.dumps([provenance.series, hits.rows(), protocol.search.model_dump()])
    beside += quarantine + str(content.duplicates).encode()
    content_sha256 = hashlib.sha256(written.studies_sha256.encode() + beside).hexdigest()
    records = {STUDIES: written.new, CONTENTS: len(collection.kept), SHAPE: len(written.shape)}
    records |= {SEARCH_HITS: len(hits), QUARANTINE: len(collection.quarantined)}
    if collection.quarantined:
        records[QUARANTINED_BYTES] = len(collection.quarantined)
    files = {file: _describe_file(folder / file, count) for file, count in records.items()}
    name = name or name_of(provenance.series, content_sha256)
    kept = kept_manifests(snapshots)
    manifest = {
        "snapshot_id": name,
        "sequence": next_sequence(kept),
        **described(content, provenance, protocol),
        "accepted_losses": accepted_losses,
        "studies_sha256": written.studies_sha256,
        "content_sha256": content_sha256,
        "files": files | written.shared,
        "terms_of_use": protocol.terms_of("api"),
    }
    if twin := next((one for one in kept if is_equal(one, manifest)), None):
        return open_snapshot(snapshots / twin["snapshot_id"])
    manifest["manifest_sha256"] = manifest_sha256(manifest)
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return place(folder, snapshots / name)


def is_equal(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two snapshots say the same of the same data of a registry: then one of them is enough."""
    same = ("series", "data_timestamp", "data_changed_during_retrieval", "protocol_sha256", "accepted_losses")
    is_content_equal = first.get("content_sha256") == second["content_sha256"]
    is_dated = second["data_timestamp"] is not None
    return is_content_equal and is_dated and all(first.get(name) == second[name] for name in same)


def place(folder: Path, destination: Path) -> Snapshot:
    """Move a finished snapshot to its name; what stands there already is verified and stays."""
    if not destination.exists():
        folder.chmod(0o755)
        place_folder(folder, destination)
    return open_snapshot(destination)


def search_hits(results: list[SearchResult]) -> polars.DataFrame:
    """One row per search and study that it found, ranked from 1 in the source's order."""
    rows = [
        (*asdict(result.search).values(), number, rank)
        for result in results
        for rank, number in enumerate(result.nct_ids, 1)
    ]
    return polars.DataFrame(rows, schema=HIT_COLUMNS, orient="row")


def name_of(series: str, content_sha256: str) -> str:
    """Of a file its name and content: the same file again is the same snapshot."""
    slug = re.sub(r"[^a-z0-9._]+", "-", series.lower())[:100]
    return f"{slug}-{content_sha256[:12]}"


def live_name(started_at: str) -> str:
    """Of a live retrieval its start."""
    return "live-" + started_at.replace("-", "").replace(":", "")


def free_live_name(snapshots: Path, started_at: str) -> str:
    """Of a live retrieval its start, with a number where another began in that second."""
    name = live_name(started_at)
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(one for one in names if not (snapshots / one).exists())


@dataclass(frozen=True, slots=True)
class Written:
    """The studies of a snapshot: their hash, how many stand in its own part, the others' files, and the shape."""

    studies_sha256: str
    new: int
    shared: dict[str, Any]
    shape: polars.DataFrame


def _write_studies(folder: Path, collection: StudyCollection, found: set[str], settings: HomeFolder) -> Written:
    """Write the studies that the snapshot before does not hold, where each stands, and the shape of those found."""
    digest, rows, counted, new = hashlib.sha256(), [], Shape(), 0
    numbers = sorted(collection.kept)
    shared = collection.shared(settings)
    records = collection.kept_records([number for number in numbers if number in found or number not in shared])
    # in a thread beside this one; how many there are changes no byte
    compressor = zstandard.ZstdCompressor(level=3, threads=1)
    with (folder / STUDIES).open("wb") as file, compressor.stream_writer(file) as stream:
        for number in numbers:
            kept, place = collection.kept[number], shared.get(number)
            record = next(records) if number in found or place is None else b""
            if place is None:
                stream.write(record + b"\n")
                place, new = (STUDIES, new), new + 1
            if number in found:
                counted.add(study_of(orjson.loads(record)).record)
            digest.update(kept.record_sha256 + kept.volatile_values)
            rows.append((number, kept.content_sha256, *place, kept.record_sha256, kept.volatile_values))
    polars.DataFrame(rows, schema={**CONTENT_COLUMNS, **PLACE_COLUMNS}, orient="row").write_parquet(folder / CONTENTS)
    shape = counted.frame()
    shape.write_parquet(folder / SHAPE)
    files = collection.earlier.link_into(folder, {part for part, _ in shared.values()})
    return Written(digest.hexdigest(), new, files, shape)


def _describe_file(path: Path, records: int) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "records": records, "sha256": sha256_of(path)}

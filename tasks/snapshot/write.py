"""Write a snapshot beside its place, then move it there in one step: it is whole, or it is not there."""

import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import polars
import zstandard

from tasks.files import place_folder
from tasks.protocol import Protocol
from tasks.registry.readers import study_of
from tasks.registry.searches import Search
from tasks.registry.shape import Shape
from tasks.snapshot.collection import StudyCollection
from tasks.snapshot.order import next_sequence
from tasks.snapshot.read import (
    CONTENT_COLUMNS,
    CONTENTS,
    MANIFEST,
    QUARANTINE,
    QUARANTINED_BYTES,
    SEARCH_HITS,
    SHAPE,
    STUDIES,
    Snapshot,
    file_sha256,
    kept_manifests,
    manifest_sha256,
    open_snapshot,
)

COST = ("requests", "retries")  # told among the counts
HIT_COLUMNS = {
    "search_id": polars.String,
    "field": polars.String,
    "phrase": polars.String,
    "is_extended": polars.Boolean,
    "nct_id": polars.String,
    "rank": polars.Int64,
}


@dataclass(slots=True)
class SearchResult:
    """What one search found, in order, and what the source said that it would find."""

    search: Search
    nct_ids: list[str] = field(default_factory=list)
    pages: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All that goes into a snapshot; `duplicates` is how often the source gave a study twice."""

    collection: StudyCollection
    results: list[SearchResult]
    duplicates: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the studies of a snapshot come from; times are UTC."""

    series: str
    source: str
    addresses: list[str]
    is_synthetic: bool
    started_at: str
    api_version: str | None = None
    data_timestamp: str | None = None
    data_changed_during_retrieval: bool = False
    redirects: tuple[str, ...] = ()
    requests: int = 0
    retries: int = 0


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
    digest, shape = _write_studies(folder, collection, set(hits["nct_id"]))
    accepted_losses = accept(len(collection.kept), shape)
    hits.write_parquet(folder / SEARCH_HITS)
    quarantine = collection.quarantine()
    (folder / QUARANTINE).write_bytes(quarantine)
    collection.close()
    digest.update(orjson.dumps([provenance.series, hits.rows(), protocol.search.model_dump()]))
    digest.update(quarantine + str(content.duplicates).encode())
    studies = len(collection.kept)
    records = {STUDIES: studies, CONTENTS: studies, SHAPE: len(shape)}
    records |= {SEARCH_HITS: len(hits), QUARANTINE: len(collection.quarantined)}
    if collection.quarantined:
        records[QUARANTINED_BYTES] = len(collection.quarantined)
    files = {file: _describe_file(folder / file, count) for file, count in records.items()}
    name = name or name_of(provenance.series, digest.hexdigest())
    kept = kept_manifests(snapshots)
    manifest = {
        "snapshot_id": name,
        "sequence": next_sequence(kept),
        **_describe_all(content, provenance, protocol),
        "accepted_losses": accepted_losses,
        "files": files,
        "terms_of_use": protocol.terms_of("api"),
    }
    if twin := next((one for one in kept if is_equal(one, manifest)), None):
        return open_snapshot(snapshots / twin["snapshot_id"])
    manifest["manifest_sha256"] = manifest_sha256(manifest)
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return place(folder, snapshots / name)


def is_equal(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two snapshots say the same of the same data of a registry: then one of them is enough."""
    same = ("series", "data_timestamp", "data_changed_during_retrieval", "protocol_sha256", "files", "accepted_losses")
    return second["data_timestamp"] is not None and all(first.get(name) == second[name] for name in same)


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


def now() -> str:
    """The present moment in UTC to the second, as 2026-11-22T15:04:05Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write_studies(
    folder: Path, collection: StudyCollection, found: set[str]
) -> tuple["hashlib._Hash", polars.DataFrame]:
    """Write the studies, their content hashes and the shape of those found; returns the studies' hash and the shape."""
    digest, contents, counted = hashlib.sha256(), [], Shape()
    # in a thread beside this one; how many there are changes no byte
    compressor = zstandard.ZstdCompressor(level=3, threads=1)
    with (folder / STUDIES).open("wb") as file, compressor.stream_writer(file) as stream:
        for number, record, content in collection.studies():
            stream.write(record + b"\n")
            digest.update(record + b"\n")
            contents.append((number, content))
            if number in found:
                counted.add(study_of(orjson.loads(record)).record)
    polars.DataFrame(contents, schema=CONTENT_COLUMNS, orient="row").write_parquet(folder / CONTENTS)
    shape = counted.frame()
    shape.write_parquet(folder / SHAPE)
    return digest, shape


def _describe_all(content: Content, provenance: Provenance, protocol: Protocol) -> dict[str, Any]:
    return {
        **{name: value for name, value in asdict(provenance).items() if name not in COST},
        # a clock that was set back meanwhile must not let it end before it began
        "finished_at": max(now(), provenance.started_at),
        "protocol": protocol.model_dump(exclude={"interfaces": {"contact_email"}}),
        "protocol_sha256": protocol.sha256,
        "searches": [
            {**asdict(result.search), "total": result.total, "pages": result.pages, "studies": len(result.nct_ids)}
            for result in content.results
        ],
        "counts": _counts(content, provenance),
        "sources": list(_describe_sources(content, provenance, protocol)),
    }


def _describe_sources(content: Content, provenance: Provenance, protocol: Protocol) -> Iterator[dict[str, Any]]:
    """What each source gave, of which day its data are, and on which terms."""
    collection = content.collection
    for place, (taken, address) in enumerate(zip(collection.sources, provenance.addresses, strict=False)):
        yield {
            **asdict(taken),
            "source": taken.source or provenance.source,
            "address": address,
            "studies": sum(kept.source == place for kept in collection.kept.values()),
            "terms_of_use": [terms for form in taken.forms if (terms := protocol.terms_of(form))],
        }


def _counts(content: Content, provenance: Provenance) -> dict[str, int]:
    studies = len(content.collection.kept)
    found = len({number for result in content.results for number in result.nct_ids})
    return {
        "records": content.collection.records,
        "studies": studies,
        "found_by_search": found,
        "not_found_by_search": studies - found,
        "quarantined": len(content.collection.quarantined),
        "duplicates_within_source": content.duplicates,
        **{name: getattr(provenance, name) for name in COST},
    }


def _describe_file(path: Path, records: int) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "records": records, "sha256": file_sha256(path)}

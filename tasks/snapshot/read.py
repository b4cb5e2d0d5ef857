"""A snapshot on disk: opened only when every byte is what its manifest says."""

import base64
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars
import zstandard

from tasks.errors import CartscapeError
from tasks.files import Identity, identity_of
from tasks.registry.content_hash import content_sha256
from tasks.registry.readers import study_of
from tasks.registry.shape import Shape
from tasks.registry.study import Study
from tasks.registry.volatile import VolatileValues
from tasks.seals import sha256_of
from tasks.snapshot.order import in_order
from tasks.snapshot.parts import CURE, LINE, PART, PLACE_COLUMNS, STUDIES, lines_of, records_at

MANIFEST = "manifest.json"
SEARCH_HITS = "search_hits.parquet"
QUARANTINE = "quarantine.jsonl"
QUARANTINED_BYTES = "quarantined_bytes.jsonl.zst"
CONTENTS = "contents.parquet"
SHAPE = "shape.parquet"
CONTENT_COLUMNS = {"nct_id": polars.String, "content_sha256": polars.String}
PLAIN_NAME = re.compile(r"[a-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Snapshot:
    """One state of the registry, read-only: records, which search found which, and what could not be read."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """The snapshot's name, which is also its folder's."""
        return str(self.manifest["snapshot_id"])

    @property
    def studies_sha256(self) -> str:
        """Hash of the hashes of all records, by NCT number; of snapshots of before there was one, of their file."""
        return str(self.manifest.get("studies_sha256") or self.manifest["files"][STUDIES]["sha256"])

    def places(self) -> polars.DataFrame:
        """Where the record of every study stands, by NCT number: nct_id and PLACE_COLUMNS, null where not known."""
        if CONTENTS in self.manifest["files"]:
            places = polars.read_parquet(self.folder / CONTENTS)
        else:
            numbers = [study_of(orjson.loads(line)).nct_id for line in lines_of(self.folder / STUDIES)]
            places = polars.DataFrame({"nct_id": numbers}, schema_overrides={"nct_id": polars.String})
        if PART not in places.columns:  # of before there were several
            unknown = [polars.lit(None, kind).alias(name) for name, kind in PLACE_COLUMNS.items()]
            places = places.with_columns(*unknown).with_columns(
                polars.lit(STUDIES).alias(PART), polars.int_range(polars.len(), dtype=polars.UInt32).alias(LINE)
            )
        # a snapshot of somebody else's must not have other files read
        if strange := set(places[PART]) - self.manifest["files"].keys():
            raise CartscapeError(f"{self.folder / CONTENTS}: names {min(strange)}, which is none of its files; {CURE}")
        return places.select("nct_id", *PLACE_COLUMNS)

    def records(self, numbers: Iterable[str] | None = None) -> Iterator[bytes]:
        """Every record as received, or those of some numbers, by NCT number, one at a time."""
        places = self.places()
        if numbers is not None:
            wanted = polars.Series(list(numbers), dtype=polars.String)
            places = places.filter(polars.col("nct_id").is_in(wanted.implode()))
        return records_at(self.folder, places, VolatileValues(self.volatile_fields))

    @property
    def volatile_fields(self) -> list[str]:
        """What the registry changed on every record every day when the snapshot was taken, as paths."""
        return list(self.manifest["protocol"]["registry"]["volatile_fields"])

    def studies(self, numbers: Iterable[str] | None = None) -> Iterator[Study]:
        """Every study, or those of some numbers, by NCT number, one at a time; no others are taken apart."""
        return (study_of(orjson.loads(record)) for record in self.records(numbers))

    def contents(self, volatile_fields: list[str]) -> polars.DataFrame:
        """The content hash of every study, by NCT number: columns nct_id, content_sha256.

        They were computed when the snapshot was taken; other volatile fields than those of then make others.
        """
        if CONTENTS in self.manifest["files"] and self.volatile_fields == volatile_fields:
            return polars.read_parquet(self.folder / CONTENTS, columns=list(CONTENT_COLUMNS))
        rows = [(study.nct_id, content_sha256(study.received, volatile_fields)) for study in self.studies()]
        return polars.DataFrame(rows, schema=CONTENT_COLUMNS, orient="row")

    def shape(self) -> polars.DataFrame:
        """The parts of the records that a search found, as `tasks/registry/shape.py` counts them."""
        if SHAPE in self.manifest["files"]:
            return polars.read_parquet(self.folder / SHAPE)
        found, counted = set(self.search_hits()["nct_id"]), Shape()
        for study in self.studies():
            if study.nct_id in found:
                counted.add(study.record)
        return counted.frame()

    def search_hits(self) -> polars.DataFrame:
        """One row per search and study that it found: search_id, field, phrase, is_extended, nct_id, rank."""
        return polars.read_parquet(self.folder / SEARCH_HITS)

    def quarantine(self) -> list[dict[str, Any]]:
        """What could not be read or kept: position, nct_id or None, reason, excerpt."""
        lines = (self.folder / QUARANTINE).read_bytes().splitlines()
        return [orjson.loads(line) for line in lines]

    def quarantined_bytes(self) -> list[tuple[str, bytes]]:
        """Position and bytes, as received, of each record in quarantine; none in snapshots of before they were kept."""
        if QUARANTINED_BYTES not in self.manifest["files"]:
            return []
        with zstandard.open(self.folder / QUARANTINED_BYTES, "rb") as stream:
            rows = map(orjson.loads, io.BufferedReader(stream))
            return [(row["position"], base64.b64decode(row["base64"])) for row in rows]


def open_snapshot(folder: Path, hashes: dict[Identity, str] | None = None) -> Snapshot:
    """A verified snapshot; CartscapeError names the file that is missing or was changed.

    `hashes`: of files read already by the same caller; those that several snapshots share are read once.
    """
    manifest, hashes = read_manifest(folder / MANIFEST), {} if hashes is None else hashes
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise CartscapeError(f"{path}: missing from the snapshot; {CURE}")
        file = identity_of(path)
        if file not in hashes:
            hashes[file] = sha256_of(path)
        if hashes[file] != expected["sha256"]:
            raise CartscapeError(f"{path}: changed since the snapshot was taken; {CURE}")
    return Snapshot(folder, manifest)


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot as a list of them shows it; size in bytes of what no other shares."""

    id: str
    day: str
    studies: int
    size: int


def list_snapshots(folder: Path) -> list[Kept]:
    """The snapshots in a folder in their order, their files unread."""
    return [
        Kept(
            str(manifest["snapshot_id"]),
            str(manifest["finished_at"])[:10],
            manifest["counts"]["studies"],
            size_alone(folder / str(manifest["snapshot_id"]), manifest["files"]),
        )
        for manifest in in_order(kept_manifests(folder))
    ]


def size_alone(folder: Path, files: Iterable[str]) -> int:
    """The bytes of those files in a folder that stand in no other: what deleting it frees."""
    found = [(folder / name).stat() for name in files if (folder / name).exists()]
    return sum(file.st_size for file in found if file.st_nlink == 1)


def kept_manifests(folder: Path) -> list[dict[str, Any]]:
    """What the manifests of the snapshots in a folder say."""
    found = sorted(folder.glob(f"*/{MANIFEST}"))
    return [read_manifest(path) for path in found if not path.parent.name.startswith(".")]


def is_snapshot(folder: Path) -> bool:
    """Whether a folder claims to be a snapshot."""
    return (folder / MANIFEST).is_file()


def manifest_sha256(manifest: dict[str, Any]) -> str:
    """Hash of everything a manifest says but this hash itself."""
    content = {key: value for key, value in manifest.items() if key != "manifest_sha256"}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_manifest(path: Path) -> dict[str, Any]:
    """What a manifest says, if it is whole; CartscapeError where it is missing or was changed."""
    try:
        manifest = orjson.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise CartscapeError(f"{path}: no such snapshot; see `cartscape snapshot --help`") from error
    except (OSError, orjson.JSONDecodeError) as error:
        raise CartscapeError(f"{path}: damaged ({error}); {CURE}") from error
    is_whole = isinstance(manifest, dict) and manifest.get("manifest_sha256") == manifest_sha256(manifest)
    # names become paths: none of them may lead out of the folder
    names = [manifest.get("snapshot_id"), *manifest.get("files", {})] if is_whole else []
    if not is_whole or not all(PLAIN_NAME.fullmatch(str(name)) for name in names):
        raise CartscapeError(f"{path}: changed since the snapshot was taken; {CURE}")
    return dict(manifest)

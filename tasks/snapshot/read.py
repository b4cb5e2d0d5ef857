"""A snapshot on disk: opened only when every byte is what its manifest says."""

import base64
import hashlib
import io
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars
import zstandard

from tasks.errors import CartscapeError
from tasks.registry.content_hash import content_sha256
from tasks.registry.readers import study_of
from tasks.registry.shape import Shape
from tasks.registry.study import Study
from tasks.snapshot.order import in_order

MANIFEST = "manifest.json"
STUDIES = "studies.jsonl.zst"
SEARCH_HITS = "search_hits.parquet"
QUARANTINE = "quarantine.jsonl"
QUARANTINED_BYTES = "quarantined_bytes.jsonl.zst"
CONTENTS = "contents.parquet"
SHAPE = "shape.parquet"
CONTENT_COLUMNS = {"nct_id": polars.String, "content_sha256": polars.String}
PLAIN_NAME = re.compile(r"[a-z0-9][A-Za-z0-9._-]*")
CURE = "delete that folder and take the snapshot again"


@dataclass(frozen=True)
class Snapshot:
    """One state of the registry, read-only: records, which search found which, and what could not be read."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """The snapshot's name, which is also its folder's."""
        return str(self.manifest["snapshot_id"])

    def records(self) -> Iterator[bytes]:
        """Every record as received, by NCT number, one at a time."""
        with (self.folder / STUDIES).open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
            for line in io.BufferedReader(stream, 1 << 20):
                yield line.rstrip(b"\n")

    def studies(self) -> Iterator[Study]:
        """Every study, by NCT number, one at a time."""
        return (study_of(orjson.loads(record)) for record in self.records())

    def studies_of(self, numbers: Container[str]) -> Iterator[Study]:
        """The studies of some numbers, in order, one at a time; the others are not taken apart."""
        if CONTENTS not in self.manifest["files"]:
            return (study for study in self.studies() if study.nct_id in numbers)
        all_numbers = polars.read_parquet(self.folder / CONTENTS)["nct_id"]
        numbered = zip(all_numbers, self.records(), strict=True)
        return (study_of(orjson.loads(record)) for number, record in numbered if number in numbers)

    def contents(self, volatile_fields: list[str]) -> polars.DataFrame:
        """The content hash of every study, by NCT number: columns nct_id, content_sha256.

        They were computed when the snapshot was taken; other volatile fields than those of then make others.
        """
        if (
            CONTENTS in self.manifest["files"]
            and self.manifest["protocol"]["registry"]["volatile_fields"] == volatile_fields
        ):
            return polars.read_parquet(self.folder / CONTENTS)
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


def open_snapshot(folder: Path) -> Snapshot:
    """A verified snapshot; CartscapeError names the file that is missing or was changed."""
    manifest = read_manifest(folder / MANIFEST)
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise CartscapeError(f"{path}: missing from the snapshot; {CURE}")
        if file_sha256(path) != expected["sha256"]:
            raise CartscapeError(f"{path}: changed since the snapshot was taken; {CURE}")
    return Snapshot(folder, manifest)


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot as a list of them shows it; size in bytes."""

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
            sum(file["bytes"] for file in manifest["files"].values()),
        )
        for manifest in in_order(kept_manifests(folder))
    ]


def kept_manifests(folder: Path) -> list[dict[str, Any]]:
    """What the manifests of the snapshots in a folder say."""
    found = sorted(folder.glob(f"*/{MANIFEST}"))
    return [read_manifest(path) for path in found if not path.parent.name.startswith(".")]


def is_snapshot(folder: Path) -> bool:
    """Whether a folder claims to be a snapshot."""
    return (folder / MANIFEST).is_file()


def file_sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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

"""What the published landscape was made from: a run that would make the same again says so instead.

A note in the cache holds, for the warehouse, the page and the exports, one hash of all that it was made from and one of
what came of it. Whatever changed, is damaged or was deleted, on either side, is made anew.
"""

from collections.abc import Mapping
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

import orjson

from tasks.files import write_file
from tasks.hashes import content_of, settings_of, sha256_of_all
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.seals import SUMS, damage_in, sha256_of
from tasks.snapshot.order import in_order
from tasks.snapshot.read import Snapshot


def sources_of_warehouse(
    home: Home, program: str, protocol: Protocol, snapshots: Mapping[str, Snapshot], shown: str, as_of: date | None
) -> str | None:
    """Hash of all that a warehouse is made from; None where something of it is damaged, which a build refuses by name.

    The log of runs, which it holds too, decides nothing of it.
    """
    beside = [*(home.publications(one) for one in snapshots), home.first_labels(shown).parent]
    if any(damage_in(folder) for folder in beside):
        return None
    sums = [(folder.name, sums_of(folder)) for folder in beside]
    manifests = {name: snapshot.manifest["manifest_sha256"] for name, snapshot in snapshots.items()}
    return sha256_of_all([program, settings_of(protocol), manifests, shown, as_of, sums])


def sources_of_page(home: Home, program: str, protocol: Protocol) -> str:
    """Hash of all that the page is made from: the published warehouse and the survey's aggregates."""
    survey = sorted(path for path in home.survey.glob("*") if path.is_file())
    return sha256_of_all([sources_of_exports(home, program, protocol), [sha256_of(path) for path in survey]])


def sources_of_exports(home: Home, program: str, protocol: Protocol) -> str:
    """Hash of all that the exports are made from."""
    return sha256_of_all([program, settings_of(protocol), content_of(home.warehouse)])


def sources_of_rows(
    home: Home, program: str, protocol: Protocol, snapshots: Mapping[str, Snapshot], as_of: date | None
) -> dict[str, str]:
    """By snapshot, in their order, the hash of all that its rows are made from, were it alone in a warehouse."""
    common = [program, settings_of(protocol), as_of]
    ordered = in_order(snapshot.manifest for snapshot in snapshots.values())
    manifests = {str(one["snapshot_id"]): one["manifest_sha256"] for one in ordered}
    return {
        name: sha256_of_all([*common, manifest, sums_of(home.publications(name))])
        for name, manifest in manifests.items()
    }


def sums_of(folder: Path) -> str:
    """The list of hashes of a folder that has one, else nothing."""
    path = folder / SUMS
    return path.read_bytes().hex() if path.exists() else ""


def snapshots_of_same_rows(home: Home, sources: Mapping[str, str]) -> tuple[str, ...]:
    """The snapshots whose rows the published warehouse holds as a build of these sources makes them.

    All before one must be the same too, since a version of a record is kept as the first snapshot received it. None are
    where the warehouse is not as it was published.
    """
    note = note_of(home, home.warehouse)
    pairs = zip(sources.items(), note.get("rows", []), strict=False)
    same = tuple(now[0] for now, then in takewhile(lambda pair: list(pair[0]) == pair[1], pairs))
    return same if same and note.get("content") == content_of(home.warehouse) else ()


def is_made(home: Home, path: Path, sources: str | None) -> bool:
    """Whether what stands at a place of the home was made from the same, and is as it was then."""
    note = note_of(home, path)
    return sources is not None and note.get("from") == sources and note.get("content") == content_of(path)


def note_of(home: Home, path: Path) -> dict[str, Any]:
    """The note of what something of the home was made from; empty where there is none that can be read."""
    try:
        note = orjson.loads(home.cached("made", path.name).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return note if isinstance(note, dict) else {}


def note_made(home: Home, path: Path, sources: str | None, rows: Mapping[str, str] | None = None) -> None:
    """Note what something of the home was made from; `rows`: by snapshot in their order, what its rows were."""
    note = {"from": sources, "content": content_of(path)} | ({"rows": list(rows.items())} if rows else {})
    write_file(home.cached("made", path.name), orjson.dumps(note))

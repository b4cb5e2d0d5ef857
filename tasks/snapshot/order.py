"""In what order snapshots follow each other: by the registry's own time, then as they were taken, not by our clock."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Manifest = dict[str, Any]


def in_order(manifests: Iterable[Manifest]) -> list[Manifest]:
    """Manifests from the earliest to the last.

    They stand as they were taken into the home; those of one series whose registry says of when its data are stand
    among themselves by that. Manifests of before there was a sequence come first, by the moment they were completed.
    """
    ordered = sorted(manifests, key=_taken)
    places: dict[str, list[int]] = defaultdict(list)
    for place, manifest in enumerate(ordered):
        if manifest.get("data_timestamp"):
            places[str(manifest["series"])].append(place)
    for taken in places.values():
        by_registry = sorted((ordered[place] for place in taken), key=lambda one: str(one["data_timestamp"]))
        for place, manifest in zip(taken, by_registry, strict=True):
            ordered[place] = manifest
    return ordered


def next_sequence(manifests: Iterable[Manifest]) -> int:
    """The number of a snapshot that is taken after these."""
    return max((int(one.get("sequence", 0)) for one in manifests), default=0) + 1


def _taken(manifest: Manifest) -> tuple[int, str, str]:
    return int(manifest.get("sequence", 0)), str(manifest["finished_at"]), str(manifest["snapshot_id"])

"""Files that a snapshot was taken of before: their bytes alone are read again, not their records."""

from collections.abc import Sequence
from pathlib import Path

from tasks.files import write_file
from tasks.hashes import content_of, letters_of, program_sha256, settings_of, sha256_of_all
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.snapshot.losses import last_of_series
from tasks.snapshot.read import Snapshot, kept_manifests, open_snapshot
from tasks.snapshot.sources import INTERFACES, series_of_files


def sources_sha256(series: str, files: Sequence[str], protocol: Protocol, how: Sequence[bool]) -> str:
    """Hash of all that decides the snapshot of some files: what they hold, and how they are read.

    '' where an interface is among them, which is asked each time.
    """
    if set(files) & set(INTERFACES):
        return ""
    paths = [Path(file).expanduser() for file in files]
    contents = [(letters_of(Path(path.name)), content_of(path)) for path in paths]
    return sha256_of_all([series, contents, program_sha256(), settings_of(protocol), list(how)])[:24]


def seen_before(home: Home, series: str, sources: str) -> Snapshot | None:
    """The snapshot taken of the same files, verified, where it is kept and still the last of its series.

    An earlier one is not returned: going back to it may lose studies, which a person is asked about.
    """
    if not sources:
        return None
    note = home.cached("sources", sources)
    name = note.read_text(encoding="utf-8", errors="replace") if note.exists() else ""
    kept = [Snapshot(home.snapshot(one["snapshot_id"]), one) for one in kept_manifests(home.snapshots)]
    last = last_of_series(series, kept)
    return open_snapshot(last.folder) if last and last.id == name else None


def taken_before(
    sources: Sequence[str], home: Home, protocol: Protocol, is_synthetic: bool, search_inside: bool
) -> Snapshot | None:
    """The snapshot that was taken of the same files, so that none has to be."""
    series = series_of_files(sources, is_synthetic)
    return seen_before(home, series, sources_sha256(series, sources, protocol, (is_synthetic, search_inside)))


def note_seen(home: Home, sources: str, snapshot: Snapshot) -> None:
    """Note which snapshot was taken of some files."""
    if sources:
        write_file(home.cached("sources", sources), snapshot.id.encode())

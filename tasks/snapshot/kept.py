"""The snapshots that a home keeps."""

from pathlib import Path

from tasks.errors import CartscapeError
from tasks.files import Identity
from tasks.home import Home
from tasks.snapshot.read import MANIFEST, Snapshot, is_snapshot, open_snapshot

SNAPSHOTS_NAMED = 10


def require_snapshot(home: Home, snapshot_id: str | None) -> None:
    """Refuse the id of a snapshot that the home does not hold, or a home without any, by a look at the folder."""
    kept = [path.parent.name for path in manifests(home)]
    if not kept:
        raise CartscapeError(f"{home}: no snapshot kept yet; run 'cartscape run' or 'cartscape snapshot' first")
    if snapshot_id is not None and snapshot_id not in kept:
        raise CartscapeError(
            f"--snapshot {snapshot_id}: no such snapshot; {home.snapshots} holds {', '.join(kept[-SNAPSHOTS_NAMED:])}"
        )


def kept_snapshots(home: Home) -> list[Snapshot]:
    """Every snapshot of a home, verified, in the order of their ids."""
    hashes: dict[Identity, str] = {}
    return [open_snapshot(manifest.parent, hashes) for manifest in manifests(home)]


def manifests(home: Home) -> list[Path]:
    """The manifest of every snapshot of a home, in the order of their ids; one that lost its own is refused."""
    folders = sorted(path for path in home.snapshots.glob("*") if path.is_dir() and not path.name.startswith("."))
    for folder in folders:
        if not is_snapshot(folder):
            raise CartscapeError(f"{folder / MANIFEST}: missing; restore that folder from a backup, or delete it")
    return [folder / MANIFEST for folder in folders]

"""Take a snapshot: from the registry, from a file, or from an existing snapshot; write-once, verified when opened."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars

from tasks.errors import CartscapeError
from tasks.files import remove, temporary_folder, write_file
from tasks.home import Home
from tasks.protocol import Completeness, Protocol
from tasks.registry.client import Registry
from tasks.registry.local_search import FILE
from tasks.registry.searches import plan_searches
from tasks.registry.session import PoliteSession
from tasks.snapshot.collection import StudyCollection, printable
from tasks.snapshot.content import Content, Provenance, now
from tasks.snapshot.kept import kept_snapshots, manifests, require_snapshot
from tasks.snapshot.losses import ACCEPTING, last_of_series, lost
from tasks.snapshot.read import MANIFEST, Snapshot, is_snapshot, open_snapshot, read_manifest
from tasks.snapshot.reading import Report, add_sources, local_results, together
from tasks.snapshot.retrieve import collect, retrieve
from tasks.snapshot.seen import note_seen, seen_before, sources_sha256
from tasks.snapshot.sources import (
    INTERFACES,
    LIVE,
    LIVE_CTIS,
    SAMPLE,
    SEPARATOR,
    address_of,
    alone,
    look_into_source,
    require_source,
    series_of,
    series_of_files,
)
from tasks.snapshot.write import Accept, free_live_name, live_name, place, write_snapshot
from tasks.workers import Workers, one_by_one

__all__ = [
    "SAMPLE",
    "Snapshot",
    "kept_snapshots",
    "look_into_source",
    "open_snapshot",
    "require_snapshot",
    "require_source",
    "take_snapshot",
]

NAME = "snapshot_id"


def take_snapshot(
    source: str | Sequence[str],
    home: Home,
    protocol: Protocol,
    report: Report = print,
    is_synthetic: bool = False,
    accept_loss: bool = False,
    search_inside: bool = False,
    workers: Workers = one_by_one,
) -> Snapshot:
    """The snapshot of `live`, files and folders of studies together, or of one snapshot folder, kept in the home.

    Every record of a file counts as found, as a person searched for it, unless `search_inside` asks the protocol's
    phrases there; the sample's are always asked. A snapshot that lost studies or parts of records against the last of
    its series is refused, unless `accept_loss`. `workers` read batches of a large file.
    """
    sources = [source] if isinstance(source, str) else list(source)
    try:
        with home.writing():
            home.snapshots.mkdir(exist_ok=True)
            paths = [require_source(one) for one in sources if one not in INTERFACES]
            if snapshots := [path for path in paths if is_snapshot(path)]:
                return _from_snapshot(alone(snapshots, sources), home, report)
            take = _from_registry if LIVE in sources else _from_files
            return take(sources, home, protocol, report, is_synthetic, accept_loss, search_inside, workers)
    except MemoryError as error:
        names = ", ".join(sources)
        raise CartscapeError(f"{names}: too large for the memory there is; free some, or give JSON lines") from error
    except OSError as error:
        raise CartscapeError(
            f"{error.filename or home.root}: {error.strerror or error}; "
            "free disk space, or set --home to a folder you may write to"
        ) from error


def _last(home: Home, series: str) -> Snapshot | None:
    """The last snapshot of a series in the home, verified."""
    last = last_of_series(series, [Snapshot(one.parent, read_manifest(one)) for one in manifests(home)])
    return open_snapshot(last.folder) if last else None


def _accepting(
    series: str,
    earlier: Snapshot | None,
    settings: Completeness,
    is_accepted: bool,
    lacks_a_source: bool,
    short_searches: Sequence[str] = (),
) -> Accept:
    """What judges the losses of a new snapshot: a CartscapeError that says what to do, or the accepted sentences.

    Where another source beside the registry failed, which the manifest says, fewer studies are what one expects.
    """

    def accept(studies: int, shape: polars.DataFrame) -> list[str]:
        losses = [*short_searches, *lost(series, studies, shape, earlier, settings)]
        is_expected = lacks_a_source and studies and not short_searches
        if losses and not (is_accepted or is_expected):
            more = f"; and {len(losses) - 1} more" if len(losses) > 1 else ""
            raise CartscapeError(
                f"{series}: {losses[0]}{more}: no snapshot was kept, the last landscape stands; {ACCEPTING}"
            )
        return losses

    return accept


def _from_registry(
    sources: list[str],
    home: Home,
    protocol: Protocol,
    report: Report,
    is_synthetic: bool,
    accept_loss: bool,
    search_inside: bool,
    workers: Workers,
) -> Snapshot:
    searches = plan_searches(protocol.search)
    question: dict[str, Any] = {
        "base_url": protocol.interfaces.clinicaltrials_url,
        "page_size": protocol.politeness.page_size,
        "search": protocol.search.model_dump(),
    }
    with PoliteSession(protocol, report) as session, temporary_folder(home.snapshots) as folder:
        registry = Registry(session, protocol.interfaces.clinicaltrials_url, protocol.politeness.page_size)
        at_once = protocol.politeness.records_at_once
        retrieved = retrieve(registry, searches, home.retrieval, question, report, at_once)
        others = [source for source in sources if source != LIVE]
        series = SEPARATOR.join([LIVE, *map(series_of, others)])
        earlier = _last(home, series)
        collection = StudyCollection(folder, protocol.registry.volatile_fields, earlier)
        collection.begin(LIVE)
        content = collect(retrieved, searches, collection)
        add_sources(others, home, protocol, collection, report, search_inside or is_synthetic, workers)
        provenance = Provenance(
            series=series,
            source=", ".join([LIVE, *map(printable, others)]),
            addresses=[registry.base_url, *(address_of(other, protocol) for other in others)],
            is_synthetic=is_synthetic,
            started_at=retrieved.retrieval.header["started_at"],
            api_version=retrieved.version.api_version,
            data_timestamp=retrieved.version.data_timestamp,
            data_changed_during_retrieval=retrieved.data_changed_during_retrieval,
            redirects=tuple(session.redirects),
            requests=retrieved.requests,
            retries=retrieved.retries,
        )
        asked = accept_loss, collection.lacks_a_source, retrieved.short_searches
        accept = _accepting(series, earlier, protocol.completeness, *asked)
        name = _name_for_good(home, provenance.started_at)
        found = together(content.results, local_results(collection, searches))
        content = Content(collection, found, content.duplicates)
        try:
            snapshot = write_snapshot(home.snapshots, folder, content, provenance, protocol, accept, name)
        except CartscapeError:
            remove(home.retrieval)  # the next run asks the registry again instead of trusting these pages
            raise
    with temporary_folder(home.snapshots) as folder:  # gone in one step: half a work folder would be gone on with
        home.retrieval.rename(folder / home.retrieval.name)
    return _tell(snapshot, report)


def _name_for_good(home: Home, started_at: str) -> str:
    """The snapshot's name, kept with the retrieval: killed after it was placed, the next run finds it, not a twin."""
    note = home.retrieval / NAME
    name = note.read_text(errors="replace") if note.exists() else ""
    if not re.fullmatch(re.escape(live_name(started_at)) + r"(-[0-9]+)?", name):
        name = free_live_name(home.snapshots, started_at)
        write_file(note, name.encode())
    return name


def _from_files(
    sources: list[str],
    home: Home,
    protocol: Protocol,
    report: Report,
    is_synthetic: bool,
    accept_loss: bool,
    search_inside: bool,
    workers: Workers,
) -> Snapshot:
    series = series_of_files(sources, is_synthetic)
    # before they are read: what changes meanwhile is read again by the next run
    read = sources_sha256(series, sources, protocol, (is_synthetic, search_inside))
    if seen := seen_before(home, series, read):
        report(f"{', '.join(map(printable, sources))}: the same as when {seen.id} was taken, so not read again")
        return _tell(seen, report)
    addresses = [address_of(source, protocol) for source in sources]
    provenance = Provenance(series, ", ".join(map(printable, sources)), addresses, is_synthetic, now())
    is_searched = search_inside or is_synthetic
    searches = plan_searches(protocol.search) if is_searched or LIVE_CTIS in sources else []
    with temporary_folder(home.snapshots) as folder:
        earlier = _last(home, series)
        collection = StudyCollection(folder, protocol.registry.volatile_fields, earlier)
        add_sources(sources, home, protocol, collection, report, is_searched, workers)
        content = Content(collection, local_results(collection, searches), collection.repeats)
        accept = _accepting(series, earlier, protocol.completeness, accept_loss, collection.lacks_a_source)
        snapshot = write_snapshot(home.snapshots, folder, content, provenance, protocol, accept)
    note_seen(home, read, snapshot)
    return _tell(snapshot, report)


def _from_snapshot(path: Path, home: Home, report: Report) -> Snapshot:
    """A verified copy in this home, under the same id."""
    original = open_snapshot(path)
    with temporary_folder(home.snapshots) as folder:
        for name in [MANIFEST, *original.manifest["files"]]:
            shutil.copyfile(original.folder / name, folder / name)
        snapshot = place(folder, home.snapshot(original.id))
    if snapshot.manifest["manifest_sha256"] != original.manifest["manifest_sha256"]:
        raise CartscapeError(
            f"{path}: {snapshot.folder} is another snapshot of that name; set --home to another folder"
        )
    return _tell(snapshot, report)


def _tell(snapshot: Snapshot, report: Report) -> Snapshot:
    counts, searches = snapshot.manifest["counts"], [one["search_id"] for one in snapshot.manifest["searches"]]
    by = "the file itself" if searches == [FILE.search_id] else f"{len(searches)} searches"
    report(
        f"snapshot {snapshot.id}: {counts['studies']:,} studies, {counts['found_by_search']:,} found by {by}, "
        f"{counts['quarantined']:,} in quarantine"
    )
    return snapshot

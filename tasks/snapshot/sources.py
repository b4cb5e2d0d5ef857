"""What a snapshot can be taken of: the sample, interfaces, files and folders; refused before anything is read."""

import time
from collections.abc import Sequence
from pathlib import Path

from tasks.errors import CartscapeError, UnreadableStudy
from tasks.protocol import Limits, Protocol
from tasks.registry.files import ACCEPTED, RawStudy, parse_study, read_studies
from tasks.registry.local_search import Screen
from tasks.settings import REPOSITORY
from tasks.snapshot.collection import printable
from tasks.snapshot.read import MANIFEST, is_snapshot, read_manifest

SAMPLE = REPOSITORY / "sample" / "registry.jsonl.gz"
LIVE, LIVE_CTIS = "live", "live-ctis"
INTERFACES = (LIVE, LIVE_CTIS)
SEPARATOR = "+"  # between the sources of one series  # between the sources of one series


def alone(snapshots: list[Path], sources: list[str]) -> Path:
    """The one snapshot folder of the sources; beside other sources it is a CartscapeError."""
    if len(sources) > 1:
        raise CartscapeError(
            f"{snapshots[0]}: a snapshot holds what its sources gave that day; give it alone, or give its sources"
        )
    return snapshots[0]


def are_synthetic(sources: Sequence[str]) -> bool:
    """Whether sources are of the sample, whose trials do not exist; some that are beside real ones are an error."""
    synthetic = [one == "sample" or Path(one).expanduser().resolve().parent == SAMPLE.parent for one in sources]
    if any(synthetic) and not all(synthetic):
        raise CartscapeError("the sample's trials do not exist: give it without real sources beside it")
    return all(synthetic)


def as_files(source: str | Sequence[str]) -> list[str]:
    """One source or several as interfaces and files, the sample by its file."""
    return [str(SAMPLE) if one == "sample" else one for one in ([source] if isinstance(source, str) else source)]


def require_source(source: str) -> Path:
    """The path of a source that is a file or folder; one that is not there is a CartscapeError."""
    path = Path(source).expanduser()
    if not path.exists():
        raise CartscapeError(f"{source}: no such source; give 'live', 'sample', {ACCEPTED}, or a snapshot folder")
    return path


def look_into_source(path: Path, limits: Limits) -> None:
    """Refuse a source in which no study can be read, before a run starts; a large one is looked into for a moment."""
    if is_snapshot(path):
        read_manifest(path / MANIFEST)
        return
    until = time.monotonic() + limits.seconds_to_look_into_source
    reason: str | None = "it holds no record"
    try:
        for record in read_studies(path, limits):
            reason = reason and why_unreadable(record)
            if time.monotonic() > until:
                return
    except OSError as error:
        raise CartscapeError(f"{error.filename or path}: {error.strerror or error}; give {ACCEPTED}") from error
    if reason:
        raise no_study_in(path, reason)


def why_unreadable(record: RawStudy) -> str | None:
    """Why a record is no study, None where it is one."""
    try:
        parse_study(record.content)
    except UnreadableStudy as error:
        return record.problem or str(error)
    return None


def no_study_in(path: Path, reason: str) -> CartscapeError:
    """What is said of a source without any study."""
    return CartscapeError(f"{path}: no study could be read ({reason}); give {ACCEPTED}")


def series_of(source: str) -> str:
    """The series of one source: an interface's name, or that of a file."""
    return source if source in INTERFACES else f"file:{printable(Path(source).expanduser().resolve().name)}"


def address_of(source: str, protocol: Protocol) -> str:
    """Where a source was had."""
    if source == LIVE_CTIS:
        return protocol.interfaces.ctis_url
    return printable(Path(source).expanduser().resolve())


def screen_of(path: Path, protocol: Protocol) -> Screen | None:
    """What tells the records worth keeping of an export of whole registries; None for one that is kept whole."""
    if not path.is_file() or path.stat().st_size < protocol.limits.screened_file_bytes:
        return None
    return Screen(protocol.search.phrases + protocol.search.extended_phrases)


def series_of_files(sources: Sequence[str], is_synthetic: bool) -> str:
    """The series of snapshots that files taken together belong to."""
    first, *others = sources
    return SEPARATOR.join(["sample" if is_synthetic else series_of(first), *map(series_of, others)])

"""Read registrations from what a user downloaded: JSON, CSV or XML of any registry, a zip, a folder."""

import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import orjson
from isal import igzip, isal_zlib

from tasks.errors import CartscapeError, UnreadableStudy
from tasks.protocol import Limits
from tasks.registry.readers import archive_records, mapped, reader_of
from tasks.registry.records import BYTE_ORDER_MARK, list_items, object_members
from tasks.registry.study import Study

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
NCT_NUMBER = re.compile(r"NCT[0-9]{8}")
DAMAGE = (
    EOFError,
    zlib.error,
    cast(type[Exception], isal_zlib.error),
    lzma.LZMAError,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
)
ACCEPTED = (
    "a .json, .jsonl, .csv, .xml or .zip of studies, gzipped or not, an export of ICTRP, AACT's archive, "
    "or a folder of studies"
)
STUDY_FILES = (".json", ".jsonl", ".xml")
EXCERPT_BYTES = 200
HEAD_BYTES = 65_536  # what tells one source's form from another's

Opener = Callable[[], IO[bytes]]
# as gzip's own file, in a third of its time
unpacked = cast(Callable[[Path], IO[bytes]], igzip.IGzipFile)


@dataclass(frozen=True, slots=True)
class RawStudy:
    """One record as received, and where it stood; `problem` says why its bytes could not be had in full."""

    position: str
    content: bytes
    problem: str = ""


def read_studies(path: Path, limits: Limits) -> Iterator[RawStudy]:
    """Stream every record of a file or folder in its order; CartscapeError for a source that is no study source."""
    if path.is_dir():
        yield from _read_folder(path, limits)
        return
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise CartscapeError(f"{path}: {error.strerror}; give {ACCEPTED}") from error
    if not head:
        raise CartscapeError(f"{path}: the file is empty; download it again, or give {ACCEPTED}")
    try:
        if head == ZIP_MAGIC:
            yield from _read_zip(path, limits)
        elif head.startswith(GZIP_MAGIC):
            yield from _read_text(path.name, lambda: unpacked(path), limits)
        else:
            yield from _read_text(path.name, lambda: path.open("rb"), limits)
    except DAMAGE as error:
        raise CartscapeError(f"{path}: damaged or cut short ({error}); download it again") from error


def parse_study(content: bytes) -> Study:
    """The study of a record in the shape of the API; UnreadableStudy with the reason when the record is none."""
    if content.lstrip(b" \t\r\n" + BYTE_ORDER_MARK)[:1] == b"<":
        raise UnreadableStudy("a web page, not JSON")
    record = _load(content)
    _refuse_too_deep(record)
    if not isinstance(record, dict):
        raise UnreadableStudy("JSON, but not an object")
    if study := mapped(record):
        return Study(study, record)
    protocol = record.get("protocolSection")
    if not isinstance(protocol, dict):
        raise UnreadableStudy("no protocolSection")
    for name, module in protocol.items():
        if not isinstance(module, dict):
            raise UnreadableStudy(f"{name[:40]} is not an object")
    number = protocol.get("identificationModule", {}).get("nctId")
    if not isinstance(number, str) or not NCT_NUMBER.fullmatch(number):
        raise UnreadableStudy(f"no valid NCT number: {str(number)[:40]}")
    return Study(record)


def _load(content: bytes) -> Any:
    try:
        return orjson.loads(content.removeprefix(BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise UnreadableStudy("nested too deep" if "depth" in str(error) else f"not JSON: {error}") from error


def _refuse_too_deep(value: Any) -> None:
    """The writer stops at 254 levels of nesting, which later stages could not walk either."""
    try:
        orjson.dumps(value)
    except TypeError as error:
        raise UnreadableStudy(f"nested too deep ({error})") from error


def _read_folder(folder: Path, limits: Limits) -> Iterator[RawStudy]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in STUDY_FILES and path.is_file())
    if not paths:
        raise CartscapeError(f"{folder}: no .json or .xml study in this folder; give {ACCEPTED}")
    for path in paths:
        name = f"{folder.name}:{path.relative_to(folder)}"
        if path.stat().st_size > limits.largest_json_bytes:
            yield RawStudy(name, b"", f"larger than {limits.largest_json_bytes:,} bytes")
        else:
            yield from _read_content(name, path.read_bytes(), limits)


def _read_zip(path: Path, limits: Limits) -> Iterator[RawStudy]:
    """Entries are read in memory and never unpacked, so their names can lead nowhere."""
    with zipfile.ZipFile(path) as archive:
        if (whole := archive_records(path, archive, limits)) is not None:
            yield from (RawStudy(*record) for record in whole)
            return
        entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(STUDY_FILES)]
        if not entries:
            raise CartscapeError(f"{path}: no .json or .xml study in this zip; give {ACCEPTED}")
        if len(entries) > limits.largest_archive_entries:
            raise CartscapeError(
                f"{path}: {len(entries):,} entries; raise limits.largest_archive_entries if it is yours"
            )
        size = sum(entry.file_size for entry in entries)
        if size > limits.largest_file_bytes:
            raise CartscapeError(f"{path}: {size:,} bytes unpacked; raise limits.largest_file_bytes if it is yours")
        for entry in entries:
            yield from _read_entry(archive, entry, f"{path.name}:{entry.filename}", limits)


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, limits: Limits) -> Iterator[RawStudy]:
    if entry.file_size > limits.largest_json_bytes:
        yield RawStudy(name, b"", f"larger than {limits.largest_json_bytes:,} bytes")
        return
    try:
        with archive.open(entry) as stream:
            content = stream.read(entry.file_size + 1)  # bounded: a header may understate what unpacks
    except (*DAMAGE, OSError) as error:
        if getattr(error, "errno", None):  # of the disk; without a number, of the unpacking
            raise
        yield RawStudy(name, b"", f"damaged entry: {error}")
        return
    yield from _read_content(name, content, limits)


def _read_content(name: str, content: bytes, limits: Limits) -> Iterator[RawStudy]:
    """The records of one file among many, whole in memory; one that can't be taken apart is one unreadable record."""
    if name.lower().endswith(".jsonl"):
        yield from (RawStudy(f"{name}:{n}", line) for n, line in enumerate(content.split(b"\n"), 1) if line.strip())
    elif name.lower().endswith(".xml") and (reader := reader_of(content[:HEAD_BYTES])):
        try:
            yield from [RawStudy(*record) for record in reader(name, lambda: io.BytesIO(content), limits)]
        except CartscapeError as error:
            yield RawStudy(name, content[:EXCERPT_BYTES], str(error))
    else:
        yield from _split(name, content)


def _read_text(name: str, opener: Opener, limits: Limits) -> Iterator[RawStudy]:
    with opener() as stream:
        head = stream.read(HEAD_BYTES)
    if head.lstrip(b" \t\r\n" + BYTE_ORDER_MARK)[:1] not in (b"{", b"[") and (reader := reader_of(head)):
        yield from (RawStudy(*record) for record in reader(name, opener, limits))
        return
    if _holds_json_lines(name, opener, limits):
        yield from _read_lines(name, opener, limits)
        return
    with opener() as stream:
        content = stream.read(limits.largest_json_bytes + 1)
    if len(content) > limits.largest_json_bytes:
        raise CartscapeError(
            f"{name}: over {limits.largest_json_bytes:,} bytes of JSON in one piece; "
            "give it as JSON lines, or raise limits.largest_json_bytes"
        )
    try:
        yield from list(_records(name, content))
    except UnreadableStudy as error:
        raise CartscapeError(f"{name}: {error}; download it again, or give {ACCEPTED}") from error


def _holds_json_lines(name: str, opener: Opener, limits: Limits) -> bool:
    """By its name, or because its first line alone is a whole object that is not a page of studies."""
    if name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return True
    with opener() as stream:
        line = stream.readline(limits.largest_study_bytes)
    if line.strip().removeprefix(BYTE_ORDER_MARK)[:1] not in (b"{", b"[", b""):
        raise CartscapeError(f"{name}: neither JSON nor a table or XML of a registry; give {ACCEPTED}")
    try:
        value = _load(line)
    except UnreadableStudy:
        return False
    return isinstance(value, dict) and "studies" not in value


def _read_lines(name: str, opener: Opener, limits: Limits) -> Iterator[RawStudy]:
    number, size = 0, 0
    with opener() as stream:
        while line := stream.readline(limits.largest_study_bytes + 1):
            number += 1
            position, excerpt = f"{name}:{number}", line[:EXCERPT_BYTES]
            is_too_long = len(line) > limits.largest_study_bytes
            while line and not line.endswith(b"\n") and is_too_long:
                size += len(line)
                _refuse_beyond(size, name, limits)
                line = stream.readline(limits.largest_study_bytes + 1)
            size += len(line)
            _refuse_beyond(size, name, limits)
            if is_too_long:
                yield RawStudy(position, excerpt, f"longer than {limits.largest_study_bytes:,} bytes")
            elif line.strip():
                yield RawStudy(position, line.strip().removeprefix(BYTE_ORDER_MARK))


def _refuse_beyond(size: int, name: str, limits: Limits) -> None:
    if size > limits.largest_file_bytes:
        raise CartscapeError(
            f"{name}: over {limits.largest_file_bytes:,} bytes unpacked; raise limits.largest_file_bytes if it is yours"
        )


def _split(name: str, content: bytes) -> Iterator[RawStudy]:
    """The records of one file among many: when it can't be taken apart, that is one unreadable record."""
    try:
        yield from list(_records(name, content))
    except UnreadableStudy:
        yield RawStudy(name, content)


def _records(name: str, content: bytes) -> Iterator[RawStudy]:
    """The studies of a list or of an API page, each as received; anything else is one record."""
    content = content.removeprefix(BYTE_ORDER_MARK).strip()
    listed = content if content[:1] == b"[" else b""
    if content[:1] == b"{":
        studies = object_members(content).get("studies", b"")
        listed = studies if studies[:1] == b"[" else b""
    elif not listed:
        _load(content)
    if listed:
        yield from (RawStudy(f"{name}:{number}", item) for number, item in enumerate(list_items(listed), 1))
    else:
        yield RawStudy(name, content)

"""The registry's answers on disk, page by page: a kill loses at most the page in flight."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import zstandard

from tasks.files import write_file
from tasks.registry.records import list_items
from tasks.seals import sealed, unsealed

HEADER = "retrieval.json"
PROGRESS = "pages.jsonl"


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One finished page of one search, and what it cost to get it."""

    search_id: str
    page: int
    next_token: str | None
    total: int | None
    file: str
    sha256: str
    requests: int
    retries: int


class Retrieval:
    """A retrieval under way: a header that says what is retrieved, and the pages that have arrived."""

    def __init__(self, folder: Path, header: dict[str, Any], pages: list[PageRecord]) -> None:
        self.folder = folder
        self.header = header
        self.pages = pages
        self.is_resumed = bool(pages)

    def add(self, record: PageRecord, studies: list[bytes]) -> None:
        """Keep a page: first its studies, then the record that says so; each is on disk before the next begins."""
        content = zstandard.compress(b"[" + b",".join(studies) + b"]")
        record = PageRecord(**{**asdict(record), "sha256": hashlib.sha256(content).hexdigest()})
        write_file(self.folder / record.file, content)
        with (self.folder / PROGRESS).open("ab") as file:
            file.write(sealed(asdict(record)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.pages.append(record)

    def forget(self, search_id: str) -> None:
        """Drop the pages of one search, to ask for them again."""
        self.pages = [page for page in self.pages if page.search_id != search_id]
        write_file(self.folder / PROGRESS, b"".join(sealed(asdict(page)) + b"\n" for page in self.pages))

    def missing_of(self, search_id: str) -> str:
        """How a search fell short of what the registry announced for it, empty where it did not."""
        pages = self.pages_of(search_id)
        announced = next((page.total for page in pages if page.total is not None), None)
        received = len({hash(study) for page in pages for study in self.studies(page)})
        if announced is None:
            return "the registry did not say how many studies there are"
        return f"the registry announced {announced:,} studies and sent {received:,}" if received < announced else ""

    def pages_of(self, search_id: str) -> list[PageRecord]:
        """The finished pages of one search, in order."""
        return [page for page in self.pages if page.search_id == search_id]

    def studies(self, page: PageRecord) -> list[bytes]:
        """The studies of a finished page, as received."""
        content = zstandard.decompress((self.folder / page.file).read_bytes())
        return list_items(content)


def resume_or_start(folder: Path, key: dict[str, Any], started_at: str) -> Retrieval:
    """Go on with what lies in the folder when it answers the same question of the same data; else begin anew."""
    header = _read_header(folder)
    if header is None or {name: header.get(name) for name in key} != key:
        return start_over(folder, key, started_at)
    pages = list(_finished_pages(folder))
    # the record of a page in flight may be torn: only whole ones are kept
    write_file(folder / PROGRESS, b"".join(sealed(asdict(page)) + b"\n" for page in pages))
    return Retrieval(folder, header, pages)


def start_over(folder: Path, key: dict[str, Any], started_at: str) -> Retrieval:
    """An empty retrieval; what lay in the folder is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    header = {**key, "started_at": started_at}
    write_file(folder / HEADER, sealed(header))
    return Retrieval(folder, header, [])


def _read_header(folder: Path) -> dict[str, Any] | None:
    try:
        return unsealed((folder / HEADER).read_bytes())
    except OSError:
        return None


def _finished_pages(folder: Path) -> Iterator[PageRecord]:
    """Records in order, up to the first that is torn or whose page is not on disk as it was."""
    try:
        lines = (folder / PROGRESS).read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            record = PageRecord(**(unsealed(line) or {}))
            content = (folder / record.file).read_bytes()
        except (OSError, TypeError):
            return
        if hashlib.sha256(content).hexdigest() != record.sha256:
            return
        yield record

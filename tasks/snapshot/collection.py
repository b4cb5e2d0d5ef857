"""One copy of every study of a source, and everything set aside with its reason: nothing vanishes."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from tasks.errors import UnreadableStudy, harmless
from tasks.registry.files import EXCERPT_BYTES, RawStudy, nct_id, parse_study
from tasks.registry.local_search import LocalSearch, values_at
from tasks.registry.searches import Search

LAST_UPDATE = ["protocolSection", "statusModule", "lastUpdatePostDateStruct", "date"]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that is not among the studies, and why."""

    position: str
    nct_id: str | None
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the kept version of a study stands in the spool file, and what tells it from another version."""

    position: str
    offset: int
    length: int
    fingerprint: bytes
    last_update: str


class Gathering:
    """Takes records in any order; the studies wait in a spool file on disk, so memory holds only an index."""

    def __init__(self, folder: Path, local_search: LocalSearch | None = None) -> None:
        self.local_search = local_search
        self.kept: dict[str, Kept] = {}
        self.found: dict[str, list[Search]] = {}
        self.set_aside: list[SetAside] = []
        self.records = 0
        self.repeats = 0
        self._known_others: set[bytes] = set()
        self._spool = (folder / "spool").open("w+b")

    def close(self) -> None:
        """Forget the spool."""
        self._spool.close()
        Path(self._spool.name).unlink(missing_ok=True)

    def add(self, record: RawStudy) -> str | None:
        """Take one record; the NCT number when it is a study, None when it was set aside."""
        self.records += 1
        try:
            if record.problem:
                raise UnreadableStudy(record.problem)
            study = parse_study(record.content)
        except UnreadableStudy as error:
            fingerprint = hashlib.sha256(record.content or record.position.encode()).digest()
            self._put_aside(fingerprint, record.position, None, str(error), record.content)
            return None
        number = nct_id(study)
        self._take(number, study, record)
        return number

    def studies(self) -> Iterator[tuple[str, bytes]]:
        """NCT number and content of every kept study, by NCT number."""
        for number in sorted(self.kept):
            yield number, self._content(self.kept[number])

    def _take(self, number: str, study: dict[str, Any], record: RawStudy) -> None:
        fingerprint = hashlib.sha256(orjson.dumps(study, option=orjson.OPT_SORT_KEYS)).digest()
        last_update = "".join(values_at(study, LAST_UPDATE)[:1])
        other = self.kept.get(number)
        if other and other.fingerprint == fingerprint:
            self.repeats += 1
        elif other and other.last_update >= last_update:
            reason = f"another version of this study, updated {last_update or 'unstated'}; kept: {other.position}"
            self._put_aside(fingerprint, record.position, number, reason, record.content)
        else:
            if other:
                reason = (
                    f"another version of this study, updated {other.last_update or 'unstated'}; kept: {record.position}"
                )
                self._put_aside(other.fingerprint, other.position, number, reason, self._content(other))
            self._keep(number, study, record, fingerprint, last_update)

    def _keep(self, number: str, study: dict[str, Any], record: RawStudy, fingerprint: bytes, last_update: str) -> None:
        # a study written over several lines is written again, for the snapshot has one line for each
        content = orjson.dumps(study) if b"\n" in record.content else record.content
        offset = self._spool.seek(0, 2)
        self._spool.write(content)
        self.kept[number] = Kept(record.position, offset, len(content), fingerprint, last_update)
        if self.local_search:
            self.found[number] = self.local_search.hits(study)

    def _content(self, kept: Kept) -> bytes:
        self._spool.seek(kept.offset)
        return self._spool.read(kept.length)

    def _put_aside(self, fingerprint: bytes, position: str, number: str | None, reason: str, content: bytes) -> None:
        if fingerprint in self._known_others:
            self.repeats += 1
            return
        self._known_others.add(fingerprint)
        excerpt = content[:EXCERPT_BYTES].decode("utf-8", "replace")
        self.set_aside.append(SetAside(printable(position), number, printable(reason), excerpt))

    def quarantine(self) -> bytes:
        """One JSON line for each record that was set aside."""
        return b"".join(orjson.dumps(asdict(record)) + b"\n" for record in self.set_aside)


def printable(text: object) -> str:
    """A text that JSON can hold and a terminal only shows: file names may be bytes of no encoding."""
    return harmless(str(text).encode("utf-8", "replace").decode())

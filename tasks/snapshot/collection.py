"""One copy of every study of a source, and the rest in quarantine with its reason: nothing vanishes."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
import zstandard

from tasks.errors import harmless
from tasks.registry.files import EXCERPT_BYTES, RawStudy
from tasks.registry.local_search import LocalSearch, WholeFile
from tasks.registry.records import one_line
from tasks.registry.searches import Search
from tasks.snapshot.looks import Look, look_at
from tasks.snapshot.read import QUARANTINED_BYTES


@dataclass(frozen=True, slots=True)
class QuarantinedRecord:
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
    content_sha256: str
    last_update: str
    source: int
    is_second_hand: bool


@dataclass(slots=True)
class Taken:
    """What one source gave: records, those among them that another source gives first-hand, its own day."""

    source: str
    records: int = 0
    copies: int = 0
    left_out: int = 0
    quarantined: int = 0
    data_date: str = ""
    forms: dict[str, int] = field(default_factory=dict)
    problem: str = ""


class StudyCollection:
    """Takes records in any order; the studies wait in a spool file on disk, so memory holds only an index."""

    def __init__(
        self, folder: Path, volatile_fields: list[str], local_search: LocalSearch | WholeFile | None = None
    ) -> None:
        """Spool into `folder`; `volatile_fields` do not make another version of a study."""
        self.folder = folder
        self.volatile_fields = volatile_fields
        self.local_search = local_search
        self.kept: dict[str, Kept] = {}
        self.found: dict[str, list[Search]] = {}
        self.quarantined: list[QuarantinedRecord] = []
        self.records = 0
        self.repeats = 0
        self.sources: list[Taken] = []
        self._known_others: set[str] = set()
        self._spool = (folder / "spool").open("w+b")
        self._aside = zstandard.open(folder / QUARANTINED_BYTES, "wb")

    def close(self) -> None:
        """Forget the spool, and finish the file of what is in quarantine, if anything is."""
        self._aside.close()
        if not self.quarantined:
            Path(self.folder / QUARANTINED_BYTES).unlink(missing_ok=True)
        self._spool.close()
        Path(self._spool.name).unlink(missing_ok=True)

    def begin(self, source: str) -> Taken:
        """What is added from now on comes from another source, whose record of a study may be a copy."""
        self.sources.append(Taken(source))
        return self.sources[-1]

    def leave_out(self) -> None:
        """Count a record of a whole registry that no search can find, and that is not kept."""
        self.records += 1
        self.sources[-1].records += 1
        self.sources[-1].left_out += 1

    def add(self, record: RawStudy, look: Look | None = None) -> str | None:
        """Take one record; the registration's number when it is a study, None when it went to quarantine.

        `look`: what somebody read of it already.
        """
        self.records += 1
        if not self.sources:
            self.begin("")
        self.sources[-1].records += 1
        look = look or look_at(record, self.volatile_fields, self.local_search)
        if look.reason:
            content = hashlib.sha256(record.content or record.position.encode()).hexdigest()
            self._put_into_quarantine(content, record.position, None, look.reason, record.content)
            return None
        self._take(look, record)
        return look.nct_id

    @property
    def lacks_a_source(self) -> bool:
        """Whether a source could not be had, which the manifest says: then studies may be missing."""
        return any(taken.problem for taken in self.sources)

    def studies(self) -> Iterator[tuple[str, bytes, str]]:
        """NCT number, record and content hash of every kept study, by NCT number."""
        for number in sorted(self.kept):
            yield number, self._content(self.kept[number]), self.kept[number].content_sha256

    def _take(self, look: Look, record: RawStudy) -> None:
        content, last_update = look.content_sha256, look.last_update
        number, other = look.nct_id, self.kept.get(look.nct_id)
        self._tell_of(look)
        if other and other.is_second_hand != look.is_second_hand:
            # ICTRP's copy of a registration that another source has from the registry itself
            (self.sources[other.source] if other.is_second_hand else self.sources[-1]).copies += 1
            if other.is_second_hand:
                self._keep(look, record)
        elif other and other.content_sha256 == content:
            self.repeats += 1
        elif other and other.last_update >= last_update:
            reason = f"another version of this study, updated {last_update or 'unstated'}; kept: {other.position}"
            self._put_into_quarantine(content, record.position, number, reason, record.content)
        else:
            if other:
                reason = (
                    f"another version of this study, updated {other.last_update or 'unstated'}; kept: {record.position}"
                )
                self._put_into_quarantine(other.content_sha256, other.position, number, reason, self._content(other))
            self._keep(look, record)

    def _keep(self, look: Look, record: RawStudy) -> None:
        content = one_line(record.content)  # the snapshot has one line for each
        offset = self._spool.seek(0, 2)
        self._spool.write(content)
        place = len(self.sources) - 1
        self.kept[look.nct_id] = Kept(
            record.position,
            offset,
            len(content),
            look.content_sha256,
            look.last_update,
            place,
            look.is_second_hand,
        )
        if self.local_search:
            asked = self.local_search.searches if look.hits else ()
            self.found[look.nct_id] = [search for search in asked if search.search_id in look.hits]

    def _tell_of(self, look: Look) -> None:
        taken = self.sources[-1]
        taken.forms[look.form] = taken.forms.get(look.form, 0) + 1
        taken.data_date = max(taken.data_date, look.source_date)

    def _content(self, kept: Kept) -> bytes:
        self._spool.seek(kept.offset)
        return self._spool.read(kept.length)

    def _put_into_quarantine(
        self, content_hash: str, position: str, number: str | None, reason: str, content: bytes
    ) -> None:
        if content_hash in self._known_others:
            self.repeats += 1
            return
        self._known_others.add(content_hash)
        self.sources[-1].quarantined += 1
        excerpt = content[:EXCERPT_BYTES].decode("utf-8", "replace")
        bytes_of = {"position": printable(position), "base64": base64.b64encode(content).decode()}
        self._aside.write(orjson.dumps(bytes_of) + b"\n")
        self.quarantined.append(QuarantinedRecord(printable(position), number, printable(reason), excerpt))

    def quarantine(self) -> bytes:
        """One JSON line for each record in quarantine."""
        return b"".join(orjson.dumps(asdict(record)) + b"\n" for record in self.quarantined)


def printable(text: object) -> str:
    """A text that JSON can hold and a terminal only shows: file names may be bytes of no encoding."""
    return harmless(str(text).encode("utf-8", "replace").decode())

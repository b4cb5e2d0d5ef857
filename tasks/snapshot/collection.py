"""One copy of every study of a source, and the rest in quarantine with its reason: nothing vanishes."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
import zstandard

from tasks.errors import harmless
from tasks.protocol import HomeFolder
from tasks.registry.files import EXCERPT_BYTES, RawStudy
from tasks.registry.local_search import LocalSearch, WholeFile
from tasks.registry.records import one_line
from tasks.registry.searches import Search
from tasks.registry.volatile import VolatileValues
from tasks.snapshot.earlier import EarlierRecords
from tasks.snapshot.looks import Look, look_at
from tasks.snapshot.read import QUARANTINED_BYTES, Snapshot


@dataclass(frozen=True, slots=True)
class QuarantinedRecord:
    """A record that is not among the studies, and why."""

    position: str
    nct_id: str | None
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the kept version of a study stands in the spool file, and what tells it from another version.

    `offset`: None of one that stands in the snapshot before, and so is not spooled.
    """

    position: str
    offset: int | None
    length: int
    record_sha256: bytes
    volatile_values: bytes
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

    def __init__(self, folder: Path, volatile_fields: list[str], earlier: Snapshot | None = None) -> None:
        """Spool into `folder` what `earlier` lacks; `volatile_fields` do not make another version of a study."""
        self.folder = folder
        self.volatile_fields, self.volatile = volatile_fields, VolatileValues(volatile_fields)
        self.earlier = EarlierRecords(earlier, volatile_fields)
        self.local_search: LocalSearch | WholeFile | None = None
        self.kept: dict[str, Kept] = {}
        self.found: dict[str, list[Search]] = {}
        self.quarantined: list[QuarantinedRecord] = []
        self.records = 0
        self.repeats = 0
        self.sources: list[Taken] = []
        self._known_others: set[str] = set()
        self._same_values: dict[bytes, bytes] = {}
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

    def shared(self, settings: HomeFolder) -> dict[str, tuple[str, int]]:
        """Part and line, by number, of the kept records that need not be written, as the snapshot before holds them."""
        held = [number for number, kept in self.kept.items() if self.earlier.holds(number, kept.record_sha256)]
        return self.earlier.shared(held, len(self.kept), settings)

    def kept_records(self, numbers: list[str]) -> Iterator[bytes]:
        """The kept records of some numbers, given in order."""
        held_before = [number for number in numbers if self.kept[number].offset is None]
        before = self.earlier.records(held_before) if held_before else iter(())
        for number in numbers:
            kept = self.kept[number]
            if kept.offset is None:
                yield self.volatile.put_in(next(before), kept.volatile_values)
            else:
                self._spool.seek(kept.offset)
                yield self._spool.read(kept.length)

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
                (replaced,) = self.kept_records([number])
                self._put_into_quarantine(other.content_sha256, other.position, number, reason, replaced)
            self._keep(look, record)

    def _keep(self, look: Look, record: RawStudy) -> None:
        content = one_line(record.content)  # the snapshot has one line for each
        record_sha256, values = look.record_sha256, self.volatile.values_in(content)
        if content is not record.content:
            record_sha256, _ = self.volatile.taken_out(content)
        offset = None
        # what a search found is read once more when the snapshot is written
        if look.hits or not self.earlier.holds(look.nct_id, record_sha256):
            offset = self._spool.seek(0, 2)
            self._spool.write(content)
        place = len(self.sources) - 1
        self.kept[look.nct_id] = Kept(
            record.position,
            offset,
            len(content),
            record_sha256,
            self._same_values.setdefault(values, values),
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

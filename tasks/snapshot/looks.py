"""What each record says by itself, before it is weighed against the others: read in batches, by whoever works."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from functools import cache
from operator import attrgetter
from pathlib import Path

import orjson
import polars

from tasks.errors import UnreadableStudy
from tasks.files import partial
from tasks.registry.content_hash import content_sha256
from tasks.registry.files import RawStudy, parse_study
from tasks.registry.local_search import FILE, LocalSearch, WholeFile
from tasks.registry.searches import Search
from tasks.registry.volatile import VolatileValues

Searching = LocalSearch | WholeFile | None


@dataclass(frozen=True, slots=True)
class Look:
    """What is read of one record; `reason`: why it is no study, and then nothing else is known.

    `record_sha256`: of the bytes that it was read from, without their volatile values. `hits`: the ids of the searches
    that find it.
    """

    reason: str = ""
    record_sha256: bytes = b""
    nct_id: str = ""
    content_sha256: str = ""
    last_update: str = ""
    is_second_hand: bool = False
    form: str = ""
    source_date: str = ""
    hits: tuple[str, ...] = ()


RAW = {"position": polars.Binary, "content": polars.Binary, "problem": polars.String}
LOOKS: dict[str, polars.DataType | type[polars.DataType]] = dict.fromkeys(
    (field.name for field in fields(Look)), polars.String
)
LOOKS |= {"record_sha256": polars.Binary, "is_second_hand": polars.Boolean, "hits": polars.List(polars.String)}
VALUES = attrgetter(*LOOKS)


def look_at(record: RawStudy, volatile_fields: list[str], searching: Searching) -> Look:
    """Read one record; `volatile_fields` do not make another version of a study."""
    try:
        if record.problem:
            raise UnreadableStudy(record.problem)
        study = parse_study(record.content)
    except UnreadableStudy as error:
        return Look(str(error))
    return Look(
        record_sha256=volatile_values(tuple(volatile_fields)).taken_out(record.content)[0],
        nct_id=study.nct_id,
        content_sha256=content_sha256(study.received, volatile_fields),
        last_update=study.last_update_posted_date,
        is_second_hand=study.is_second_hand,
        form=study.form,
        source_date=study.source_date,
        hits=tuple(search.search_id for search in searching.hits(study, record.content)) if searching else (),
    )


def how_to_look(volatile_fields: list[str], searching: Searching) -> tuple[str, str]:
    """What decides a look beside the record, as texts that a worker is handed."""
    asked = [] if searching is None else [[astuple(search) for search in searching.searches]]
    return orjson.dumps(volatile_fields).decode(), orjson.dumps(asked).decode()


def look_at_batch(raw: str, volatile_fields: str, searches: str, out: str) -> int:
    """Read a file of records, and write what is read of them; returns their number."""
    fields_left_out, searching = orjson.loads(volatile_fields), searching_of(searches)
    looks = [look_at(one, fields_left_out, searching) for one in read_batch(Path(raw))]
    place(frame_of_looks(looks), Path(out))
    return len(looks)


@cache
def searching_of(searches: str) -> Searching:
    """What asks the searches of a text, as `how_to_look` writes it."""
    asked = [[Search(*search) for search in listed] for listed in orjson.loads(searches)]
    if not asked:
        return None
    return WholeFile() if asked[0] == [FILE] else LocalSearch(asked[0])


@cache
def volatile_values(fields: tuple[str, ...]) -> VolatileValues:
    """The volatile values of records, made ready once."""
    return VolatileValues(fields)


def frame_of_looks(looks: list[Look]) -> polars.DataFrame:
    """Looks as a frame."""
    return polars.DataFrame(list(map(VALUES, looks)), schema=LOOKS, orient="row")


def looks_in(frame: polars.DataFrame) -> Iterator[Look]:
    """The looks of a frame, in its order."""
    return (Look(*(*row[:-1], tuple(row[-1]))) for row in frame.iter_rows())


def write_batch(batch: list[RawStudy], path: Path) -> Path:
    """Write records for a worker."""
    # a file's name may be bytes of no encoding, and stands in what is said of it
    rows = [
        (one.position.encode("utf-8", "surrogateescape"), one.content, one.problem.encode("utf-8", "replace").decode())
        for one in batch
    ]
    return place(polars.DataFrame(rows, schema=RAW, orient="row"), path)


def read_batch(path: Path) -> Iterator[RawStudy]:
    """The records that were written for a worker."""
    for position, content, problem in polars.read_parquet(path).iter_rows():
        yield RawStudy(position.decode("utf-8", "surrogateescape"), content, problem)


def place(frame: polars.DataFrame, path: Path) -> Path:
    """Write a file whole or not at all: a worker may be killed while it writes, and another do the batch again."""
    frame.write_parquet(partial(path), compression="lz4")
    return partial(path).replace(path)

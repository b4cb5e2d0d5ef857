"""What each record says by itself, before it is weighed against the others: read in batches, by whoever works."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import orjson
import polars

from tasks.errors import UnreadableStudy
from tasks.files import partial, temporary_folder
from tasks.registry.content_hash import content_sha256
from tasks.registry.files import RawStudy, parse_study
from tasks.registry.local_search import FILE, LocalSearch, WholeFile
from tasks.registry.searches import Search
from tasks.workers import Workers

RECORDS_A_BATCH = 5_000  # fewer are read sooner than another process starts
Searching = LocalSearch | WholeFile | None


@dataclass(frozen=True, slots=True)
class Look:
    """What is read of one record; `reason`: why it is no study, and then nothing else is known.

    `hits`: the ids of the searches that find it.
    """

    reason: str = ""
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
LOOKS |= {"is_second_hand": polars.Boolean, "hits": polars.List(polars.String)}


def look_at(record: RawStudy, volatile_fields: list[str], searching: Searching) -> Look:
    """Read one record; `volatile_fields` do not make another version of a study."""
    try:
        if record.problem:
            raise UnreadableStudy(record.problem)
        study = parse_study(record.content)
    except UnreadableStudy as error:
        return Look(str(error))
    return Look(
        nct_id=study.nct_id,
        content_sha256=content_sha256(study.received, volatile_fields),
        last_update=study.last_update_posted_date,
        is_second_hand=study.is_second_hand,
        form=study.form,
        source_date=study.source_date,
        hits=tuple(search.search_id for search in searching.hits(study, record.content)) if searching else (),
    )


def looked_at(
    records: Iterator[RawStudy], volatile_fields: list[str], searching: Searching, workers: Workers, beside: Path
) -> Iterator[tuple[RawStudy, Look]]:
    """Each record with what is read of it, in order; more than one batch of them by the workers, in files `beside`."""
    batches = iter(lambda: list(islice(records, RECORDS_A_BATCH)), [])
    first = list(islice(batches, 2))
    if len(first) < 2:
        yield from ((record, look_at(record, volatile_fields, searching)) for batch in first for record in batch)
        return
    asked = [] if searching is None else [[astuple(search) for search in searching.searches]]
    how = orjson.dumps(volatile_fields).decode(), orjson.dumps(asked).decode()
    with temporary_folder(beside) as folder:
        raw = (_write(batch, folder / f"{part:06d}.parquet") for part, batch in enumerate(chain(first, batches)))
        work = ((str(path), *how, str(_look_path(path))) for path in raw)
        for part, _ in enumerate(workers(look_at_batch, work)):
            path = folder / f"{part:06d}.parquet"
            yield from zip(_read(path), map(_look, polars.read_parquet(_look_path(path)).iter_rows()), strict=True)
            path.unlink()
            _look_path(path).unlink()


def look_at_batch(raw: str, volatile_fields: str, searches: str, out: str) -> int:
    """Read a file of records, and write what is read of them; returns their number."""
    fields_left_out, searching = orjson.loads(volatile_fields), searching_of(searches)
    looks = [astuple(look_at(record, fields_left_out, searching)) for record in _read(Path(raw))]
    _place(polars.DataFrame(looks, schema=LOOKS, orient="row"), Path(out))
    return len(looks)


@cache
def searching_of(searches: str) -> Searching:
    """What asks the searches of a text, as `looked_at` writes it."""
    asked = [[Search(*search) for search in listed] for listed in orjson.loads(searches)]
    if not asked:
        return None
    return WholeFile() if asked[0] == [FILE] else LocalSearch(asked[0])


def _write(batch: list[RawStudy], path: Path) -> Path:
    # a file's name may be bytes of no encoding, and stands in what is said of it
    rows = [
        (one.position.encode("utf-8", "surrogateescape"), one.content, one.problem.encode("utf-8", "replace").decode())
        for one in batch
    ]
    return _place(polars.DataFrame(rows, schema=RAW, orient="row"), path)


def _read(path: Path) -> Iterator[RawStudy]:
    for position, content, problem in polars.read_parquet(path).iter_rows():
        yield RawStudy(position.decode("utf-8", "surrogateescape"), content, problem)


def _place(frame: polars.DataFrame, path: Path) -> Path:
    """Write a file whole or not at all: a worker may be killed while it writes, and another do the batch again."""
    frame.write_parquet(partial(path), compression="lz4")
    return partial(path).replace(path)


def _look(row: tuple[Any, ...]) -> Look:
    return Look(**dict(zip(LOOKS, row, strict=True)) | {"hits": tuple(row[-1])})


def _look_path(raw: Path) -> Path:
    return raw.with_name(f"look-{raw.name}")

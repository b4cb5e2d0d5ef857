"""Read the records of a source in their order: here or by workers, and none again that was read before."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, groupby, islice
from pathlib import Path

import polars

from tasks.files import temporary_folder
from tasks.registry.files import RawStudy
from tasks.snapshot.known import Batch, KnownLooks
from tasks.snapshot.looks import (
    Look,
    Searching,
    frame_of_looks,
    how_to_look,
    look_at,
    look_at_batch,
    looks_in,
    read_batch,
    write_batch,
)
from tasks.workers import Workers

RECORDS_A_BATCH = 5_000  # fewer are read sooner than another process starts
FEW_IN_A_BATCH = 500
Wanted = Callable[[RawStudy], bool]
Looked = Iterator[tuple[RawStudy, Look | None]]


def looked_at(
    records: Iterator[RawStudy],
    volatile_fields: list[str],
    searching: Searching,
    workers: Workers,
    beside: Path,
    known: KnownLooks,
    is_wanted: Wanted | None = None,
) -> Looked:
    """Each record with what is read of it, in order; None of one that is not wanted.

    More than one batch that is not `known` goes to the workers, in files `beside`. `is_wanted` is asked of a record
    once all before it were taken, so with it all are read here.
    """
    batches = map(known.recall, iter(lambda: list(islice(records, RECORDS_A_BATCH)), []))
    here = partial(_here, volatile_fields=volatile_fields, searching=searching, known=known, is_wanted=is_wanted)
    how = how_to_look(volatile_fields, searching)
    for is_read_here, group in groupby(batches, lambda one: is_wanted is not None or one.unknown <= FEW_IN_A_BATCH):
        if is_read_here:
            yield from chain.from_iterable(map(here, group))
        else:
            yield from _by_workers(group, here, how, workers, beside, known)


def _here(
    batch: Batch, volatile_fields: list[str], searching: Searching, known: KnownLooks, is_wanted: Wanted | None
) -> Looked:
    fresh = []
    for record, recalled in zip(batch.records, batch.looks, strict=True):
        if is_wanted and not is_wanted(record):
            yield record, None
            continue
        look = recalled or look_at(record, volatile_fields, searching)
        if not recalled:
            fresh.append(look)
        yield record, look
    known.hold(batch.known)
    known.hold(frame_of_looks(fresh))


def _by_workers(
    batches: Iterator[Batch],
    here: Callable[[Batch], Looked],
    how: tuple[str, str],
    workers: Workers,
    beside: Path,
    known: KnownLooks,
) -> Looked:
    first = list(islice(batches, 2))
    if len(first) < 2:
        yield from chain.from_iterable(map(here, first))
        return
    with temporary_folder(beside) as folder:
        raw = (
            write_batch(batch.records, folder / f"{part:06d}.parquet")
            for part, batch in enumerate(chain(first, batches))
        )
        work = ((str(path), *how, str(_look_path(path))) for path in raw)
        for part, _ in enumerate(workers(look_at_batch, work)):
            path = folder / f"{part:06d}.parquet"
            looks = polars.read_parquet(_look_path(path))
            known.hold(looks)
            yield from zip(read_batch(path), looks_in(looks), strict=True)
            path.unlink()
            _look_path(path).unlink()


def _look_path(raw: Path) -> Path:
    return raw.with_name(f"look-{raw.name}")

"""What is read of a record is the same whether it is read alone or in a batch, by whoever works."""

import gzip
import os
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from sample.generate import REGISTRY
from tasks.registry.files import RawStudy
from tasks.registry.local_search import LocalSearch, WholeFile
from tasks.registry.searches import plan_searches
from tasks.settings import load_protocol
from tasks.snapshot import known, looking
from tasks.snapshot.known import KnownLooks
from tasks.snapshot.looking import looked_at
from tasks.snapshot.looks import Look, Searching, look_at
from tasks.workers import Batches, Work, Workers, one_by_one

PROTOCOL = load_protocol()
VOLATILE = PROTOCOL.registry.volatile_fields
NAME = os.fsdecode(b"studies-\xff.jsonl")  # no encoding has it


def records() -> list[RawStudy]:
    with gzip.open(REGISTRY) as lines:
        studies = [RawStudy(f"{NAME}:{n}", line.strip()) for n, line in enumerate(islice(lines, 7), 1)]
    bad = [RawStudy(f"{NAME}:8", b"{broken"), RawStudy(f"{NAME}:9", b"", f"{NAME}: longer than 9 bytes")]
    return [*studies[:3], *bad, *studies[3:]]


def done_twice(work: Work, batches: Batches):
    """What a cluster does with the batch of a worker that died."""
    return (min(work(*batch), work(*batch)) for batch in batches)


def looked(
    given: list[RawStudy], folder: Path, searching: Searching = None, workers: Workers = one_by_one
) -> list[tuple[RawStudy, Look | None]]:
    """Records with what is read of them, as a source's next reading does it; what is read is kept for the one after."""
    held = KnownLooks(folder / "known", VOLATILE)
    found = list(looked_at(iter(given), VOLATILE, searching, workers, folder, held))
    held.keep()
    return found


@pytest.mark.parametrize("searching", [None, WholeFile(), LocalSearch(plan_searches(PROTOCOL.search))])
@pytest.mark.parametrize("workers", [one_by_one, done_twice])
def test_batches_say_of_each_record_what_it_says_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, searching: Searching, workers: Workers
) -> None:
    monkeypatch.setattr(looking, "RECORDS_A_BATCH", 4)
    monkeypatch.setattr(looking, "FEW_IN_A_BATCH", 0)
    found = looked(records(), tmp_path, searching, workers)
    looks = [look for _, look in found if look]
    alone = [look_at(record, VOLATILE, searching) for record in records()]
    assert [record.content for record, _ in found] == [record.content for record in records()]
    assert [record.position for record, _ in found] == [f"{NAME}:{n}" for n in (1, 2, 3, 8, 9, 4, 5, 6, 7)]
    assert [look for look in looks if not look.reason] == [look for look in alone if not look.reason]
    assert [bool(look.reason) for look in looks] == [False] * 3 + [True] * 2 + [False] * 4
    assert any(look.hits for look in looks) == (searching is not None)
    assert not list(tmp_path.iterdir()), "no batch is left"


@pytest.mark.parametrize("workers", [one_by_one, done_twice])
def test_a_record_of_the_same_bytes_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    monkeypatch.setattr(looking, "RECORDS_A_BATCH", 4)
    monkeypatch.setattr(looking, "FEW_IN_A_BATCH", 2)
    monkeypatch.setattr(known, "FEWEST_KEPT", 1)
    read: list[str] = []

    def note_and_look(record: RawStudy, *how: Any) -> Look:
        read.append(record.position)
        return look_at(record, *how)

    monkeypatch.setattr(looking, "look_at", note_and_look)
    looked(records(), tmp_path, workers=workers)
    other = RawStudy("changed", records()[0].content.replace(b"{", b"{ ", 1))
    cut_short = RawStudy("cut short", records()[0].content, "longer than 9 bytes")
    given = [*reversed(records()), other, cut_short]
    read.clear()
    again = looked(given, tmp_path, workers=workers)
    assert again == [(record, look_at(record, VOLATILE, None)) for record in given]
    # what is no study is read each time, since where it stood may be why
    assert read == [f"{NAME}:9", f"{NAME}:8", "changed", "cut short"]


def test_looks_that_were_damaged_are_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "FEWEST_KEPT", 1)
    looked(records(), tmp_path)
    path = tmp_path / "known" / known.KEPT_LOOKS
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert not KnownLooks(tmp_path / "known", VOLATILE).rows
    assert looked(records(), tmp_path) == [(one, look_at(one, VOLATILE, None)) for one in records()]
    assert len(KnownLooks(tmp_path / "known", VOLATILE).rows) == len(records()) - 2

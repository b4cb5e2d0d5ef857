"""What is read of a record is the same whether it is read alone or in a batch, by whoever works."""

import gzip
import os
from itertools import islice
from pathlib import Path

import pytest

from sample.generate import REGISTRY
from tasks.registry.files import RawStudy
from tasks.registry.local_search import LocalSearch, WholeFile
from tasks.registry.searches import plan_searches
from tasks.settings import load_protocol
from tasks.snapshot import looks
from tasks.snapshot.looks import Searching, look_at, looked_at
from tasks.workers import Batches, Work, one_by_one

PROTOCOL = load_protocol()
NAME = os.fsdecode(b"studies-\xff.jsonl")  # no encoding has it


def records() -> list[RawStudy]:
    with gzip.open(REGISTRY) as lines:
        studies = [RawStudy(f"{NAME}:{n}", line.strip()) for n, line in enumerate(islice(lines, 7), 1)]
    bad = [RawStudy(f"{NAME}:8", b"{broken"), RawStudy(f"{NAME}:9", b"", f"{NAME}: longer than 9 bytes")]
    return [*studies[:3], *bad, *studies[3:]]


def done_twice(work: Work, batches: Batches):
    """What a cluster does with the batch of a worker that died."""
    return (min(work(*batch), work(*batch)) for batch in batches)


@pytest.mark.parametrize("searching", [None, WholeFile(), LocalSearch(plan_searches(PROTOCOL.search))])
@pytest.mark.parametrize("workers", [one_by_one, done_twice])
def test_batches_say_of_each_record_what_it_says_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, searching: Searching, workers
) -> None:
    monkeypatch.setattr(looks, "RECORDS_A_BATCH", 4)
    volatile = PROTOCOL.registry.volatile_fields
    looked = list(looked_at(iter(records()), volatile, searching, workers, tmp_path))
    alone = [look_at(record, volatile, searching) for record in records()]
    assert [record.content for record, _ in looked] == [record.content for record in records()]
    assert [record.position for record, _ in looked] == [f"{NAME}:{n}" for n in (1, 2, 3, 8, 9, 4, 5, 6, 7)]
    assert [look for _, look in looked if not look.reason] == [look for look in alone if not look.reason]
    assert [bool(look.reason) for _, look in looked] == [False] * 3 + [True] * 2 + [False] * 4
    assert any(look.hits for _, look in looked) == (searching is not None)
    assert not list(tmp_path.iterdir()), "no batch is left"

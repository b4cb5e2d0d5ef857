"""Killed with SIGKILL at any moment, the next run finishes, and all that it leaves equals an undisturbed run's."""

import gzip
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.home import Home
from tests.conftest import SAMPLE
from tests.replica import Replica
from tests.resilience.whole import Source, differences, finish, left_by, started

STUDIES, FOUND = 30, 29  # no search finds one of them
OTHERS = 12  # rows of ICTRP's export beside them
SEED = 7
# stage, which call of it, and within how many seconds after its begin the kill comes; bench.kills draws other moments
POINTS = [
    ("take_snapshot", 1, 0.20),
    ("build_model", 30, 0.20),
    ("publish_warehouse", 1, 0.03),
    ("write_exports", 1, 0.30),
]


def few_studies(count: int = STUDIES) -> list[dict[str, Any]]:
    with gzip.open(SAMPLE) as lines:
        return [json.loads(line) for line, _ in zip(lines, range(count), strict=False)]


@pytest.fixture(scope="module")
def registry() -> Iterator[Replica]:
    with Replica(few_studies(), faults=["slow"], slow_seconds=0.01) as replica:
        yield replica


def surroundings(replica: Replica) -> dict[str, str]:
    """A run in a hurry that asks the replica, in pages of the protocol's size; PubMed is not there."""
    hurry = {"CARTSCAPE_REQUESTS_PER_SECOND": "1000", "CARTSCAPE_FIRST_WAIT_SECONDS": "0.02"}
    return {"CARTSCAPE_CLINICALTRIALS_URL": replica.url, **hurry}


def export_of_ictrp(folder: Path) -> Path:
    """Some rows of the sample's export, which stands beside the registry itself."""
    path = folder / "ictrp.csv"
    with gzip.open(SAMPLE.parent / "ictrp.csv.gz") as lines:
        path.write_bytes(b"".join(line for line, _ in zip(lines, range(1 + OTHERS), strict=False)))
    return path


def next_source(home: Path, sources: Source = "live") -> Source:
    """What the run after a kill reads: the snapshot, once a run got so far; another retrieval would be another one."""
    placed = sorted((home / "snapshots").glob("live-*/manifest.json"))
    return str(placed[0].parent) if placed else sources


def kill_in(stage: str, call: int, delay: float, home: Path, source: Source, environment: dict[str, str]) -> None:
    """A run that is killed so long after it began a stage for the so-manieth time; it must have got there."""
    with started(home, source, environment) as (process, hear):
        for _ in range(call):
            while hear.recv() != stage:
                pass
        time.sleep(delay)
        assert process.is_alive(), f"over before it could be killed in {stage}"
        process.kill()


def test_killed_four_times_in_a_row_it_ends_like_an_undisturbed_run(registry: Replica, tmp_path: Path) -> None:
    draw, environment = random.Random(SEED), surroundings(registry)
    home, sources = tmp_path / "killed", ["live", str(export_of_ictrp(tmp_path))]
    for stage, call, longest in POINTS:
        kill_in(stage, call, draw.uniform(0, longest), home, next_source(home, sources), environment)
    finish(home, next_source(home, sources), environment)
    finish(tmp_path / "whole", sources, environment)
    killed, whole = left_by(tmp_path / "killed"), left_by(tmp_path / "whole")
    assert len(whole["core.registrations"]) == FOUND + OTHERS
    assert differences(killed, whole) == []


def test_killed_between_placing_a_snapshot_and_clearing_up_leaves_no_twin(registry: Replica, tmp_path: Path) -> None:
    from tasks.snapshot import take as snapshot
    from tasks.snapshot.take import take_snapshot
    from tests.replica.material import quick

    class Killed(BaseException):
        pass

    def placed(*arguments: Any) -> None:
        write(*arguments)
        raise Killed

    from tasks.snapshot.write import write_snapshot as write

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(snapshot, "write_snapshot", placed)
        take_snapshot("live", Home(tmp_path), quick(registry.url), lambda line: None)
    asked = len(registry.requests)
    again = take_snapshot("live", Home(tmp_path), quick(registry.url), lambda line: None)
    assert [path.name for path in (tmp_path / "snapshots").glob("live-*")] == [again.id]
    # nothing is retrieved anew: the version before and after
    assert len(registry.requests) - asked == 2
    assert not (tmp_path / "snapshots" / ".retrieving").exists()

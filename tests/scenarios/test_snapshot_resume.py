"""A retrieval that is killed goes on where it stopped."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.settings import REPOSITORY
from tasks.snapshot.take import take_snapshot
from tests.replica import Fault, Replica
from tests.replica.material import found_numbers, quick, study

STUDIES = [study(number) for number in range(1, 31)]
CHILD = """
import sys
from tasks.home import Home
from tasks.snapshot.take import take_snapshot
from tests.replica.material import quick
take_snapshot("live", Home(sys.argv[2]), quick(sys.argv[1], page_size=3))
"""


def kill_after(lines: int, url: str, home: Path) -> None:
    """Start a retrieval in a process of its own and kill it when it has reported so many pages."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", CHILD, url, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as child:
        assert child.stdout
        for _ in range(lines):
            assert child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL


def test_a_retrieval_that_is_killed_again_and_again_ends_like_one_that_is_not(tmp_path: Path) -> None:
    with Replica(STUDIES, faults=["slow"], slow_seconds=0.02) as replica:
        for lines in (2, 6, 8):
            kill_after(lines, replica.url, tmp_path / "killed")
        killed = take_snapshot("live", Home(tmp_path / "killed"), quick(replica.url, page_size=3), lambda line: None)
        whole = take_snapshot("live", Home(tmp_path / "whole"), quick(replica.url, page_size=3), lambda line: None)
    assert killed.manifest["files"] == whole.manifest["files"]
    assert killed.manifest["searches"] == whole.manifest["searches"]
    assert found_numbers(tmp_path / "killed") == [killed.id]


def studies_asked(replica: Replica) -> list[tuple[str, str]]:
    """What chose the studies of every request for some so far, and the token."""
    asked = [request for request in replica.requests if request.path == "/api/v2/studies"]
    choosing = ("query.cond", "query.intr", "filter.ids")
    return [
        (next(name for name in choosing if name in one.parameters), one.parameters.get("pageToken", ""))
        for one in asked
    ]


def test_a_killed_retrieval_loses_at_most_the_page_in_flight(tmp_path: Path) -> None:
    lines: list[str] = []
    with Replica(STUDIES, faults=["slow"], slow_seconds=0.02) as replica:
        kill_after(12, replica.url, tmp_path)
        assert found_numbers(tmp_path) == []
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url, page_size=3), lines.append)
        asked = studies_asked(replica)
    # 30 pages in all: 10 of each search, and 10 of records; at most one is asked for twice
    assert 30 <= len(asked) <= 31 and len(set(asked)) == 30
    assert lines[0].startswith("going on after 1")
    assert [one.record for one in snapshot.studies()] == STUDIES
    assert [search["pages"] for search in snapshot.manifest["searches"]] == [10, 10]
    assert [search["total"] for search in snapshot.manifest["searches"]] == [30, 30]
    assert snapshot.search_hits()["rank"].to_list() == [*range(1, 31), *range(1, 31)]
    assert not (tmp_path / "snapshots" / ".retrieving").exists()


def break_off(replica: Replica, home: Path, after: int) -> None:
    """A retrieval that ends because the registry fails for good after so many requests."""
    breakdown = Fault("500", after=after)
    replica.faults.faults.append(breakdown)
    with pytest.raises(CartscapeError, match="run again later"):
        take_snapshot("live", Home(home), quick(replica.url, page_size=3, attempts=2), lambda line: None)
    replica.faults.faults.remove(breakdown)


def test_a_retrieval_that_broke_off_goes_on_and_counts_all_its_requests(tmp_path: Path) -> None:
    with Replica(STUDIES) as replica:
        break_off(replica, tmp_path, after=6)  # version and five pages
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url, page_size=3), lambda line: None)
        assert len(studies_asked(replica)) == 30 + 2
    # five pages before; version, twenty-five pages and version now
    assert snapshot.manifest["counts"]["requests"] == 5 + 27


@pytest.mark.parametrize("other", [{"phrases": ["CAR T cells"], "page_size": 3}, {"page_size": 5}])
def test_another_question_starts_over(tmp_path: Path, other: dict[str, Any]) -> None:
    lines: list[str] = []
    with Replica(STUDIES) as replica:
        break_off(replica, tmp_path, after=6)
        replica.requests.clear()
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url, **other), lines.append)
        assert studies_asked(replica)[0] == ("query.cond", "")
    assert lines[0].startswith("cond-01")
    assert [one.record for one in snapshot.studies()] == STUDIES


def test_data_that_changed_since_the_interruption_start_over(tmp_path: Path) -> None:
    with Replica(STUDIES, faults=["moving-once"]) as replica:
        break_off(replica, tmp_path, after=6)
        replica.requests.clear()
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url, page_size=3), lambda line: None)
        assert len(studies_asked(replica)) == 30
    assert snapshot.manifest["data_timestamp"] == "2026-08-15T09:00:05"


def test_a_page_token_that_expired_starts_over(tmp_path: Path) -> None:
    lines: list[str] = []
    with Replica(STUDIES) as replica:
        break_off(replica, tmp_path, after=6)
        replica.faults.faults.append(Fault("lost-token", first=1))
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url, page_size=3), lines.append)
    assert "starting over" in lines[1]
    assert [one.record for one in snapshot.studies()] == STUDIES


def test_a_torn_record_and_a_damaged_page_are_retrieved_again(tmp_path: Path) -> None:
    work = tmp_path / "snapshots" / ".retrieving"
    with Replica(STUDIES) as replica:
        break_off(replica, tmp_path, after=6)
        records = (work / "pages.jsonl").read_bytes()
        (work / "pages.jsonl").write_bytes(records + b'{"search_id": "cond-0')
        (work / "cond-01.00004.json.zst").write_bytes(b"damaged")
        replica.requests.clear()
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url, page_size=3), lambda line: None)
        assert len(studies_asked(replica)) == 30 - 3
    assert [one.record for one in snapshot.studies()] == STUDIES


def test_two_runs_do_not_write_into_one_home(tmp_path: Path) -> None:
    program = "import sys\nfrom tasks.home import Home\nwith Home(sys.argv[1]).writing(): print('mine')"
    others: list[subprocess.CompletedProcess[str]] = []

    def meanwhile(line: str) -> None:
        if not others:
            command = [sys.executable, "-c", program, str(tmp_path)]
            others.append(subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False))

    with Replica(STUDIES) as replica:
        take_snapshot("live", Home(tmp_path), quick(replica.url), meanwhile)
    assert others[0].stdout == "" and f"another run is writing here (process {os.getpid()}, '" in others[0].stderr
    assert "wait for it to end, or set --home" in others[0].stderr
    command = [sys.executable, "-c", program, str(tmp_path)]
    assert subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout == "mine\n"

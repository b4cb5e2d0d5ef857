"""Snapshots follow each other by the registry's time, whatever our clock said; equal ones are one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tasks.home import Home
from tasks.landscape import newest
from tasks.protocol import Protocol
from tasks.registry.client import Registry
from tasks.registry.session import PoliteSession
from tasks.run import Run
from tasks.snapshot import content, retrieve, take
from tasks.snapshot.news import has_news
from tasks.snapshot.order import in_order, next_sequence
from tasks.snapshot.read import list_snapshots
from tasks.snapshot.take import take_snapshot
from tests.conftest import silent
from tests.replica import Fault, Replica
from tests.replica.material import found_numbers, quick, study

STUDIES = [study(number) for number in range(1, 6)]


def manifest(name: str, sequence: int, data: str | None = None, finished: str = "2026", series: str = "live") -> Any:
    return {
        "snapshot_id": name,
        "sequence": sequence,
        "data_timestamp": data,
        "finished_at": finished,
        "series": series,
    }


@pytest.mark.parametrize(
    ("manifests", "order"),
    [
        ([manifest("future", 1, "d1", finished="2030"), manifest("now", 2, "d2")], ["future", "now"]),
        ([manifest("late copy", 3, "d1"), manifest("a", 1, "d2"), manifest("b", 2, "d3")], ["late copy", "a", "b"]),
        ([manifest("file", 2, None, "2030", "file:x"), manifest("live", 3, "d9")], ["file", "live"]),
        ([manifest("b", 0, None, "2027", "f"), manifest("a", 0, None, "2026", "f")], ["a", "b"]),
        ([manifest("b", 2, "d1"), manifest("a", 1, "d1")], ["a", "b"]),
    ],
)
def test_the_registry_s_time_comes_first_and_then_the_order_of_taking(manifests: list[Any], order: list[str]) -> None:
    assert [one["snapshot_id"] for one in in_order(manifests)] == order
    assert next_sequence(manifests) == max(one["sequence"] for one in manifests) + 1


def take_at(clock: str, replica: Replica, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A live snapshot while our clock says so."""
    for module in (retrieve, take, content):
        monkeypatch.setattr(module, "now", lambda: clock)
    return take_snapshot("live", Home(home), quick(replica.url), silent).id


def test_a_clock_that_was_once_in_2030_hides_no_later_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: Protocol
) -> None:
    home = Home(tmp_path)
    with Replica(STUDIES) as replica:
        first = take_at("2030-01-01T00:00:00Z", replica, tmp_path, monkeypatch)
    with Replica([*STUDIES, study(9)], faults=[Fault("moving-once")]) as moved:
        requests.get(f"{moved.url}/version", timeout=5)  # its data are of a later time from now on
        second = take_at("2026-11-22T00:00:00Z", moved, tmp_path, monkeypatch)
        assert [one.id for one in list_snapshots(home.snapshots)] == [first, second]
        assert newest(Run(home, protocol)) == second
        assert not has_news(home, quick(moved.url), silent)


def test_a_second_snapshot_of_the_same_data_is_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Replica(STUDIES) as replica:
        first = take_at("2026-11-22T00:00:00Z", replica, tmp_path, monkeypatch)
        again = [take_at(f"2026-11-23T00:00:0{second}Z", replica, tmp_path, monkeypatch) for second in range(3)]
    assert again == [first] * 3
    assert found_numbers(tmp_path) == [first]
    with Replica([*STUDIES, study(9)]) as changed:  # the same time, but other records
        assert take_at("2026-11-24T00:00:00Z", changed, tmp_path, monkeypatch) != first


@pytest.mark.parametrize(("days", "told"), [(400, "hours ahead"), (-400, "hours behind"), (0, "")])
def test_a_clock_far_from_the_registry_s_is_told_once(
    days: int, told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(days=days)

    monkeypatch.setattr("tasks.registry.session.datetime", Clock)
    lines: list[str] = []
    with Replica(STUDIES) as replica, PoliteSession(quick(replica.url), lines.append) as session:
        registry = Registry(session, replica.url, 10)
        assert registry.version() == registry.version()
    assert len(lines) == bool(told)
    assert all(told in line and "correct this machine's clock" in line for line in lines)

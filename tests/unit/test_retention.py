"""Which snapshots stay when old ones are deleted, and what is never deleted."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.retention import Rule, kept_by, prune, read_rules, to_prune
from tasks.settings import load_protocol
from tasks.snapshot.take import take_snapshot
from tests.conftest import silent


def days(first: str, count: int) -> list[dict[str, Any]]:
    """A manifest a day, named for its day."""
    found = [date.fromisoformat(first) + timedelta(days=number) for number in range(count)]
    return [{"snapshot_id": str(day), "finished_at": f"{day}T06:00:00Z"} for day in found]


def test_the_last_of_each_period_stays_and_the_first_and_last_of_all():
    # 1 January 2026 is a Thursday
    kept = kept_by(read_rules("weekly:2,monthly:all"), days("2026-01-01", 60))
    assert sorted(kept) == ["2026-01-01", "2026-01-31", "2026-02-22", "2026-02-28", "2026-03-01"]


def test_weeks_are_counted_over_the_turn_of_the_year():
    # Monday 28 December 2026 to Sunday 3 January 2027 is one week
    assert sorted(kept_by([Rule("weekly", 2)], days("2026-12-20", 15))) == ["2026-12-20", "2026-12-27", "2027-01-03"]


@pytest.mark.parametrize("text", ["", "weekly", "weekly:0", "weekly:-1", "hourly:3", "weekly:52;monthly:all"])
def test_rules_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(CartscapeError, match="write a period"):
        read_rules(text)


def test_pruning_deletes_snapshots_and_nothing_else_that_is_precious(tmp_path: Path) -> None:
    home, taken = Home(tmp_path / "home"), []
    for number in range(4):
        path = tmp_path / "registry.jsonl"
        identity = f'{{"nctId":"NCT0000000{number}","briefTitle":"CAR-T"}}'
        path.write_text(f'{{"protocolSection":{{"identificationModule":{identity}}}}}\n', encoding="utf-8")
        taken.append(take_snapshot(str(path), home, load_protocol(), silent, accept_loss=True).id)
    precious = [home.publications(taken[1]) / "manifest.json", home.first_labels(taken[1]), home.log, home.forgotten]
    for path in precious:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("precious", encoding="utf-8")
    rules = read_rules("weekly:1")
    assert [one.id for one in to_prune(home, rules)] == taken[1:3]
    assert len(list(home.snapshots.iterdir())) == 4
    assert [one.id for one in prune(home, rules)] == taken[1:3]
    assert sorted(path.name for path in home.snapshots.iterdir()) == sorted([taken[0], taken[3]])
    assert all(path.exists() for path in precious)
    assert prune(home, rules) == []

"""What really changed in complete records over weeks: slips, moves and plans equal an independent reading."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.settings import load_protocol
from tasks.statistics.over_time import recruiting_times
from tests.oracles.generated import build, empty_warehouse, totals_of
from tests.oracles.metrics import ORACLES
from tests.oracles.progress import progress
from tests.oracles.records import Cohort, Trial
from tests.oracles.recruiting import median_recruiting
from tests.oracles.results import days_meant
from tests.oracles.test_metrics_against_oracles import comparable

RECRUITING = ("RECRUITING", "ENROLLING_BY_INVITATION")
COMPARED = ("status_transitions", "change_log", "enrollment_and_slippage")


def versions(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The versions of each record, the oldest first."""
    held: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in sorted(map(json.loads, lines), key=lambda row: str(row["seen"])):
            held.setdefault(row["nctId"], []).append(row["study"])
    return held


def trial(study: dict[str, Any]) -> Trial:
    """A real record, taken into the landscape whatever it is about: what is tested is what changed in it."""
    labels = dict.fromkeys(ATTRIBUTES, ("unstated",))
    labels |= {"eligibility": ("eligible",), "topic": ("treatment",), "region": ("other",), "center_count": ("single",)}
    return Trial(study, labels, {"s1"})


@pytest.fixture(scope="module")
def series(shared_file: Callable[[str], Path]) -> tuple[Cohort, Cohort]:
    """Two snapshots: each record as first and as last seen."""
    held = versions(shared_file("real/history/versions-v2.dev.jsonl.gz"))
    cohorts = []
    for name, day, place in (("before", date(2026, 2, 3), 0), ("now", date(2026, 3, 12), -1)):
        found = [trial(studies[place]) for studies in held.values()]
        cohorts.append(Cohort(found, None, totals_of(found), [], name, day, is_day_stated=True))
    cohorts[1].previous = cohorts[0]
    return cohorts[0], cohorts[1]


@pytest.fixture(scope="module")
def warehouse(series: tuple[Cohort, Cohort]) -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        build(connection, *series)
        yield connection


@pytest.mark.parametrize("metric", COMPARED)
def test_what_changed_equals_an_independent_count(
    metric: str, warehouse: duckdb.DuckDBPyConnection, series: tuple[Cohort, Cohort]
) -> None:
    query = f"select * exclude (snapshot_id) from metrics.{metric} where snapshot_id = 'now'"
    rows = warehouse.execute(query).fetchall()
    assert rows and comparable(rows) == comparable(ORACLES[metric](series[1]))


def test_every_slip_is_found(warehouse: duckdb.DuckDBPyConnection, series: tuple[Cohort, Cohort]) -> None:
    before = {one.nct_id: one for one in series[0].everything}
    expected = {
        one.nct_id: progress(one, [before[one.nct_id], one], series[1].snapshot_day) for one in series[1].everything
    }
    found = warehouse.execute(
        "select nct_id, start_slip_days, completion_slip_days from core.trial_progress where snapshot_id = 'now'"
    ).fetchall()
    assert {row[0]: row[1:] for row in found} == {
        number: (one["start"], one["completion"]) for number, one in expected.items()
    }
    assert any(row[2] for row in found), "a completion that moved"


def test_recruiting_times_equal_an_independent_reading(
    warehouse: duckdb.DuckDBPyConnection, series: tuple[Cohort, Cohort]
) -> None:
    before, now = series
    status = {one.nct_id: one.part("statusModule", "overallStatus") for one in before.everything}
    spells = []
    for one in now.everything:
        started = days_meant(one.part("statusModule", "startDateStruct", "date"))
        if started and status[one.nct_id] in RECRUITING:
            stopped = one.part("statusModule", "overallStatus") not in RECRUITING
            entry, last = ((cohort.snapshot_day - started[0]).days for cohort in series)
            spells.append((entry, last, stopped))
    held = [spell for spell in spells if spell[0] >= 0]
    (found,) = [row for row in recruiting_times(warehouse, load_protocol().statistics) if row["snapshot_id"] == "now"]
    assert (found["trials"], found["stopped_trials"]) == (len(held), sum(spell[2] for spell in held))
    assert held and (found["median_days"], found["median_low"], found["median_high"]) == median_recruiting(held, 0.95)


def test_the_daily_stamp_is_no_change(warehouse: duckdb.DuckDBPyConnection) -> None:
    kinds = {kind for (kind,) in warehouse.execute("select distinct change from metrics.change_log").fetchall()}
    assert kinds <= {"new", "results", "status", "phase", "completion", "participants"}

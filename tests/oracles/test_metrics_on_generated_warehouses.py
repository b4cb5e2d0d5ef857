"""Every metric equals its independent count on registrations that nobody would write, and the statistics hold."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracles.generated import build, cohorts, empty_warehouse, totals_of
from tests.oracles.metrics import ORACLES
from tests.oracles.records import Cohort
from tests.oracles.test_metrics_against_oracles import COLUMNS, METRICS, comparable

EXPENSIVE = settings(
    max_examples=14,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        yield connection


def assert_metrics_equal(connection: duckdb.DuckDBPyConnection, cohort: Cohort) -> None:
    """Every metric of a snapshot against its oracle."""
    for metric in METRICS:
        columns = COLUMNS.get(metric, "* exclude (snapshot_id)")
        query = f"select {columns} from metrics.{metric} where snapshot_id = $1"
        rows = connection.execute(query, [cohort.snapshot_id]).fetchall()
        assert comparable(rows) == comparable(ORACLES[metric](cohort)), metric


@EXPENSIVE
@given(cohort=cohorts())
def test_metrics_equal_independent_counts(warehouse: duckdb.DuckDBPyConnection, cohort: Cohort) -> None:
    build(warehouse, cohort)
    assert_metrics_equal(warehouse, cohort)


@settings(EXPENSIVE, max_examples=4)
@given(before=cohorts("before"), after=cohorts("now"))
def test_snapshots_are_counted_apart(warehouse: duckdb.DuckDBPyConnection, before: Cohort, after: Cohort) -> None:
    kept = before.everything[::2]
    numbers = {trial.nct_id for trial in kept}
    everything = kept + [trial for trial in after.everything if trial.nct_id not in numbers]
    now = replace(
        after, everything=everything, as_of=before.as_of, previous=before, search_totals=totals_of(everything)
    )
    build(warehouse, before, now)
    assert_metrics_equal(warehouse, before)
    assert_metrics_equal(warehouse, now)


def test_no_trial_at_all(warehouse: duckdb.DuckDBPyConnection) -> None:
    nothing = Cohort([], None, {"query.cond: CAR T": 0, "query.intr: CAR T": 0}, [], "nothing", date(2026, 1, 1))
    build(warehouse, nothing)
    assert_metrics_equal(warehouse, nothing)
    assert warehouse.execute("select trials, treatment_trials from metrics.cohort_size").fetchall() == [(0, 0)]
    assert warehouse.execute("select count(*) from metrics.share_intervals").fetchone() == (0,)
    strategies = warehouse.execute("select trials, percentage from metrics.relapse_strategies").fetchall()
    assert strategies == [(0, None)] * 7

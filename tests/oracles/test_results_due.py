"""What is due, and when a trial was registered, equals an independent reading of every record, CAR-T or not."""

import duckdb
import pytest

from tests.conftest import Built
from tests.oracles.results import due_rows, observed_until, timing
from tests.oracles.test_metrics_against_oracles import cohort_of


@pytest.mark.parametrize("landscape", ["sample_landscape", "complete_landscape", "unmodified_landscape"])
def test_every_record_is_read_alike(landscape: str, request: pytest.FixtureRequest) -> None:
    built: Built = request.getfixturevalue(landscape)
    cohort = cohort_of(built)
    until = observed_until(cohort)
    expected = [(trial.nct_id, *row) for trial in cohort.everything for row in due_rows(trial, until)]
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        assert connection.execute("select observed_until from core.snapshot_days").fetchall() == [(until,)]
        found = connection.execute("select * exclude (snapshot_id) from core.trial_results_due").fetchall()
        timings = dict(connection.execute("select nct_id, registration_timing from core.trials").fetchall())
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert timings == {trial.nct_id: timing(trial) for trial in cohort.everything}
    assert len(set(timings.values())) == 4, "a landscape without one of the timings would prove less"

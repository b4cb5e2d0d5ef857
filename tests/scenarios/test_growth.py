"""Growth: one definition a row, percent of change, the paper's two readings beside it."""

import copy
from datetime import date

import duckdb
import pytest

from tests.oracles.generated import build, empty_warehouse
from tests.oracles.records import Cohort, Trial
from tests.scenarios.test_reference_tables import finished_trial

# days of registration: the stock doubles, and 2023 sees as many as 2020
POSTED = ("2019-05-01", "2020-05-01", "2022-03-01", "2023-01-01")
AS_OF = date(2024, 4, 30)


def posted(number: int, day: str) -> Trial:
    """A treatment trial of a day, completed after the day that counts."""
    trial = finished_trial(number)
    study = copy.deepcopy(trial.study)
    study["protocolSection"]["statusModule"] |= {
        "studyFirstPostDateStruct": {"date": day},
        "completionDateStruct": {"date": "2024-05" if number == 1 else "2024-04"},
    }
    return Trial(study, trial.labels, trial.searches)


@pytest.fixture(scope="module")
def rows() -> dict[str, list[tuple[object, ...]]]:
    """What four trials give."""
    trials = [posted(number, day) for number, day in enumerate(POSTED, 1)]
    totals = {"query.cond: CAR T": len(trials), "query.intr: CAR T": 0}
    cohort = Cohort(trials, AS_OF, totals, [], snapshot_id="one", snapshot_day=date(2026, 8, 22))
    with empty_warehouse() as connection:
        build(connection, cohort)
        return {"growth": growth_of(connection), "finished": finished_of(connection)}


def growth_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """Growth of the hematologic trials."""
    return connection.execute(
        "select growth_window, definition, base_trials, later_trials, change_percentage, paper_percentage"
        " from metrics.growth where value = 'hematologic' order by window_order"
    ).fetchall()


def finished_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """Which trials count as finished, and how many statuses say so."""
    return connection.execute("select nct_id, status, is_finished from core.trials order by nct_id").fetchall()


def test_growth_is_the_change_of_what_its_row_names(rows: dict[str, list[tuple[object, ...]]]) -> None:
    assert rows["growth"] == [
        ("stock at the end of 2020, stock on the last day", "stock", 2, 4, 100.0, 55.0),
        ("registrations in 2020, in 2023", "registrations", 1, 1, 0.0, 55.0),
        ("registrations in 2022, in 2023", "registrations", 1, 1, 0.0, None),
        ("stock at the end of 2019, at the end of April 2024", "stock", 1, 4, 300.0, None),
    ]


def test_a_trial_completed_after_the_as_of_day_is_not_finished(rows: dict[str, list[tuple[object, ...]]]) -> None:
    finished = {nct_id: is_finished for nct_id, _, is_finished in rows["finished"]}
    assert finished == {"NCT00000001": False, "NCT00000002": True, "NCT00000003": True, "NCT00000004": True}
    assert {status for _, status, _ in rows["finished"]} == {"Completed"}, "the status is that of the data"

"""Publications by hand: what was looked for, what was found, and what the statistics make of it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import polars
import pytest
from scipy import stats

from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.warehouse.load import load_publications
from tests.oracles.generated import build, empty_warehouse
from tests.oracles.records import Cohort, Trial

SEARCHED_ON = date(2024, 4, 30)


def registration(number: int, phase: str, start: str | None = "2018-01-01", ended: str | None = "2020-01-01") -> Trial:
    """A completed trial of one phase."""
    status: dict[str, Any] = {"overallStatus": "COMPLETED", "studyFirstPostDateStruct": {"date": "2018-01-01"}}
    if start:
        status["startDateStruct"] = {"date": start}
    if ended:
        status["primaryCompletionDateStruct"] = {"date": ended}
    labels = dict.fromkeys(ATTRIBUTES, ("unstated",))
    labels |= {"eligibility": ("eligible",), "topic": ("treatment",), "region": ("China",), "center_count": ("single",)}
    protocol = {
        "identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": "CAR-T"},
        "statusModule": status,
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Clinic", "class": "OTHER"}},
        "designModule": {"phases": [phase], "enrollmentInfo": {"count": 20}},
    }
    return Trial({"protocolSection": protocol}, labels, {"s1"})


def paper(trial: Trial, day: date | None, decision: str = "accept", kind: str = "full results") -> dict[str, Any]:
    """A publication of a trial."""
    return {
        "nct_id": trial.nct_id,
        "paper_key": "pmid:1",
        "publication_date": day,
        "decision": decision,
        "kind": kind,
    }


def landscape(trials: list[Trial], searched: list[Trial], publications: list[dict[str, Any]]) -> Cohort:
    """A cohort with what was looked for and found."""
    return Cohort(
        trials,
        None,
        {"query.cond: CAR T": len(trials), "query.intr: CAR T": 0},
        [],
        snapshot_id="by hand",
        snapshot_day=date(2026, 1, 1),
        searched={trial.nct_id: SEARCHED_ON for trial in searched},
        publications=publications,
    )


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


TABLE = "select published_trials, unpublished_trials, p_value, note from metrics.finished_trials_statistics"
OURS = "where counted_by = 'landscape' and variable = 'phase' and level = 'Phase 1'"


def test_not_looked_for_gives_no_number(warehouse: duckdb.DuckDBPyConnection) -> None:
    build(warehouse, landscape([registration(1, "PHASE1"), registration(2, "PHASE2")], [], []))
    assert rows(warehouse, f"{TABLE} {OURS}") == [(None, None, None, "publications were not looked for")]
    rates = rows(
        warehouse, "select published_trials, published_percentage, publications from metrics.publication_rates"
    )
    assert set(rates) == {(None, None, "not looked for")}
    assert rows(warehouse, "select distinct left_out from metrics.time_to_publication") == [("not looked for",)]
    assert rows(warehouse, "select * from metrics.publication_curves") == []


def test_none_found_differs_from_not_looked_for(warehouse: duckdb.DuckDBPyConnection) -> None:
    trials = [registration(1, "PHASE1"), registration(2, "PHASE2")]
    build(warehouse, landscape(trials, trials, []))
    assert rows(warehouse, f"{TABLE} {OURS}") == [(0, 1, None, "no published trial")]


def test_two_phases_by_hand(warehouse: duckdb.DuckDBPyConnection) -> None:
    """3 of 4 phase 1 trials and 1 of 4 phase 2 trials are published: Fisher's tea, P = 34/70."""
    trials = [registration(n, "PHASE1" if n <= 4 else "PHASE2") for n in range(1, 9)]
    published = [*trials[:3], trials[4]]
    build(warehouse, landscape(trials, trials, [paper(trial, date(2021, 1, 1)) for trial in published]))
    ((fisher, chi_square, smallest, has_small),) = rows(
        warehouse,
        "select fisher_p_value, chi_square, smallest_expected_count, has_small_expected_count"
        f" from metrics.finished_trials_statistics {OURS}",
    )
    assert fisher == pytest.approx(34 / 70)
    assert chi_square == pytest.approx(2)
    assert smallest == pytest.approx(2)
    assert has_small
    of_variable = rows(
        warehouse,
        "select variable, levels, degrees_of_freedom, note from metrics.finished_trials_variables"
        " where counted_by = 'landscape' order by variable",
    )
    assert of_variable == [
        ("enrollment", 1, None, "a single level"),
        ("funding", 1, None, "a single level"),
        ("phase", 2, 1, None),
        ("sites", 1, None, "a single level"),
        ("start date", 1, None, "a single level"),
    ]


def test_papers_in_review_rejected_of_another_kind_or_later_are_no_results(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    trials = [registration(n, "PHASE1") for n in range(1, 6)]
    papers = [
        paper(trials[0], date(2021, 1, 1), decision="review"),
        paper(trials[1], date(2021, 1, 1), decision="reject"),
        paper(trials[2], date(2021, 1, 1), kind="protocol"),
        paper(trials[3], date(2025, 1, 1)),
        paper(trials[4], None),
    ]
    build(warehouse, landscape(trials, trials, papers))
    found = rows(warehouse, "select nct_id from core.trial_publication_status where is_published")
    assert found == [(trials[4].nct_id,)]


def test_clocks_and_what_they_leave_out(warehouse: duckdb.DuckDBPyConnection) -> None:
    published, early, silent, undated, slip = (
        registration(1, "PHASE1"),
        registration(2, "PHASE1"),
        registration(3, "PHASE1"),
        registration(4, "PHASE1", start=None, ended=None),
        registration(5, "PHASE1", start="1985-01-01"),
    )
    trials = [published, early, silent, undated, slip]
    papers = [paper(published, date(2020, 12, 31)), paper(early, date(2019, 1, 1))]
    build(warehouse, landscape(trials, trials, papers))
    found = rows(
        warehouse, "select clock, nct_id, days_to_publication, left_out from metrics.time_to_publication order by all"
    )
    number = {
        trial.nct_id: name
        for trial, name in zip(trials, ["published", "early", "silent", "undated", "slip"], strict=True)
    }
    assert [(clock, number[nct_id], days, why) for clock, nct_id, days, why in found] == [
        ("completion", "published", 365, None),
        ("completion", "early", 0, None),
        ("completion", "silent", (SEARCHED_ON - date(2020, 1, 1)).days, None),
        ("completion", "undated", None, "no date"),
        ("completion", "slip", (SEARCHED_ON - date(2020, 1, 1)).days, None),
        ("start", "published", 1095, None),
        ("start", "early", 365, None),
        ("start", "silent", (SEARCHED_ON - date(2018, 1, 1)).days, None),
        ("start", "undated", None, "no date"),
        ("start", "slip", None, "implausible date"),
    ]
    curve = rows(
        warehouse,
        "select days, at_risk, published, unpublished_percentage from metrics.publication_curves"
        " where clock = 'start' and region = 'all' order by days",
    )
    assert [row[:3] for row in curve] == [(365, 3, 1), (1095, 2, 1)]
    assert [row[3] for row in curve] == [pytest.approx(200 / 3), pytest.approx(100 / 3)]


def test_early_papers_count_and_withdrawn_trials_do_not(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Of ten trials completed at the start of 2020 one published before, one in 2021, and two were withdrawn."""
    trials = [registration(n, "PHASE1") for n in range(1, 11)]
    for withdrawn in trials[8:]:
        withdrawn.study["protocolSection"]["statusModule"]["overallStatus"] = "WITHDRAWN"
    papers = [
        paper(trials[0], date(2019, 6, 1)),
        paper(trials[1], date(2021, 1, 1)),
        paper(trials[9], date(2021, 1, 1)),
    ]
    build(warehouse, landscape(trials, trials, papers))
    compared = rows(
        warehouse,
        "select trials, published_trials, early_trials, years, published_percentage, median_days"
        " from metrics.publication_comparison where clock = 'completion' and dimension = 'all'",
    )
    assert compared == [(8, 2, 1, 3, pytest.approx(25.0), None)]
    left_out = rows(warehouse, "select left_out, count(*) from metrics.time_to_publication group by all order by all")
    assert left_out == [("withdrawn before anybody took part", 4), (None, 16)]
    tested = rows(
        warehouse,
        "select dimension, groups, left_out, note from metrics.publication_tests where clock = 'completion'",
    )
    assert tested == [
        ("region", 0, "China", "fewer than two groups"),
        ("funding_source", 0, "Other", "fewer than two groups"),
        ("phase", 0, "Phase 1", "fewer than two groups"),
    ]


def test_each_question_of_table_4_is_adjusted_once(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Of the paper's 25 levels the two of sites are one question, and eight have too small a count for chi-square."""
    build(warehouse, landscape([registration(1, "PHASE1")], [], []))
    levels = rows(
        warehouse,
        "select variable, level, test, tested_p_value, p_value, fisher_p_value, adjusted_p_value"
        " from metrics.finished_trials_statistics where counted_by = 'paper'",
    )
    assert sum(row[2] == "Fisher's exact test" for row in levels) == 8
    assert all(row[3] == (row[5] if row[2] == "Fisher's exact test" else row[4]) for row in levels)
    sites = [row for row in levels if row[0] == "sites"]
    assert sites[0][6] == sites[1][6]
    once = [row for row in levels if row[1] != "multiple"]
    assert len(once) == 24
    assert [row[6] for row in once] == pytest.approx(list(stats.false_discovery_control([row[3] for row in once])))
    variables = rows(
        warehouse,
        "select variable, test, adjusted_p_value >= tested_p_value from metrics.finished_trials_variables"
        " where counted_by = 'paper' order by variable",
    )
    assert variables == [
        ("enrollment", "Pearson's chi-square test", True),
        ("funding", "Fisher's exact test", True),
        ("phase", "Fisher's exact test", True),
        ("sites", "Pearson's chi-square test", True),
        ("start date", "Fisher's exact test", True),
    ]


def test_publications_are_loaded_by_name(warehouse: duckdb.DuckDBPyConnection) -> None:
    trial = registration(1, "PHASE1")
    build(warehouse, landscape([trial], [], []))
    searched = polars.DataFrame({"nct_id": [trial.nct_id], "searched_on": [SEARCHED_ON]})
    publications = polars.DataFrame(
        {
            "nct_id": [trial.nct_id],
            "paper_key": ["doi:10.1000/abc"],
            "doi": ["10.1000/abc"],
            "publication_date": [date(2021, 1, 1)],
            "route": ["registry reference"],
            "score": [0.9],
            "decision": ["accept"],
            "kind": ["full results"],
        }
    )
    load_publications(warehouse, "by hand", publications, searched)
    assert rows(warehouse, "select nct_id, paper_key, pmid, doi, route from core.trial_publications") == [
        (trial.nct_id, "doi:10.1000/abc", None, "10.1000/abc", "registry reference")
    ]
    assert rows(warehouse, "select nct_id, searched_on from core.publication_searches") == [(trial.nct_id, SEARCHED_ON)]


def test_every_statistic_says_what_it_means(warehouse: duckdb.DuckDBPyConnection) -> None:
    build(warehouse, landscape([registration(1, "PHASE1")], [], []))
    silent = rows(
        warehouse,
        "select table_name, column_name from duckdb_columns() where schema_name = 'metrics' and comment is null",
    )
    assert silent == []

"""Values that can not be meant are flagged and left out, and each identity of the metrics catches its breach."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from tasks.check.rules import rules_of, run_rule
from tasks.curate.engine.attributes import ATTRIBUTES
from tests.oracles.generated import build, empty_warehouse
from tests.oracles.records import Cohort, Trial

BREACHES = {
    "many_valued_shares_name_their_whole": "update metrics.measures set quantity = whole + 1 where metric = 'phases'",
    "running_total_ends_with_the_dated": "update metrics.registrations_by_year set trials = trials + 1",
    "groups_cover_treatment": "update metrics.target_valency set trials = trials - 1",
    "metrics.target_valency": "update metrics.target_valency set trials = trials + 1",
    "metrics.finished_trials_comparison": "update metrics.finished_trials_comparison set finished_trials = 9",
    "synthetic_samples_are_not_compared": "update metrics.paper_comparison set our_value = 7",
    "record_flags_are_few": "update metrics.flagged_records set flag = 'start too far ahead'",
    "ranks_have_no_gaps": "update metrics.sponsor_ranking set sponsor_rank = sponsor_rank + 1",
    "metrics.phases": "delete from metrics.phases",
}


def registration(number: int = 1, **changed: Any) -> Trial:
    """A plain completed trial, with some modules changed."""
    labels = dict.fromkeys(ATTRIBUTES, ("unstated",))
    labels |= {"eligibility": ("eligible",), "topic": ("treatment",), "region": ("China",), "center_count": ("single",)}
    protocol: dict[str, Any] = {
        "identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": "CAR-T"},
        "statusModule": {
            "overallStatus": "COMPLETED",
            "startDateStruct": {"date": "2018-01-01"},
            "studyFirstPostDateStruct": {"date": "2018-01-01"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Clinic", "class": "OTHER"}},
        "designModule": {"phases": ["PHASE1"], "enrollmentInfo": {"count": 20}},
    }
    return Trial({"protocolSection": protocol | changed}, labels, {"s1"})


def landscape(*trials: Trial) -> Cohort:
    """A synthetic snapshot of some trials."""
    totals = {"query.cond: CAR T": len(trials), "query.intr: CAR T": 0}
    return Cohort([*trials], None, totals, [], snapshot_id="x", snapshot_day=date(2026, 1, 1), is_synthetic=True)


# what is changed in the plain registration -> its flag, or none where it may be meant
MODULES: list[tuple[dict[str, Any], str]] = [
    ({"statusModule": {"startDateStruct": {"date": "1989-12-31"}}}, "start before the earliest plausible day"),
    ({"statusModule": {"startDateStruct": {"date": "2060"}}}, "start too far ahead"),
    (
        {"statusModule": {"startDateStruct": {"date": "2026-01-02", "type": "ACTUAL"}}},
        "actual start after the snapshot",
    ),
    ({"statusModule": {"studyFirstPostDateStruct": {"date": "2026-01-02"}}}, "registered after the snapshot"),
    (
        {"statusModule": {"startDateStruct": {"date": "2020-05-01"}, "completionDateStruct": {"date": "2019"}}},
        "completion before start",
    ),
    (
        {
            "statusModule": {
                "startDateStruct": {"date": "2020-05"},
                "primaryCompletionDateStruct": {"date": "2020-04"},
            }
        },
        "primary completion before start",
    ),
    ({"designModule": {"enrollmentInfo": {"count": 99_999_999}}}, "enrollment placeholder"),
    ({"designModule": {"enrollmentInfo": {"count": -1}}}, "negative enrollment"),
    ({"designModule": {"phases": ["PHASE9"]}}, "phase outside the registry's list"),
    ({"contactsLocationsModule": {"locations": [{"country": "Chnia"}]}}, "country outside the registry's list"),
    # the year of completion may be after a start within it
    ({"statusModule": {"startDateStruct": {"date": "2019-05-01"}, "completionDateStruct": {"date": "2019"}}}, "none"),
    ({"statusModule": {"startDateStruct": {"date": "2026-06-01", "type": "ESTIMATED"}}}, "none"),
    ({"designModule": {"enrollmentInfo": {"count": 0}}}, "none"),
    ({"contactsLocationsModule": {"locations": [{"country": ""}]}}, "none"),
]


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        yield connection


@pytest.fixture(scope="module")
def plain() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of the plain registration."""
    with empty_warehouse() as connection:
        build(connection, landscape(registration()))
        yield connection


@pytest.fixture(scope="module")
def changed() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with a trial for each change."""
    with empty_warehouse() as connection:
        build(connection, landscape(*(registration(n, **changed) for n, (changed, _) in enumerate(MODULES))))
        yield connection


@pytest.mark.parametrize("name", BREACHES)
def test_identity_holds_and_catches_its_breach(plain: duckdb.DuckDBPyConnection, name: str) -> None:
    rules = [rule for rule in rules_of("metrics") if rule.name == name]
    assert rules and all(run_rule(plain, rule).is_passed for rule in rules)
    plain.execute("begin")
    plain.execute(BREACHES[name])
    assert not all(run_rule(plain, rule).is_passed for rule in rules)
    plain.execute("rollback")


@pytest.mark.parametrize("number", range(len(MODULES)))
def test_what_can_not_be_meant_is_flagged(changed: duckdb.DuckDBPyConnection, number: int) -> None:
    trial = registration(number).nct_id
    flags = changed.execute("select flag from core.trial_flags where nct_id = $1", [trial]).fetchall()
    assert flags == [(MODULES[number][1],)] * (MODULES[number][1] != "none")


def test_flags_are_counted(changed: duckdb.DuckDBPyConnection) -> None:
    counted = dict(changed.execute("select flag, trials from metrics.flagged_records").fetchall())
    assert counted == Counter(flag for _, flag in MODULES)


def test_a_flagged_country_is_not_counted(empty: duckdb.DuckDBPyConnection) -> None:
    sites = {"locations": [{"country": "Chnia"}, {"country": "China"}]}
    build(empty, landscape(registration(contactsLocationsModule=sites)))
    rows = empty.execute("select country, trials, sites from metrics.countries").fetchall()
    assert rows == [("China", 1, 1)]
    build(empty, landscape(registration(contactsLocationsModule={"locations": [{"country": "Chnia"}]})))
    rows = empty.execute("select country, trials, sites from metrics.countries").fetchall()
    assert rows == [("unstated", 1, None)]
    assert empty.execute("select country_count from core.trials").fetchall() == [(0,)]


def test_a_trial_without_a_disease_is_counted_as_unstated(plain: duckdb.DuckDBPyConnection) -> None:
    rows = plain.execute("select * exclude (snapshot_id) from metrics.indications").fetchall()
    assert rows == [("unstated", "unstated", 1, 1, 100.0, None)]


def test_implausible_values_are_a_level_of_their_own(empty: duckdb.DuckDBPyConnection) -> None:
    early = {"overallStatus": "COMPLETED", "startDateStruct": {"date": "1989-12-31"}}
    crowded = {"enrollmentInfo": {"count": 99_999_999}}
    build(empty, landscape(registration(statusModule=early, designModule=crowded)))
    rows = empty.execute("""
        select variable, finished_trials from metrics.finished_trials_comparison where level = 'implausible' order by 1
    """).fetchall()
    assert rows == [("enrollment", 1), ("start date", 1)]


def test_a_firm_and_its_parent_are_one_party(empty: duckdb.DuckDBPyConnection) -> None:
    sponsors = {"leadSponsor": {"name": "Kite, A Gilead Company"}, "collaborators": [{"name": "Gilead Sciences"}]}
    build(empty, landscape(registration(sponsorCollaboratorsModule=sponsors)))
    ranking = empty.execute("select * exclude (snapshot_id) from metrics.sponsor_ranking").fetchall()
    assert ranking == [(1, "Gilead Sciences (Kite)", 1, 0, 1)]
    names = empty.execute("select written_name, is_merged from metrics.sponsor_names order by 1").fetchall()
    assert names == [("Gilead Sciences", True), ("Kite, A Gilead Company", True)]

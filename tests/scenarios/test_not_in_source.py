"""What a source lacks is unknown: measures say so instead of a number, and no trial gets a category from it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars
import pytest

from tasks.curate.registrations import registration_rows
from tasks.curate.snapshot import SCHEMAS
from tasks.frames import Rows
from tasks.publish.exports import notes_of
from tasks.publish.published import read_facts, said_of_sources
from tasks.registry.readers import study_of
from tasks.registry.study import Study
from tasks.stages import make_all
from tasks.warehouse.measures import read_measure
from tasks.warehouse.registrations import load_carried_fields
from tests.conftest import Built
from tests.oracles.generated import empty_warehouse, load, run_as_of
from tests.oracles.records import Cohort
from tests.scenarios.test_reference_tables import finished_trial

WHOLE, IN_PART = range(1, 31), range(31, 61)
HOSPITAL = {"name": "City Hospital"}


def cohort_of(numbers: range) -> Cohort:
    """Trials of a firm: whole ones whose class of collaborators was dropped, and some that a slim file holds."""
    trials = [finished_trial(number) for number in numbers]
    for trial in trials:
        if int(trial.nct_id[3:]) in WHOLE:
            protocol = trial.study["protocolSection"]
            protocol["designModule"]["studyType"] = "INTERVENTIONAL"
            protocol["sponsorCollaboratorsModule"]["collaborators"] = [HOSPITAL] if trial.nct_id.endswith("0") else []
    totals = {"query.cond: CAR T": len(trials), "query.intr: CAR T": 0}
    return Cohort(trials, None, totals, [], snapshot_id="one", snapshot_day=date(2026, 8, 22))


def count_fields(connection: duckdb.DuckDBPyConnection, studies: list[Study]) -> None:
    """Count the fields that the registrations of the snapshot `one` state, as a run does."""
    rows = registration_rows((study, False) for study in studies)["stated_fields"]
    stated = Rows(polars.DataFrame(rows, schema=SCHEMAS["stated_fields"], orient="row"))  # noqa: F841 - read by the query
    connection.execute(
        "insert into raw.stated_fields_by_version"
        " select version, fields from stated inner join raw.snapshot_studies using (nct_id)"
    )
    load_carried_fields(connection, "one")


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """The trials with what their two kinds of records state, counted as a run counts it."""
    cohort = cohort_of(range(1, 61))
    with empty_warehouse() as connection:
        load(connection, cohort, 0)
        connection.execute("update raw.registrations_by_version set is_in_part = number > 'NCT00000030'")
        count_fields(connection, [study_of(trial.study) for trial in cohort.everything])
        make_all(connection, run_as_of(None))
        yield connection


def test_a_field_is_carried_where_a_record_states_it_or_few_would(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select field, is_in_part, stating_records, is_carried from core.carried_fields"
        " where field like '%collaborators%' or field like '%whyStopped' or field = 'designModule.phases' order by all"
    ).fetchall()
    parties, status = "sponsorCollaboratorsModule.collaborators", "statusModule.whyStopped"
    # of 30 records about eleven name a collaborator: fewer than the twenty from which silence says something
    assert rows == [
        ("designModule.phases", False, 30, True),
        ("designModule.phases", True, 30, True),
        (parties, False, 3, True),
        (parties, True, 0, True),
        (f"{parties}.class", False, 0, True),
        (f"{parties}.class", True, 0, True),
        (status, False, 0, True),
        (status, True, 0, True),
    ]


def test_what_no_source_carries_gives_no_number(warehouse: duckdb.DuckDBPyConnection) -> None:
    said = dict(
        warehouse.execute(
            "select metric || ' ' || need, said from metrics.not_in_source where not is_in_source"
        ).fetchall()
    )
    assert said["registration_timing 1"] == "not in this source: day of the first submission or day of registration"
    assert said["participants 3"] == "Subject women, men: not in this source: sex"
    for measure in ("registration_timing", "results_due", "countries"):
        assert warehouse.execute(f"select count(*) from metrics.{measure}").fetchone() == (0,), measure
    assert warehouse.execute(
        "select count(*) from metrics.measures where metric in ('registration_timing', 'results_due', 'countries')"
    ).fetchone() == (0,)
    attributes = {name for (name,) in warehouse.execute("select attribute from metrics.completeness").fetchall()}
    assert attributes.isdisjoint({"first_posted_date", "completion_date", "participants"})
    assert {"start_date", "enrollment_count"} <= attributes


def test_an_uncarried_class_is_no_category(real_landscape: Built) -> None:
    """The real file of 2026 names collaborators without their class, and most of its records none at all."""
    with duckdb.connect(str(real_landscape.warehouse), read_only=True) as connection:
        sources = dict(
            connection.execute(
                "select funding_source, count(*) from core.trials where is_in_cohort group by funding_source"
            ).fetchall()
        )
        alone = connection.execute("select count(*) from metrics.funding_by_region").fetchone()
        classes = connection.execute(
            "select distinct funding_class from core.trial_sponsors where sponsor_role = 'collaborator'"
        ).fetchall()
        facts = read_facts(connection)
        said = said_of_sources(connection, facts.snapshot_id)
        notes = notes_of(connection, {"funding_by_region": None, "sponsor_ranking": None}, facts)  # type: ignore[dict-item]
    assert sources == {"not in this source": 849, "Industry": 19, "Other": 16, "NIH": 1}
    assert (alone, classes) == ((0,), [("not in this source",)])
    assert said["funding_by_region"] == ["Not in this source: class of the collaborators"]
    assert notes["funding_by_region"].endswith("Not in this source: class of the collaborators.")
    assert notes["sponsor_ranking"].endswith(
        "Individual trials, cooperative trials: only the sources of 77 of 885 trials carry collaborators."
    )


def test_a_form_that_never_fills_a_field_says_so_with_few_records(tmp_path: Path) -> None:
    csv = {"NCT Number": "NCT01234567", "Study Type": "INTERVENTIONAL", "Phases": "PHASE1", "Collaborators": "A firm"}
    study = study_of({"registryRecord": "clinicaltrials-csv", "fields": csv})
    with empty_warehouse() as connection:
        (row,) = registration_rows([(study, True)])["registrations"]
        registrations = polars.DataFrame([row], schema=SCHEMAS["registrations"], orient="row")
        frame = Rows(registrations)  # noqa: F841 - read by the query
        connection.execute("insert into raw.snapshot_studies select 'one', nct_id, 1 from frame")
        connection.execute("insert into raw.registrations_by_version select 1, * exclude (nct_id) from frame")
        count_fields(connection, [study])
        assert connection.execute(
            "select * exclude (snapshot_id) from raw.carried_fields"
            " where field in ('sponsorCollaboratorsModule.collaborators.class', 'designModule.phases') order by field"
        ).fetchall() == [
            ("clinicaltrials-csv", False, "designModule.phases", 1, 1, False),
            ("clinicaltrials-csv", False, "sponsorCollaboratorsModule.collaborators.class", 1, 0, True),
        ]


def test_a_need_is_read_with_its_columns_and_values() -> None:
    lines = [("needs", "a.b or c for trials, sites where subject is not women or men"), ("needs", "a.b")]
    first, second = read_measure("made_up", lines).needs
    assert (first.fields, first.columns, first.place) == (("a.b", "c"), ("trials", "sites"), "subject")
    assert (first.is_other, first.values) == (True, ("women", "men"))
    assert (second.fields, second.columns, second.place, second.values) == (("a.b",), (), "", ())


def test_every_need_names_a_field_of_the_curation() -> None:
    with empty_warehouse() as connection:
        unknown = connection.execute(
            "select metric, field from (select metric, unnest(fields) as field from meta.needs)"
            " anti join meta.needed_fields using (field)"
        ).fetchall()
    assert unknown == []

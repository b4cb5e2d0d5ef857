"""Bad records never stop the rest and never vanish: each is in a table or in quarantine, counted and shown."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.publish.page.page import write_page
from tasks.settings import load_protocol
from tests.conftest import Built, build_landscape


def study(number: int, title: str = "CD19 CAR-T Cells in B-cell Lymphoma", **modules: Any) -> dict[str, Any]:
    """A CAR-T study with the modules given beside its title."""
    return {"protocolSection": {"identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": title}, **modules}}


SOUND = study(
    4000001,
    conditionsModule={"conditions": ["Lymphoma"]},
    statusModule={"overallStatus": "RECRUITING", "startDateStruct": {"date": "2020-02"}},
    designModule={"phases": ["PHASE1", "PHASE2"], "studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": 20}},
    sponsorCollaboratorsModule={"leadSponsor": {"name": "A Hospital", "class": "OTHER"}},
)
UNKNOWN_ENUMS = study(
    4000002,
    statusModule={"overallStatus": "PAUSED_BY_MOON"},
    designModule={"phases": ["PHASE9"]},
    sponsorCollaboratorsModule={"leadSponsor": {"name": "B Hospital", "class": "GUILD"}},
)
NO_MODULES = study(4000003)
SWAPPED_TYPES = study(
    4000004,
    conditionsModule={"conditions": "Lymphoma", "keywords": {"a": 1}},
    statusModule={"overallStatus": 5, "startDateStruct": "2020"},
    designModule={"phases": "PHASE1", "enrollmentInfo": {"count": "many"}},
    contactsLocationsModule={"locations": {"country": "China"}},
    sponsorCollaboratorsModule={"leadSponsor": ["A Hospital"], "collaborators": 7},
    armsInterventionsModule={"interventions": [None, 3, {"name": 4}]},
)
PLACEHOLDERS = study(
    4000005,
    designModule={"enrollmentInfo": {"count": 99999999}},
    statusModule={"startDateStruct": {"date": "1900-01"}, "completionDateStruct": {"date": "soon"}},
)
LINES = [json.dumps(one) for one in (SOUND, UNKNOWN_ENUMS, NO_MODULES, SWAPPED_TYPES, PLACEHOLDERS)] + [
    "<!doctype html><title>Service unavailable</title>",
    '{"protocolSection": {"identificationModule": {"nctId": "NCT12"}}}',
    '{"protocolSection": {"identificationModule": {}}}',
    "[1, 2, 3]",
    '{"protocolSection": {"identificationModule": {"nctId": "NCT04000006", "briefTitle": "cut',
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("bad-input")
    (folder / "registry.jsonl").write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return build_landscape(folder / "home", folder / "registry.jsonl")


def rows(built: Built, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_record_is_in_a_table_or_in_quarantine(built: Built) -> None:
    assert rows(built, "select count(*) from core.trials") == [(5,)]
    assert rows(built, "select count(*) from raw.quarantine") == [(5,)]
    assert rows(built, "select sum(records) from metrics.screening_flow where step = 'could not be read'") == [(5,)]


def test_quarantine_names_line_and_reason(built: Built) -> None:
    quarantine = {
        int(position.rsplit(":", 1)[1]): reason
        for position, reason in rows(built, "select position, reason from raw.quarantine")
    }
    assert quarantine.pop(10).startswith("not JSON: ")
    assert quarantine == {
        6: "a web page, not JSON",
        7: "no valid NCT number: NCT12",
        8: "no valid NCT number: None",
        9: "JSON, but not an object",
    }


def test_unknown_enums_are_values_of_their_own_and_counted(built: Built) -> None:
    found = rows(built, "select status, phase, funding_source from core.trials where nct_id = 'NCT04000002'")
    assert found == [("unknown to the registry's API", "unknown to the registry's API", "unstated")]
    warned = "select object from meta.checks where not is_passed and severity = 'warning'"
    assert {("core.trials.status",), ("core.trials.phase",)} <= set(rows(built, warned))


def test_missing_modules_are_unstated(built: Built) -> None:
    query = """
        select status, phase, funding_source, site_count, start_date, enrollment_count
        from core.trials where nct_id = 'NCT04000003'
    """
    assert rows(built, query) == [("unstated", "unstated", "unstated", 0, None, None)]


def test_swapped_types_are_unstated_where_they_can_not_be_read(built: Built) -> None:
    query = """
        select phase, enrollment_count, site_count, lead_sponsor_name, start_date
        from core.trials where nct_id = 'NCT04000004'
    """
    assert rows(built, query) == [("unstated", None, 0, None, None)]


def test_placeholders_are_flagged_not_dropped(built: Built) -> None:
    query = """
        select enrollment_count, is_enrollment_placeholder, start_date::varchar, completion_date
        from core.trials where nct_id = 'NCT04000005'
    """
    assert rows(built, query) == [(99999999, True, "1900-01-01", None)]


def test_the_page_shows_what_was_quarantined(built: Built) -> None:
    page = write_page(built.home, load_protocol()).read_text(encoding="utf-8")
    assert "registry.jsonl:6" in page
    assert "<title>Service unavailable" not in page


def test_a_landscape_of_no_trials_is_a_landscape(tmp_path: Path) -> None:
    other = study(4000009, title="Aspirin in headache", conditionsModule={"conditions": ["Headache"]})
    (tmp_path / "registry.jsonl").write_text(json.dumps(other) + "\n", encoding="utf-8")
    built = build_landscape(tmp_path / "home", tmp_path / "registry.jsonl", search_inside=True)
    assert rows(built, "select trials, treatment_trials from metrics.cohort_size") == [(0, 0)]
    assert rows(built, "select records from metrics.screening_flow where step = 'found by no search'") == [(1,)]
    assert write_page(built.home, load_protocol()).stat().st_size > 5_000

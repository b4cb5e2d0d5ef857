"""The schema `landscape`: what the page shows, one row a trial, with no snapshot to choose."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.warehouse.views import view_models
from tests.conftest import Built, build_landscape


def study(number: int, title: str, **modules: Any) -> dict[str, Any]:
    """A registration of CAR-T cells, with what a test adds."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08}", "briefTitle": title},
            "conditionsModule": {"conditions": ["Systemic Lupus Erythematosus", "B-cell Lymphoma"]},
            "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "CAR-T cells"}]},
            **modules,
        }
    }


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of three registrations, one of which is not CAR-T."""
    folder = tmp_path_factory.mktemp("three")
    officials = [
        {"name": "Ada Example, MD", "role": "PRINCIPAL_INVESTIGATOR"},
        {"name": "Bo Example", "role": "STUDY_DIRECTOR"},
    ]
    sites = [{"city": city, "country": country} for city, country in (("Ulm", "Germany"), ("Bonn", "Germany"))]
    studies = [
        study(
            1,
            "CD19 and BCMA CAR-T cells",
            contactsLocationsModule={"overallOfficials": officials, "locations": [*sites, {"country": "Austria"}]},
            eligibilityModule={"minimumAge": "6 Months", "maximumAge": "17 Years"},
            designModule={"phases": ["PHASE2"], "enrollmentInfo": {"count": 99999999}},
        ),
        study(2, "CAR-T cells without an antigen", eligibilityModule={"minimumAge": "N/A"}),
        {"protocolSection": {"identificationModule": {"nctId": "NCT00000003", "briefTitle": "Aspirin"}}},
    ]
    path = folder / "registry.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in studies), encoding="utf-8")
    return build_landscape(folder / "home", path).warehouse


def rows(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query to a published warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_trial_is_one_row_with_its_values_joined(three: Path) -> None:
    columns = "nct_id, targets, disease_groups, countries, principal_investigator, phase, enrollment"
    assert rows(three, f"select {columns} from landscape.trials order by nct_id") == [
        ("NCT00000001", "BCMA|CD19", "autoimmune|hematologic", "Austria|Germany", "Ada Example, MD", "Phase 2", None),
        ("NCT00000002", None, "autoimmune|hematologic", None, None, "unstated", None),
    ]


def test_ages_are_years_and_no_limit_is_null(three: Path) -> None:
    ages = "select minimum_age_years, maximum_age_years from landscape.trials order by nct_id"
    assert rows(three, ages) == [(0.5, 17.0), (None, None)]


def test_a_country_with_two_sites_is_one_row(three: Path) -> None:
    assert rows(three, "from landscape.trial_countries order by country") == [
        ("NCT00000001", "Austria", 1, None),
        ("NCT00000001", "Germany", 2, "Bonn|Ulm"),
    ]


def test_every_view_answers_and_none_asks_for_a_snapshot(sample_landscape: Built) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        views = [
            name
            for (name,) in connection.execute(
                "select view_name from duckdb_views() where schema_name = 'landscape'"
            ).fetchall()
        ]
        metrics = connection.execute("select table_name from duckdb_tables() where schema_name = 'metrics'").fetchall()
        for name in views:
            columns = [row[0] for row in connection.execute(f"describe landscape.{name}").fetchall()]
            assert ("snapshot_id" in columns) == (name in ("shown", "published")), name
            connection.execute(f"from landscape.{name}").fetchall()
    assert {name for (name,) in metrics} < set(views)


def test_headers_name_columns_of_their_view(sample_landscape: Built) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        for model in view_models():
            columns = {row[0] for row in connection.execute(f"describe {model.table}").fetchall()}
            assert set(model.columns) <= columns, model.table

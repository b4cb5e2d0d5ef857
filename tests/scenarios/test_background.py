"""Of a whole registry, what no search found and no word of CAR-T stands in is a line in the warehouse, and counted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest

from tasks.check.rules import rules_of, run_rule
from tasks.curate.background import is_background, may_be_background
from tasks.curate.snapshot import background_of, curate_snapshot
from tasks.home import Home
from tasks.publish.exports import write_records
from tasks.publish.published import read_facts
from tasks.registry.study import Study
from tasks.settings import load_protocol
from tasks.snapshot.take import take_snapshot
from tasks.statistics import MEASURES as STATISTICS
from tasks.warehouse.building import create_warehouse, open_build
from tasks.warehouse.load import load_curation, load_snapshot
from tasks.warehouse.models import build_model
from tasks.warehouse.parameters import record_build
from tasks.warehouse.registrations import load_carried_fields, load_sources
from tasks.warehouse.views import define_views
from tests.conftest import silent
from tests.oracles.generated import run_as_of
from tests.vocabularies import shipped_vocabularies

FOUND, PRODUCT, ASTHMA, STROKE = "NCT00000001", "NCT00000002", "NCT00000003", "NCT00000004"
# the nine phrases do not find a product's name, which curation knows
TITLES = {
    FOUND: "CD19 CAR T cells in lymphoma",
    PRODUCT: "Tisagenlecleucel in lymphoma",
    ASTHMA: "Salbutamol in asthma",
    STROKE: "Alteplase in stroke",
}


def study(number: str, title: str) -> dict[str, Any]:
    """A registration of which no more than its title matters."""
    return {"protocolSection": {"identificationModule": {"nctId": number, "briefTitle": title}}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warehouse of four registrations, above the limit for records that no search found."""
    folder, protocol = tmp_path_factory.mktemp("background"), load_protocol()
    home, volatile, run = Home(folder / "home"), protocol.registry.volatile_fields, run_as_of(None)
    (folder / "all.jsonl").write_text("".join(json.dumps(study(*one)) + "\n" for one in TITLES.items()))
    snapshot = take_snapshot(str(folder / "all.jsonl"), home, protocol, silent, search_inside=True)
    curated = curate_snapshot(snapshot, shipped_vocabularies(), home, volatile, silent, most_unfound=2)
    with open_build(folder) as connection:
        create_warehouse(connection, STATISTICS)
        load_snapshot(connection, snapshot, volatile, 1, background_of(curated)["nct_id"])
        load_sources(connection, snapshot, protocol.sources)
        load_curation(connection, snapshot.id, curated)
        load_carried_fields(connection, snapshot.id)
        record_build(connection, snapshot.id, None, protocol, "")
        for model in run.models:
            if model.schema in ("staging", "core") or model.name == "screening_flow":
                build_model(connection, model, run.parameters)
        define_views(connection)
    return folder


@pytest.fixture
def warehouse(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open."""
    with open_build(folder) as connection:
        yield connection


def test_what_is_of_something_else_is_a_line(warehouse: duckdb.DuckDBPyConnection) -> None:
    lines = warehouse.execute("select nct_id, brief_title from raw.background order by all").fetchall()
    assert lines == [(ASTHMA, "Salbutamol in asthma"), (STROKE, "Alteplase in stroke")]
    for table in ("raw.studies", "core.trials", "core.registrations"):
        assert warehouse.execute(f"select nct_id from {table} order by 1").fetchall() == [(FOUND,), (PRODUCT,)], table
    (eligible,) = warehouse.execute("select eligibility from core.trials where nct_id = $1", [PRODUCT]).fetchall()
    assert eligible == ("eligible",)


def test_the_flow_counts_what_is_a_line_as_it_counts_the_others(warehouse: duckdb.DuckDBPyConnection) -> None:
    steps = warehouse.execute(
        "select step, reason, records from metrics.screening_flow where stage <> 'identification' order by all"
    ).fetchall()
    assert steps == [("found by no search", None, 3), ("trials in the landscape", "treatment", 1)]


def test_the_records_of_the_exports_are_all_of_the_snapshot_s(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write_records(warehouse, read_facts(warehouse), tmp_path / "records.parquet")
    records = polars.read_parquet(tmp_path / "records.parquet")
    assert dict(records.select("nct_id", "brief_title").rows()) == TITLES
    assert records["screening_step"].to_list() == ["trials in the landscape", *["found by no search"] * 3]


def test_a_line_that_is_missing_is_told(warehouse: duckdb.DuckDBPyConnection) -> None:
    (rule,) = (rule for rule in rules_of("raw") if rule.name == "studies_match_manifest")
    assert run_rule(warehouse, rule).is_passed
    warehouse.execute("begin")
    warehouse.execute("delete from raw.background where nct_id = $1", [STROKE])
    assert not run_rule(warehouse, rule).is_passed
    warehouse.execute("rollback")


@pytest.mark.parametrize(
    ("numbers", "most_unfound", "expected"),
    [
        ([FOUND, ASTHMA, STROKE], 1, [False, True, True]),
        ([FOUND, ASTHMA, STROKE], 2, [False, False, False]),
        ([FOUND, ASTHMA, STROKE], None, [False, False, False]),
        # a record of another registry may state the number of a trial, and is joined to it
        ([FOUND, ASTHMA, "ChiCTR2000000003"], 1, [False, False, False]),
    ],
)
def test_only_much_of_one_registry_may_be_background(
    numbers: list[str], most_unfound: int | None, expected: list[bool]
) -> None:
    contents = polars.DataFrame({"nct_id": numbers, "is_found": [True, False, False]})
    assert may_be_background(contents, most_unfound)["may_be_background"].to_list() == expected


def test_a_record_that_a_person_decided_on_is_kept_in_full() -> None:
    asthma, vocabularies = Study(study(ASTHMA, TITLES[ASTHMA])), shipped_vocabularies()
    assert is_background(asthma, vocabularies, decided=set())
    assert not is_background(asthma, vocabularies, decided={ASTHMA})

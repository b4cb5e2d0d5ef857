"""The warehouse keeps each version of a record once, whichever snapshots hold it, and every snapshot has its own."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tasks.curate.snapshot import curate_snapshot
from tasks.home import Home
from tasks.settings import load_protocol
from tasks.snapshot.take import take_snapshot
from tasks.statistics import MEASURES as STATISTICS
from tasks.warehouse.building import create_warehouse, open_build
from tasks.warehouse.load import load_curation, load_snapshot
from tests.conftest import silent
from tests.vocabularies import shipped_vocabularies

SAME, CHANGED, GONE, NEW = "NCT00000001", "NCT00000002", "NCT00000003", "NCT00000004"


def study(number: str, target: str, day: int) -> dict[str, Any]:
    """A registration; the version holder is what the registry changes on every record every day."""
    title = f"{target} CAR-T cells in lymphoma"
    return {
        "protocolSection": {"identificationModule": {"nctId": number, "briefTitle": title}},
        "derivedSection": {"miscInfoModule": {"versionHolder": f"2026-11-{day}"}},
    }


# the third week says what the first did
WEEKS = (
    [study(SAME, "CD19", 2), study(CHANGED, "CD19", 2), study(GONE, "CD19", 2)],
    [study(SAME, "CD19", 9), study(CHANGED, "CD22", 9), study(NEW, "BCMA", 9)],
    [study(SAME, "CD19", 16), study(CHANGED, "CD19", 16), study(NEW, "BCMA", 16)],
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Three weeks of four registrations, loaded with what curation reads of them."""
    folder = tmp_path_factory.mktemp("weeks")
    home, protocol, vocabularies = Home(folder / "home"), load_protocol(), shipped_vocabularies()
    volatile = protocol.registry.volatile_fields
    with open_build(folder) as connection:
        create_warehouse(connection, STATISTICS)
        for number, studies in enumerate(WEEKS, 1):
            (folder / "all.jsonl").write_text("".join(json.dumps(one) + "\n" for one in studies))
            snapshot = take_snapshot(str(folder / "all.jsonl"), home, protocol, silent, accept_loss=True)
            load_snapshot(connection, snapshot, volatile, number)
            load_curation(connection, snapshot.id, curate_snapshot(snapshot, vocabularies, home, volatile, silent))
        yield connection


def test_a_version_is_kept_once(warehouse: duckdb.DuckDBPyConnection) -> None:
    versions = warehouse.execute("""
        select nct_id, order_number, study -> '$.derivedSection.miscInfoModule.versionHolder'
        from raw.study_versions inner join raw.snapshots on first_snapshot_id = snapshot_id order by version
    """).fetchall()
    first, second = '"2026-11-2"', '"2026-11-9"'
    assert versions == [(SAME, 1, first), (CHANGED, 1, first), (GONE, 1, first), (CHANGED, 2, second), (NEW, 2, second)]
    held = warehouse.execute("""
        select list(version order by nct_id) from raw.snapshot_studies
        inner join raw.snapshots using (snapshot_id) group by order_number order by order_number
    """).fetchall()
    assert held == [([1, 2, 3],), ([1, 4, 5],), ([1, 2, 5],)]


def test_every_snapshot_has_its_records_and_labels(warehouse: duckdb.DuckDBPyConnection) -> None:
    targets = warehouse.execute("""
        select order_number, nct_id, value, quote from core.registration_labels as labels
        inner join raw.snapshots using (snapshot_id)
        inner join core.assertions using (snapshot_id, nct_id, attribute, value)
        inner join raw.studies using (snapshot_id, nct_id)
        where attribute = 'targets' and contains(study::varchar, quote) order by all
    """).fetchall()
    assert targets == [
        *((1, number, "CD19", "CD19") for number in (SAME, CHANGED, GONE)),
        (2, SAME, "CD19", "CD19"),
        (2, CHANGED, "CD22", "CD22"),
        (2, NEW, "BCMA", "BCMA"),
        (3, SAME, "CD19", "CD19"),
        (3, CHANGED, "CD19", "CD19"),
        (3, NEW, "BCMA", "BCMA"),
    ]

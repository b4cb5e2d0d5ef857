"""A check that failed stands beside the number that it is about, in its own words."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tasks.home import Home
from tasks.publish.page.page import write_page
from tasks.settings import load_protocol
from tests.browser.conftest import Watched
from tests.conftest import Built

pytestmark = pytest.mark.browser

FAILED = (
    ("metrics", "column values to be unique", "metrics.phases.phase", "warning", False, 2, "Phase 1, <b>Phase 2"),
    ("metrics", "no trial is flagged", "record_flags_are_few", "warning", False, 1, "enrollment placeholder"),
    ("metrics", "table row count to be between", "metrics.cohort_size", "warning", False, 1, ""),
    ("core", "a record says the same", "records_do_not_contradict_themselves", "warning", False, 6, "NCT90003733"),
)


def test_failed_check_is_marked_at_its_figure_and_table(
    watched: Watched, sample_landscape: Built, tmp_path: Path
) -> None:
    shutil.copy(sample_landscape.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("update meta.checks set is_passed = true")
        connection.executemany("insert into meta.checks values ($1, $2, $3, $4, $5, $6, $7)", FAILED)
    tab = watched.open(write_page(Home(tmp_path), load_protocol()))
    words = tab.locator("#figure-phases .failed").inner_text()
    assert words == "Check failed: column values to be unique. 2 rows, such as Phase 1, <b>Phase 2. All checks"
    assert "no trial is flagged. 1 row" in tab.locator("#table-flagged_records .failed").inner_text()
    assert tab.locator(".opening .failed").count() == 1
    # the rule reads records, and names no metric: it stands under Checks alone
    assert tab.locator(".failed", has_text="a record says the same").count() == 0
    assert "a record says the same" in tab.locator("#checks .warnings").inner_text()
    assert tab.locator("#figure-statuses .failed").count() == 0

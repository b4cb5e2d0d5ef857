"""The survey's aggregates on the page: what the file holds, and nothing where there is none."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.publish.page.page import write_page
from tasks.settings import load_protocol
from tests.browser.conftest import Watched
from tests.conftest import Built

pytestmark = pytest.mark.browser


def shares(low: float | None, value: float | None, high: float | None) -> dict[str, float | None]:
    return {"percentage": value, "percentage_low": low, "percentage_high": high}


def answer(option: str, count: int | None, interval: dict[str, float | None], level: str = "all") -> dict[str, Any]:
    breakdown = "all" if level == "all" else "region"
    row = {"question": "obstacles", "question_order": 1, "breakdown": breakdown, "level": level, "option": option}
    return {**row, "option_order": 1, "answers": count, "answered": 20, "could_answer": 22, **interval}


def aggregates() -> dict[str, Any]:
    """A file as tasks/survey/summary.py writes it, with a column that it never does."""
    said = {"said": "article", "found": "none found", "reading": "said published but none found", "trials": 6}
    asked = {"population": "people to ask", "step": "answered", "quantity": 22, "population_size": 40}
    return {
        "counted_at": "2026-06-01T00:00:00",
        "instrument_version": "1",
        "smallest_group": 5,
        "snapshot": [{"snapshot_id": "made-by-hand", "is_synthetic": True}],
        "survey_response": [{**asked, **shares(40.1, 55.0, 69.3), "email": "somebody@example.org"}],
        "survey_answers": [
            answer("funding", 14, shares(42.95, 63.636, 80.27)),
            answer("an_option_of_old", None, shares(None, None, None)),
            answer("funding", 9, shares(20.0, 40.9, 61.3), "China <b>"),
        ],
        "survey_publication_gap": [{**said, "answered_trials": 22, **shares(13.2, 27.3, 48.2)}],
    }


@pytest.fixture
def home(sample_landscape: Built, tmp_path: Path) -> Path:
    shutil.copy(sample_landscape.warehouse, tmp_path / "warehouse.duckdb")
    (tmp_path / "survey").mkdir()
    return tmp_path


def test_answers_with_intervals_and_denominators(watched: Watched, home: Path, sample_page: Path) -> None:
    (home / "survey" / "survey.json").write_text(json.dumps(aggregates()), encoding="utf-8")
    tab = watched.open(write_page(Home(home), load_protocol()), "#survey")
    rows = [row.split("\t") for row in tab.locator("#survey-obstacles > .scroll tbody tr").all_inner_texts()]
    assert rows == [["Too little money", "14", "22", "63.6", "43.0 to 80.3"], ["an_option_of_old", "–", "22", "–", "–"]]
    assert tab.locator("#survey-response tbody tr").inner_text().split("\t")[2:] == ["22", "40", "55.0", "40.1 to 69.3"]
    assert "said published but none found" in tab.locator("#survey-gap").inner_text()
    assert "not the snapshot of this page" in tab.locator("#survey .note").first.inner_text()
    assert "China <b> (20 answered)" in tab.locator("#survey-obstacles details").text_content()
    assert "somebody@example.org" not in tab.content()
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert watched.open(sample_page).locator("#survey, a[href='#survey']").count() == 0


def test_a_file_that_is_no_aggregate_is_named(home: Path) -> None:
    (home / "survey" / "survey.json").write_text('{"counted_at": "2026-06-01"}', encoding="utf-8")
    with pytest.raises(CartscapeError, match="survey summary"):
        write_page(Home(home), load_protocol())

"""Curation against labels that one reader wrote before seeing our output (docs/accuracy.md); needs ../shared."""

import csv
from pathlib import Path

import pytest

from tasks.curate import label_row
from tests.golden.test_curation_real_records import curated, f1, values
from tests.golden.test_curation_real_records import pytestmark as needs_records

BLIND = Path(__file__).with_name("test_curation_blind_labels.csv")
# field -> lowest exact share of the eligible studies that a change may leave
FLOORS = {"diseases": 0.90, "targets": 0.95, "target_valency": 0.95, "cell_sources": 0.97, "topic": 0.98}
pytestmark = needs_records


def gold_and_got() -> list[tuple[dict[str, str], dict[str, str]]]:
    """Blind labels beside ours."""
    with BLIND.open(newline="") as lines:
        return [(row, label_row(curated(row["corpus"])[row["nct_id"]][1])) for row in csv.DictReader(lines)]


def test_eligibility_agrees_with_the_blind_labels() -> None:
    scored = [(gold["eligible"], got["eligible"]) for gold, got in gold_and_got() if gold["eligible"] != "B"]
    assert f1([({"Y"} & {gold}, {"Y"} & {got}) for gold, got in scored]) >= 0.99


@pytest.mark.parametrize("field", FLOORS)
def test_labels_agree_with_the_blind_labels(field: str) -> None:
    pairs = [(values(gold[field]), values(got[field])) for gold, got in gold_and_got() if gold["eligible"] == "Y"]
    assert sum(gold == got for gold, got in pairs) / len(pairs) >= FLOORS[field]

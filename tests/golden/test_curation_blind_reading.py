"""Curation against labels that one reader wrote before seeing our output (docs/accuracy.md); needs ../shared."""

import csv
import math
from pathlib import Path

import pytest

from tasks.curate import label_row
from tasks.curate.evaluation import general_codes, without_general
from tests.golden.test_curation_real_records import VOCABULARIES, curated, f1, values
from tests.golden.test_curation_real_records import pytestmark as needs_records

# reading -> field -> lowest exact share of the eligible studies that a change may leave
FLOORS = {
    "blind": {"diseases": 0.92, "targets": 0.95, "target_valency": 0.95, "cell_sources": 0.97, "topic": 0.98},
    "second_blind": {
        "diseases": 0.84,
        "targets": 0.97,
        "target_valency": 0.97,
        "cell_sources": 0.99,
        "topic": 0.99,
        "combinations": 0.97,
        "is_armoured": 0.99,
    },
}
pytestmark = needs_records


def gold_and_got(reading: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Blind labels beside ours."""
    with Path(__file__).with_name(f"test_curation_{reading}_labels.csv").open(newline="") as lines:
        return [(row, label_row(curated(row["corpus"])[row["nct_id"]][1])) for row in csv.DictReader(lines)]


@pytest.mark.parametrize("reading", FLOORS)
def test_eligibility_agrees_with_the_blind_labels(reading: str) -> None:
    pairs = gold_and_got(reading)
    scored = [(gold["eligible"], got["eligible"]) for gold, got in pairs if gold["eligible"] != "B"]
    assert f1([({"Y"} & {gold}, {"Y"} & {got}) for gold, got in scored]) >= 0.99


@pytest.mark.parametrize(("reading", "field"), [(reading, field) for reading in FLOORS for field in FLOORS[reading]])
def test_labels_agree_with_the_blind_labels(reading: str, field: str) -> None:
    read = gold_and_got(reading)
    pairs = [(values(gold[field]), values(got[field])) for gold, got in read if gold["eligible"] == "Y"]
    if field == "diseases":  # a general code beside one of its kinds is neither right nor wrong
        pairs = [without_general(gold, got, general_codes(VOCABULARIES)) for gold, got in pairs]
    assert sum(gold == got for gold, got in pairs) / len(pairs) >= FLOORS[reading][field]


def test_confidence_expects_the_errors_of_labels_that_no_rule_was_mended_with() -> None:
    """The chance by the weights alone, and whether we were wrong, of each label before the second reading's mends."""
    with Path(__file__).with_name("test_curation_unseen_cells.csv").open(newline="") as lines:
        cells = [(float(row["confidence"]), int(row["is_wrong"])) for row in csv.DictReader(lines)]
    shown = [
        1 / (1 + math.exp(-math.log(chance / (1 - chance)) - VOCABULARIES.weights.on_unseen)) for chance, _ in cells
    ]
    assert (len(cells), sum(is_wrong for _, is_wrong in cells)) == (1344, 47)
    assert sum(1 - chance for chance, _ in cells) == pytest.approx(17.7, abs=0.05)
    assert sum(1 - confidence for confidence in shown) == pytest.approx(47, abs=0.1)

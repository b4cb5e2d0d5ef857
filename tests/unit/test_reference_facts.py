"""Facts that people typed: populations that add up, approvals of known products, reasons in real words."""

import re

import pytest

from tests.oracles.progress import reasons
from tests.oracles.records import Trial, reference

# as the two censuses print them, China's without its soldiers
TOTALS = {"USA": 331_449_281, "CHN": 1_409_778_724}


@pytest.mark.parametrize(("country", "total"), TOTALS.items())
def test_states_and_provinces_sum_to_their_census(country: str, total: int) -> None:
    rows = [row for row in reference("populations") if row["iso_alpha3"] == country and row["province"]]
    assert sum(int(row["people"]) for row in rows) == total


def test_every_spelling_names_a_province_with_a_population() -> None:
    known = {(row["iso_alpha3"], row["province"]) for row in reference("populations")}
    assert {(row["iso_alpha3"], row["province"]) for row in reference("province_names")} <= known


def test_a_population_states_its_source_and_year() -> None:
    assert all(row["source"] and int(row["year"]) in (2020, 2023) for row in reference("populations"))


def test_approvals_are_of_known_products_and_diseases() -> None:
    products = {row["value"] for row in reference("products")}
    diseases = {row["value"] for row in reference("diseases")}
    for row in reference("approvals"):
        assert row["product"] in products and row["disease"] in diseases, row
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", row["approved_on"]) and row["source"]


# words of real records
WORDS = {
    "Business decision, not driven by safety concerns; no new safety signals have been observed": {"business decision"},
    "Lack of accrual and low efficacy": {"enrolment", "efficacy"},
    "PI left institution": {"investigator left"},
    "Safety concerns led to early termination.": {"safety"},
    "Company operational decision. Decision to stop study is not due to safety or efficacy concerns": {
        "business decision"
    },
    "Manufacturer is no longer making the drug.": {"product supply"},
    "Planned Future Study": {"other"},
}


@pytest.mark.parametrize(("words", "expected"), WORDS.items())
def test_reasons_are_read_and_denials_are_none(words: str, expected: set[str]) -> None:
    assert reasons(Trial({"protocolSection": {"statusModule": {"whyStopped": words}}}, {})) == expected

"""Facts that people typed: populations that add up, approvals of known products, reasons in real words."""

import re

import pytest

from tests.oracles.progress import reasons
from tests.oracles.records import Trial, reference
from tools import populations

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
    assert all(row["source"] and int(row["year"]) in (2019, 2020, 2023) for row in reference("populations"))


def test_people_by_country_are_those_of_the_library() -> None:
    """Taiwan alone is typed: the World Bank gives it none."""
    assert populations.TABLE.read_text(encoding="utf-8") == populations.table()
    countries = {row["iso_alpha3"]: row for row in reference("populations") if not row["province"]}
    assert [code for code, row in countries.items() if "World Bank" not in row["source"]] == ["TWN"]
    assert len(countries) > 200


def test_approvals_are_of_known_products_and_diseases() -> None:
    products = {row["value"] for row in reference("products")}
    diseases = {row["value"] for row in reference("diseases")}
    for row in reference("approvals"):
        assert row["product"] in products and row["disease"] in diseases, row
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", row["approved_on"]) and row["source"]


def test_the_first_approval_by_each_agency_is_of_the_year_that_the_products_tell() -> None:
    told = {
        (row["value"], agency): year
        for row in reference("products")
        for agency, year in re.findall(r"\b([A-Z]+) (20\d\d)", row["status"] if "approved" in row["status"] else "")
    }
    typed: dict[tuple[str, str], str] = {}
    for row in reference("approvals"):
        key = row["product"], row["agency"]
        typed[key] = min(typed.get(key, "9999"), row["approved_on"][:4])
    assert told == {key: year for key, year in typed.items() if key in told}
    # the products tell of no approval by the EC and the MHLW
    assert {agency for _, agency in typed.keys() - told.keys()} == {"EC", "MHLW"}


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

"""Which diseases, where, how long: the traps of domain/rules.md sections 3 and 10."""

import pytest

from tests.scenarios.test_curation_builder import curate, labels


@pytest.mark.parametrize(
    ("title", "condition", "diseases"),
    [
        ("CD19 CAR-T", "Acute Lymphoblastic Leukemia", {"B-ALL"}),
        ("CD7 CAR-T", "ALL, Childhood", {"T-ALL"}),
        ("CD19 CAR-T", "Non-Hodgkin's Lymphoma", {"B-NHL"}),
        ("CD30 CAR-T", "Hodgkin Lymphoma", {"HL"}),
        ("CD19 CAR-T", ["Lymphoma, Large B-Cell, Diffuse", "Mantle Cell Lymphoma"], {"DLBCL", "MCL"}),
        ("CLL1 CAR-T", "Acute Myeloid Leukemia", {"AML"}),
        ("BCMA CAR-T", "POEMS Syndrome", {"POEMS"}),
        ("CD19 CAR-T", ["Systemic Lupus Erythematosus", "Lupus Nephritis"], {"SLE", "LN"}),
        ("CD19 CAR-T", "Lupus Nephritis", {"LN"}),
        ("GD2 CAR-T", "Neuroblastoma", {"NEUROBLASTOMA"}),
        ("GPC3 CAR-T", "Non-small Cell Lung Cancer", {"LUNG"}),
        ("Mesothelin CAR-T", "Ovarian Cancer", {"OVARIAN"}),
        ("CD19 CAR-T", "Primary Sjogren&#39;s Syndrome", {"SJOGREN"}),
        ("EBV CAR-T", "Nasopharyngeal Carcinoma", {"NPC"}),
        ("CD19 CAR-T", "ANCA Associated Vasculitis", {"AAV"}),
        ("CAR-T", "Autoimmune Diseases", {"AUTOIMMUNE-OTHER"}),
        ("HIV-1 Specific CAR-T", "HIV Infections", {"HIV"}),
    ],
)
def test_conditions_and_targets_make_the_code(title: str, condition: str | list[str], diseases: set[str]) -> None:
    assert labels("diseases", title, condition=condition) == diseases


def test_a_basket_is_haematologic_and_solid() -> None:
    found = labels("disease_groups", "CAR-T basket", condition=["Multiple Myeloma", "Pancreatic Cancer"])
    assert found == {"hematologic", "solid"}


def test_the_criteria_make_a_general_term_specific() -> None:
    found = labels(
        "diseases",
        "CD19 CAR-T",
        condition="B-cell Non-Hodgkin Lymphoma",
        criteria="Inclusion Criteria:\n* DLBCL, PMBCL or follicular lymphoma\nExclusion Criteria:\n* Burkitt lymphoma",
    )
    assert found == {"B-NHL", "DLBCL", "PMBCL", "FL"}


def test_exclusions_are_no_diseases() -> None:
    found = labels(
        "diseases",
        "CD19 CAR-T in Mantle Cell Lymphoma",
        criteria="Inclusion Criteria:\n* adults\nExclusion Criteria:\n* HIV, hepatitis B, breast-feeding, thymoma",
    )
    assert found == {"MCL"}


def test_fludarabine_is_not_follicular_lymphoma() -> None:
    found = labels("diseases", "CAR-T", condition="Leukemia, B-cell ALL", summary="FL (fludarabine) 30 mg/m2 is given.")
    assert found == {"B-ALL"}


def test_groups_and_organs_follow_the_disease() -> None:
    curation = curate("CLDN18.2 CAR-T", condition=["Gastric Cancer", "Pancreatic Cancer"])
    assert curation.values("organ_groups") == ("esophagus, stomach and colon", "liver, gallbladder and pancreas")
    assert {one.kind for one in curation.assertions if one.attribute == "organ_groups"} == {"derived"}


@pytest.mark.parametrize(
    ("summary", "answer"),
    [
        ("CAR-T patients are followed for a total of 15 years.", {"yes"}),
        ("Long-term follow-up up to 15 years under a separate protocol after CAR-T.", set()),
        ("After this, patients roll over to a separate long-term follow-up study of CAR-T.", {"no"}),
        ("CAR-T with a total duration of 5 years.", set()),
        ("CAR-T for patients aged 15 years and older.", set()),
    ],
)
def test_follow_up_over_five_years(summary: str, answer: set[str]) -> None:
    assert labels("follow_up_over_five_years", "CAR-T study", summary=summary) == answer


@pytest.mark.parametrize(
    ("countries", "sponsor", "region"),
    [
        (("China", "China", "United States"), "", {"China"}),
        (("United States",), "Chinese PLA General Hospital", {"United States"}),
        (("Germany",), "", {"other"}),
        (("Taiwan",), "", {"Taiwan"}),
        (("Hong Kong",), "", {"Hong Kong"}),
        ((), "Chinese PLA General Hospital", {"China"}),
        ((), "M.D. Anderson Cancer Center", {"United States"}),
        ((), "A sponsor that nobody knows", set()),
    ],
)
def test_region_from_sites_else_sponsor(countries: tuple[str, ...], sponsor: str, region: set[str]) -> None:
    assert labels("region", "CAR-T", countries=countries, sponsor=sponsor) == region


def test_centres_are_counted() -> None:
    assert labels("center_count", "CAR-T", countries=("China",)) == {"single"}
    assert labels("center_count", "CAR-T", countries=("China", "China")) == {"multiple"}
    assert labels("center_count", "CAR-T") == set()

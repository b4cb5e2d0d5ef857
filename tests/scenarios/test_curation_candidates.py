"""Antigens and drugs that no vocabulary knows are proposed with their words; codes, diseases and known ones are not."""

import pytest

from tests.scenarios.test_curation_builder import curate, labels


@pytest.mark.parametrize(
    ("title", "candidates"),
    [
        ("Anti-GPR87 CAR-T Cells in Sarcoma", {"GPR87"}),
        ("CAR-T Cells Targeting TSPAN8 in Colorectal Cancer", {"TSPAN8"}),
        ("SLC44A4-directed CAR-T Cells for Small Cell Lung Cancer", {"SLC44A4"}),
        ("CD19/ADGRE1 Dual CAR-T in Leukemia", {"ADGRE1"}),
        ("Chimeric Antigen Receptor T Cells Recognizing Siglec-15", {"SIGLEC15"}),
        ("GRP78X CAR-T", set()),
        ("LUCAR-G79D in Lymphoma, Anti-CD19 CAR-T", set()),
        ("XT101 CAR-T Cells Targeting CD19", set()),
        ("CAR-T Targeting BCMA for RRMM", set()),
        ("PD-1 Knockout CAR-T Targeting MUC1", set()),
        ("CD28-costimulated CAR-T for ALL", set()),
    ],
)
def test_antigens(title: str, candidates: set[str]) -> None:
    assert labels("target_candidates", title) == candidates


def test_a_candidate_is_no_target_and_shows_its_words() -> None:
    found = curate("Anti-GPR87 CAR-T Cells in Sarcoma")
    (assertion,) = [one for one in found.assertions if one.attribute == "target_candidates"]
    assert assertion.quote == "GPR87"
    assert found.values("targets") == ()


def test_an_unknown_antigen_beside_a_known_one_stops_a_confident_single() -> None:
    found = curate("CD19/ADGRE1 Dual CAR-T in Leukemia")
    (assertion,) = [one for one in found.assertions if one.attribute == "target_valency"]
    assert (assertion.value, assertion.confidence < 0.7) == ("dual", True)


@pytest.mark.parametrize(
    ("title", "targets"),
    [
        ("Anti-MS4A1 CAR-T in Lymphoma", {"CD20"}),
        ("CAR-T Cells Targeting IL3RA", {"CD123"}),
        ("FOLH1 CAR-T in Prostate Cancer", {"PSMA"}),
        ("Kit for CAR-T Manufacture of CD19 CAR-T", {"CD19"}),
    ],
)
def test_known_antigens_by_the_symbol_of_their_gene(title: str, targets: set[str]) -> None:
    assert labels("targets", title) == targets


def test_unknown_partner_drugs() -> None:
    assert labels("combination_candidates", "CD19 CAR-T Combined With Pomotrelvir") == {"pomotrelvir"}
    interventions = ["CD19 CAR-T cells", "fludarabine", "zanibosertib"]
    assert labels("combination_candidates", "CD19 CAR-T", intervention=interventions) == {"zanibosertib"}

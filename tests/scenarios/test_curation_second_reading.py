"""What the second blind reading found wrong, each as a scenario in its own words."""

import pytest

from tests.scenarios.test_curation_builder import curate, labels


@pytest.mark.parametrize(
    ("title", "targets", "valency"),
    [
        ("CD79b-19 CAR T Cells in Lymphoma", {"CD79B", "CD19"}, "dual"),
        ("LV20.19 CAR T-Cells in Lymphoma", {"CD20", "CD19"}, "dual"),
        ("CAR Targeting Cluster of Differentiation (CD)19 and CD20", {"CD19", "CD20"}, "dual"),
        ("CD19-CD34 CAR Transduced T Cells in Lymphoma", {"CD19"}, "single"),
        ("CD34 CAR T Cells in Leukemia", {"CD34"}, "single"),
        ("BCMA CAR-T and GPRC5D/CD3 BiTEs Maintenance in Myeloma", {"BCMA"}, "single"),
    ],
)
def test_antigens(title: str, targets: set[str], valency: str) -> None:
    curation = curate(title)
    assert set(curation.values("targets")) == targets
    assert curation.labels["target_valency"] == (valency,)


def test_a_car_made_in_the_patient_is_in_vivo_in_full_words_too() -> None:
    summary = "The injection is an in vivo chimeric antigen receptor T-cell therapy."
    assert labels("vectors", "A CAR-T Injection in Lupus", summary=summary) == {"in-vivo"}


def test_an_outcome_tells_the_vector_only_of_the_manufacture() -> None:
    made = "Rate of successful manufacture of the CAR T cells using a retroviral vector"
    assert labels("vectors", "GD2 CAR-T in Glioma", outcome=made) == {"retroviral"}
    tested = "Replication-competent retroviral vector in blood"
    assert labels("vectors", "GD2 CAR-T in Glioma", outcome=tested) == set()


@pytest.mark.parametrize(
    "fields",
    [
        {"summary": "T cells are modified and then infused back after lymphodepletion."},
        {"outcome": "Infusion of CAR-T cells in patients who have undergone successful apheresis"},
    ],
)
def test_cells_that_go_back_are_the_patients_own(fields: dict[str, str]) -> None:
    assert labels("cell_sources", "CD19 CAR-T in Lymphoma", **fields) == {"autologous"}


@pytest.mark.parametrize(
    ("fields", "combinations"),
    [
        ({"intervention": ["CD19 CAR-T cells", "Nemtabrutinib"]}, {"BTKI"}),
        ({"intervention": ["CD19 CAR-T cells", "Vevoctadekin"]}, {"CYTOKINE"}),
        ({"intervention": ["BCMA CAR-T cells", "GPRC5D/CD3 BiTEs"]}, {"OTHER"}),
        ({"summary": "CAR-T cells are administered concurrently with AZA."}, {"OTHER"}),
        ({"title": "Anti-PD1/CTLA4-scFv Secreting CAR-T in Solid Tumors"}, set()),
        ({"title": "Interleukin-15 and -21 Armored GPC3 CAR-T"}, set()),
    ],
)
def test_combinations(fields: dict[str, str], combinations: set[str]) -> None:
    assert labels("combinations", **{"title": "CAR-T Cells", **fields}) == combinations


@pytest.mark.parametrize(
    "summary",
    [
        "This drug is an engineered variant of the human cytokine interleukin-18.",
        "Interleukin-7 and Interleukin-15 (IL-7/IL-15) manufactured CAR-T cells are given.",
        "White blood cells are changed to express anti-CCR4 receptors.",
    ],
)
def test_what_the_product_does_not_carry_is_no_armour(summary: str) -> None:
    assert labels("armouring", "CAR-T in Lymphoma", summary=summary) == set()


def test_where_an_antigen_is_expressed_is_background() -> None:
    summary = "HER2 is frequently expressed in breast cancer, lung cancer and gastric cancer."
    assert labels("diseases", "HER2 CAR-T in Solid Tumors", summary=summary) == {"SOLID-NOS"}

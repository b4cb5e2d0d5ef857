"""Words that look like evidence and are none, and words that were not read: units, allowances, general terms, kinds."""

import pytest

from tests.scenarios.test_curation_builder import labels


@pytest.mark.parametrize(
    ("fields", "diseases"),
    [
        ({"condition": "Leukemia, Myeloid, Acute", "summary": "Mercaptopurine 50 mg, then CAR-T"}, {"AML"}),
        ({"condition": "Myasthenia (gMG)"}, {"MG"}),
        ({"condition": "Solid Tumor", "criteria": "AST below 5 ULN if bile duct cancer"}, {"SOLID-NOS"}),
        ({"condition": "Brain Tumor", "criteria": "brain metastases of lung cancer or melanoma"}, {"LUNG", "MELANOMA"}),
        ({"condition": "Peritoneal Tumor", "criteria": "origin in gastric or colorectal cancer"}, {"GASTRIC", "CRC"}),
        ({"condition": "Peritoneal Tumor"}, {"SOLID-OTHER"}),
        ({"condition": "Wilms Tumor"}, {"RENAL"}),
        ({"condition": "Systemic Lupus Erythematosus (With and Without Nephritis)"}, {"SLE", "LN"}),
        ({"condition": "Large B-Cell Lymphoma Transformed From Follicular Lymphoma"}, {"DLBCL"}),
        ({"condition": "T-Cell Leukemia/Lymphoma, Adult"}, {"T-NHL"}),
    ],
)
def test_diseases(fields: dict[str, str], diseases: set[str]) -> None:
    assert diseases <= labels("diseases", "CD19 CAR-T", **fields)
    assert labels("diseases", "CD19 CAR-T", **fields) <= diseases | {"BRAIN-METS"}


@pytest.mark.parametrize(
    ("fields", "sources"),
    [
        ({"criteria": "Inclusion: adults\nExclusion Criteria: vaccines before apheresis"}, {"autologous"}),
        ({"criteria": "Exclusion Criteria: transplant before apheresis"}, set()),
        ({"summary": "Cells of a healthy donor.", "criteria": "steroids prior to leukapheresis"}, {"allogeneic"}),
    ],
)
def test_cell_sources_by_collection(fields: dict[str, str], sources: set[str]) -> None:
    assert labels("cell_sources", "CD19 CAR-T", **fields) == sources


@pytest.mark.parametrize(
    ("title", "fields", "combinations"),
    [
        ("CAR19 T-cells as a Bridge to Allogeneic Transplantation", {}, {"HSCT"}),
        ("B7-H3 CAR-T in Glioma", {"summary": "CAR-T is given in between temozolomide cycles."}, {"CHEMO-OTHER"}),
        ("CAR-T in Glioma", {"arm": "CAR-T in combination with oncolytic adenovirus"}, {"OTHER"}),
        ("CAR-T in Myeloma", {"summary": "Patients had bortezomib and daratumumab."}, set()),
    ],
)
def test_combinations_beyond_the_interventions(title: str, fields: dict[str, str], combinations: set[str]) -> None:
    assert labels("combinations", title, **fields) == combinations


def test_valency_of_names_joined_and_of_lists() -> None:
    assert labels("target_valency", "CD19/CD22 CAR-T for Lymphoma") == {"dual"}
    assert labels("target_valency", "B7-H3, EGFR, HER2 and IL13Ra2 (Quad) CAR T Cells") == {"multi"}
    listed = "Anti-CD19 CAR, anti-BCMA CAR, anti-CD7 CAR for the diseases that carry them."
    assert labels("target_valency", "CAR-T for Blood Cancers", description=listed) == {"panel"}


def test_cytokine_receptors_are_no_armour() -> None:
    assert labels("armouring", "B7H3-IL7Ra CAR-T Cells") == set()
    assert "IL-7" in labels("armouring", "IL-7 Expressing B7H3 CAR-T Cells")

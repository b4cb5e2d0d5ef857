"""What the CAR binds: the traps of domain/rules.md section 4."""

import pytest

from tests.scenarios.test_curation_builder import curate, labels


@pytest.mark.parametrize(
    ("title", "targets"),
    [
        ("4SCAR19 Cells in B-ALL", {"CD19"}),
        ("CART-138 in Myeloma", {"CD138"}),
        ("CAR-20/19-T Cells in Lymphoma", {"CD19", "CD20"}),
        ("CD19/22 CAR T Cells (AUTO3)", {"CD19", "CD22"}),
        ("tanCART19/20 in NMOSD", {"CD19", "CD20"}),
        ("CM-CS1 CAR T-cells in AML", {"NKG2DL"}),
        ("BCMA-CS1 Compound CAR (cCAR) T Cells", {"BCMA", "SLAMF7"}),
        ("CLL1 CAR-T in AML", {"CLL1"}),
        ("EGFRvIII CAR-T for Glioblastoma", {"EGFRVIII"}),
        ("APRIL CAR T Cells in Myeloma", {"BCMA", "TACI"}),
        ("NKG2D CAR-T for Colorectal Cancer", {"NKG2DL"}),
        ("IL13Rα2 CAR-T for Glioma", {"IL13RA2"}),
        ("Claudin18.2 CAR-T in Gastric Cancer", {"CLDN18.2"}),
        ("DSG3-CAART in Pemphigus", {"DSG3"}),
        ("CTL019 in ALL", {"CD19"}),
        ("CART-PSMA-TGFβRDN Cells in Prostate Cancer", {"PSMA"}),
        ("huMNC2-CAR44 T Cells for MUC1* Breast Cancer", {"MUC1"}),
        ("CD19-7×19 CAR-T in Lymphoma", {"CD19"}),
    ],
)
def test_names_and_codes(title: str, targets: set[str]) -> None:
    assert labels("targets", title) == targets


@pytest.mark.parametrize(
    ("title", "targets"),
    [
        ("CD19CAR-4-1BB-CD3zeta-EGFRt-expressing T Lymphocytes", {"CD19"}),
        ("IL13Ralpha2 CAR/Truncated CD19-expressing T Cells", {"IL13RA2"}),
        ("iC9-CAR19 T Cells With AP1903 and RQR8", {"CD19"}),
        ("αPD1-MSLN-CAR T Cells in Solid Tumors", {"MESO"}),
        ("CTLA-4 and PD-1 Antibodies Expressing EGFR-CAR-T Cells", {"EGFR"}),
        ("CAR19 T Cells Carrying Cytoplasmic Activated PD-1", {"CD19"}),
        ("CD22 CAR-T for CD19-negative Relapse", {"CD22"}),
        ("CD22 CAR-T for CD19-refractory Lymphoma", {"CD22"}),
        ("CS1 CAR-T for Myeloma After BCMA CAR-T", {"SLAMF7"}),
        ("Mesothelin CAR-T in HER2-negative Breast Cancer", {"MESO"}),
        ("Defined CD4+/CD8+ CD19 CAR-T Cells", {"CD19"}),
        ("ROR1 CAR-T in CLL", {"ROR1"}),
    ],
)
def test_switches_markers_secreted_parts_and_negatives_are_no_targets(title: str, targets: set[str]) -> None:
    assert labels("targets", title) == targets


def test_a_background_sentence_is_no_target() -> None:
    found = labels(
        "targets",
        "CAR-T in Relapsed Lymphoma",
        summary="CD19-targeted CAR-T can re-induce remission in B-ALL. Here patients receive anti-CD20 CAR-T cells.",
    )
    assert found == {"CD20"}


def test_prior_therapy_and_serum_markers_are_no_targets() -> None:
    found = labels(
        "targets",
        "CAR-T in Solid Tumors",
        summary="Patients receive GPC3-targeted CAR-T cells.",
        criteria="Inclusion Criteria:\n* AFP > 400 ng/ml\n* previously treated with anti-CD20 antibody",
    )
    assert found == {"GPC3"}


def test_exclusion_criteria_name_no_target() -> None:
    found = labels("targets", "CAR-T in Leukemia", criteria="Exclusion Criteria:\n* prior CD19 CAR-T, HER2 positive")
    assert found == set()


def test_the_product_table_speaks_only_where_the_text_is_silent() -> None:
    curation = curate("Ciltacabtagene Autoleucel in Myeloma")
    (proof,) = [one for one in curation.assertions if one.attribute == "targets"]
    assert (proof.value, proof.kind) == ("BCMA", "product")
    stated = curate("BCMA CAR-T (ciltacabtagene autoleucel) in Myeloma")
    assert {one.kind for one in stated.assertions if one.attribute == "targets"} == {"stated"}


def test_an_adapter_car_has_an_adapter_and_the_antigen_of_its_module() -> None:
    curation = curate("UniCAR02-T Cells With TMpPSMA in Prostate Cancer", summary="The CAR-T module targets PSMA.")
    assert curation.values("adapter") == ("E5B9",)
    assert "PSMA" in curation.values("targets")


@pytest.mark.parametrize(
    ("title", "valency"),
    [
        ("CD19 CAR-T in Lymphoma", "single"),
        ("Tandem CAR T Cells Targeting CD19 and CD20", "dual"),
        ("CD19/BCMA CAR-T in Lupus", "dual"),
        ("Sequential CD19 and CD22 CAR-T Therapy", "sequential"),
        ("CD19 CAR-T Followed by CD22 CAR-T", "sequential"),
        ("CD33/CD123/CLL-1 CAR-T Cells in AML", "multi"),
        ("Anti-CD19 or Anti-CD20 CAR-T Bridging HSCT", "panel"),
        ("4SCAR-T Targeting CD33, CD38, CD123, CD56, MUC1 or CLL1", "panel"),
        ("CAR-T With Sequential Transplantation for CD19 and CD22 Positive ALL", "dual"),
        ("CAR-T Cells Targeting CD19 for Lymphoma and BCMA for Myeloma", "panel"),
        ("CD19 CAR-T in B-ALL, CD22 CAR-T in Follicular Lymphoma", "panel"),
        ("CD19 (Lupus) and BCMA (Myasthenia Gravis) CAR-T Cells", "panel"),
        ("CD19 and BCMA CAR-T for Lymphoma and Myeloma", "dual"),
        ("CD19/BCMA CAR-T for Lymphoma and Myeloma", "dual"),
        ("CAR-T Cells That Recognise CD19 and/or CD22", "dual"),
        ("KSVCBD Injection, an in Vivo CAR-T, in Multiple Myeloma Expressing CD19 and/or BCMA", "dual"),
        ("CD19 and/or CD22 CAR-T Cells in Leukemia", "panel"),
    ],
)
def test_valency(title: str, valency: str) -> None:
    assert labels("target_valency", title) == {valency}


def test_a_product_for_each_disease_is_shown_with_the_last_disease() -> None:
    summary = "Patients with lymphoma receive CD19 CAR-T; patients with multiple myeloma receive BCMA CAR-T."
    (shown,) = [one for one in curate("CAR-T", summary=summary).assertions if one.attribute == "target_valency"]
    assert (shown.value, shown.quote) == ("panel", "multiple myeloma")
    assert shown.rule.endswith("one product for each disease")


def test_where_antigens_of_one_product_are_expressed_makes_no_product_for_each_disease() -> None:
    summary = "CD19 is overexpressed in B-cell malignancies. BCMA is expressed in multiple myeloma."
    assert labels("target_valency", "CD19/BCMA CAR-T", summary=summary) == {"dual"}
    assert labels("target_valency", "CAR-T Against CD19 and BCMA", summary=summary) == {"dual"}


def test_an_undisclosed_target_has_no_valency() -> None:
    assert labels("target_valency", "CAR-T Cells in Autoimmune Diseases") == set()


def test_a_copied_antigen_in_the_criteria_is_shown_as_conflict() -> None:
    curation = curate("CD5 CAR-T in T-cell Lymphoma", criteria="Inclusion Criteria:\n* CD7-positive by flow")
    assert curation.values("targets") == ("CD5",)
    (conflict,) = curation.conflicts
    assert "patients must be positive for CD7" in conflict.description
    assert all(one.confidence < 0.7 for one in curation.assertions if one.attribute == "targets")


def test_title_against_intervention_is_shown_as_conflict() -> None:
    curation = curate("CAR-T for CD19+ Lymphoma", intervention="anti-EpCAM CAR-T cells")
    assert any("title names CD19" in conflict.description for conflict in curation.conflicts)


@pytest.mark.parametrize("title", ["CTL019 in ALL", "CNCT19 in ALL", "UCART19 in ALL"])
def test_a_product_of_the_agreed_table_implies_its_antigen_and_states_none(title: str) -> None:
    (assertion,) = [one for one in curate(title).assertions if one.attribute == "targets"]
    assert (assertion.value, assertion.kind) == ("CD19", "product")


@pytest.mark.parametrize("title", ["MB-CART19.1 in Lymphoma", "ET1402L1-CART in Liver Cancer", "NKR-2 Cells in Tumors"])
def test_any_other_code_of_a_product_proves_no_antigen(title: str) -> None:
    assert labels("targets", title) == set()


@pytest.mark.parametrize(
    ("title", "targets", "valency"),
    [
        ("CD19CD20CD22 CAR-T in Lymphoma", {"CD19", "CD20", "CD22"}, "multi"),
        ("BCMACD19 CAR-T in Myeloma", {"BCMA", "CD19"}, "dual"),
        ("CD33CLL1 CAR-T in AML", {"CD33", "CLL1"}, "dual"),
        ("CD19xCD22 Bispecific CAR-T in B-ALL", {"CD19", "CD22"}, "dual"),
        ("CD22BBz CAR-T in B-ALL", {"CD22"}, "single"),
        ("Dual CAR-T Cells Against CD19 and/or BCMA", {"CD19", "BCMA"}, "dual"),
        ("CD19 or BCMA CAR-T in Autoimmune Disease", {"CD19", "BCMA"}, "panel"),
    ],
)
def test_antigens_glued_to_each_other_and_how_they_belong_together(title: str, targets: set[str], valency: str) -> None:
    assert labels("targets", title) == targets
    assert labels("target_valency", title) == {valency}

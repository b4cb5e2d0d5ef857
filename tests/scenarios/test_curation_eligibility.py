"""Who is in the landscape: the traps of domain/rules.md sections 1 and 2, each in its own words."""

import pytest

from tests.scenarios.test_curation_builder import curate, labels


@pytest.mark.parametrize(
    "title",
    [
        "CD19 CAR-T in Lymphoma",
        "Chimeric Antigen Receptor T Cells for Myeloma",
        "CART19 to Treat B-Cell Leukemia",
        "T Cells Expressing an Anti-CD19 Chimeric Receptor in Children",
        "Tisagenlecleucel in Adult Patients With Aggressive Lymphoma",
        "Study of CTL019 in Pediatric ALL Patients",
        "A Study of JCAR017 in Relapsed CLL",
        "Autologous T Cells Genetically Targeted to the B Cell Specific Antigen CD19",
        "CD19-specific T Cells After Transplant",
        "Transposon-manipulated CARCIK-CD19 Cells in ALL",
        "Universal CAR-γδT Cell Injection for AML",
        "DSG3-CAART in Pemphigus Vulgaris",
        "Re-infusion of ATLCAR.CD30",
        "ＣＤ１９ ＣＡＲ－Ｔ细胞治疗淋巴瘤",
    ],
)
def test_cart_by_any_of_its_names_is_eligible(title: str) -> None:
    assert labels("eligibility", title) == {"eligible"}


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Anti-CD22 CAR NK Cells in Lymphoma", "CAR-NK"),
        ("CAR-pNK Cell Immunotherapy in CD7 Positive Leukemia", "CAR-NK"),
        ("CAR.CD19-CD28-zeta-2A-iCasp9-IL15-Transduced Cord Blood NK Cells", "CAR-NK"),
        ("GD2 Specific Chimeric Antigen Receptor Transduced Natural Killer T-cells (GINAKIT)", "CAR-NKT"),
        ("EphA2 CAR-DC Vaccine in Solid Tumors", "other-cells"),
        ("NY-ESO-1 TCR-T Cells in Synovial Sarcoma", "TCR-T"),
        ("Autologous Tumor Infiltrating Lymphocytes in Melanoma", "TIL"),
        ("BCMAxCD3 Bispecific Antibody in Myeloma", "antibody"),
    ],
)
def test_look_alikes_are_ineligible_with_their_reason(title: str, reason: str) -> None:
    curation = curate(title, summary="CAR-T cell therapy has shown remarkable success in other studies.")
    assert curation.values("eligibility") == ("ineligible",)
    assert curation.values("exclusion_reason") == (reason,)


@pytest.mark.parametrize(
    "title",
    [
        "Combination Antiretroviral Therapy (cART) in HIV",
        "Constitutive Androstane Receptor (CAR, NR1I3) and Liver Fat",
        "Carotid Aneurysm Registry (CAR)",
        "NOVOCART 3D Cartilage Repair",
        "The eCART Score for Deterioration",
        "TCRT: Thoracic Chemoradiotherapy",
        "Ride-on Cars for Children With Palsy",
        "Coronary Artery Disease in Women",
    ],
)
def test_acronyms_that_collide_are_ineligible(title: str) -> None:
    assert labels("eligibility", title) == {"ineligible"}


def test_antiretroviral_cart_in_the_description_is_ineligible() -> None:
    described = "Patients continue cART treatment; cART-related toxicity is recorded."
    assert labels("eligibility", "R-EPOCH in AIDS-Related Lymphoma", description=described) == {"ineligible"}


def test_prior_cart_in_the_criteria_does_not_make_a_cart_study() -> None:
    curation = curate(
        "Mosunetuzumab in B-Cell Lymphoma",
        intervention="Mosunetuzumab",
        criteria="Inclusion Criteria:\n* Prior CAR-T cell therapy is allowed",
    )
    assert curation.values("eligibility") == ("ineligible",)


def test_a_drug_study_whose_background_praises_cart_is_ineligible() -> None:
    curation = curate(
        "Glofitamab as Consolidation After Autologous Transplant",
        intervention="Glofitamab",
        summary="In recent years CAR-T cell therapy has shown benefit. Glofitamab may help.",
    )
    assert curation.values("eligibility") == ("ineligible",)


def test_an_antibody_given_with_a_coded_cart_is_eligible() -> None:
    curation = curate(
        "27T51 Alone or With Cemiplimab in Ovarian Cancer",
        intervention=["27T51", "Cemiplimab"],
        summary="This study is researching an experimental CAR T cell therapy called 27T51.",
    )
    assert curation.values("eligibility") == ("eligible",)


def test_nk_followed_by_cart_is_eligible() -> None:
    assert labels("eligibility", "NKG2D CAR-NK Cells Followed by NKG2D CAR-T Cells") == {"eligible"}


def test_a_receptor_that_is_not_called_car_is_a_boundary_case() -> None:
    assert labels("eligibility", "ET190L1 ARTEMIS T Cells in CD19+ Lymphoma") == {"boundary"}
    assert labels("eligibility", "ACTR T Cell Product With Rituximab: Follow-Up") == {"boundary"}


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("CD19 CAR-T in Lymphoma", "treatment"),
        ("CD19 CAR-T Cells With CRS Suppression Technology for Leukemia", "treatment"),
        ("Long-Term Follow-Up of Patients Treated With CAR-T Cells", "treatment"),
        ("Anakinra for the Prevention of Cytokine Release Syndrome After CAR-T", "toxicity"),
        ("Defibrotide in the Prevention of CAR-T-cell-associated Neurotoxicity", "toxicity"),
        ("IVIG for Infection Prevention After CAR-T-Cell Therapy", "toxicity"),
        ("Quality of Life After CAR-T Cells", "other"),
        ("Neurocognitive Outcomes After Axicabtagene Ciloleucel", "other"),
        ("Fecal Microbiota Transplantation Before CAR-T", "other"),
        ("Low Dose Radiation as Bridging Therapy Before CAR-T", "other"),
        ("BCMA CAR-T for Immune Thrombocytopenia", "treatment"),
    ],
)
def test_the_topic_is_the_aim_not_an_endpoint(title: str, topic: str) -> None:
    assert labels("topic", title) == {topic}


@pytest.mark.parametrize(
    "title",
    [
        "Lenalidomide for Large B-cell Lymphoma Relapsed After Prior CAR T Cell Therapy",
        "CD20xCD3 Bispecific Antibody in Large B-cell Lymphoma After CAR-T Failure",
        "Pembrolizumab in Relapsed or Refractory Multiple Myeloma After Anti-BCMA CAR-T Therapies",
    ],
)
def test_a_treatment_for_those_whom_car_t_failed_is_not_car_t(title: str) -> None:
    curation = curate(title, intervention=title.split(" ")[0])
    assert curation.labels["eligibility"] == ("ineligible",)
    assert curation.labels["exclusion_reason"] == ("prior-CAR-T-only",)


def test_another_car_t_after_one_that_failed_is_car_t() -> None:
    curation = curate("CD22 CAR-T Cells for Lymphoma Relapsed After CD19 CAR-T", intervention="CD22 CAR-T cells")
    assert curation.labels["eligibility"] == ("eligible",)


def test_care_of_people_after_car_t_is_still_about_car_t() -> None:
    curation = curate("Infections After CAR-T Cell Therapy", intervention="Immunoglobulin")
    assert curation.labels["eligibility"] == ("eligible",)


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("CAR19 NK Cells in Lymphoma", "CAR-NK"),
        ("UCART19-NK Cells in ALL", "CAR-NK"),
        ("CAR-T Engineered NK-92 Cells", "CAR-NK"),
        ("CAR19 Macrophages for Solid Tumors", "other-cells"),
        ("Community Asthma Response Team (CART) Program", "acronym"),
        ("CART: Computer-Assisted Rehabilitation Therapy After Stroke", "acronym"),
        ("Cell-free and Concentrated Ascites Reinfusion Therapy (CART) for Malignant Ascites", "acronym"),
    ],
)
def test_another_carrier_and_an_acronym_of_other_words_outrank_a_code_that_looks_like_car(
    title: str, reason: str
) -> None:
    found = curate(title)
    assert (found.labels["eligibility"], found.labels["exclusion_reason"]) == (("ineligible",), (reason,))


@pytest.mark.parametrize(
    "title",
    [
        "Chimeric Antigen Receptor T Cells (CART) in Lymphoma",
        "CD19 Anti-tumor Redirected T Cells (CART) in Lymphoma",
        "CAR-T Cells and CAR-NK Cells in Lymphoma",
        "CAR-T Cells, NK Cells and Macrophages After Infusion",
    ],
)
def test_car_t_beside_other_cells_and_spelt_out_as_itself_is_eligible(title: str) -> None:
    assert labels("eligibility", title) == {"eligible"}

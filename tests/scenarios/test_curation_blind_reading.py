"""What a blind reading of records that no rule had seen found wrong, each as a scenario in its own words."""

import pytest

from tests.scenarios.test_curation_builder import curate, labels


def test_a_study_known_by_its_product_alone_has_a_topic() -> None:
    assert labels("topic", "Study of KITE-222 in Relapsed AML", intervention="KITE-222") == {"treatment"}


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Cardiovascular Effects of CART Cell Therapy", "toxicity"),
        ("A Capsule for Attenuating Toxicity of CAR-T Cell Therapy", "toxicity"),
        ("Optimizing Lymphodepletion Before Tisagenlecleucel", "other"),
        ("A Study of Fludarabine Dosing Before CAR-T Cells", "other"),
        ("Pneumococcal Vaccination in Patients Treated With CAR-T Cells", "other"),
        ("CD19 CAR-T Cells With Less Lymphodepletion in Lymphoma", "treatment"),
    ],
)
def test_topics(title: str, topic: str) -> None:
    assert labels("topic", title) == {topic}


def test_a_side_effect_among_the_conditions_is_not_the_aim_of_a_product_study() -> None:
    conditions = ["T-ALL", "CAR T-Cell-Related Encephalopathy"]
    assert labels("topic", "CD7 CAR-T for T-ALL", intervention="CD7 CAR-T cells", condition=conditions) == {"treatment"}


@pytest.mark.parametrize(
    ("title", "targets", "valency"),
    [
        ("CD19CD22 CAR-T in B-ALL", {"CD19", "CD22"}, "dual"),
        ("P-CD19CD20-ALLO1 CAR-T in Lupus", {"CD19", "CD20"}, "dual"),
        ("UCD19 CAR T Cells in Lymphoma", {"CD19"}, "single"),
        ("Bispecific Anti-CD20, Anti-CD19 CAR T Cells", {"CD19", "CD20"}, "dual"),
        ("BAFF CAR-T Cells in Lymphoma or Leukemia", {"BAFF-R", "BCMA", "TACI"}, "multi"),
        ("Preventing Cytokine Release Syndrome in Patients Receiving CD19-Targeted CAR-T", {"CD19"}, "single"),
        ("Neurocognitive Trajectories After BCMA CAR-T", {"BCMA"}, "single"),
        ("MB-CART2019.1 in Lymphoma", set(), "unstated"),
    ],
)
def test_antigens(title: str, targets: set[str], valency: str) -> None:
    curation = curate(title)
    assert set(curation.values("targets")) == targets
    assert curation.labels["target_valency"] == (valency,)


def test_a_choice_told_below_the_names_is_a_panel() -> None:
    found = curate(
        "CAR-T Target Selection for Lupus",
        intervention="Autologous anti-CD19 CAR-T cells",
        summary="Patients are assigned to CAR-T therapy targeting either CD19 or BCMA.",
    )
    assert set(found.values("targets")) == {"CD19", "BCMA"}
    assert found.values("target_valency") == ("panel",)


def test_a_code_with_car_in_it_does_not_say_which_cell_carries_it() -> None:
    assert labels("eligibility", "Universal BCMA-targeted LUCAR-X1 Cells in Myeloma") == {"eligible"}
    told = curate("Universal BCMA-targeted LUCAR-X1 Cells", summary="The CAR NK cells are given once.")
    assert told.values("exclusion_reason") == ("CAR-NK",)


def test_cart_among_many_treatments_is_a_boundary_case() -> None:
    options = ["CAR-T Cell Therapy", "Blinatumomab", "Venetoclax", "Allogeneic HSCT", "Olverembatinib"]
    assert labels("eligibility", "Kinase Inhibitors for Ph-like ALL", intervention=options) == {"boundary"}


@pytest.mark.parametrize(
    ("title", "conditions", "diseases"),
    [
        ("CD30 CAR-T", ["Anaplastic Large Cell Lymphoma"], {"T-NHL"}),
        ("CD7 CAR-T", ["T Lymphocyte Malignancies", "T-ALL"], {"T-ALL"}),
        ("CD30 CAR-T", ["Adult T-Cell Lymphoma/Leukaemia"], {"T-NHL"}),
        ("CD19/BCMA CAR-T for B-cell Malignant Tumors", ["Multiple Myeloma", "B Cell Lymphoma"], {"MM", "B-NHL"}),
        ("IL-15 CAR-T", ["Acute Lymphocytic Leukemia"], {"ALL"}),
        ("CD19 CAR-T", ["Acute Lymphocytic Leukemia"], {"B-ALL"}),
    ],
)
def test_diseases(title: str, conditions: list[str], diseases: set[str]) -> None:
    assert labels("diseases", title, condition=conditions) == diseases


@pytest.mark.parametrize(
    ("attribute", "fields", "values"),
    [
        ("combinations", {"title": "Salvage Followed by CAR-T ± ASCT in Lymphoma"}, {"HSCT"}),
        ("combinations", {"title": "VRd-based Regimen With CAR-T", "intervention": "VRd"}, {"IMID", "CHEMO-OTHER"}),
        ("combinations", {"title": "Dara-VRd With CAR-T"}, {"IMID", "CHEMO-OTHER", "OTHER"}),
        (
            "combinations",
            {
                "title": "CD19 CAR-T in ALL",
                "summary": "The classical paradigm of chemotherapy followed by allogeneic stem cell transplantation "
                "is limited.",
            },
            set(),
        ),
        ("armouring", {"title": "Metabolically Armed CD19 CAR-T"}, {"cytokine"}),
        ("vectors", {"title": "CAR-T", "summary": "The CAR T-cells will be produced using LV."}, {"lentiviral"}),
        ("cell_sources", {"title": "CAR-T", "summary": "Made of PBMC collected from the subjects."}, {"autologous"}),
        ("cell_sources", {"title": "CAR-T", "intervention": ["CAR-T", "Apheresis"]}, {"autologous"}),
        ("generation_stated", {"title": "A Second-Generation Manufacturing Process for CAR-T"}, set()),
        ("generation_stated", {"title": "4SCAR-PSMA T Cells"}, set()),
    ],
)
def test_construct(attribute: str, fields: dict[str, str | list[str]], values: set[str]) -> None:
    title = str(fields["title"])
    rest = {key: value for key, value in fields.items() if key != "title"}
    assert labels(attribute, title, **rest) == values

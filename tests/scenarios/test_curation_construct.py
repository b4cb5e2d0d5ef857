"""How the product is built and given: the traps of domain/rules.md sections 5 to 9."""

import pytest

from tests.scenarios.test_curation_builder import curate, labels


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("CAR-T with tandem TCRζ and 4-1BB (TCRζ/4-1BB) costimulatory domains", {"4-1BB"}),
        ("anti-CD19-CAR coupled with CD137 and CD3 zeta signalling domains", {"4-1BB"}),
        ("19-28z CAR-T cells", {"CD28"}),
        ("anti-CD19:TCRz:CD28 CAR-T cells", {"CD28"}),
        ("anti-CD19 scFv CD3z:CD28 CAR-T", {"CD28"}),
        ("MOv19-BBz CAR T Cells", {"4-1BB"}),
        ("T cells activated with anti-CD3/anti-CD28 beads become CAR-T cells", set()),
        ("CAR-T and the CD137 agonist utomilumab", set()),
        ("CAR-T cells with a CD27+CD28+ phenotype", set()),
        ("PD-1/CD28 switch CAR-T", set()),
    ],
)
def test_costimulatory_domains(text: str, domains: set[str]) -> None:
    assert labels("costimulatory_domains", "CAR-T study", summary=text) == domains


def test_the_sponsors_generation_and_the_derived_one_are_kept_apart() -> None:
    curation = curate("4th generation CAR-T Cells", summary="The CAR-T has CD28 and 4-1BB costimulatory domains.")
    assert curation.values("generation_stated") == ("4",)
    assert curation.values("generation_derived") == ("3",)
    assert any(conflict.attribute == "generation_stated" for conflict in curation.conflicts)


@pytest.mark.parametrize(
    ("text", "generation"),
    [
        ("CAR with intracellular domains derived from CD3 zeta and CD28 costimulation", "2"),
        ("CAR-T with CD28 and 4-1BB costimulatory domains", "3"),
        ("modified as CD19:4-1BB:CD28:CD3 CAR-T", "3"),
        ("CAR-T with a CD28 or 4-1BB costimulatory domain", "2"),
    ],
)
def test_the_derived_generation_counts_domains_of_one_receptor(text: str, generation: str) -> None:
    curation = curate("CAR-T study", summary=text)
    assert curation.values("generation_derived") == (generation,)
    assert {one.kind for one in curation.assertions if one.attribute == "generation_derived"} == {"derived"}


def test_a_generation_in_the_background_is_not_ours() -> None:
    found = labels("generation_stated", "CAR-T study", summary="Trials employing second generation receptors did well.")
    assert found == set()


@pytest.mark.parametrize(
    ("text", "vectors"),
    [
        ("T cells transduced with a lentiviral vector", {"lentiviral"}),
        ("a gamma-retroviral vector encoding the CAR", {"retroviral"}),
        ("patients on antiretroviral therapy receive CAR-T", set()),
        ("samples are tested for replication-competent retrovirus", set()),
        ("RNA electroporated CAR-T cells", {"mRNA"}),
        ("lentiviral CAR and CRISPR RNA electroporation to disrupt the TCR", {"lentiviral"}),
        ("Sleeping Beauty transposon CAR-T", {"transposon"}),
        ("cyclophosphamide by intravenous piggyback before CAR-T", set()),
        ("CAR-T in AAV (ANCA-associated vasculitis)", set()),
        ("the in vivo persistence of CAR-T cells", set()),
        ("an in vivo CAR-T product", {"in-vivo"}),
        ("non-viral PD1 site-specific integrated CAR-T", {"CRISPR-KI"}),
    ],
)
def test_vectors(text: str, vectors: set[str]) -> None:
    assert labels("vectors", "CAR-T study", summary=text) == vectors


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("autologous CD19 CAR-T cells", {"autologous"}),
        ("autologous or donor-derived allogeneic T cells expressing a CAR", {"autologous", "allogeneic"}),
        ("CAR-T cells as a bridge to allogeneic stem cell transplantation", set()),
        ("CAR-T for relapse after autologous HSCT", set()),
        ("universal CD7 CAR-T cells", {"allogeneic"}),
        ("TRUCK: T cells Redirected for Universal Cytokine Killing, a CAR-T", set()),
        ("CAR-T against an antigen of almost universal expression", set()),
        ("Patients will undergo leukapheresis to make CAR-T cells", {"autologous"}),
        ("CAR-T made of the patient's own T cells", {"autologous"}),
        ("cord blood derived CAR-T cells", {"allogeneic"}),
        ("CAR-γδT cells of healthy donors", {"allogeneic", "gamma-delta"}),
        ("CAR-T made of cytomegalovirus-specific T cells", {"VST"}),
        ("brexucabtagene autoleucel, a CAR-T", {"autologous"}),
    ],
)
def test_cell_sources(text: str, sources: set[str]) -> None:
    assert labels("cell_sources", "CAR-T study", summary=text) == sources


@pytest.mark.parametrize(
    ("title", "edits"),
    [
        ("CRISPR-Cas9 Mediated PD-1 and TCR Gene-knocked Out CAR-T Cells", {"PDCD1", "TRAC"}),
        ("CD19 CAR and PD-1 Knockout Engineered T Cells", {"PDCD1"}),
        ("Anti-MUC1 CAR T Cells and PD-1 Knockout Engineered T Cells", set()),
        ("CD5-deleted CAR-T Cells (Senza5 CART5)", {"target_knockout"}),
        ("Base Edited CAR T Cells Against AML", {"unnamed"}),
        ("Non-gene Edited Anti-CD7 CAR T Cells", set()),
        ("CAR-T With CD33-deleted Stem Cell Transplant", set()),
    ],
)
def test_gene_edits(title: str, edits: set[str]) -> None:
    assert labels("gene_edits", title) == edits


@pytest.mark.parametrize(
    ("title", "is_armoured"),
    [
        ("EGFR-IL12-CART Cells for Colorectal Cancer", True),
        ("CTLA-4 and PD-1 Antibodies Expressing EGFR-CAR-T Cells", True),
        ("CART-PSMA-TGFβRDN Cells", True),
        ("CAR19 T Cells Carrying Cytoplasmic Activated PD-1", True),
        ("CAR.CD30.CCR4 T Cells in Hodgkin Lymphoma", True),
        ("CXCR4 Modified Anti-BCMA CAR T Cells", True),
        ("IL-7/IL-15 Programmed CD19 CAR-T Cells", False),
        ("CAR-T With Serum IL-15 Levels", False),
        ("CCR4 CAR T Cells for T-cell Malignancies", False),
        ("CD19 CAR-T With Inducible Caspase 9", False),
    ],
)
def test_armouring(title: str, is_armoured: bool) -> None:
    assert bool(labels("armouring", title)) is is_armoured


@pytest.mark.parametrize(
    ("title", "intervention", "combinations"),
    [
        ("CAR-T Combined With Pembrolizumab", ["CAR-T", "Pembrolizumab"], {"ICI"}),
        ("CAR-T With a Gamma Secretase Inhibitor", ["CAR-T"], {"GSI"}),
        ("CAR-T and Ibrutinib in CLL", ["CAR-T", "Ibrutinib"], {"BTKI"}),
        ("CAR-T Followed by Allo-HSCT", ["CAR-T"], {"HSCT"}),
        ("CAR-T in Patients Ineligible for Allogeneic HSCT", ["CAR-T"], set()),
        ("CAR-T for Relapse After Allogeneic HSCT", ["CAR-T"], set()),
        ("CAR-T in Lymphoma", ["CAR-T", "Fludarabine", "Cyclophosphamide", "Tocilizumab"], set()),
        ("CAR-T Versus Standard Regimens in Myeloma", ["CAR-T", "Daratumumab", "Lenalidomide"], set()),
        ("PD-1 Antibody Expressing CAR-T Cells", ["CAR-T"], set()),
        ("Interleukin-15 Armored GPC3 CAR-T", ["CAR-T"], set()),
        ("CAR-T and Low-Dose Total Body Irradiation", ["CAR-T"], set()),
        ("Radiotherapy With B7-H3 CAR-T", ["CAR-T", "Radiation Therapy"], {"RT"}),
    ],
)
def test_combinations(title: str, intervention: list[str], combinations: set[str]) -> None:
    assert labels("combinations", title, intervention=intervention) == combinations


@pytest.mark.parametrize(
    ("title", "summary", "is_in_vivo"),
    [
        ("In Vivo CAR-T Therapy Targeting CD19 in Lupus", "", True),
        ("CD19 CAR-T in Lupus", "Lipid nanoparticles bring the anti-CD19 CAR into T cells.", True),
        ("CD19 CAR-T in Lupus", "The vector generates CAR-T cells in the body.", True),
        ("CD19 CAR-T in Lymphoma", "Expansion of CAR-T cells in vivo is measured.", False),
        ("CD19 CAR-T in Lymphoma", "", False),
    ],
)
def test_car_made_in_the_patient(title: str, summary: str, is_in_vivo: bool) -> None:
    found = curate(title, summary=summary)
    assert bool(found.values("is_in_vivo")) == is_in_vivo
    assert bool([one.quote for one in found.assertions if one.attribute == "is_in_vivo"]) == is_in_vivo


@pytest.mark.parametrize(
    ("title", "generation"),
    [("4th Gen CAR-T against CD19", "4"), ("2nd & 3rd generation CD19 CAR-T", "3")],
)
def test_a_generation_in_short(title: str, generation: str) -> None:
    assert labels("generation_stated", title) == {generation}


@pytest.mark.parametrize(
    ("title", "domains"),
    [("GD2-CAR.OX40.28.z.iC9 T Cells", {"OX40", "CD28"}), ("CD19-ICOSz CAR-T", {"ICOS"}), ("CD22BBz CAR-T", {"4-1BB"})],
)
def test_domains_in_the_name_of_a_construct(title: str, domains: set[str]) -> None:
    assert labels("costimulatory_domains", title) == domains

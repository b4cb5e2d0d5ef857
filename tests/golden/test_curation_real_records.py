"""Curation of every real record in ../shared: accuracy, evidence, traps; skipped where that folder is missing."""

import csv
import gzip
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
import pytest

from tasks.curate import ATTRIBUTES, Curation, curate_studies, label_row
from tasks.curate.engine.records import UNSTATED
from tasks.curate.engine.texts import characters_read, read_texts
from tasks.registry.study import Study
from tasks.settings import REPOSITORY
from tests.vocabularies import shipped_vocabularies

REAL = REPOSITORY.parent / "shared" / "real"
CORPORA = ("registry-2018", "registry-2026", "registry-v2")
VOCABULARIES = shipped_vocabularies()
pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real records of ../shared are not here")

# field of the label file -> lowest F1 (or accuracy) that a change may leave; docs/accuracy.md holds today's values
FLOORS = {
    "disease_groups": 0.985,
    "diseases": 0.93,
    "targets": 0.975,
    "costimulatory_domains": 0.95,
    "generation_stated": 0.95,
    "vectors": 0.94,
    "cell_sources": 0.95,
    "combinations": 0.85,
    "topic": 0.96,
    "target_valency": 0.95,
    "has_gene_edit": 0.98,
    "is_armoured": 0.98,
}


@cache
def curated(corpus: str) -> dict[str, tuple[dict[str, Any], Curation]]:
    """NCT number -> study and curation of one corpus."""
    with gzip.open(REAL / f"{corpus}.dev.jsonl.gz") as lines:
        studies = [orjson.loads(line) for line in lines]
    pairs = zip(studies, curate_studies(map(Study, studies), VOCABULARIES), strict=True)
    return {curation.nct_id: (study, curation) for study, curation in pairs}


@cache
def gold_and_got() -> list[tuple[dict[str, str], dict[str, str]]]:
    """Hand labels beside ours, each study in the corpus that the hand read."""
    with (REAL / "labels.dev.csv").open(newline="") as lines:
        gold = list(csv.DictReader(lines))
    return [(row, label_row(curated(row["corpus"])[row["nct_id"]][1])) for row in gold]


def values(cell: str) -> set[str]:
    """The values of a cell."""
    return {value for value in cell.upper().split("|") if value} - {"NONE", "UNSTATED"}


def f1(pairs: list[tuple[set[str], set[str]]]) -> float:
    """Micro F1 over the values of all studies; for single values of which each has one, close to accuracy."""
    hits = sum(len(gold & got) for gold, got in pairs)
    return 2 * hits / max(1, sum(len(gold) + len(got) for gold, got in pairs))


def test_eligibility_agrees_with_the_hand_labels() -> None:
    scored = [(gold["eligible"], got["eligible"]) for gold, got in gold_and_got() if gold["eligible"] != "B"]
    pairs = [({"Y"} & {gold}, {"Y"} & {got}) for gold, got in scored]
    assert f1(pairs) >= 0.98


@pytest.mark.parametrize("field", FLOORS)
def test_labels_agree_with_the_hand_labels(field: str) -> None:
    pairs = [(values(gold[field]), values(got[field])) for gold, got in gold_and_got() if gold["eligible"] == "Y"]
    single = field in ("topic", "target_valency", "has_gene_edit", "is_armoured")
    score = sum(gold == got for gold, got in pairs) / len(pairs) if single else f1(pairs)
    assert score >= FLOORS[field]


def test_target_sets_are_exactly_right() -> None:
    pairs = [
        (values(gold["targets"]), values(got["targets"])) for gold, got in gold_and_got() if gold["eligible"] == "Y"
    ]
    assert sum(gold == got for gold, got in pairs) / len(pairs) >= 0.95


def text_at(study: Any, field: str) -> str:
    """The raw text at a JSON path."""
    for name, index in re.findall(r"([A-Za-z]+)|\[(\d+)\]", field):
        study = study[name] if name else study[int(index)]
    return str(study)


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_quote_stands_at_its_place(corpus: str) -> None:
    for study, curation in curated(corpus).values():
        for one in curation.assertions:
            if one.field:
                assert text_at(study, one.field)[one.start : one.end] == one.quote, one
            assert one.quote or one.attribute == "center_count", one


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_label_has_an_assertion_and_an_honest_kind(corpus: str) -> None:
    for _, curation in curated(corpus).values():
        asserted = {(one.attribute, one.value) for one in curation.assertions}
        for attribute in ATTRIBUTES:
            for value in curation.labels[attribute]:
                silent = curation.labels["eligibility"] == ("ineligible",) and attribute in (
                    "eligibility",
                    "exclusion_reason",
                )
                assert value == UNSTATED or silent or (attribute, value) in asserted
        kinds = {one.attribute: one.kind for one in curation.assertions}
        assert kinds.get("generation_derived", "derived") == "derived"
        assert {one.kind for one in curation.assertions} <= {"stated", "derived", "product", "inferred", "silent"}


# who may take part stands in all criteria, and so may the words that the patients' cells are collected
READ_IN_EXCLUSION_CRITERIA = ("participants", "cell_sources")


def test_no_quote_of_anything_else_comes_from_the_exclusion_criteria() -> None:
    for study, curation in curated("registry-2018").values():
        for one in curation.assertions:
            if one.field.endswith("eligibilityCriteria") and one.attribute not in READ_IN_EXCLUSION_CRITERIA:
                before = text_at(study, one.field)[: one.start].lower()
                assert "exclusion criteria" not in before


def lines() -> Iterator[tuple[str, str, set[str]]]:
    """NCT number, attribute and value of the traps that curation/RULES.md names."""
    yield "NCT01974479", "eligibility", {"ineligible"}  # CAR-NK
    yield "NCT02439788", "eligibility", {"ineligible"}  # CAR-NKT
    yield "NCT03294954", "exclusion_reason", {"CAR-NKT"}
    yield "NCT02828358", "eligibility", {"ineligible"}  # expanded as for CART-19
    yield "NCT05138458", "eligibility", {"ineligible"}  # CAR-monocyte
    yield "NCT00019136", "eligibility", {"eligible"}  # MOv-gamma chimeric receptor
    yield "NCT00924287", "eligibility", {"eligible"}  # chimeric T cell receptor
    yield "NCT03389035", "eligibility", {"eligible"}  # CAR-CIK
    yield "NCT02728882", "targets", {"CD19"}  # its criteria were copied from an EpCAM record
    yield "NCT02932956", "targets", {"GPC3"}  # nicknamed GAP
    yield "NCT02203825", "targets", {"NKG2DL"}  # CM-CS1 is not CS1
    yield "NCT03287804", "targets", {"BCMA", "TACI"}  # APRIL binds both
    yield "NCT03182803", "targets", {"MESO"}  # secretes CTLA-4 and PD-1 antibodies
    yield "NCT03182816", "targets", {"EGFR"}
    yield "NCT03540303", "targets", {"CD19"}  # activated PD-1 is armour
    yield "NCT03089203", "targets", {"PSMA"}  # dominant-negative TGF-beta receptor is armour
    yield "NCT04420754", "targets", {"ICAM1"}  # SSTR2 is a reporter
    yield "NCT02737085", "target_valency", {"sequential"}
    yield "NCT03146533", "generation_derived", {"3"}  # 4-1BB:CD28:CD3
    yield "NCT03050190", "generation_stated", {"4"}  # 4SCAR
    yield "NCT03275493", "topic", {"treatment"}  # CRS suppression technology is a product
    yield "NCT02431988", "cell_sources", {"autologous"}  # the transplant is allogeneic, not the cells
    yield "NCT03542799", "armouring", {"IL-12"}
    yield "NCT03298828", "gene_edits", {"PDCD1"}
    yield "NCT03525782", "gene_edits", set()  # the edited T cells are not the CAR-T cells
    yield "NCT03391466", "combinations", set()  # drugs of the comparator arm
    yield "NCT03502577", "combinations", {"GSI"}


@pytest.mark.parametrize(("number", "attribute", "expected"), list(lines()))
def test_traps_of_the_domain_rules(number: str, attribute: str, expected: set[str]) -> None:
    found = next((curated(corpus)[number][1] for corpus in CORPORA if number in curated(corpus)), None)
    if found is None:
        pytest.skip(f"{number} is not among the records of ../shared")
    assert set(found.values(attribute)) == expected


@pytest.mark.parametrize("corpus", CORPORA)
def test_screening_reads_the_characters_that_curation_reads(corpus: str) -> None:
    """What is let go unread has no word of CAR-T in any of the texts that would have been read."""
    for record, curation in curated(corpus).values():
        texts = read_texts(Study(record))
        assert characters_read(Study(record)).strip("\n") == "\n".join(text.raw for text in texts).strip("\n")
        if not VOCABULARIES.gate.occurs("\n".join(text.raw for text in texts)):
            assert curation.values("eligibility") == ("ineligible",)


def test_fast_and_slow_search_agree() -> None:
    """The pattern sets, an optimisation, find exactly what each pattern by itself finds."""
    patterns = VOCABULARIES.patterns
    for study, _ in list(curated("registry-v2").values())[:12]:
        text = orjson.dumps(study).decode()
        slow = [position for position in range(len(patterns)) if next(patterns.spans(position, text), None)]
        assert set(slow) <= set(patterns.occurring(text))

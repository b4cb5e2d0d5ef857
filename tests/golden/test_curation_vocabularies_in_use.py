"""Vocabularies against real text: which patterns never match, and which are shadowed by another."""

import gzip
from collections import Counter
from functools import cache

import orjson
import pytest

from tasks.curate.engine.texts import read_texts
from tasks.registry.study import Study
from tasks.settings import REPOSITORY
from tests.vocabularies import shipped_vocabularies

REAL = REPOSITORY.parent / "shared" / "real"
VOCABULARIES = shipped_vocabularies()
pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real records of ../shared are not here")

# Rows of these vocabularies should meet their words in four thousand real records; a target or a product may be rarer.
COMMON = ("eligibility", "topic", "target_valency", "generation_stated", "vectors", "cell_sources", "diseases")
# what the corpora of 2018 and 2026 happen to lack: no fifth generation CAR, no asthma ...
RARELY_SEEN = {("generation_stated", "5"), ("vectors", "AAV"), ("diseases", "OTHER"), ("diseases", "RETINOBLASTOMA")}


@cache
def hits() -> Counter[int]:
    """For each term, in how many studies it matches."""
    counts: Counter[int] = Counter()
    for corpus in ("registry-2018", "registry-2026", "registry-v2"):
        with gzip.open(REAL / f"{corpus}.dev.jsonl.gz") as lines:
            for line in lines:
                text = "\n".join(one.clean for one in read_texts(Study(orjson.loads(line))))
                found = VOCABULARIES.patterns.occurring(text)
                counts.update(one for one in found if next(VOCABULARIES.patterns.spans(one, text), None))
    return counts


def test_no_common_row_is_dead() -> None:
    dead = [
        f"{term.file}:{term.spellings[0][0]} {term.value}"
        for position, term in enumerate(VOCABULARIES.terms)
        if term.attribute in COMMON and not hits()[position] and (term.attribute, term.value) not in RARELY_SEEN
    ]
    assert dead == []


def test_most_antigens_of_the_landscape_are_met() -> None:
    met = {
        term.value
        for position, term in enumerate(VOCABULARIES.terms)
        if term.attribute == "targets" and hits()[position]
    }
    assert len(met) > 100


def test_no_row_repeats_the_pattern_of_another_value() -> None:
    """One pattern for two values of one attribute is a slip, except for ligand CARs, which bind several antigens."""
    seen: dict[tuple[str, str], str] = {}
    for term in VOCABULARIES.terms:
        if term.row.get("group") == "ligand":
            continue
        key = (term.attribute, term.pattern)
        assert key not in seen or seen[key] == term.value, (
            f"{term.file}:{term.spellings[0][0]} repeats a pattern of {seen[key]}"
        )
        seen[key] = term.value

"""A vocabulary row that cannot be right is refused with its file and line."""

import shutil
from pathlib import Path

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.curate import load_vocabularies
from tasks.curate.engine.codes import read_codes
from tasks.curate.engine.patterns import PatternSet, compile_error, relaxed, spans
from tasks.curate.engine.rows import CURATION
from tasks.curate.engine.terms import Term
from tasks.errors import CartscapeError
from tests.vocabularies import shipped_vocabularies

# with groups, with none, in other scripts, and such as match the empty text
PATTERNS = (r"(?i)\bCD19\b", r"(1)|(C(D)?)", r"[ζé中]+", r"x*", r"(\d*)-|ζ", r"D$", r"^(C)?")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CURATION, tmp_path / "curation")
    return tmp_path / "curation"


def append(path: Path, line: str) -> int:
    """Append a row; its line number."""
    content = path.read_text(encoding="utf-8")
    path.write_text(content.rstrip("\n") + "\n" + line + "\n", encoding="utf-8")
    return len(content.splitlines()) + 1


def row(**cells: str) -> str:
    """A row of targets.tsv."""
    columns = ("value", "symbol", "pattern", "flags", "fields", "group", "note", "source")
    return "\t".join(cells.get(column, "") for column in columns)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (row(value="X", pattern="(", source="domain knowledge"), "does not compile"),
        (row(value="X", pattern="a(?=b)", source="domain knowledge"), "no look-around"),
        (row(value="X", pattern="a*", source="domain knowledge"), "matches the empty text"),
        (row(value="X", pattern="abc"), "no source"),
        (row(value="X", source="domain knowledge"), "value and pattern are needed"),
        (row(value="X", pattern="{nosuch:1}", source="domain knowledge"), "unknown fragment"),
        (row(value="X", pattern="abc", fields="exclusion", source="domain knowledge"), "unknown field exclusion"),
    ],
)
def test_a_bad_row_names_file_line_and_cure(folder: Path, line: str, said: str) -> None:
    number = append(folder / "targets.tsv", line)
    with pytest.raises(CartscapeError, match=said) as error:
        load_vocabularies(folder)
    assert f"targets.tsv:{number}" in str(error.value)


def test_a_repeated_row_names_the_first(folder: Path) -> None:
    append(folder / "targets.tsv", row(value="X", pattern="abc", source="domain knowledge"))
    number = append(folder / "targets.tsv", row(value="X", pattern="abc", source="domain knowledge"))
    with pytest.raises(CartscapeError, match=rf"targets.tsv:{number}: repeats line {number - 1}"):
        load_vocabularies(folder)


def test_an_unknown_group_or_reference_is_refused(folder: Path) -> None:
    path = folder / "diseases.tsv"
    content = path.read_text(encoding="utf-8")
    path.write_text(content.replace("\thematologic\thematologic\tCANCER-NOS", "\tblood\thematologic\tCANCER-NOS"))
    with pytest.raises(CartscapeError, match="unknown group 'blood'"):
        load_vocabularies(folder)
    path.write_text(content.replace("\tALL|B-LEUKEMIA\t", "\tNOSUCH\t"), encoding="utf-8")
    with pytest.raises(CartscapeError, match="parent names 'NOSUCH'"):
        load_vocabularies(folder)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ("NCT0000000\ttargets\tCD19\tCD20\twhy\tlink\tMB\t2026-11-22", "no NCT number"),
        ("NCT00000001\tcolour\tCD19\tCD20\twhy\tlink\tMB\t2026-11-22", "unknown attribute"),
        ("NCT00000001\ttargets\tCD19\tCD20\twhy\tlink\t\t2026-11-22", "unsigned"),
        ("NCT00000001\ttopic\ttreatment\tfun\twhy\tlink\tMB\t2026-11-22", "unknown value 'fun' of topic"),
        ("NCT00000001\ttargets\tCD19\tCD20\twhy\tlink\tMB\tyesterday", "no date"),
    ],
)
def test_a_bad_decision_names_file_line_and_cure(folder: Path, decision: str, said: str) -> None:
    number = append(folder / "decisions.tsv", decision)
    with pytest.raises(CartscapeError, match=said) as error:
        load_vocabularies(folder)
    assert f"decisions.tsv:{number}" in str(error.value)


@pytest.mark.parametrize("name", ["decisions.tsv", "targets.tsv", "contexts.tsv", "regions.tsv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(CartscapeError, match=name):
        load_vocabularies(folder)


def test_other_tables_beside_the_vocabularies_do_not_change_the_hash(folder: Path) -> None:
    before = load_vocabularies(folder).sha256
    (folder / "paper_claims.tsv").write_text("claim\n")
    assert load_vocabularies(folder).sha256 == before


def test_the_hash_follows_the_content(folder: Path) -> None:
    before = load_vocabularies(folder).sha256
    known = {"symbol": "GPR87", "group": "protein", "source": "domain knowledge"}
    append(folder / "targets.tsv", row(value="GPR87", pattern="abcdef", **known))
    assert load_vocabularies(folder).sha256 != before


def test_a_code_without_a_name_and_a_name_without_a_code_are_refused(folder: Path) -> None:
    number = append(folder / "targets.tsv", row(value="X", pattern="abc", source="domain knowledge"))
    with pytest.raises(CartscapeError, match=rf"targets.tsv:{number}: X is a code without a name"):
        load_vocabularies(folder)
    append(folder / "codes.tsv", "targets\tX\tthe antigen X\t\tdomain knowledge")
    number = append(folder / "codes.tsv", "vectors\tY\ta vector\t\tdomain knowledge")
    with pytest.raises(CartscapeError, match=rf"codes.tsv:{number}: vectors has no value 'Y'"):
        load_vocabularies(folder)


def test_a_code_is_named_by_its_row_else_by_its_gene() -> None:
    codes = {(one.attribute, one.value): one for one in read_codes()}
    assert codes["targets", "BCMA"].name == "B-cell maturation antigen"
    assert codes["targets", "BCMA"].synonyms[:2] == ("TNFRSF17", "TNF receptor superfamily member 17")
    assert codes["targets", "GPR20"].name == "G protein-coupled receptor 20"
    # the gene of a glycan is an enzyme's, by which nobody searches the antigen
    assert codes["targets", "LEY"].synonyms == ("Lewis-Y", "CD174")
    assert codes["generation_derived", "2"].name == codes["generation_stated", "2"].name == "second generation"


def test_there_are_enough_antigens_and_each_names_its_source() -> None:
    vocabularies = shipped_vocabularies()
    targets = [term for term in vocabularies.terms if term.attribute == "targets"]
    assert len({term.value for term in targets if not term.value.startswith("adapter:")}) >= 180
    assert all(term.row["source"] for term in vocabularies.terms)


def test_the_set_finds_whatever_a_pattern_finds() -> None:
    patterns = [r"(?i)car[^.]{0,40}t\b", r"(?i)\bCD19\b", r"ζ"]
    text = "a CAR that sits on a T cell; CD19, CD3ζ"
    assert PatternSet(patterns).occurring(text) == [0, 1, 2]
    assert list(PatternSet(patterns).spans(1, text)) == [(29, 33)]
    assert relaxed(r"a[^.]{0,40}b{0,2}") == r"a[^.]*b{0,2}"
    assert compile_error("fine") is None


@settings(max_examples=100)
@given(
    st.sampled_from(PATTERNS),
    st.text("CDx19-ζé中 \n"),
)
def test_places_are_those_that_re2_itself_counts_in_the_characters_of_any_script(pattern: str, text: str) -> None:
    found = [match.span(match.lastindex or 0) for match in re2.finditer(pattern, text)]
    assert list(spans(pattern, text)) == [(start, end) for start, end in found if start < end]


def test_patterns_are_searched_in_order_and_only_in_texts_of_their_kinds() -> None:
    patterns = [rf"{letter}[^.]*z" for letter in "abcdefghijklmnopqr"]
    kinds = [frozenset({"title"}) if number % 2 else frozenset({"title", "summary"}) for number in range(18)]
    texts = ["abcdefghijklmnopqrz"] * 3
    found = PatternSet(patterns, kinds).spans_each(texts, ["title", "summary", "criteria"])
    assert [(position, number, list(spans)) for position, number, spans in found] == [
        (position, number, [(position, 19)]) for position in range(18) for number in ((0,) if position % 2 else (0, 1))
    ]


def test_the_line_of_a_spelling_follows_from_the_text_and_not_from_what_was_read_before() -> None:
    spellings = ((7, r"(CD4)car"), (9, r"\b(CD4)\b"))
    texts = {"CD4car cells": 7, "CD4 cells": 9}
    for order in (list(texts), list(reversed(texts))):
        term = Term("targets", "CD4", r"(CD4)car|\b(CD4)\b", frozenset(), {}, "targets.tsv", spellings)
        assert {text: term.line_of(text, 0, 3) for text in order} == texts

"""Quotes in their fields: the words marked are the words quoted, however the field is shortened."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.publish.page.evidence import SHORT_FIELD, evidence_of, excerpt
from tasks.registry.study import Study

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=1_500)


@given(texts, st.lists(st.tuples(st.integers(0, 1_499), st.integers(1, 60)), min_size=1, max_size=6))
def test_spans_move_with_their_words(text: str, wanted: list[tuple[int, int]]) -> None:
    spans = [(start % len(text), min(len(text), start % len(text) + length)) for start, length in wanted]
    shown, moved = excerpt(text, spans)
    assert [shown[start:end] for start, end in moved] == [text[start:end] for start, end in spans]


def test_a_short_field_is_shown_whole() -> None:
    assert excerpt("CD19 CAR-T", [(0, 4)]) == ("CD19 CAR-T", [(0, 4)])


def test_a_long_field_is_cut_at_words_and_says_so() -> None:
    text = "word " * SHORT_FIELD + "CD19" + " word" * SHORT_FIELD
    shown, _ = excerpt(text, [(text.index("CD19"), text.index("CD19") + 4)])
    assert len(shown) < SHORT_FIELD
    assert shown.startswith("… word ")
    assert shown.endswith(" word …")


def test_text_at_a_path() -> None:
    study = Study({"a": {"b": [{"c": "text"}], "d": ["x", "y"]}})
    assert study.text_at("a.b[0].c") == "text"
    assert study.text_at("a.d[1]") == "y"
    assert study.text_at("a.b[7].c") == study.text_at("a.q") == study.text_at("a.b") == ""


def test_offsets_count_as_browsers_count() -> None:
    study = Study({"title": "𝕏 CD19"})
    one = {"field": "title", "start": 2, "end": 6, "quote": "CD19"}
    fields, spots = evidence_of(study, [one])
    assert fields == [["title", "𝕏 CD19", False, ""]]
    assert spots == [[0, 3, 7]]


def test_words_that_are_gone_get_no_place() -> None:
    one = {"field": "title", "start": 0, "end": 4, "quote": "CD19"}
    assert evidence_of(Study({"title": "CD20"}), [one]) == ([], [[-1, 0, 0]])

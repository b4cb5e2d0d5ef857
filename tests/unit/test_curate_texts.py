"""Cleaning keeps a way back to the raw characters, and odd input is silence."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.curate.engine.texts import Text, exclusion_begins, read_texts
from tasks.registry.study import Study


def test_markdown_escapes_go_and_offsets_stay() -> None:
    text = Text("summary", "x", "dose 5x10\\^9 of MUC1\\* cells &lt;day&gt;")
    assert text.clean == "dose 5x10^9 of MUC1* cells <day>"
    start = text.clean.index("MUC1*")
    first, last = text.raw_span(start, start + 5)
    assert text.raw[first:last] == "MUC1\\*"


def test_dashes_and_null_bytes_become_plain_one_for_one() -> None:
    text = Text("title", "x", "anti–CD19\u00a0CAR‑T\x00cells")
    assert text.clean == "anti-CD19 CAR-T cells"
    assert text.raw_span(0, 4) == (0, 4)


@given(st.text(alphabet="ab\\*&;#1lt–\x00é ", max_size=60))
def test_every_span_of_the_clean_text_has_a_raw_span(raw: str) -> None:
    text = Text("summary", "x", raw)
    start, end = text.raw_span(0, len(text.clean))
    assert (start, end) == (0, len(raw))


def test_a_sentence_ends_at_full_stops_and_lines() -> None:
    text = Text("summary", "x", "First one. Second CAR-T one.\nThird.")
    start = text.clean.index("CAR-T")
    first, last = text.sentence(start, start + 5)
    assert text.clean[first:last].strip() == "Second CAR-T one."


def test_exclusion_criteria_are_never_read() -> None:
    study = {
        "protocolSection": {
            "eligibilityModule": {
                "eligibilityCriteria": "Inclusion Criteria:\n* CD7-positive\nExclusion Criteria:\n* HIV, prior CAR-T"
            }
        }
    }
    (text,) = read_texts(Study(study))
    assert "CD7" in text.raw
    assert "HIV" not in text.raw


def test_swapped_types_are_silence() -> None:
    for module in (None, [], "text", 7):
        odd = Study({"protocolSection": {"descriptionModule": module, "conditionsModule": module}})
        assert list(read_texts(odd)) == []
        assert Study({"protocolSection": module}).nct_id == ""
    lists = {"conditions": {"a": 1}, "keywords": [1, None, ["x"], "ALL"]}
    odd = Study({"protocolSection": {"conditionsModule": lists}})
    assert [text.raw for text in read_texts(odd)] == ["ALL"]


def test_line_breaks_and_full_width_letters_of_other_registries_are_read() -> None:
    text = Text("inclusion", "x", "Ｒｅｌａｐｓｅｄ_x000D_<br>_x000D_<br>抗ＣＤ１９ ＣＡＲ－Ｔ细胞，n<10")
    assert text.clean == "Relapsed \n \n抗CD19 CAR-T细胞,n<10"
    start = text.clean.index("CD19")
    first, last = text.raw_span(start, start + 4)
    assert text.raw[first:last] == "ＣＤ１９"


def test_exclusion_criteria_begin_at_their_first_heading_counted_in_characters() -> None:
    assert exclusion_begins("Age ≥ 18 岁\nEXCLUSION CRITERIA:\nno exclusion: none") == len("Age ≥ 18 岁\n")
    assert exclusion_begins("年龄 ≥ 18") == len("年龄 ≥ 18")

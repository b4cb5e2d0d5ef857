"""The instrument: what it must hold, and that the form and the document are made from it."""

from pathlib import Path

import pytest

from tasks.errors import CartscapeError
from tasks.survey.instrument import INSTRUMENT, load_instrument
from tools.survey_form import DOCUMENT, FORM, document_text, form_definition, form_text

WRITTEN = INSTRUMENT.read_text(encoding="utf-8")


def test_form_and_document_are_made_from_the_instrument() -> None:
    instrument, document = load_instrument(), DOCUMENT.read_text(encoding="utf-8")
    cure = "run: python -m tools.survey_form"
    assert FORM.read_text(encoding="utf-8") == form_text(instrument), cure
    assert document == document_text(instrument, document), cure


def test_instrument_asks_what_the_paper_names() -> None:
    asked = {"obstacles", "stopping_reasons", "publication_status", "publication_intention"}
    assert asked | {"nonpublication_reasons", "suggestions"} <= load_instrument().questions.keys()


def test_form_shows_a_question_only_for_its_trials_and_after_its_answers() -> None:
    elements = {element["name"]: element for element in form_definition(load_instrument())["pages"][0]["elements"]}
    assert elements["stopping_reasons"]["visibleIf"] == "{trial_status} anyof ['Terminated', 'Withdrawn']"
    assert elements["stopping_reasons"]["type"] == "checkbox"
    assert elements["publication_reference"]["visibleIf"].endswith(
        " and {publication_status} anyof ['article', 'abstract']"
    )
    assert elements["instrument_version"]["defaultValue"] == load_instrument().version
    assert {"value": "funding", "text": "Too little money"} in elements["obstacles"]["choices"]


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('kind = "single"', 'kind = "many"', "question.4.kind"),
        ('code = "obstacles_other"', 'code = "obstacles"', "obstacles: the code stands twice"),
        (
            'question = "obstacles", options = ["other"]',
            'question = "x", options = ["y"]',
            "no earlier question's options",
        ),
        ("is_publication_status = true", "", "exactly one question must have is_publication_status"),
        ('{ code = "recruitment", text = "Too few suitable', '{ code = "funding", text = "Too few', "stands twice"),
        ('version = "1"', 'version = "1', "can't be read"),
        ('kind = "text"', 'kind = "single"', "give at least two options"),
        ('title = "', 'tittle = "', "title: Field required"),
    ],
)
def test_slip_in_the_instrument_names_the_place(tmp_path: Path, old: str, new: str, error: str) -> None:
    assert old in WRITTEN
    path = tmp_path / "instrument.toml"
    path.write_text(WRITTEN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CartscapeError, match=r"instrument\.toml") as raised:
        load_instrument(path)
    assert error in str(raised.value)

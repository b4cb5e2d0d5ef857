"""The instrument as a form that form tools import (SurveyJS JSON), and as the list of questions in docs/survey.md."""

import json
import re
from pathlib import Path
from typing import Any

from tasks.settings import REPOSITORY
from tasks.survey.instrument import Instrument, Question, load_instrument

DOCUMENT = REPOSITORY / "docs" / "survey.md"
FORM = REPOSITORY / "docs" / "survey_form.json"
GENERATED = re.compile(r"(?<=<!-- questions -->\n).*?(?=<!-- end of questions -->)", re.DOTALL)
FORM_KINDS = {"single": "radiogroup", "multiple": "checkbox", "text": "comment"}
# filled from the link in each message, and handed back with the answers
HIDDEN = ("respondent_id", "nct_id", "trial_status")


def form_definition(instrument: Instrument) -> dict[str, Any]:
    """The form in SurveyJS's JSON; every question is optional, and codes are what it stores."""
    # never shown, and yet kept when the form is sent
    kept = {"type": "text", "visible": False, "clearIfInvisible": "none"}
    hidden: list[dict[str, Any]] = [{**kept, "name": name} for name in HIDDEN]
    version = {**kept, "name": "instrument_version", "defaultValue": instrument.version}
    return {
        "title": instrument.title,
        "description": instrument.introduction,
        "pages": [{"name": "survey", "elements": [*hidden, version, *(element(q) for q in instrument.question)]}],
    }


def element(question: Question) -> dict[str, Any]:
    """One question of the form."""
    found: dict[str, Any] = {"type": FORM_KINDS[question.kind], "name": question.code, "title": question.text}
    if question.options:
        found["choices"] = [{"value": option.code, "text": option.text} for option in question.options]
    terms = ["{trial_status} anyof " + listed(question.statuses)]
    if condition := question.asked_if:
        terms.append(f"{{{condition.question}}} anyof {listed(condition.options)}")
    return {**found, "visibleIf": " and ".join(terms)}


def listed(values: list[str]) -> str:
    """Values as an expression of SurveyJS names them."""
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"


def questions_in_words(instrument: Instrument) -> str:
    """The questions as Markdown: code, type, options, and which trials each is for."""
    return "\n".join(in_words(question) for question in instrument.question)


def in_words(question: Question) -> str:
    """One question as Markdown."""
    kinds = {"single": "one answer", "multiple": "any number of answers", "text": "free words, never exported"}
    about = {"trial": "answered for each trial", "person": "answered once a person"}
    lines = [
        f"### `{question.code}`: {question.text}",
        "",
        f"{kinds[question.kind]}; {about[question.about]}; trials: {', '.join(question.statuses)}",
    ]
    if condition := question.asked_if:
        lines[-1] += f"; asked if `{condition.question}` is {', '.join(f'`{code}`' for code in condition.options)}"
    lines += [""] if question.options else []
    lines += [f"- `{option.code}`: {option.text}" for option in question.options]
    return "\n".join([*lines, ""])


def form_text(instrument: Instrument) -> str:
    """The form definition as the file's text."""
    return json.dumps(form_definition(instrument), indent=2, ensure_ascii=False) + "\n"


def document_text(instrument: Instrument, document: str) -> str:
    """The document with its list of questions made anew."""
    text = f"\nInstrument version `{instrument.version}`.\n\n{questions_in_words(instrument)}\n"
    return GENERATED.sub(lambda _: text, document)


def write_form(document: Path = DOCUMENT, form: Path = FORM) -> None:
    """Write the form definition and the document's list of questions from the instrument."""
    instrument = load_instrument()
    form.write_text(form_text(instrument), encoding="utf-8")
    document.write_text(document_text(instrument, document.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write_form()

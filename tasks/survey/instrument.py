"""The survey's questions, read from `curation/survey_instrument.toml` and held to what answers rely on."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from tasks.errors import CartscapeError
from tasks.protocol import Section
from tasks.settings import REPOSITORY

INSTRUMENT = REPOSITORY / "curation" / "survey_instrument.toml"

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Option(Section):
    """An answer to choose; `is_published` marks what says that results are in a journal."""

    code: Code
    text: str = Field(min_length=1)
    is_published: bool = False


class Condition(Section):
    """The answers to another question after which a question is asked."""

    question: Code
    options: list[Code] = Field(min_length=1)


class Question(Section):
    """One question: what it is about, how it is answered, and for which trials it is asked."""

    code: Code
    text: str = Field(min_length=1)
    kind: Literal["single", "multiple", "text"]
    about: Literal["trial", "person"]
    statuses: list[str] = Field(min_length=1)
    asked_if: Condition | None = None
    is_publication_status: bool = False
    options: list[Option] = Field(default=[])

    @model_validator(mode="after")
    def has_options_unless_text(self) -> "Question":
        """Free text has no options; the others have at least two, each code once."""
        codes = [option.code for option in self.options]
        if self.kind == "text" and codes:
            raise ValueError(f"{self.code}: a text question has no options")
        if self.kind != "text" and len(codes) < 2:
            raise ValueError(f"{self.code}: give at least two options")
        if len(set(codes)) < len(codes):
            raise ValueError(f"{self.code}: an option's code stands twice")
        return self

    @property
    def is_once_a_person(self) -> bool:
        """Whether a person's one answer holds for all of their trials; free words are kept as often as written."""
        return self.about == "person" and self.kind != "text"

    def option_code(self, written: str) -> str | None:
        """The code of an option given by its code or its text, whatever the case; None for neither."""
        folded = written.strip().casefold()
        return next((o.code for o in self.options if folded in (o.code.casefold(), o.text.casefold())), None)


def consistent(questions: list[Question]) -> list[Question]:
    """The questions, if codes are unique and each condition names an earlier question's options."""
    seen: dict[str, set[str]] = {}
    for question in questions:
        condition = question.asked_if
        if question.code in seen:
            raise ValueError(f"{question.code}: the code stands twice")
        if condition and not set(condition.options) <= seen.get(condition.question, set()):
            raise ValueError(f"{question.code}: asked_if names no earlier question's options")
        seen[question.code] = {option.code for option in question.options}
    if sum(question.is_publication_status for question in questions) != 1:
        raise ValueError("exactly one question must have is_publication_status = true")
    return questions


class Instrument(Section):
    """The questions in their order, with the version that answers must name."""

    version: str = Field(min_length=1)
    title: str
    introduction: str
    question: Annotated[list[Question], AfterValidator(consistent)]

    @property
    def questions(self) -> dict[str, Question]:
        """The questions by their codes, in their order."""
        return {question.code: question for question in self.question}


def load_instrument(path: Path = INSTRUMENT) -> Instrument:
    """Read the instrument; errors name the file, the question and the cure."""
    try:
        return Instrument.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CartscapeError(f"{path}: can't be read ({error}); restore it from the repository") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CartscapeError(f"{path}: {place}: {first['msg']}; correct it there") from error

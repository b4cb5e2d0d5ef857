"""Reads the numbers of trial registries out of texts, by `curation/trial_registries.tsv`, each in one spelling."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import re2

from tasks.curate.engine.patterns import AnyOf, compile_error
from tasks.curate.engine.rows import read_rows
from tasks.errors import CartscapeError
from tasks.settings import REPOSITORY

REGISTRIES = REPOSITORY / "curation" / "trial_registries.tsv"
CLINICALTRIALS = "ClinicalTrials.gov"
GROUP = re.compile(r"%(\d)")


@dataclass(frozen=True)
class NumberForm:
    """How the numbers of one registry look, and how they are written here."""

    registry: str
    pattern: re2._Regexp
    written: str


@cache
def number_forms(path: Path = REGISTRIES) -> tuple[NumberForm, ...]:
    """The registries in the order of the vocabulary; CartscapeError with file and line for a pattern that is none."""
    return tuple(_form(row["registry"], row["pattern"], row["written"], f"{path}:{n}") for n, row in read_rows(path))


def _form(registry: str, pattern: str, written: str, place: str) -> NumberForm:
    if error := compile_error(pattern):
        raise CartscapeError(f"{place}: the pattern does not compile ({error}); RE2 has no look-around")
    return NumberForm(registry, re2.compile(f"(?i){pattern}"), written)


def trial_numbers(text: str) -> tuple[str, ...]:
    """Numbers of any registry in a text, each once, registry by registry; `nct 01234567` is NCT01234567."""
    if not _any_form().occurs(text):
        return ()
    found = (_written(form, match) for form in number_forms() for match in form.pattern.finditer(text))
    return tuple(dict.fromkeys(found))


@cache
def _any_form() -> AnyOf:
    """All forms as one: most texts hold none, and are searched once instead of form by form."""
    return AnyOf([f"(?i){row['pattern']}" for _, row in read_rows(REGISTRIES)])


def _written(form: NumberForm, match: re.Match[str]) -> str:
    return GROUP.sub(lambda group: match[int(group[1])] or "", form.written).upper()


def registry_of(number: str) -> str:
    """The registry of a number as `trial_numbers` writes it; empty for what is none."""
    return next((form.registry for form in number_forms() if number.startswith(form.written.split("%")[0])), "")


def of_other_registries(numbers: Iterable[str]) -> frozenset[str]:
    """Those that are no numbers of ClinicalTrials.gov."""
    return frozenset(number for number in numbers if registry_of(number) != CLINICALTRIALS)

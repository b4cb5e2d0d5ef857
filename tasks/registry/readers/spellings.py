"""What the registries' spellings mean, and how their numbers are written: tables of `curation/`."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2

from tasks.errors import CartscapeError
from tasks.settings import REPOSITORY

FOLDER = REPOSITORY / "curation" / "registries"
REGISTRIES = FOLDER.parent / "registries.tsv"
KINDS = ("statuses", "phases", "study_types", "sexes", "ages", "countries", "sponsor_classes")
# the vocabularies of ClinicalTrials.gov's own codes and country names
OWN_VALUES = {
    "statuses": (("statuses.tsv", "registry_value"),),
    "phases": (("phases.tsv", "registry_value"),),
    "sponsor_classes": (("funding_classes.tsv", "registry_value"),),
    "countries": (("countries.tsv", "country"),),
}
NO_VALUE = "-"  # a known spelling that says nothing


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry, and how its numbers are written."""

    code: str
    precedence: int
    ictrp_name: str
    pattern: Any
    address: str


@dataclass(frozen=True, slots=True)
class Number:
    """A registration number as found in a text: its registry, as the registry writes it, and what names the trial."""

    registry: str
    registration: str
    number: str
    start: int
    end: int


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table; lines that begin with '#' are comments."""
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise CartscapeError(f"{path}: can't be read ({error}); restore it from the repository") from error
    return csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


@cache
def registries() -> tuple[Registry, ...]:
    """Every registry, by its precedence."""
    found = (
        Registry(
            row["registry"],
            int(row["precedence"]),
            row["ictrp_name"],
            alone(row["pattern"]),
            row["address"],
        )
        for row in read_table(REGISTRIES)
    )
    return tuple(sorted(found, key=lambda one: one.precedence))


def alone(pattern: str) -> Any:
    """A pattern that neither letter nor digit touches, in capital or small letters."""
    return re2.compile(rf"(?i)(?:^|[^0-9A-Za-z])(?:{pattern})(?:$|[^0-9A-Za-z])")


@cache
def any_registration() -> Any:
    """What occurs in a text that holds a number of any registry: few texts do, and one look tells."""
    return alone("|".join(re.sub(r"\(\?P<\w+>", "(?:", one["pattern"]) for one in read_table(REGISTRIES)))


@cache
def table(kind: str) -> dict[tuple[str, str], str]:
    """For each source and spelling, in small letters, what it means; '-' where that is nothing."""
    rows = read_table(FOLDER / f"{kind}.tsv")
    return {(row["registry"], row["spelling"].lower()): row["value"] or NO_VALUE for row in rows}


def spelled(kind: str, source: str, written: str) -> str | None:
    """What a spelling means in a source; None where no row says so. The registry's own codes mean themselves."""
    known = table(kind)
    return known.get((source, written.lower())) or (written if written in codes(kind) else None)


@cache
def codes(kind: str) -> frozenset[str]:
    """The values that a vocabulary's rows mean, as ClinicalTrials.gov's own interface writes them."""
    values = set(table(kind).values()) - {NO_VALUE}
    for name, column in OWN_VALUES.get(kind, ()):
        values |= {row[column] for row in read_table(FOLDER.parent / name) if row[column]}
    return frozenset(values | {part for value in values for part in value.split("|")})


def registry_of_ictrp(name: str) -> str:
    """The registry that ICTRP calls by a name; the name itself where no row knows it."""
    known = {one.ictrp_name.lower(): one.code for one in registries()}
    return known.get(name.strip().lower(), name.strip())


def numbers_in(text: str) -> list[Number]:
    """Every registration number in a text, in its order."""
    found: list[Number] = []
    if not any_registration().search(text):
        return found
    for registry in registries():
        position = 0
        while position <= len(text) and (match := registry.pattern.search(text, position)):
            start, end = match.span(registry.pattern.groupindex["registration"])
            found.append(Number(registry.code, match["registration"], match["number"].upper(), start, end))
            position = end
    return sorted(found, key=lambda one: (one.start, -one.end))


def registration_number(text: str) -> Number | None:
    """The number that a text is, apart from blanks and what ICTRP writes before it; None where it is none."""
    text = text.strip()
    found = [one for one in numbers_in(text) if one.end == len(text) and not text[: one.start].strip("CTISJPRN-")]
    return found[0] if found else None


def address_of(registry: str, number: str) -> str:
    """Where a registration is read on the web; '' where no rule says so."""
    found = next((one.address for one in registries() if one.code == registry), "")
    return found.format(number) if found else ""

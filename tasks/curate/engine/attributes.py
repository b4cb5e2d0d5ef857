"""The attributes that curation labels, as `curation/attributes.tsv` lists them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.curate.engine.rows import CURATION, read_rows
from tasks.errors import CartscapeError

# how the words of an attribute become its values: read_by_words() in tasks/curate/rules/construct.py, or a rule there
READINGS = ("", "words")
# how an attribute stands in the label file: all values, Y for any value, or a letter
FORMS = ("", "joined", "flag", "code")


@dataclass(frozen=True)
class Attribute:
    """One attribute: its vocabulary file, how that is read, the values allowed, and its column of the label file."""

    name: str
    vocabulary: str
    reading: str
    values: frozenset[str]
    column: str
    form: str
    is_label: bool


def read_attributes(path: Path) -> tuple[Attribute, ...]:
    """The rows of the list; CartscapeError with file and line for one that cannot be right."""
    found: dict[str, Attribute] = {}
    for line, row in read_rows(path):
        place, name = f"{path}:{line}", row["attribute"]
        if not name or name in found:
            raise CartscapeError(f"{place}: {name or 'no name'} stands there already or is empty; correct the row")
        for column, known in (("reading", READINGS), ("form", FORMS)):
            if row[column] not in known:
                raise CartscapeError(
                    f"{place}: {column} is {row[column]!r}; use one of {', '.join(filter(None, known))}"
                )
        if row["reading"] and not row["vocabulary"]:
            raise CartscapeError(f"{place}: words are read and no vocabulary is named; name its file")
        values = frozenset(filter(None, row["values"].split("|")))
        is_label = row["is_label"] == "y"
        found[name] = Attribute(name, row["vocabulary"], row["reading"], values, row["column"], row["form"], is_label)
    return tuple(found.values())


def fixed_values(attributes: tuple[Attribute, ...]) -> Mapping[str, frozenset[str]]:
    """For each attribute whose values are fixed, the values."""
    return {one.name: one.values for one in attributes if one.values}


LISTED = read_attributes(CURATION / "attributes.tsv")
# every attribute of a curated study, in the order of the data dictionary
ATTRIBUTES = tuple(one.name for one in LISTED if one.is_label)

"""References between vocabulary files: a row may only name what another file knows."""

from collections.abc import Iterator
from pathlib import Path

from tasks.curate.engine.attributes import fixed_values, read_attributes
from tasks.curate.engine.rows import read_rows
from tasks.errors import CartscapeError

# file, column, and the file and column that must hold each of its values
REFERENCES = (
    ("diseases.tsv", "parent", "diseases.tsv", "value"),
    ("diseases.tsv", "also_under", "diseases.tsv", "value"),
    ("diseases.tsv", "opens", "diseases.tsv", "value"),
    ("refinements.tsv", "general", "diseases.tsv", "value"),
    ("refinements.tsv", "when_codes", "diseases.tsv", "value"),
    ("refinements.tsv", "into", "diseases.tsv", "value"),
    ("refinements.tsv", "when_targets", "targets.tsv", "value"),
    ("products.tsv", "targets", "targets.tsv", "value"),
    ("reasons.tsv", "signal", "eligibility.tsv", "value"),
)


def check_references(folder: Path) -> None:
    """Raise CartscapeError with file and line for a value that the file it refers to does not hold."""
    for name, column, other, key in REFERENCES:
        known = {row[key] for _, row in read_rows(folder / other)}
        for place, value in cells(folder / name, column):
            if value not in known:
                raise CartscapeError(
                    f"{place}: {column} names {value!r}, which {other} does not hold; correct one of them"
                )
    groups = fixed_values(read_attributes(folder / "attributes.tsv"))["disease_groups"]
    for place, group in cells(folder / "diseases.tsv", "group"):
        if group not in groups:
            raise CartscapeError(f"{place}: unknown group {group!r}; use one of {', '.join(sorted(groups))}")


def cells(path: Path, column: str) -> Iterator[tuple[str, str]]:
    """Place and value of every cell of a column, several values joined by '|'."""
    for line, row in read_rows(path):
        for value in filter(None, row.get(column, "").split("|")):
            yield f"{path}:{line}", value

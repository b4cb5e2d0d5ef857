"""What codes stand for: the full name beside each code that the page shows, and the words that a search finds it by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars

CODES = """
    select attribute, value, name, synonyms from meta.codes
    union all
    select 'sponsor_type', registry_value, class_name, null from meta.funding_classes where registry_value is not null
"""
# columns of metrics that hold the values of an attribute; `value` holds those of the attribute that its row names
ATTRIBUTE_OF = {"target": "targets", "disease": "diseases"}
VALUE, ATTRIBUTE = "value", "attribute"


@dataclass(frozen=True, slots=True)
class Names:
    """Names and other words of codes, by attribute and value."""

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    synonyms: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def name(self, attribute: str, value: str) -> str | None:
        """What a code stands for, where that says more than the code itself, as 'CD19 molecule' does not."""
        name = self.names.get((attribute, value))
        return None if name is None or name.startswith(value) else name

    def shown(self, attribute: str, value: str) -> str:
        """A code with its name behind it."""
        name = self.name(attribute, value)
        return f"{value} ({name})" if name else value

    def in_row(self, row: Mapping[str, Any], column: str) -> Any:
        """A cell of a metric, a code with its name behind it."""
        attribute = row.get(ATTRIBUTE) if column == VALUE else ATTRIBUTE_OF.get(column)
        return self.shown(attribute, row[column]) if attribute and isinstance(row[column], str) else row[column]

    def in_frame(self, frame: polars.DataFrame) -> polars.DataFrame:
        """Rows of an attribute and its values, each code with its name, for charts that write values out."""
        if not {ATTRIBUTE, VALUE} <= set(frame.columns):
            return frame
        rows = frame.select(ATTRIBUTE, VALUE).to_dicts()
        # a word in small letters says enough beside a line
        values = [row[VALUE] if str(row[VALUE]).islower() else self.in_row(row, VALUE) for row in rows]
        return frame.with_columns(polars.Series(VALUE, values, dtype=polars.String))

    def searched(self, attribute: str, value: str) -> str:
        """Name and other words, joined by |."""
        words = (self.names.get((attribute, value)), self.synonyms.get((attribute, value)))
        return "|".join(filter(None, words))


def read_names(connection: duckdb.DuckDBPyConnection) -> Names:
    """The names of every code that a label may be, and of the registry's classes of sponsors."""
    rows = connection.execute(CODES).fetchall()
    return Names(
        {(attribute, value): name for attribute, value, name, _ in rows},
        {(attribute, value): synonyms for attribute, value, _, synonyms in rows if synonyms},
    )

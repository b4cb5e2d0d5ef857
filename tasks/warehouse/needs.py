"""What no source of a snapshot's trials carries is left out of the measures that need it (metrics.not_in_source)."""

from collections.abc import Mapping

import duckdb
import polars

from tasks.frames import Rows
from tasks.warehouse.measures import Measure, Need

TEXTS = polars.List(polars.String)
NEEDS: dict[str, polars.DataType | type[polars.DataType]] = {
    "metric": polars.String,
    "need": polars.Int32,
    "measures": TEXTS,
    "fields": TEXTS,
    "columns": TEXTS,
    "place": polars.String,
    "is_other": polars.Boolean,
    "values": TEXTS,
}


def leave_out(connection: duckdb.DuckDBPyConnection, table: str, measure: Measure) -> None:
    """Take out of a measure's table the rows, and empty the columns, that its snapshot's sources can't tell."""
    for number, need in enumerate(measure.needs, 1):
        here = (
            f"{rows_of(need)}snapshot_id in (select snapshot_id from metrics.not_in_source"
            f" where metric = $1 and need = $2 and not is_in_source)"
        )
        emptied = ", ".join(f"{column} = null" for column in need.columns)
        change = f"update {table} set {emptied}" if emptied else f"delete from {table}"
        connection.execute(f"{change} where {here}", [table.removeprefix("metrics."), number])


def rows_of(need: Need) -> str:
    """The condition of the rows that need it, with the word that joins it to another; values are those of a header."""
    if not need.place:
        return ""
    values = ", ".join(f"'{value}'" for value in need.values)
    return f"{need.place} {'not in' if need.is_other else 'in'} ({values}) and "


def load_needs(connection: duckdb.DuckDBPyConnection, measures: Mapping[str, Measure]) -> None:
    """Fill meta.needs with the needs of measures, by the name of their table."""
    rows = [
        (
            metric,
            number,
            sorted({count.metric for count in measure.counts if count.is_measure}),
            need.fields,
            need.columns,
            need.place or None,
            need.is_other,
            need.values,
        )
        for metric, measure in measures.items()
        for number, need in enumerate(measure.needs, 1)
    ]
    needs = Rows(polars.DataFrame(rows, NEEDS, orient="row"))  # noqa: F841 - read by the query below
    connection.execute("insert into meta.needs by name select * from needs order by metric, need")

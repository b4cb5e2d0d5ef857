"""The statistics as tables of the metrics schema, with comments like those of the SQL models."""

import duckdb

from tasks.protocol import Statistics
from tasks.statistics import finished, intervals, publication
from tasks.statistics.over_time import OVER_TIME
from tasks.statistics.paper import add_p_values
from tasks.statistics.table import write_table
from tasks.warehouse.measures import read_measure

TABLES = (
    finished.STATISTICS,
    finished.VARIABLES,
    intervals.INTERVALS,
    publication.CURVES,
    publication.COMPARISON,
    publication.TESTS,
    *OVER_TIME,
)
MEASURES = {table.name: read_measure(table.name, list(table.measure)) for table in TABLES}


def write_statistics(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> dict[str, int]:
    """Make every statistics table from the metrics already counted; returns their numbers of rows."""
    rows = {table.name: write_table(connection, table, table.rows(connection, settings)) for table in TABLES}
    add_p_values(connection)
    return rows

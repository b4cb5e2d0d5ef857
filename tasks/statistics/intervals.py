"""An interval on every share of every metric."""

from functools import cache

import duckdb

from tasks.settings import Statistics
from tasks.statistics.contingency import wilson_interval
from tasks.statistics.table import Row, Table, read_rows


def share_intervals(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """An interval on every share of every metric."""
    interval = cache(wilson_interval)
    rows = []
    for row in read_rows(connection, "select * from metrics.measures where whole is not null and quantity is not null"):
        found = interval(row["quantity"], row["whole"], settings.confidence_level)
        if found:
            percentage = 100 * row["quantity"] / row["whole"]
            rows.append(row | {"percentage": percentage, "percentage_low": found[0], "percentage_high": found[1]})
    return rows


INTERVALS = Table(
    "share_intervals",
    "one row per snapshot, metric and category that is a share; paper: none, it prints shares bare; why: a share "
    "of few trials is known less well, and Wilson's interval says how well",
    {
        "metric": ("varchar", "the model that counted"),
        "category": ("varchar", "the values that the count is for, joined by |"),
        "quantity": ("bigint", "numerator"),
        "whole": ("bigint", "denominator"),
        "percentage": ("double", "share in percent"),
        "percentage_low": ("double", "lower end of Wilson's interval"),
        "percentage_high": ("double", "upper end of Wilson's interval"),
    },
    share_intervals,
    (("key", "metric, category"),),
)

"""An interval on every share of every metric."""

import duckdb
import polars

from tasks.frames import Rows, frame_of
from tasks.protocol import Statistics
from tasks.statistics.contingency import wilson_interval
from tasks.statistics.table import Table

PERCENTAGES = ("percentage", "percentage_low", "percentage_high")
# shares of several snapshots and metrics are often the same
SHARES = "select distinct quantity, whole from metrics.measures where whole is not null and quantity is not null"


def share_intervals(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> polars.DataFrame:
    """An interval on every share of every metric."""
    found = []
    for part, whole in connection.execute(SHARES).fetchall():
        if interval := wilson_interval(part, whole, settings.confidence_level):
            found.append((part, whole, 100 * part / whole, *interval))
    shares = polars.DataFrame(found, schema=["quantity", "whole", *PERCENTAGES], orient="row")
    intervals = Rows(shares.cast(dict.fromkeys(PERCENTAGES, polars.Float64)))  # noqa: F841 - read by the query
    joined = "from metrics.measures inner join intervals using (quantity, whole) order by snapshot_id, metric, category"
    return frame_of(connection.sql(joined))


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

"""The trials that the page holds, as queries read them, and the rows of each."""

from collections import defaultdict
from typing import Any

import duckdb
import polars

from tasks import frames
from tasks.frames import frame_of

# rows of the trials that `hold` named
OF_HELD = "where snapshot_id = $1 and nct_id in (from held_trials)"
Rows = dict[str, list[dict[str, Any]]]


def hold(connection: duckdb.DuckDBPyConnection, trials: list[str]) -> None:
    """Tell the connection which trials the page holds, as queries read it; the snapshot may hold far more."""
    held = polars.DataFrame({"nct_id": trials}, schema={"nct_id": polars.String})
    connection.register("held_trials", frames.Rows(held))


def by_trial(connection: duckdb.DuckDBPyConnection, query: str, snapshot_id: str) -> Rows:
    """The rows of a query by trial, the trial's number left out."""
    found: Rows = defaultdict(list)
    for row in frame_of(connection.sql(query, params=[snapshot_id])).to_dicts():
        found[row.pop("nct_id")].append(row)
    return found


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON has it: days as text."""
    return {name: str(value) if hasattr(value, "isoformat") else value for name, value in row.items()}

"""What changed of each trial that the page holds, from snapshot to snapshot."""

import duckdb

from tasks.publish.page.held import Rows, by_trial, plain

# what a trial's history over snapshots tells
HISTORY_COLUMNS = ("overall_status", "phase", "enrollment_count", "start_date", "completion_date", "brief_title")


def read_history(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> Rows:
    """What changed of each trial from one kept snapshot of the series to the next."""
    columns = ", ".join(HISTORY_COLUMNS)
    changes = ", ".join(f"lag({name}::varchar) over versions as before_{name}" for name in HISTORY_COLUMNS)
    unions = " union all ".join(
        f"select nct_id, order_number, finished_at, '{name}' as what, before_{name} as before,"
        f" {name}::varchar as after from versions where is_later and before_{name} is distinct from {name}::varchar"
        for name in HISTORY_COLUMNS
    )
    query = f"""
        with series as (
            select * from raw.snapshots where series = (select series from raw.snapshots where snapshot_id = $1)
        ),
        versions as (
            select nct_id, order_number, finished_at::date as finished_at, {columns}, {changes},
                row_number() over versions > 1 as is_later
            from core.trials inner join series using (snapshot_id) semi join held_trials using (nct_id)
            window versions as (partition by nct_id order by series.order_number)
        )
        select * exclude (order_number) from ({unions}) order by nct_id, order_number, what
    """
    rows = by_trial(connection, query, snapshot_id)
    return {nct_id: [plain(row) for row in each] for nct_id, each in rows.items()}

"""What the page shows of the warehouse as it stands: checks, quarantine, sources, registries, earlier snapshots."""

from typing import Any

import duckdb

from tasks.frames import frame_of
from tasks.publish.page.failed_checks import failed_by_metric
from tasks.publish.page.links import address
from tasks.publish.published import Facts, read_table, rows_of

NOT_FOUND = (
    "select count(*) filter (where is_eligible), count(*) filter (where is_boundary) from core.trials"
    " where snapshot_id = $1 and not is_found_by_search"
)
FOUND_BY = "select distinct found_by from core.trials where snapshot_id = $1 and found_by <> 'nothing' order by 1"
ACCEPTED_LOSSES = "select loss from meta.accepted_losses order by layer, loss"
# rows of the snapshot shown, under the names by which the template knows them, each with how its query goes on
TABLES = {
    "quarantine": ("raw.quarantine", ""),
    "papers_in_quarantine": ("core.papers_in_quarantine", ""),
    "duplicates": ("core.suspected_duplicates", ""),
    "sources": ("raw.sources", "order by place"),
    "registries": ("metrics.registries", ""),
    "suspected": ("core.suspected_registrations", "order by score desc"),
}


def read_stored(connection: duckdb.DuckDBPyConnection, facts: Facts) -> dict[str, Any]:
    """All of it, by the names by which the template knows it."""
    checks = rows_of(frame_of(connection.sql("select * from meta.checks order by is_passed, severity, suite, object")))
    return {
        "checks": checks,
        "failed_by_metric": failed_by_metric(checks),
        "accepted_losses": [loss for (loss,) in connection.execute(ACCEPTED_LOSSES).fetchall()],
        "found_by": [name for (name,) in connection.execute(FOUND_BY, [facts.snapshot_id]).fetchall()],
        "not_found": connection.execute(NOT_FOUND, [facts.snapshot_id]).fetchall()[0],
        "not_found_address": address({"screening": "found by no search"}),
        "history": history(connection, facts),
        **{
            name: rows_of(read_table(connection, table, facts.snapshot_id, rest))
            for name, (table, rest) in TABLES.items()
        },
    }


def history(connection: duckdb.DuckDBPyConnection, facts: Facts) -> list[dict[str, Any]]:
    """The snapshots of the series shown, oldest first: what each held, and what came, went and changed before it."""
    rows: list[dict[str, Any]] = frame_of(
        connection.sql(
            "select snapshots.snapshot_id, snapshots.finished_at, cohort_size.trials, cohort_size.treatment_trials,"
            " changes.new_studies, changes.gone_studies, changes.changed_studies, changes.entered_cohort,"
            " changes.left_cohort from raw.snapshots as snapshots"
            " inner join metrics.cohort_size as cohort_size using (snapshot_id)"
            " inner join metrics.snapshot_changes as changes using (snapshot_id)"
            " where snapshots.series = $1 order by snapshots.order_number",
            params=[facts.series],
        )
    ).to_dicts()
    return rows

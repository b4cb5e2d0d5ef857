"""What changed between two snapshots: asked of the published warehouse by its named questions."""

from dataclasses import dataclass

import duckdb
import polars

from tasks.errors import CartscapeError
from tasks.frames import frame_of


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes of the registry by fact, of labels with their cause, and of accepted papers and their kinds."""

    records: polars.DataFrame
    labels: polars.DataFrame
    papers: polars.DataFrame

    def summary(self) -> polars.DataFrame:
        """Trials and changes by kind: what (a fact or a label), change or cause, number."""
        facts = self.records.select(what=polars.col("fact").fill_null("trial"), change="change")
        labels = self.labels.select(what=polars.format("label: {}", "attribute"), change="cause")
        papers = self.papers.select(what=polars.lit("paper"), change="change")
        counted = polars.concat([facts, labels, papers]).group_by("what", "change").len("count")
        return counted.sort("what", "change")


def difference(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> Difference:
    """Compare two snapshots of the warehouse; one that it does not hold is an error that lists those it does."""
    held = [row[0] for row in connection.execute("select snapshot_id from raw.snapshots order by 1").fetchall()]
    for snapshot_id in (old, new):
        if snapshot_id not in held:
            raise CartscapeError(f"{snapshot_id}: no such snapshot in the warehouse; it holds {', '.join(held)}")
    return Difference(
        records=frame_of(connection.sql("from core.changes_between($1, $2)", params=[old, new])),
        labels=frame_of(connection.sql("from core.label_changes_between($1, $2)", params=[old, new])),
        papers=frame_of(connection.sql("from core.papers_between($1, $2)", params=[old, new])),
    )


def news(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """In two sentences what the landscape shown holds, and what changed since the snapshot before it."""
    published = connection.sql("select data_date, is_synthetic, trials from landscape.published").fetchall()[0]
    columns = "previous_snapshot_id, studies, new_studies, gone_studies, changed_studies, entered_cohort, left_cohort"
    before, studies, new, gone, changed, entered, left = connection.sql(
        f"select {columns} from landscape.snapshot_changes"
    ).fetchall()[0]
    data_date, is_synthetic, trials = published
    made_up = ", all of them synthetic" if is_synthetic else ""
    records = "1 record" if studies == 1 else f"{studies:,} records"
    told = {"trials": f"{trials:,} in the landscape, of {records} found by {data_date}{made_up}"}
    if before:
        told["changed"] = (
            f"since {before}: {new:,} records new, {gone:,} gone, {changed:,} changed; "
            f"{entered:,} trials entered the landscape, {left:,} left it"
        )
    return told

"""The headline numbers, each with its trials and its change since the snapshot before."""

from dataclasses import dataclass

import duckdb

from tasks.publish.page.facets import has_table
from tasks.publish.published import Facts

COHORT = "from core.trials as trials where trials.snapshot_id = $1 and trials.is_in_cohort"
LABELS = "from core.trials as trials inner join core.labels as labels using (snapshot_id, nct_id)"
# what is counted, how, and the address of the trials
COUNTED = (
    ("trials", f"select count(*) {COHORT}", "#trials?"),
    ("of them treatment", f"select count(*) {COHORT} and topic = 'treatment'", "#trials?topic=treatment"),
    ("recruiting", f"select count(*) {COHORT} and status = 'Recruiting'", "#trials?status=Recruiting"),
    (
        "target antigens",
        f"select count(distinct labels.value) {LABELS} where trials.snapshot_id = $1 and trials.is_in_cohort"
        " and labels.attribute = 'targets' and labels.value <> 'unstated'",
        "#trials?targets=!unstated",
    ),
    (
        "countries",
        "select count(distinct sites.country) from core.trials as trials inner join core.trial_sites as sites"
        " using (snapshot_id, nct_id) where trials.snapshot_id = $1 and trials.is_in_cohort"
        " and sites.country <> 'unstated' and not sites.is_country_flagged",
        "#world",
    ),
)
PUBLISHED = (
    "with an accepted paper",
    "select count(distinct trials.nct_id) from core.trials as trials inner join core.trial_publications as papers"
    " using (snapshot_id, nct_id) where trials.snapshot_id = $1 and trials.is_in_cohort and papers.decision = 'accept'",
    "#trials?paper=accept",
)


@dataclass(frozen=True, slots=True)
class Headline:
    """One number, what it counts, where it leads, and by how much it changed; None without an earlier snapshot."""

    name: str
    value: int
    address: str
    change: int | None

    @property
    def is_of_status(self) -> bool:
        """Whether it counts by the trials' status, which is that of the data's day."""
        return "status=" in self.address


def earlier_snapshot(connection: duckdb.DuckDBPyConnection, facts: Facts) -> str | None:
    """The snapshot of the same series before the one shown."""
    rows = connection.execute(
        "select snapshot_id from raw.snapshots where series = $1 and order_number <"
        " (select order_number from raw.snapshots where snapshot_id = $2) order by order_number desc limit 1",
        [facts.series, facts.snapshot_id],
    ).fetchall()
    return str(rows[0][0]) if rows else None


def headlines(connection: duckdb.DuckDBPyConnection, facts: Facts) -> list[Headline]:
    """The headline numbers that this warehouse can tell."""
    earlier = earlier_snapshot(connection, facts)
    has_papers = (
        has_table(connection, "core.trial_publications", "decision")
        and connection.execute("select count(*) from core.trial_publications").fetchall()[0][0] > 0
    )
    found = []
    for name, query, address in (*COUNTED, PUBLISHED) if has_papers else COUNTED:
        value = connection.execute(query, [facts.snapshot_id]).fetchall()[0][0]
        before = connection.execute(query, [earlier]).fetchall()[0][0] if earlier else None
        found.append(Headline(name, value, address, None if before is None else value - before))
    return found

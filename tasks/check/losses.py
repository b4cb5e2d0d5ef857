"""What a build lost against the last one: eligible trials, in all and in each disease group, region and top target.

A vocabulary that was emptied by accident looks like trials that are not CAR-T; a person has to say that it is so.
"""

import duckdb

from tasks.check.suites import EXAMPLES_SHOWN, CheckResult
from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.protocol import Completeness
from tasks.warehouse.publish import open_published

ELIGIBLE = "from core.trials as trials where trials.snapshot_id = $1 and trials.is_eligible"
COUNTED = {
    "eligible trials": f"select '', count(*) {ELIGIBLE}",
    "eligible trials of disease group": "select disease_group, count(*) from core.trial_disease_groups"
    " inner join core.trials using (snapshot_id, nct_id) where snapshot_id = $1 and is_eligible group by all",
    "eligible trials of region": f"select trials.region, count(*) {ELIGIBLE} group by all",
    "eligible trials of target": "select target, count(*) as trials from core.trial_targets"
    " inner join core.trials using (snapshot_id, nct_id) where snapshot_id = $1 and is_eligible group by all"
    " order by trials desc, target",
}
Counts = dict[tuple[str, str], int]


def as_check(layer: str, losses: list[str]) -> CheckResult:
    """Losses as the check that asks about them."""
    return CheckResult(
        suite=layer,
        check="nothing was lost against the last snapshot and the last build beyond landscape.toml, completeness",
        object="losses",
        severity="question",
        is_passed=not losses,
        unexpected_rows=len(losses),
        examples="; ".join(losses[:EXAMPLES_SHOWN]),
    )


def counts_of(connection: duckdb.DuckDBPyConnection, snapshot_id: str, settings: Completeness) -> Counts:
    """Eligible trials of a snapshot, in all, by disease group and region, and by each of the top targets."""
    counts: Counts = {}
    for what, query in COUNTED.items():
        rows = [row for row in connection.execute(query, [snapshot_id]).fetchall() if row[0] != "unstated"]
        top = rows[: settings.top_targets] if what.endswith("target") else rows
        counts |= {(what, str(name)): int(trials) for name, trials in top}
    return counts


def fallen(before: Counts, now: Counts, since: str, least_share: float, smallest: int) -> list[str]:
    """The counts that fell under a share of what they were, each in words; fewer than `smallest` say nothing."""
    return [
        f"{' '.join([what, name]).strip()}: {now.get((what, name), 0):,}, of {trials:,} in {since}"
        for (what, name), trials in before.items()
        if trials >= smallest and now.get((what, name), 0) < least_share * trials
    ]


def lost_in_build(
    connection: duckdb.DuckDBPyConnection, home: Home, earlier: str | None, settings: Completeness
) -> list[str]:
    """What the trials shown lost against the published build of the same snapshot, and against an earlier snapshot."""
    (shown,) = connection.execute("select snapshot_id from meta.published").fetchone() or ("",)
    everything = settings.model_copy(update={"top_targets": 1_000_000})
    now, smallest = counts_of(connection, shown, everything), settings.smallest_number_judged
    before = published_counts(home, shown, settings)
    losses = fallen(before, now, "the last build of this snapshot", 1 - settings.largest_drop_between_builds, smallest)
    if earlier and not losses:
        total = ("eligible trials", "")
        count = {total: counts_of(connection, earlier, settings).get(total, 0)}
        losses = fallen(count, now, f"the last snapshot, {earlier}", settings.least_share_of_last_snapshot, smallest)
    return losses


def published_counts(home: Home, snapshot_id: str, settings: Completeness) -> Counts:
    """The counts of a snapshot in the published warehouse; none where it is not there, or can't be read."""
    try:
        with open_published(home) as connection:
            return counts_of(connection, snapshot_id, settings)
    except (CartscapeError, duckdb.Error):
        return {}

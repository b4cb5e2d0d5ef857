"""How long trials take to publish: curves, medians, and whether regions, funding and phases differ.

Results that came before the clock started count as events at day 0. Nothing competes with a publication: a trial that
ended can always still publish, and one withdrawn before anybody took part has nothing to publish and is not followed.
"""

from collections.abc import Iterable
from itertools import groupby

import duckdb

from tasks.protocol import Statistics
from tasks.statistics.contingency import adjusted
from tasks.statistics.survival import kaplan_meier, log_rank, median_days, published_by
from tasks.statistics.table import NOTE, Row, Table, fields_of, read_rows

DAYS_A_YEAR = 365.25
DIMENSIONS = ("region", "funding_source", "phase")
NEEDS = (
    ("needs", "statusModule.startDateStruct.date where clock is start"),
    (
        "needs",
        "statusModule.primaryCompletionDateStruct.date or statusModule.completionDateStruct.date"
        " where clock is completion",
    ),
)
TIMED = """
    select snapshot_id, clock, region, funding_source, phase, days_to_publication, is_published, is_early
    from metrics.time_to_publication
    where days_to_publication is not null
    order by snapshot_id, clock, days_to_publication, is_published, nct_id
"""


def of_clocks(connection: duckdb.DuckDBPyConnection) -> list[tuple[Row, list[Row]]]:
    """Each snapshot and clock with the trials that are followed."""
    grouped = groupby(read_rows(connection, TIMED), key=lambda row: (row["snapshot_id"], row["clock"]))
    return [({"snapshot_id": key[0], "clock": key[1]}, list(rows)) for key, rows in grouped]


def durations(rows: Iterable[Row]) -> list[tuple[int, bool]]:
    """Days and whether they ended in a publication."""
    return [(row["days_to_publication"], row["is_published"]) for row in rows]


def publication_curves(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """Kaplan-Meier curves of all trials, and of each region."""
    rows: list[Row] = []
    for key, trials in of_clocks(connection):
        for region in ("all", *sorted({row["region"] for row in trials})):
            members = [row for row in trials if region in ("all", row["region"])]
            steps = kaplan_meier(durations(members), settings.confidence_level)
            rows += [key | {"region": region} | fields_of(step) for step in steps]
    return rows


def publication_comparison(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """All trials, and each region, funding source and phase: how many published, and how soon."""
    rows: list[Row] = []
    for key, trials in of_clocks(connection):
        groups = [("all", "all")] + [
            (name, value) for name in DIMENSIONS for value in sorted({t[name] for t in trials})
        ]
        for dimension, value in groups:
            members = [row for row in trials if dimension == "all" or row[dimension] == value]
            steps = kaplan_meier(durations(members), settings.confidence_level)
            by_then = published_by(steps, settings.years_to_publish * DAYS_A_YEAR)
            is_followed = any(row["days_to_publication"] >= settings.years_to_publish * DAYS_A_YEAR for row in members)
            reached = by_then if is_followed else None
            rows.append(
                key
                | {
                    "dimension": dimension,
                    "value": value,
                    "trials": len(members),
                    "published_trials": sum(row["is_published"] for row in members),
                    "early_trials": sum(row["is_early"] for row in members),
                    "median_days": median_days(steps),
                    "years": settings.years_to_publish,
                    "published_percentage": complement(reached.unpublished_percentage) if reached else None,
                    "published_percentage_low": complement(reached.high) if reached else None,
                    "published_percentage_high": complement(reached.low) if reached else None,
                }
            )
    return rows


def complement(percentage: float | None) -> float | None:
    """The share published, where the curve tells the share still unpublished."""
    return None if percentage is None else 100 - percentage


def publication_tests(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """For each dimension one log-rank test over all groups that are large enough."""
    rows: list[Row] = []
    for key, trials in of_clocks(connection):
        of_clock: list[Row] = []
        for dimension in DIMENSIONS:
            groups = {
                value: durations(row for row in trials if row[dimension] == value)
                for value in sorted({row[dimension] for row in trials})
            }
            small = [value for value, group in groups.items() if len(group) < settings.smallest_tested_group]
            test = log_rank([group for value, group in groups.items() if value not in small])
            left_out = "; ".join(small) or None  # a group may be called 'Industry, NIH'
            of_clock.append(key | {"dimension": dimension, "left_out": left_out} | fields_of(test))
        for row, value in zip(of_clock, adjusted([row["p_value"] for row in of_clock]), strict=True):
            row["adjusted_p_value"] = value
        rows += of_clock
    return rows


CLOCK = ("varchar", "from start, or from completion of finished trials")
CURVES = Table(
    "publication_curves",
    "one row per snapshot, clock, region and day on which results appeared; paper: none; why: Kaplan-Meier curves "
    "count trials that had no time to publish only as long as they were observed",
    {
        "clock": CLOCK,
        "region": ("varchar", "region, or all"),
        "days": ("bigint", "days on the clock; 0 also for results that came before it started"),
        "at_risk": ("bigint", "trials observed and unpublished up to that day"),
        "published": ("bigint", "trials published on that day"),
        "unpublished_percentage": ("double", "share still unpublished after that day"),
        "low": ("double", "lower end of its log-log interval, null where not defined"),
        "high": ("double", "upper end of its log-log interval, null where not defined"),
    },
    publication_curves,
    (("key", "clock, region, days"), *NEEDS),
)
COMPARISON = Table(
    "publication_comparison",
    "one row per snapshot, clock, dimension and value; paper: none; why: how many trials of each group published, and "
    "how soon; metrics.publication_tests says whether groups differ",
    {
        "clock": CLOCK,
        "dimension": ("varchar", "all, region, funding_source or phase"),
        "value": ("varchar", "value of the dimension"),
        "trials": ("bigint", "trials followed"),
        "published_trials": ("bigint", "those published while observed"),
        "early_trials": ("bigint", "those published before the clock started, which count at day 0"),
        "median_days": ("bigint", "days until half are published, null where that is not reached"),
        "years": ("bigint", "years after which the share published is told, from landscape.toml"),
        "published_percentage": (
            "double",
            "share published by then, read off the Kaplan-Meier curve; null where nobody was followed so long",
        ),
        "published_percentage_low": ("double", "lower end of its log-log interval"),
        "published_percentage_high": ("double", "upper end of its log-log interval"),
    },
    publication_comparison,
    (("key", "clock, dimension, value"), *NEEDS),
)
TESTS = Table(
    "publication_tests",
    "one row per snapshot, clock and dimension; paper: none; why: one log-rank test over all groups of a dimension "
    "does not ask the same thing once for each; groups too small for it are named and left out",
    {
        "clock": CLOCK,
        "dimension": ("varchar", "region, funding_source or phase"),
        "groups": ("bigint", "groups tested"),
        "chi_square": ("double", "log-rank statistic"),
        "degrees_of_freedom": ("bigint", "groups less one"),
        "p_value": ("double", "of the log-rank test"),
        "adjusted_p_value": ("double", "P value adjusted by Benjamini and Hochberg over the dimensions of the clock"),
        "left_out": ("varchar", "groups too small to be tested"),
        "note": NOTE,
    },
    publication_tests,
    (("key", "clock, dimension"), *NEEDS),
)

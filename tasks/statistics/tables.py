"""The statistics as tables of the metrics schema, with comments like those of the SQL models."""

import dataclasses
from collections.abc import Iterable
from functools import cache
from itertools import groupby

import duckdb

from tasks.settings import Statistics
from tasks.statistics.contingency import LevelTest, adjusted, level_test, variable_test, wilson_interval
from tasks.statistics.over_time import OVER_TIME
from tasks.statistics.survival import kaplan_meier, log_rank, median_days
from tasks.statistics.table import ADJUSTED, NOTE, Row, Table, read_rows, write_table
from tasks.warehouse.measures import read_measure

# levels that say nothing of a trial and stay out of the tests
LEFT_OUT = ("unstated", "implausible")


def write_statistics(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> dict[str, int]:
    """Make every statistics table from the metrics already counted; returns their numbers of rows."""
    return {table.name: write_table(connection, table, list(table.rows(connection, settings))) for table in TABLES}


COMPARED = """
    select
        snapshot_id, 'landscape' as counted_by, variable, level, level_order, published_trials, unpublished_trials,
        publications, null as printed_p_value
    from metrics.finished_trials_comparison
    union all
    select
        snapshot_id, 'paper' as counted_by, variable, level, level_order, published_trials, unpublished_trials,
        'looked for' as publications, printed_p_value
    from meta.paper_table4 cross join raw.snapshots
    order by snapshot_id, counted_by, variable, level_order nulls last, level
"""


def of_variables(connection: duckdb.DuckDBPyConnection) -> list[tuple[Row, list[Row]]]:
    """Each snapshot, source of the counts and variable, with its levels."""
    keys = ("snapshot_id", "counted_by", "variable")
    grouped = groupby(read_rows(connection, COMPARED), key=lambda row: tuple(row[key] for key in keys))
    return [(dict(zip(keys, key, strict=True)), list(rows)) for key, rows in grouped]


def finished_trials_statistics(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """Each level of Table 4 against the rest."""
    rows: list[Row] = []
    for _, levels in of_variables(connection):
        tested = [row for row in levels if row["level"] not in LEFT_OUT and row["published_trials"] is not None]
        totals = [sum(row[name] for row in tested) for name in ("published_trials", "unpublished_trials")]
        for row in levels:
            if row["published_trials"] is None:
                numbers: Row = {"note": "publications were not looked for"}
            elif row["level"] in LEFT_OUT:
                numbers = {"note": "left out of the tests"}
            else:
                pair = (row["published_trials"], row["unpublished_trials"])
                numbers = dataclasses.asdict(level_test(*pair, totals[0], totals[1], settings.confidence_level))
            rows.append(row | dict.fromkeys(LEVEL_NUMBERS) | numbers)
    for _, of_table in groupby(rows, key=lambda row: (row["snapshot_id"], row["counted_by"])):
        table = list(of_table)
        for row, value in zip(table, adjusted([row["p_value"] for row in table]), strict=True):
            smallest, p_value = row["smallest_expected_count"], row["p_value"]
            row["adjusted_p_value"] = value
            row["has_small_expected_count"] = smallest is not None and smallest < settings.smallest_expected_count
            row["is_significant"] = None if p_value is None else p_value < settings.significance_level
    return rows


def finished_trials_variables(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """Each variable of Table 4 as a whole."""
    rows: list[Row] = []
    for key, levels in of_variables(connection):
        tested = [row for row in levels if row["level"] not in LEFT_OUT]
        if any(row["published_trials"] is None for row in tested):
            test = variable_test([])
            test = dataclasses.replace(test, note="publications were not looked for")
        else:
            test = variable_test([(row["published_trials"], row["unpublished_trials"]) for row in tested])
        smallest = test.smallest_expected_count
        has_small = smallest is not None and smallest < settings.smallest_expected_count
        rows.append(key | dataclasses.asdict(test) | {"has_small_expected_count": has_small})
    for _, of_table in groupby(rows, key=lambda row: (row["snapshot_id"], row["counted_by"])):
        table = list(of_table)
        for row, value in zip(table, adjusted([row["p_value"] for row in table]), strict=True):
            row["adjusted_p_value"] = value
    return rows


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


DIMENSIONS = ("region", "funding_source", "phase")
TIMED = """
    select snapshot_id, clock, region, funding_source, phase, days_to_publication, is_published
    from metrics.time_to_publication
    where days_to_publication is not null
    order by snapshot_id, clock, days_to_publication, is_published, nct_id
"""


def of_clocks(connection: duckdb.DuckDBPyConnection) -> list[tuple[Row, list[Row]]]:
    """Each snapshot and clock with the trials that can be counted."""
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
            rows += [key | {"region": region} | dataclasses.asdict(step) for step in steps]
    return rows


def publication_comparison(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """Each region, funding source and phase against the rest."""
    rows: list[Row] = []
    for key, trials in of_clocks(connection):
        of_clock: list[Row] = []
        for dimension in DIMENSIONS:
            for value in sorted({row[dimension] for row in trials}):
                group = durations(row for row in trials if row[dimension] == value)
                rest = durations(row for row in trials if row[dimension] != value)
                counts = {"trials": len(group), "published_trials": sum(event for _, event in group)}
                median = median_days(kaplan_meier(group, settings.confidence_level))
                test = dataclasses.asdict(log_rank(group, rest))
                of_clock.append(key | {"dimension": dimension, "value": value, "median_days": median} | counts | test)
        for row, adjusted_value in zip(of_clock, adjusted([row["p_value"] for row in of_clock]), strict=True):
            row["adjusted_p_value"] = adjusted_value
        rows += of_clock
    return rows


VARIABLE = ("varchar", "phase, enrollment, funding, start date or sites")
COUNTED_BY = ("varchar", "landscape for our counts, paper for those that Table 4 of the paper prints")
P_VALUE = ("double", "of Pearson's chi-square test without continuity correction")
SMALLEST = ("double", "smallest expected count of the table")
HAS_SMALL = ("boolean", "whether it is too small for the chi-square test; rely on Fisher's exact test then")
LEVEL_NUMBERS = tuple(field.name for field in dataclasses.fields(LevelTest))

TABLES = (
    Table(
        "finished_trials_statistics",
        "one row per snapshot, source of the counts, variable and level; paper: Table 4; why: each level against the "
        "rest as the paper tests it, with what the test leaves out; unstated and implausible levels are not tested",
        {
            "counted_by": COUNTED_BY,
            "variable": VARIABLE,
            "level": ("varchar", "band or value"),
            "level_order": ("integer", "place of the level"),
            "published_trials": ("bigint", "finished trials with published results; null where not looked for"),
            "unpublished_trials": ("bigint", "finished trials without; null where not looked for"),
            "chi_square": ("double", "Pearson's statistic, level against the rest, without continuity correction"),
            "p_value": P_VALUE,
            "printed_p_value": ("varchar", "P value as the paper prints it, null for our counts"),
            "is_significant": ("boolean", "whether the P value is under the paper's threshold"),
            "adjusted_p_value": ADJUSTED,
            "smallest_expected_count": SMALLEST,
            "has_small_expected_count": HAS_SMALL,
            "fisher_p_value": ("double", "of Fisher's exact test, two-sided"),
            "odds_ratio": (
                "double",
                "odds of being published at the level against the rest; conditional where a cell "
                "is empty, null where infinite",
            ),
            "odds_ratio_low": ("double", "lower end of its interval"),
            "odds_ratio_high": ("double", "upper end of its interval, null where infinite"),
            "note": NOTE,
        },
        finished_trials_statistics,
        (
            ("key", "counted_by, variable, level"),
            ("among", "none (finished when counted_by is landscape)"),
            ("facets", "characteristic = {variable}: {level}"),
            ("links", "published_trials where publication = published"),
            ("links", "unpublished_trials where results = unpublished"),
        ),
    ),
    Table(
        "finished_trials_variables",
        "one row per snapshot, source of the counts and variable; paper: Table 4, which tests levels only; why: one "
        "test per variable over all its levels does not count the same difference several times",
        {
            "counted_by": COUNTED_BY,
            "variable": VARIABLE,
            "levels": ("bigint", "levels with a trial"),
            "chi_square": ("double", "Pearson's statistic over all levels"),
            "degrees_of_freedom": ("bigint", "levels less one"),
            "p_value": P_VALUE,
            "adjusted_p_value": ADJUSTED,
            "smallest_expected_count": SMALLEST,
            "has_small_expected_count": HAS_SMALL,
            "cramers_v": ("double", "size of the effect, 0 none to 1 complete"),
            "note": NOTE,
        },
        finished_trials_variables,
    ),
    Table(
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
    ),
    Table(
        "publication_curves",
        "one row per snapshot, clock, region and day on which results appeared; paper: none; why: Kaplan-Meier curves "
        "count trials that had no time to publish only as long as they were observed",
        {
            "clock": ("varchar", "from start, or from completion of finished trials"),
            "region": ("varchar", "region, or all"),
            "days": ("bigint", "days on the clock"),
            "at_risk": ("bigint", "trials observed and unpublished up to that day"),
            "published": ("bigint", "trials published on that day"),
            "unpublished_percentage": ("double", "share still unpublished after that day"),
            "low": ("double", "lower end of its log-log interval, null where not defined"),
            "high": ("double", "upper end of its log-log interval, null where not defined"),
        },
        publication_curves,
    ),
    Table(
        "publication_comparison",
        "one row per snapshot, clock, dimension and value; paper: none; why: log-rank test of each group against the "
        "rest, with the median time to publication",
        {
            "clock": ("varchar", "from start, or from completion of finished trials"),
            "dimension": ("varchar", "region, funding_source or phase"),
            "value": ("varchar", "value of the dimension"),
            "trials": ("bigint", "trials that can be counted"),
            "published_trials": ("bigint", "those published while observed"),
            "median_days": ("bigint", "days until half are published, null where that is not reached"),
            "statistic": ("double", "log-rank statistic, positive where the group publishes sooner"),
            "p_value": ("double", "of the log-rank test, two-sided"),
            "adjusted_p_value": ADJUSTED,
            "note": NOTE,
        },
        publication_comparison,
    ),
    *OVER_TIME,
)

MEASURES = {table.name: read_measure(table.name, list(table.measure)) for table in TABLES}

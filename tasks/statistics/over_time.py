"""Statistics of time: trends over years, what becomes of trials, the next phase, recruiting, the total of a year."""

from collections.abc import Iterable
from functools import cache
from itertools import groupby

import duckdb

from tasks.protocol import Statistics
from tasks.statistics.competing_risks import aalen_johansen
from tasks.statistics.contingency import adjusted
from tasks.statistics.late_entry import recruiting_time
from tasks.statistics.nowcast import nowcast
from tasks.statistics.survival import kaplan_meier
from tasks.statistics.table import ADJUSTED, NOTE, Row, Table, fields_of, read_rows
from tasks.statistics.trend import cochran_armitage

EVERY = "all"
ENDINGS = """
    select endings.snapshot_id, trials.region, endings.days_to_ending, endings.ending
    from core.trial_endings as endings
    inner join core.trials using (snapshot_id, nct_id)
    where trials.is_in_cohort and endings.left_out is null
    order by endings.snapshot_id, endings.days_to_ending, endings.nct_id
"""
SUBMITTED = """
    select days.snapshot_id, days.observed_until, trials.first_submitted_date, trials.first_posted_date
    from core.snapshot_days as days
    left join core.trials
        on days.snapshot_id = trials.snapshot_id
        and trials.is_in_cohort
        and trials.first_submitted_date is not null
        and not trials.is_first_posted_date_estimated
    order by days.snapshot_id, trials.first_submitted_date, trials.nct_id
"""
# a trial's spell of recruiting as the snapshots of the series up to this one show it, in days from its start
RECRUITING = """
    with seen as (
        select
            snapshots.series, snapshots.order_number, days.data_day, trials.snapshot_id, trials.nct_id,
            trials.start_date, trials.is_in_cohort, trials.overall_status in ('RECRUITING', 'ENROLLING_BY_INVITATION')
                as is_recruiting
        from core.trials
        inner join raw.snapshots using (snapshot_id)
        inner join core.snapshot_days as days using (snapshot_id)
    ),

    begun as (
        select
            seen.snapshot_id, seen.nct_id, seen.start_date, seen.series, seen.order_number,
            min(earlier.data_day) filter (where earlier.is_recruiting) as first_seen
        from seen
        inner join seen as earlier
            on seen.series = earlier.series and seen.nct_id = earlier.nct_id
            and earlier.order_number <= seen.order_number
        where seen.is_in_cohort and seen.start_date is not null
        group by all
    )

    select
        begun.snapshot_id, begun.first_seen - begun.start_date as entry_days,
        coalesce(min(later.data_day) filter (where not later.is_recruiting), max(later.data_day)) - begun.start_date
            as last_days,
        bool_or(not later.is_recruiting) as has_stopped
    from begun
    inner join seen as later
        on begun.series = later.series and begun.nct_id = later.nct_id
        and later.order_number <= begun.order_number and later.data_day >= begun.first_seen
    group by begun.snapshot_id, begun.nct_id, begun.first_seen, begun.start_date
    order by begun.snapshot_id, begun.nct_id
"""


def by_snapshot(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows that are sorted by snapshot, a list for each."""
    return [(key, list(held)) for key, held in groupby(rows, key=lambda row: str(row["snapshot_id"]))]


def attribute_trends(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """Each value of an attribute over the years of registration."""
    counted = read_rows(connection, "select * from metrics.attributes_by_year order by all")
    found: list[Row] = []
    # most weeks count what the week before counted
    trend_of = cache(cochran_armitage)
    for snapshot_id, of_snapshot in by_snapshot(counted):
        rows: list[Row] = []
        for (attribute, value), held in groupby(of_snapshot, key=lambda row: (row["attribute"], row["value"])):
            years = tuple((row["registration_year"], row["trials"], row["year_trials"]) for row in held)
            trials = {"trials": sum(year[1] for year in years), "all_trials": sum(year[2] for year in years)}
            trend = fields_of(trend_of(years, settings.confidence_level))
            rows.append({"snapshot_id": snapshot_id, "attribute": attribute, "value": value} | trials | trend)
        for row, p_value in zip(rows, adjusted([row["p_value"] for row in rows]), strict=True):
            row["adjusted_p_value"] = p_value
        found += rows
    return found


def attrition_curves(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """Cumulative incidence of every ending, of all trials and of each region."""
    rows: list[Row] = []
    curves = cache(aalen_johansen)
    for snapshot_id, trials in by_snapshot(read_rows(connection, ENDINGS)):
        for region in (EVERY, *sorted({row["region"] for row in trials})):
            held = tuple((row["days_to_ending"], row["ending"]) for row in trials if region in (EVERY, row["region"]))
            steps = curves(held, settings.confidence_level)
            rows += [{"snapshot_id": snapshot_id, "region": region} | fields_of(step) for step in steps]
    return rows


def phase_transition_curves(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """The share of lines of development that moved on, of all and of each kind."""
    lines = read_rows(
        connection,
        "select * from metrics.phase_transitions where left_out is null"
        " order by snapshot_id, days_to_next_phase, development",
    )
    rows: list[Row] = []
    for snapshot_id, held in by_snapshot(lines):
        for kind in (EVERY, *sorted({row["development_kind"] for row in held})):
            members = [row for row in held if kind in (EVERY, row["development_kind"])]
            durations = [(row["days_to_next_phase"], row["has_moved_on"]) for row in members]
            for step in kaplan_meier(durations, settings.confidence_level):
                # what the curve leaves is what has not moved on
                ends = [None if end is None else 100 - end for end in (step.high, step.low)]
                rows.append(
                    {
                        "snapshot_id": snapshot_id,
                        "development_kind": kind,
                        "days": step.days,
                        "at_risk": step.at_risk,
                        "moved_on": step.published,
                        "percentage": 100 - step.unpublished_percentage,
                        "low": ends[0],
                        "high": ends[1],
                    }
                )
    return rows


def registration_nowcast(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """The expected registrations of the year of the data."""
    rows: list[Row] = []
    for snapshot_id, held in by_snapshot(read_rows(connection, SUBMITTED)):
        days = [(row["first_submitted_date"], row["first_posted_date"]) for row in held if row["first_submitted_date"]]
        until = held[0]["observed_until"]
        found = nowcast(days, until, settings.fewest_nowcast_trials, settings.confidence_level)
        rows.append({"snapshot_id": snapshot_id, "observed_until": until} | fields_of(found))
    return rows


def recruiting_times(connection: duckdb.DuckDBPyConnection, settings: Statistics) -> list[Row]:
    """How long the trials of a series of snapshots recruit."""
    rows: list[Row] = []
    for snapshot_id, held in by_snapshot(read_rows(connection, RECRUITING)):
        spells = [(row["entry_days"], row["last_days"], row["has_stopped"]) for row in held]
        found = recruiting_time(spells, settings.confidence_level)
        rows.append({"snapshot_id": snapshot_id} | fields_of(found))
    return rows


OVER_TIME = (
    Table(
        "attribute_trends",
        "one row per snapshot, attribute and value; paper: none, it says 'increasing' without a number; why: the trend "
        "of each share over the years by Cochran and Armitage's test, among all treatment trials of a year: where "
        "records state more than they did, silence that ends looks like a rise",
        {
            "attribute": ("varchar", "a row of curation/yearly_attributes.tsv, or funding"),
            "value": ("varchar", "value of the attribute; unstated where the record is silent"),
            "trials": ("bigint", "treatment trials with the value"),
            "all_trials": ("bigint", "treatment trials of the years"),
            "years": ("bigint", "years with a trial"),
            "change_per_year": ("double", "percentage points that the share gains a year, by linear regression"),
            "change_low": ("double", "lower end of its interval"),
            "change_high": ("double", "upper end of its interval"),
            "statistic": ("double", "Cochran and Armitage's Z, positive where the share rises"),
            "p_value": ("double", "of that test, two-sided"),
            "adjusted_p_value": ADJUSTED,
            "note": NOTE,
        },
        attribute_trends,
        (("key", "attribute, value"),),
    ),
    Table(
        "attrition_curves",
        "one row per snapshot, region, ending and day on which trials ended so; paper: none; why: Aalen and Johansen's "
        "cumulative incidence since registration: a trial that was withdrawn can no longer complete",
        {
            "region": ("varchar", "region, or all"),
            "ending": ("varchar", "completed, terminated, withdrawn, suspended or unknown"),
            "days": ("bigint", "days since registration"),
            "at_risk": ("bigint", "trials under way up to that day"),
            "ended": ("bigint", "trials that ended so on that day"),
            "percentage": ("double", "share of trials that ended so by that day"),
            "low": ("double", "lower end of its log-log interval, null where not defined"),
            "high": ("double", "upper end of its log-log interval, null where not defined"),
        },
        attrition_curves,
        (("key", "region, ending, days"), ("needs", "statusModule.completionDateStruct.date")),
    ),
    Table(
        "phase_transition_curves",
        "one row per snapshot, kind of development and day on which a line moved on; paper: none; why: Kaplan and "
        "Meier's estimate counts lines that had no time to move on only as long as they were observed; inferred",
        {
            "development_kind": ("varchar", "product, sponsor and targets, or all"),
            "days": ("bigint", "days since the registration of the first trial"),
            "at_risk": ("bigint", "lines observed in phase 1 up to that day"),
            "moved_on": ("bigint", "lines whose next trial was registered on that day"),
            "percentage": ("double", "share of lines that moved on by that day"),
            "low": ("double", "lower end of its log-log interval, null where not defined"),
            "high": ("double", "upper end of its log-log interval, null where not defined"),
        },
        phase_transition_curves,
        (("key", "development_kind, days"),),
    ),
    Table(
        "registration_nowcast",
        "one row per snapshot; paper: none; why: registrations are posted late and the year is not over; an estimate, "
        "from the delays seen so far and this year's rate, never a count",
        {
            "observed_until": ("date", "last day observed"),
            "registration_year": ("integer", "year of that day"),
            "posted_trials": ("bigint", "trials of the cohort submitted in the year and posted by that day"),
            "median_delay_days": ("double", "from submission to posting, of the trials posted by that day"),
            "waiting_trials": ("double", "estimate of the trials submitted by that day and not yet posted"),
            "expected_trials": ("double", "estimate of the trials submitted in the whole year"),
            "expected_low": ("double", "lower end of its interval"),
            "expected_high": ("double", "upper end of its interval"),
            "note": NOTE,
        },
        registration_nowcast,
        (("key", "snapshot_id"),),
    ),
    Table(
        "recruiting_times",
        "one row per snapshot; paper: none; why: how long trials recruit, from the series of snapshots up to this one: "
        "a trial counts from the day it was first seen recruiting, and is censored while it still does",
        {
            "trials": ("bigint", "trials of the cohort seen recruiting over some time"),
            "stopped_trials": ("bigint", "those seen to stop"),
            "median_days": ("bigint", "days from the start until half have stopped; null where that is not reached"),
            "median_low": ("bigint", "lower end of its interval, null where not defined"),
            "median_high": ("bigint", "upper end of its interval, null where not defined"),
            "note": NOTE,
        },
        recruiting_times,
        (("key", "snapshot_id"),),
    ),
)

"""Time to publication: Kaplan-Meier curves with intervals, and log-rank tests of a group against the rest."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scipy import stats


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which results appeared: the share still unpublished after it, in percent, with its interval."""

    days: int
    at_risk: int
    published: int
    unpublished_percentage: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class LogRank:
    """A group against the rest; numbers are None where `note` says why there is none."""

    statistic: float | None = None
    p_value: float | None = None
    note: str | None = None


def censored(durations: Sequence[tuple[int, bool]]) -> stats.CensoredData:
    """Durations in days and whether each ended in a publication."""
    return stats.CensoredData.right_censored([days for days, _ in durations], [not event for _, event in durations])


def kaplan_meier(durations: Sequence[tuple[int, bool]], confidence_level: float = 0.95) -> list[Step]:
    """The Kaplan-Meier curve's steps, in the order of days; no step where nothing was published."""
    if not any(event for _, event in durations):
        return []
    curve = stats.ecdf(censored(durations)).sf
    # the stubs take both ends for numbers; they are curves
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
        interval: Any = curve.confidence_interval(confidence_level, method="log-log")
    steps = []
    for place, day in enumerate(curve.quantiles.astype(int).tolist()):
        published = sum(event and days == day for days, event in durations)
        if published:
            steps.append(
                Step(
                    days=day,
                    at_risk=sum(days >= day for days, _ in durations),
                    published=published,
                    unpublished_percentage=100 * float(curve.probabilities[place]),
                    low=percent(interval.low.probabilities[place]),
                    high=percent(interval.high.probabilities[place]),
                )
            )
    return steps


def median_days(steps: Sequence[Step]) -> int | None:
    """The first day by which half of the trials are published; None where the curve never falls that far."""
    return next((step.days for step in steps if step.unpublished_percentage <= 50), None)


def log_rank(group: Sequence[tuple[int, bool]], rest: Sequence[tuple[int, bool]]) -> LogRank:
    """The log-rank test of a group against the rest."""
    if not group or not rest:
        return LogRank(note="no trial in the group" if not group else "all trials are in the group")
    if not any(event for _, event in (*group, *rest)):
        return LogRank(note="no published trial")
    if not is_comparable(group, rest):
        return LogRank(note="the two can not be told apart")
    result = stats.logrank(censored(group), censored(rest))
    return LogRank(statistic=float(result.statistic), p_value=float(result.pvalue))


def is_comparable(group: Sequence[tuple[int, bool]], rest: Sequence[tuple[int, bool]]) -> bool:
    """Whether a publication happened while trials of both, and more than that one, were observed.

    Else the test divides by zero.
    """
    everybody = (*group, *rest)
    last = min(max(days for days, _ in group), max(days for days, _ in rest))
    for day in {days for days, event in everybody if event and days <= last}:
        at_risk = sum(days >= day for days, _ in everybody)
        if at_risk > sum(event and days == day for days, event in everybody):
            return True
    return False


def percent(share: float) -> float | None:
    """A share in percent, None for not a number (an interval is not defined where the curve is at 0)."""
    return 100 * float(share) if share == share else None

"""Time to publication: Kaplan-Meier curves with intervals, and the log-rank test of several groups."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
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
    """Several groups against each other; numbers are None where `note` says why there is none."""

    groups: int
    chi_square: float | None = None
    degrees_of_freedom: int | None = None
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
    lasted = np.array([days for days, _ in durations])
    events = np.array([days for days, event in durations if event])
    for place, day in enumerate(curve.quantiles.astype(int).tolist()):
        published = int(np.count_nonzero(events == day))
        if published:
            steps.append(
                Step(
                    days=day,
                    at_risk=int(np.count_nonzero(lasted >= day)),
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


def published_by(steps: Sequence[Step], days: float) -> Step | None:
    """The last step up to a day, which tells the share published by then; None before the first."""
    return next((step for step in reversed(steps) if step.days <= days), None)


def log_rank(groups: Sequence[Sequence[tuple[int, bool]]]) -> LogRank:
    """The log-rank test of k groups, with k - 1 degrees of freedom (Mantel 1966, Peto and Peto 1972).

    At each day with a publication those expected in a group are its part of all at risk; the differences summed over
    the days are weighed by the inverse of their covariance.
    """
    if len(groups) < 2:
        return LogRank(len(groups), note="fewer than two groups")
    if not any(event for group in groups for _, event in group):
        return LogRank(len(groups), note="no published trial")
    difference, covariance = np.zeros(len(groups)), np.zeros((len(groups), len(groups)))
    times = [np.array([days for days, _ in group]) for group in groups]
    events = [np.array([days for days, event in group if event]) for group in groups]
    for day in np.unique(np.concatenate(events)):
        at_risk = np.array([np.count_nonzero(held >= day) for held in times])
        published = np.array([np.count_nonzero(held == day) for held in events])
        share, deaths, everybody = at_risk / at_risk.sum(), published.sum(), at_risk.sum()
        difference += published - deaths * share
        if everybody > 1:
            spread = deaths * (everybody - deaths) / (everybody - 1)
            covariance += spread * (np.diag(share) - np.outer(share, share))
    # the differences sum to nothing, so the last group says nothing new
    if np.linalg.matrix_rank(covariance) < len(groups) - 1:
        return LogRank(len(groups), note="the groups can not be told apart")
    chi_square = float(difference[:-1] @ np.linalg.solve(covariance[:-1, :-1], difference[:-1]))
    degrees = len(groups) - 1
    return LogRank(len(groups), chi_square, degrees, float(stats.chi2.sf(chi_square, degrees)))


def percent(share: float) -> float | None:
    """A share in percent, None for not a number (an interval is not defined where the curve is at 0)."""
    return 100 * float(share) if share == share else None

"""Competing risks: the share of trials that ended in each way by a day, each ending keeping the others away."""

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import stats

UNDER_WAY = "under way"


@dataclass(frozen=True, slots=True)
class Incidence:
    """A day on which trials ended in one way: the share that did so by then, in percent, with its interval."""

    ending: str
    days: int
    at_risk: int
    ended: int
    percentage: float
    low: float | None
    high: float | None


def aalen_johansen(endings: Sequence[tuple[int, str]], confidence_level: float = 0.95) -> list[Incidence]:
    """Aalen and Johansen's cumulative incidence of every ending, from days and endings; 'under way' is censored.

    Intervals on the scale of log(-log), null where it is not defined.
    """
    kinds = sorted({ending for _, ending in endings} - {UNDER_WAY})
    if not kinds:
        return []
    # an import that takes longer than all else here
    from statsmodels.duration.survfunc import CumIncidenceRight

    days = np.array([day for day, _ in endings], dtype=float)
    codes = np.array([kinds.index(ending) + 1 if ending != UNDER_WAY else 0 for _, ending in endings])
    with warnings.catch_warnings():
        # the last trial at risk leaves no variance to divide by
        warnings.simplefilter("ignore", RuntimeWarning)
        # day 0 is no time at risk to it, so every day counts one more
        curves = CumIncidenceRight(days + 1, codes)
    steps = []
    sorted_days, endings_by_day = np.sort(days), Counter(zip(days.tolist(), codes.tolist(), strict=True))
    for place, ending in enumerate(kinds):
        for time, share, error in zip(curves.times, curves.cinc[place], curves.cinc_se[place], strict=True):
            day = round(time) - 1
            ended = endings_by_day[day, place + 1]
            if ended:
                low, high = log_log_interval(float(share), float(error), confidence_level)
                at_risk = len(days) - int(np.searchsorted(sorted_days, day))
                steps.append(Incidence(ending, day, at_risk, ended, 100 * float(share), low, high))
    return steps


def log_log_interval(share: float, error: float, confidence_level: float) -> tuple[float | None, float | None]:
    """The interval of a cumulative incidence, in percent, from its standard error."""
    if not 0 < share < 1 or not np.isfinite(error):
        return None, None
    width = standard_errors(confidence_level) * error / (share * np.log(share))
    low, high = sorted(share ** np.exp(sign * width) for sign in (-1, 1))
    return 100 * float(low), 100 * float(high)


@cache
def standard_errors(confidence_level: float) -> float:
    """How many standard errors an interval reaches to either side."""
    return float(stats.norm.ppf((1 + confidence_level) / 2))

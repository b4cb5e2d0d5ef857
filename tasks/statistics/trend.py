"""Trends of shares over years: Cochran and Armitage's test, with the change per year and its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

FEWEST_YEARS = 3


@dataclass(frozen=True, slots=True)
class Trend:
    """A share over the years; numbers are None where `note` says why there is none. Changes in percentage points."""

    years: int
    change_per_year: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    note: str | None = None


def cochran_armitage(counts: Sequence[tuple[int, int, int]], confidence_level: float = 0.95) -> Trend:
    """The trend of (year, trials with the value, trials of the year).

    Cochran and Armitage's statistic is the correlation of having the value with the year, times the root of the number
    of trials; the change per year is the slope of the regression on the same trials, with its interval of Student's t.
    """
    held = [row for row in counts if row[2] > 0]
    if len(held) < FEWEST_YEARS:
        return Trend(len(held), note=f"fewer than {FEWEST_YEARS} years with trials")
    years = np.repeat([year for year, _, _ in held], [whole for _, _, whole in held])
    has_value = np.concatenate([np.repeat([1.0, 0.0], [part, whole - part]) for _, part, whole in held])
    if has_value.min() == has_value.max():
        return Trend(len(held), note="all trials have the value" if has_value[0] else "no trial has the value")
    line = stats.linregress(years, has_value)
    statistic = float(line.rvalue) * np.sqrt(years.size)
    margin = float(stats.t.ppf((1 + confidence_level) / 2, years.size - 2)) * float(line.stderr)
    return Trend(
        years=len(held),
        change_per_year=100 * float(line.slope),
        change_low=100 * (float(line.slope) - margin),
        change_high=100 * (float(line.slope) + margin),
        statistic=float(statistic),
        p_value=float(2 * stats.norm.sf(abs(statistic))),
    )

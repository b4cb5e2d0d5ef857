"""A year's registrations before it is over: what is posted, what waits to be posted, and what is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Nowcast:
    """The expected total of a year with its interval; numbers are None where `note` says why there is none."""

    registration_year: int
    posted_trials: int
    median_delay_days: float | None = None
    waiting_trials: float | None = None
    expected_trials: float | None = None
    expected_low: float | None = None
    expected_high: float | None = None
    note: str | None = None


def nowcast(
    trials: Sequence[tuple[date, date]], until: date, fewest_trials: int, confidence_level: float = 0.95
) -> Nowcast:
    """The expected submissions of the year of `until`, from (submitted, posted) of the trials posted by then.

    Each trial submitted this year stands for 1/F(time since) trials, F being the share of submissions posted by then
    (Lynden-Bell's estimate, since a delay longer than the time since is not seen). The days left go on at this year's
    rate. The interval adds the binomial variance of what waits and the Poisson variance of what comes.
    """
    begin, end = date(until.year, 1, 1), date(until.year, 12, 31)
    seen = [(submitted, posted) for submitted, posted in trials if submitted <= posted <= until]
    this_year = [submitted for submitted, _ in seen if submitted >= begin]
    if len(this_year) < fewest_trials:
        return Nowcast(until.year, len(this_year), note=f"fewer than {fewest_trials} trials with both days this year")
    delays = np.array([(posted - submitted).days for submitted, posted in seen])
    shares = delay_shares(delays, np.array([(until - submitted).days for submitted, _ in seen]))
    known = np.array([shares.by((until - submitted).days) for submitted in this_year])
    if not known.all():
        return Nowcast(until.year, len(this_year), note="too few delays to tell how many trials wait to be posted")
    so_far = float(np.sum(1 / known))
    days, left = (until - begin).days + 1, (end - until).days
    coming = so_far * left / days
    waiting_variance = float(np.sum((1 - known) / known**2))
    variance = waiting_variance * (1 + left / days) ** 2 + coming + so_far * (left / days) ** 2
    margin = float(stats.norm.ppf((1 + confidence_level) / 2)) * float(np.sqrt(variance))
    total = so_far + coming
    return Nowcast(
        registration_year=until.year,
        posted_trials=len(this_year),
        median_delay_days=float(np.median(delays)),
        waiting_trials=so_far - len(this_year),
        expected_trials=total,
        expected_low=max(float(len(this_year)), total - margin),
        expected_high=total + margin,
    )


@dataclass(frozen=True, slots=True)
class DelayShares:
    """Days from submission to posting that were seen, in order, and the share of submissions posted by each."""

    days: Days
    shares: NDArray[np.float64]

    def by(self, days: int) -> float:
        """The share posted within so many days; the shortest delay seen stands for shorter ones."""
        place = int(np.searchsorted(self.days, days, side="right")) - 1
        return float(self.shares[max(place, 0)])


def delay_shares(delays: Days, times_since: Days) -> DelayShares:
    """Lynden-Bell's product-limit estimate, from delays seen only where the time since submission is no shorter.

    Going from the longest delay down: of the trials submitted long enough ago to show a delay and that did not wait
    longer, the share that waited exactly so long.
    """
    days = np.unique(delays)
    shares, share = [], 1.0
    for day in days[::-1]:
        shares.append(share)
        at_risk = np.sum((delays <= day) & (times_since >= day))
        share *= 1 - float(np.sum(delays == day)) / float(at_risk)
    return DelayShares(days, np.array(shares[::-1]))

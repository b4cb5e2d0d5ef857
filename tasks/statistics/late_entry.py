"""How long trials recruit, seen only from the first snapshot on: survival with late entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class RecruitingTime:
    """Half of the trials recruit no longer than the median; numbers are None where `note` says why there is none."""

    trials: int
    stopped_trials: int
    median_days: int | None = None
    median_low: int | None = None
    median_high: int | None = None
    note: str | None = None


def recruiting_time(spells: Sequence[tuple[int, int, bool]], confidence_level: float = 0.95) -> RecruitingTime:
    """The median of (days since the start when first seen recruiting, days when last seen, whether it had stopped).

    A trial counts from the day on which it was first seen: one that had stopped before was never seen to recruit. Where
    the few that are seen early all stop before the others come in, the curve falls to nothing there and has no median.
    """
    held = [spell for spell in spells if 0 <= spell[0] < spell[1]]
    stopped = sum(spell[2] for spell in held)
    if not stopped:
        return RecruitingTime(len(held), 0, note="no trial was seen to stop recruiting")
    # an import that takes longer than all else here
    from statsmodels.duration.survfunc import SurvfuncRight

    entry, last, status = (np.array(column, dtype=float) for column in zip(*held, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = SurvfuncRight(last, status, entry=entry)
        low, high = curve.quantile_ci(0.5, alpha=1 - confidence_level)
    median, lowest, highest = (
        round(float(value)) if np.isfinite(value) else None for value in (curve.quantile(0.5), low, high)
    )
    emptied = curve.surv_times[(curve.n_risk == curve.n_events) & (curve.surv_times < last.max())]
    if median is not None and emptied.size and median >= emptied.min():
        seen = f"all seen recruiting {emptied.min():.0f} days after their start"
        return RecruitingTime(len(held), stopped, note=f"{seen} had stopped, before others came")
    note = None if median is not None else "fewer than half were seen to stop"
    return RecruitingTime(len(held), stopped, median, lowest, highest, note)

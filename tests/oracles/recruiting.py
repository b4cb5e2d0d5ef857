"""How long trials recruit, by the definition of survival with late entry: plain Python, no statistics library."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist

Spell = tuple[int, int, bool]


def shares_left(spells: Sequence[Spell]) -> list[tuple[int, float, float]]:
    """For each day on which some stopped: the share still recruiting, and Greenwood's sum."""
    left, greenwood, steps = 1.0, 0.0, []
    for day in sorted({last for _, last, has_stopped in spells if has_stopped}):
        at_risk = sum(entry < day <= last for entry, last, _ in spells)
        stopped = sum(has_stopped and last == day for _, last, has_stopped in spells)
        left *= 1 - stopped / at_risk
        greenwood += stopped / (at_risk * (at_risk - stopped)) if at_risk > stopped else math.inf
        steps.append((day, left, greenwood))
    return steps


def median_recruiting(spells: Sequence[Spell], level: float) -> tuple[int | None, int | None, int | None]:
    """The median and its interval, Brookmeyer and Crowley's on the scale of log(-log): None where not reached."""
    steps = shares_left([spell for spell in spells if 0 <= spell[0] < spell[1]])
    widest = NormalDist().inv_cdf(0.5 + level / 2)
    median = next((day for day, left, _ in steps if left < 0.5), None)
    half = math.log(-math.log(0.5))
    within = [
        place
        for place, (_, left, greenwood) in enumerate(steps)
        if 0 < left < 1 and abs(math.log(-math.log(left)) - half) <= widest * math.sqrt(greenwood) / abs(math.log(left))
    ]
    if not within:
        return median, None, None
    following = dict(pairwise([day for day, _, _ in steps]))
    return median, steps[within[0]][0], following.get(steps[within[-1]][0])

"""The oracles by the name of their metric, and all their counts in one shape, as metrics.measures has them.

An oracle takes a `Cohort` and returns the metric's rows, without snapshot_id, as a list of tuples; beside it stands
which places of a row name the count, which holds it, and what it is a share of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.oracles.records import Cohort
from tests.oracles.sources import not_in_source, without_lacking

Rows = list[tuple[Any, ...]]
Oracle = Callable[[Cohort], Rows]


@dataclass(frozen=True)
class Each:
    """A whole that is the sum over the rows with the same value at a place."""

    place: int


@dataclass(frozen=True)
class Counted:
    """A count of a metric: the places in a row of its names and of itself, and its whole."""

    names: tuple[int, ...]
    quantity: int
    # a place, 'cohort' or 'treatment', or the sum over a place
    whole: int | str | Each | None = None
    part: str = ""
    metric: str = ""
    # what the name is called where a row has none
    missing: str = ""
    # a place whose value is taken off the quantity
    less: int | None = None

    def category(self, row: tuple[Any, ...]) -> str:
        """The names of a row's count, joined."""
        names = [self.missing if row[place] is None else str(row[place]) for place in self.names]
        return " | ".join(name for name in (*names, self.part) if name)

    def amount(self, row: tuple[Any, ...]) -> Any:
        """A row's count."""
        return row[self.quantity] if self.less is None else row[self.quantity] - row[self.less]

    def of(self, row: tuple[Any, ...], rows: Rows, cohort: Cohort) -> Any:
        """What a row's count is a share of."""
        if isinstance(self.whole, Each):
            place = self.whole.place
            alike = [self.amount(other) for other in rows if other[place] == row[place]]
            return None if alike[0] is None else sum(alike)
        if isinstance(self.whole, str):
            return len(cohort.trials if self.whole == "cohort" else cohort.treatment)
        return None if self.whole is None else row[self.whole]


ORACLES: dict[str, Oracle] = {}
COUNTS: dict[str, tuple[Counted, ...]] = {}


def counted(*counts: Counted) -> Callable[[Oracle], Oracle]:
    """Name an oracle among all, with the counts that metrics.measures takes from it."""

    def named(oracle: Oracle) -> Oracle:
        metric = oracle.__name__

        def once(cohort: Cohort) -> Rows:
            if metric not in cohort.counted:
                cohort.counted[metric] = without_lacking(cohort, metric, oracle(cohort))
            return cohort.counted[metric]

        ORACLES[metric], COUNTS[metric] = once, counts
        return oracle

    return named


counted()(not_in_source)


@counted()
def measures(cohort: Cohort) -> Rows:
    """(metric, category, quantity, whole) of every count."""
    found: Rows = []
    for name, counts in COUNTS.items():
        rows = ORACLES[name](cohort) if counts else []
        for one in counts:
            metric = one.metric or name
            found += [(metric, one.category(row), one.amount(row), one.of(row, rows, cohort)) for row in rows]
    return found

"""An independent count of every metric: plain Python over the records as received, no SQL, no shared code."""

from tests.oracles import (
    access,
    comparison,
    development,
    diseases_and_targets,
    progress,
    publications,
    results,
    trials,
)
from tests.oracles.counted import ORACLES, Oracle, Rows

__all__ = [
    "ORACLES",
    "Oracle",
    "Rows",
    "access",
    "comparison",
    "development",
    "diseases_and_targets",
    "progress",
    "publications",
    "results",
    "trials",
]

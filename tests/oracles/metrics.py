"""An independent count of every metric: plain Python over the records as received, no SQL, no shared code."""

from tests.oracles import comparison, diseases_and_targets, publications, trials
from tests.oracles.counted import ORACLES, Oracle, Rows

__all__ = ["ORACLES", "Oracle", "Rows", "comparison", "diseases_and_targets", "publications", "trials"]

"""Which other pairs of a run come near a pair: the other papers of its trial, and the other trials of its paper.

A paper reports one trial, and that one should fit it best. Rivals leave a pair to a person; its score they leave alone.
"""

from dataclasses import dataclass

import numpy as np

from tasks.papers.features.texts import Floats, Integers

NONE = -1


@dataclass(frozen=True)
class Rivals:
    """For each pair the place of its nearest rival among the pairs, NONE without one, and by how much the pair leads.

    Leads are in log odds, negative where the rival fits better, and infinite without a rival.
    """

    papers: Integers
    paper_leads: Floats
    trials: Integers
    trial_leads: Floats


def find_rivals(log_odds: Floats, rows: Integers, columns: Integers) -> Rivals:
    """The best other paper of each pair's trial, and the best other trial of its paper."""
    return Rivals(*_best_other(log_odds, rows), *_best_other(log_odds, columns))


def _best_other(log_odds: Floats, groups: Integers) -> tuple[Integers, Floats]:
    """Place of the best other pair of each pair's group, and the lead over it."""
    order = np.lexsort((-log_odds, groups))
    sorted_groups = groups[order]
    starts = np.flatnonzero(np.r_[True, sorted_groups[1:] != sorted_groups[:-1]]) if len(order) else order
    sizes = np.diff(np.r_[starts, len(order)])
    first = order[np.repeat(starts, sizes)]
    second = np.where(
        np.repeat(sizes, sizes) > 1, order[np.minimum(np.repeat(starts, sizes) + 1, len(order) - 1)], NONE
    )
    best = np.empty(len(order), dtype=np.int64)
    best[order] = np.where(order == first, second, first)
    leads = np.where(best == NONE, np.inf, log_odds - log_odds[best])
    return best, leads

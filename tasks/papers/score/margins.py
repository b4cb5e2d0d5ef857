"""How far a pair leads over its rivals: the other papers of its trial, and the other trials of its paper.

A paper reports one trial, and that one should fit it best. This is the only step that compares pairs with each other.
"""

import numpy as np

from tasks.papers.features.texts import Floats, Integers


def margin_features(log_odds: Floats, rows: Integers, columns: Integers, limit: float) -> Floats:
    """Three columns: the log odds, their margin over the trial's other papers, and over the paper's other trials.

    A margin is the distance to the best other pair, cut at `limit` on both sides; without another pair it is `limit`.
    """
    margins = [np.clip(_margin(log_odds, group), -limit, limit) for group in (rows, columns)]
    return np.stack([log_odds, *margins], axis=1)


def _margin(log_odds: Floats, groups: Integers) -> Floats:
    """Distance of each pair to the best other pair of its group; infinite where it is alone."""
    order = np.lexsort((-log_odds, groups))
    sorted_groups, sorted_log_odds = groups[order], log_odds[order]
    is_first = np.r_[True, sorted_groups[1:] != sorted_groups[:-1]] if len(order) else np.zeros(0, dtype=bool)
    group_of = np.cumsum(is_first) - 1
    best = sorted_log_odds[is_first]
    second = np.full(len(best), -np.inf)
    is_second = np.r_[False, is_first[:-1]] & ~is_first if len(order) else is_first
    second[group_of[is_second]] = sorted_log_odds[is_second]
    margin = np.empty(len(order))
    margin[order] = sorted_log_odds - np.where(is_first, second[group_of], best[group_of])
    return margin

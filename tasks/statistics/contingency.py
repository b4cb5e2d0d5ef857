"""Tests of published against unpublished counts: each level against the rest, and each variable as a whole."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LevelTest:
    """One level against the rest; numbers are None where `note` says why there is none."""

    chi_square: float | None = None
    p_value: float | None = None
    smallest_expected_count: float | None = None
    fisher_p_value: float | None = None
    odds_ratio: float | None = None
    odds_ratio_low: float | None = None
    odds_ratio_high: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class VariableTest:
    """One test over all levels of a variable; numbers are None where `note` says why there is none."""

    levels: int
    chi_square: float | None = None
    degrees_of_freedom: int | None = None
    p_value: float | None = None
    smallest_expected_count: float | None = None
    exact_p_value: float | None = None
    cramers_v: float | None = None
    note: str | None = None


def level_test(
    published: int, unpublished: int, all_published: int, all_unpublished: int, confidence_level: float = 0.95
) -> LevelTest:
    """Pearson's chi-square without continuity correction, as the paper's, with Fisher's exact test and odds ratio.

    The odds ratio is that of being published at the level against the rest: ad/bc with Woolf's interval; where a cell
    is empty, the conditional estimate with its exact interval.
    """
    table = np.array([[published, unpublished], [all_published - published, all_unpublished - unpublished]])
    if note := why_untestable(table, "no trial at this level", "all trials are at this level"):
        return LevelTest(note=note)
    pearson = stats.chi2_contingency(table, correction=False)
    ratio = stats.contingency.odds_ratio(table, kind="sample" if table.all() else "conditional")
    interval = ratio.confidence_interval(confidence_level)
    return LevelTest(
        chi_square=float(pearson.statistic),
        p_value=float(pearson.pvalue),
        smallest_expected_count=float(pearson.expected_freq.min()),
        fisher_p_value=float(stats.fisher_exact(table).pvalue),
        odds_ratio=finite(ratio.statistic),
        odds_ratio_low=finite(interval.low),
        odds_ratio_high=finite(interval.high),
    )


def variable_test(counts: Sequence[tuple[int, int]], exact_tables: int) -> VariableTest:
    """One test over all levels that hold a trial, with Cramér's V as the size of the effect.

    Pearson's chi-square, and Fisher's exact test: of two levels as it is, of more from so many tables drawn at random
    with the same margins, always the same ones.
    """
    held = np.array([pair for pair in counts if sum(pair) > 0], dtype=np.int64).reshape(-1, 2)
    if len(held) < 2:
        return VariableTest(len(held), note="a single level" if len(held) else "no trial")
    if note := why_untestable(held, "", ""):
        return VariableTest(len(held), note=note)
    pearson = stats.chi2_contingency(held, correction=False)
    return VariableTest(
        levels=len(held),
        chi_square=float(pearson.statistic),
        degrees_of_freedom=int(pearson.dof),
        p_value=float(pearson.pvalue),
        smallest_expected_count=float(pearson.expected_freq.min()),
        exact_p_value=exact_test(tuple((int(first), int(second)) for first, second in held), exact_tables),
        cramers_v=float(stats.contingency.association(held, method="cramer")),
    )


@cache
def exact_test(table: tuple[tuple[int, int], ...], exact_tables: int) -> float:
    """Fisher's exact test of a table with two columns, drawn at random where it has more than two rows.

    Kept, since a draw costs more than all else here, and the tables of one week are often those of the last.
    """
    counts = np.array(table)
    if len(table) == 2:
        return float(stats.fisher_exact(counts).pvalue)
    drawn = stats.MonteCarloMethod(n_resamples=exact_tables, rng=np.random.default_rng(0))
    # of a table with fewer trials than cells scipy gives the value in an array
    return float(np.asarray(stats.fisher_exact(counts, method=drawn).pvalue).item())


def why_untestable(table: Counts, empty_level: str, empty_rest: str) -> str | None:
    """What makes a table say nothing: no published or no unpublished trials, an empty level, or no rest."""
    if table[:, 0].sum() == 0:
        return "no published trial"
    if table[:, 1].sum() == 0:
        return "no unpublished trial"
    if table[0].sum() == 0:
        return empty_level
    if table[1].sum() == 0:
        return empty_rest
    return None


def adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini-Hochberg adjusted values, each in its place; None stays None and does not count as a test."""
    held = [p for p in p_values if p is not None]
    results = iter(stats.false_discovery_control(held, method="bh")) if held else iter(())
    return [None if p is None else float(next(results)) for p in p_values]


def wilson_interval(part: int, whole: int, confidence_level: float = 0.95) -> tuple[float, float] | None:
    """Wilson's interval of a share, in percent; None where there is no whole to have a share of."""
    if whole <= 0 or not 0 <= part <= whole:
        return None
    interval = stats.binomtest(part, whole).proportion_ci(confidence_level, method="wilson")
    return 100 * float(interval.low), 100 * float(interval.high)


def finite(value: float) -> float | None:
    """A number to store: infinity, the end of an interval that has none, becomes None."""
    return float(value) if math.isfinite(value) else None

"""Ranks the papers of each trial: find the pairs worth comparing, compute their features, score them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.features.texts import Floats, Integers
from tasks.papers.score.candidates import candidate_pairs
from tasks.papers.score.model import Model
from tasks.papers.trial import Trial
from tasks.settings import Matching


@dataclass(frozen=True)
class Ranked:
    """Pairs of a run with their scores: trial `rows[i]`, article `columns[i]`, best first within a trial."""

    rows: Integers
    columns: Integers
    scores: Floats


def rank(trials: Sequence[Trial], articles: Sequence[Article], matching: Matching, model: Model, most: int) -> Ranked:
    """The `most` best papers of each trial, and every paper that names it or that it refers to.

    Scores compare all trials and articles of a run with each other: give everything at once, not trial by trial.
    """
    pairs = PairFeatures(trials, articles, model.years_after_completion, matching.start_tolerance_years)
    rows, columns = candidate_pairs(pairs, matching)
    features = pairs.of(rows, columns)
    scores = model.score(model.log_odds(features, pairs.has_abstract[columns]), rows, columns)
    order = np.lexsort((columns, -scores, rows))
    rows, columns, scores = rows[order], columns[order], scores[order]
    starts = np.searchsorted(rows, rows, side="left")
    linked = features["names_the_trial"] + features["reference_result"] + features["reference_derived"]
    kept = (np.arange(len(rows)) - starts < most) | (linked[order] > 0)
    return Ranked(rows[kept], columns[kept], scores[kept])

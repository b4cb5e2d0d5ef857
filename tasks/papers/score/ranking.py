"""Ranks the papers of each trial: find pairs, compute their features, score, decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.features.texts import Floats, Integers
from tasks.papers.score.candidates import candidate_pairs
from tasks.papers.score.model import Model, load_model
from tasks.papers.trial import Trial
from tasks.settings import Matching, load_protocol

BY_WORDING, BY_TITLE, BY_AUTHOR = 40, 20, 20  # pairs looked at for each trial and way of finding them


@dataclass(frozen=True)
class Ranked:
    """Pairs of a run with their scores: trial `rows[i]`, article `columns[i]`, best first within a trial."""

    rows: Integers
    columns: Integers
    scores: Floats


def rank(trials: Sequence[Trial], articles: Sequence[Article], most: int = 20, model: Model | None = None) -> Ranked:
    """The `most` best papers of each trial, and every paper that names it or that it refers to.

    Scores compare all trials and articles of a run with each other: give everything at once, not trial by trial.
    """
    model = model or load_model()
    features = PairFeatures(trials, articles)
    rows, columns = candidate_pairs(features, BY_WORDING, BY_TITLE, BY_AUTHOR)
    found = features.of(rows, columns)
    scores = model.score(model.log_odds(found, features.has_abstract[columns]), rows, columns)
    order = np.lexsort((columns, -scores, rows))
    rows, columns, scores = rows[order], columns[order], scores[order]
    starts = np.searchsorted(rows, rows, side="left")
    linked = found["names_the_trial"] + found["reference_result"] + found["reference_derived"]
    kept = (np.arange(len(rows)) - starts < most) | (linked[order] > 0)
    return Ranked(rows[kept], columns[kept], scores[kept])


def decide(score: float) -> str:
    """accept, review or reject, by the thresholds of `landscape.toml`."""
    thresholds = matching_thresholds()
    if score >= thresholds.accept_from:
        return "accept"
    return "review" if score >= thresholds.review_from else "reject"


@cache
def matching_thresholds() -> Matching:
    """The thresholds of the study protocol, read once."""
    return load_protocol().matching

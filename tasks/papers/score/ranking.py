"""Ranks the papers of each trial: find the pairs worth comparing, compute their features, score them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.papers.article import Article
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.features.texts import Floats, Integers
from tasks.papers.score.candidates import candidate_pairs
from tasks.papers.score.model import Model
from tasks.papers.score.rivals import find_rivals
from tasks.papers.trial import Trial
from tasks.protocol import Matching

# features of a paper that is kept whatever its place
LINKING = ("names_the_trial", "full_text_names_the_trial", "reference_result", "reference_derived")
Place = tuple[int, int, float]  # row and column of another pair, and the lead over it


@dataclass(frozen=True)
class Rival:
    """Another pair of the run that comes too near: another paper of the trial, or another trial of the paper."""

    trial: Trial
    article: Article
    lead: float


@dataclass(frozen=True)
class Scored:
    """Pairs of a run: trial `rows[i]`, article `columns[i]`, log odds, and whether a number or reference links them."""

    rows: Integers
    columns: Integers
    log_odds: Floats
    is_linked: NDArray[np.bool_]


@dataclass(frozen=True)
class Ranking:
    """Pairs that are kept, with their scores: trial `rows[i]`, article `columns[i]`, best first within a trial.

    `rivals[i]`: the pairs whose log odds come nearer than the study protocol allows.
    """

    rows: Integers
    columns: Integers
    scores: Floats
    rivals: list[tuple[Place, ...]]


@dataclass(frozen=True)
class Ranked:
    """A ranking whose rivals are named by trial and article."""

    rows: Integers
    columns: Integers
    scores: Floats
    rivals: list[tuple[Rival, ...]]


def rank(trials: Sequence[Trial], articles: Sequence[Article], matching: Matching, model: Model, most: int) -> Ranked:
    """The `most` best papers of each trial, and every paper that names it or that it refers to.

    A score depends on its pair alone; rivals are sought among all trials and articles given.
    """
    features = PairFeatures(trials, articles, model.years_after_completion, matching.start_tolerance_years)
    ranking = rank_scored(score_pairs(features, *candidate_pairs(features, matching), model), matching, model, most)
    rivals = [
        tuple(Rival(trials[row], articles[column], lead) for row, column, lead in places) for places in ranking.rivals
    ]
    return Ranked(ranking.rows, ranking.columns, ranking.scores, rivals)


def score_pairs(features: PairFeatures, rows: Integers, columns: Integers, model: Model) -> Scored:
    """The log odds of each pair by its features."""
    values = features.of(rows, columns)
    linked = np.sum([values[name] for name in LINKING], axis=0) > 0
    return Scored(rows, columns, model.log_odds(values, features.has_abstract[columns]), linked)


def rank_scored(scored: Scored, matching: Matching, model: Model, most: int) -> Ranking:
    """Of all pairs of a run those that are kept, with the rivals of each."""
    order = np.lexsort((scored.columns, -scored.log_odds, scored.rows))
    rows, columns, log_odds = scored.rows[order], scored.columns[order], scored.log_odds[order]
    starts = np.searchsorted(rows, rows, side="left")
    kept = (np.arange(len(rows)) - starts < most) | scored.is_linked[order]
    found = find_rivals(log_odds, rows, columns)
    sides = (
        (found.papers, found.paper_leads, matching.least_lead_over_papers),
        (found.trials, found.trial_leads, matching.least_lead_over_trials),
    )
    rivals = [
        tuple(
            (int(rows[other[place]]), int(columns[other[place]]), float(leads[place]))
            for other, leads, least in sides
            if leads[place] < least
        )
        for place in np.flatnonzero(kept)
    ]
    return Ranking(rows[kept], columns[kept], model.score(log_odds)[kept], rivals)

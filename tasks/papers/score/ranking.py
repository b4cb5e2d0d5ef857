"""Ranks the papers of each trial: find the pairs worth comparing, compute their features, score them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.features.texts import Floats, Integers
from tasks.papers.score.candidates import candidate_pairs
from tasks.papers.score.model import Model
from tasks.papers.score.rivals import find_rivals
from tasks.papers.trial import Trial
from tasks.settings import Matching

# features of a paper that is kept whatever its place
LINKING = ("names_the_trial", "full_text_names_the_trial", "reference_result", "reference_derived")


@dataclass(frozen=True)
class Rival:
    """Another pair of the run that comes too near: another paper of the trial, or another trial of the paper."""

    trial: Trial
    article: Article
    lead: float


@dataclass(frozen=True)
class Ranked:
    """Pairs of a run with their scores: trial `rows[i]`, article `columns[i]`, best first within a trial.

    `rivals[i]`: the pairs whose log odds come nearer than the study protocol allows.
    """

    rows: Integers
    columns: Integers
    scores: Floats
    rivals: list[tuple[Rival, ...]]


def rank(trials: Sequence[Trial], articles: Sequence[Article], matching: Matching, model: Model, most: int) -> Ranked:
    """The `most` best papers of each trial, and every paper that names it or that it refers to.

    A score depends on its pair alone; rivals are sought among all trials and articles given.
    """
    pairs = PairFeatures(trials, articles, model.years_after_completion, matching.start_tolerance_years)
    rows, columns = candidate_pairs(pairs, matching)
    features = pairs.of(rows, columns)
    log_odds = model.log_odds(features, pairs.has_abstract[columns])
    order = np.lexsort((columns, -log_odds, rows))
    rows, columns, log_odds = rows[order], columns[order], log_odds[order]
    starts = np.searchsorted(rows, rows, side="left")
    linked = np.sum([features[name] for name in LINKING], axis=0)[order]
    kept = (np.arange(len(rows)) - starts < most) | (linked > 0)
    found = find_rivals(log_odds, rows, columns)
    sides = (
        (found.papers, found.paper_leads, matching.least_lead_over_papers),
        (found.trials, found.trial_leads, matching.least_lead_over_trials),
    )
    rivals = [
        tuple(
            Rival(trials[rows[other[place]]], articles[columns[other[place]]], float(leads[place]))
            for other, leads, least in sides
            if leads[place] < least
        )
        for place in np.flatnonzero(kept)
    ]
    return Ranked(rows[kept], columns[kept], model.score(log_odds)[kept], rivals)

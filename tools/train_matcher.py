"""Fits the weights of matching on links that people made: `python -m tools.train_matcher LINKS ROUTES`.

LINKS holds `trials.jsonl`, `articles.jsonl` and `links.csv` (nct_id, pmid; empty where people found none), and, of
candidates that people judged, `candidate_trials.jsonl.gz` and `candidates.csv.gz` (nct_id, is_results_paper and the
fields of an article). ROUTES holds the same trials and articles with the numbers that papers print and with
references: on these what numbers and references are worth is fitted, and the scores are calibrated. Prints
cross-validated scores and how reliable they are, then rewrites `tasks/papers/score/weights.toml`.
"""

import csv
import gzip
import sys
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import orjson
from sklearn.linear_model import LogisticRegression

from tasks.papers.article import Article, article_from_json
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.features.texts import Floats, Integers
from tasks.papers.score.candidates import candidate_pairs
from tasks.papers.score.model import WEIGHTS, WITH_ABSTRACT, WITHOUT_ABSTRACT, Model, load_model
from tasks.papers.score.rivals import find_rivals
from tasks.papers.sources.files import read_articles, read_trials
from tasks.papers.trial import Trial, trial_from_study
from tasks.protocol import Matching
from tasks.registry.study import Study
from tasks.settings import load_protocol
from tools.matcher_weights import write_weights

FOLDS = 5
# what the links, which have neither abstracts nor trial numbers, can't teach: fitted on the candidates
ON_CANDIDATES = ("abstract_cosine_similarity", "no_results", "other_design")
# what only pairs with numbers and references can teach
ON_ROUTES = (
    "names_the_trial",
    "full_text_names_the_trial",
    "names_other_trials_only",
    "reference_result",
    "reference_derived",
)
JUDGED_PAIR = 20.0  # weight of a pair that a person judged, against one nobody looked at
PARTS = 5  # of the trials, one of which is matched at a time: papers whose own trial is not there must not be accepted
FILES: Any = ((read_trials, "trials.jsonl"), (read_articles, "articles.jsonl"))
BINS = (0.0, 0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass
class Pairs:
    """Pairs of a data set with their features and what people said of them."""

    features: dict[str, Floats]
    rows: Integers
    columns: Integers
    has_abstract: Floats
    is_right: Floats
    is_judged: Floats
    linked: int
    judged: int

    def matrix(self, names: tuple[str, ...]) -> Floats:
        """The features of the given names, one column each."""
        return np.stack([self.features[name] for name in names], axis=1)


Sets: TypeAlias = tuple[Pairs, Pairs, Pairs]


@dataclass(frozen=True)
class Chosen:
    """One truth value for each pair of each data set: whether a model may see it."""

    links: Any
    routes: Any
    candidates: Any


def read_links(folder: Path, links: Path, matching: Matching) -> Pairs:
    """Trials with the paper that people found, or none; the trials and articles of another folder may know more."""
    trials, articles = (read(found(folder, name)) for read, name in FILES)
    with (links / "links.csv").open(newline="") as file:
        right = {(row["nct_id"], row["pmid"]) for row in csv.DictReader(file) if row["pmid"]}
    return _pair(trials, articles, right, right, matching)


def found(folder: Path, name: str) -> Path:
    """The file of that name, as it is or gzipped."""
    return next(path for path in (folder / name, folder / f"{name}.gz") if path.exists())


def read_candidates(folder: Path, matching: Matching) -> Pairs:
    """Trials with one candidate paper each, accepted or refused by people."""
    with gzip.open(folder / "candidate_trials.jsonl.gz") as lines:
        trials = [trial_from_study(Study(orjson.loads(line))) for line in lines]
    with gzip.open(folder / "candidates.csv.gz", "rt", newline="") as table:
        rows = list(csv.DictReader(table))
    articles = {row["pmid"]: article_from_json(dict(row)) for row in rows}
    judged = {(row["nct_id"], row["pmid"]) for row in rows}
    right = {(row["nct_id"], row["pmid"]) for row in rows if row["is_results_paper"] == "1"}
    return _pair(trials, list(articles.values()), right, judged, matching)


def _pair(trials: list[Trial], articles: list[Article], right: set[Any], judged: set[Any], matching: Matching) -> Pairs:
    features = PairFeatures(trials, articles, load_model().years_after_completion, matching.start_tolerance_years)
    rows, columns = candidate_pairs(features, matching)
    names = [(trials[row].nct_id, articles[column].pmid) for row, column in zip(rows, columns, strict=True)]
    return Pairs(
        features=features.of(rows, columns),
        rows=rows,
        columns=columns,
        has_abstract=features.has_abstract[columns],
        is_right=np.array([name in right for name in names], dtype=float),
        is_judged=np.array([name in judged for name in names], dtype=float),
        linked=len(right),
        judged=len(judged),
    )


def fit(links: Pairs, routes: Pairs, candidates: Pairs, used: Chosen) -> Model:
    """A model from the marked pairs of the three data sets."""
    model = load_model()
    by_hand = {"by hand"}
    elsewhere = (*ON_CANDIDATES, *ON_ROUTES)
    on_links = tuple(w.name for w in model.weights if w.origin not in by_hand and w.name not in elsewhere)
    values, constant = _regress(on_links, links, used.links, np.ones(len(links.rows)), is_scaled=False)
    importance = np.where(candidates.is_judged, JUDGED_PAIR, 1.0)
    more, constant_with_abstract = _regress(ON_CANDIDATES, candidates, used.candidates, importance, is_scaled=True)
    values |= more | dict.fromkeys(ON_ROUTES, 0.0)
    weights = tuple(replace(weight, value=values.get(weight.name, weight.value)) for weight in model.weights)
    constants = {WITHOUT_ABSTRACT: constant, WITH_ABSTRACT: constant_with_abstract}
    return _calibrate(replace(model, weights=weights, constants=constants), links, routes, used)


def _calibrate(content: Model, links: Pairs, routes: Pairs, used: Chosen) -> Model:
    """What numbers and references add to the log odds of the content, and what share is right at which log odds.

    Pairs with and without numbers count alike, so that the score also holds where no paper prints any.
    """
    tables, answers = [], []
    for pairs, chosen in ((links, used.links), (routes, used.routes)):
        own = content.log_odds(pairs.features, pairs.has_abstract)
        tables.append(np.column_stack([own, pairs.matrix(ON_ROUTES)])[chosen])
        answers.append(pairs.is_right[chosen])
    regression = LogisticRegression(C=10.0, max_iter=5000).fit(np.concatenate(tables), np.concatenate(answers))
    slope, *worth = regression.coef_[0]
    values = {name: round(float(value / slope), 3) for name, value in zip(ON_ROUTES, worth, strict=True)}
    weights = tuple(replace(weight, value=values.get(weight.name, weight.value)) for weight in content.weights)
    calibration = {"constant": round(float(regression.intercept_[0]), 4), "slope": round(float(slope), 4)}
    return replace(content, weights=weights, calibration=calibration)


def _regress(
    names: tuple[str, ...], pairs: Pairs, used: Any, importance: Floats, is_scaled: bool
) -> tuple[dict[str, float], float]:
    """Weights and constant of a logistic regression.

    The cosine similarities of titles overlap and are kept in their unit, so that no large weights of opposite sign
    arise; the few features fitted on the candidates are scaled, so that a small one is not shrunk more than a large
    one.
    """
    table = pairs.matrix(names)[used]
    spread = table.std(axis=0) if is_scaled else np.ones(len(names))
    spread[spread == 0] = 1
    regression = LogisticRegression(C=0.3 if is_scaled else 1.0, max_iter=5000)
    regression.fit(table / spread, pairs.is_right[used], importance[used])
    weights = {name: round(float(value), 3) for name, value in zip(names, regression.coef_[0] / spread, strict=True)}
    return weights, round(float(regression.intercept_[0]), 3)


def log_odds_of(model: Model, pairs: Pairs) -> Floats:
    """Log odds of all pairs of a data set."""
    return model.log_odds(pairs.features, pairs.has_abstract)


def cross_validate(links: Pairs, routes: Pairs, candidates: Pairs, seed: int) -> list[tuple[Floats, Floats]]:
    """Log odds and scores of each pair of each set by a model that saw neither its trial nor what people said of it."""
    random = np.random.default_rng(seed)
    sets = (links, routes, candidates)
    fold_of_trial = random.integers(PARTS, size=max(links.rows.max(), routes.rows.max()) + 1)
    folds = [fold_of_trial[links.rows], fold_of_trial[routes.rows]]
    folds.append(random.integers(PARTS, size=candidates.rows.max() + 1)[candidates.rows])
    results = [(np.zeros(len(one.rows)), np.zeros(len(one.rows))) for one in sets]
    for fold in range(PARTS):
        model = fit(links, routes, candidates, Chosen(*(each != fold for each in folds)))
        for pairs, each, (log_odds, scores) in zip(sets, folds, results, strict=True):
            own = log_odds_of(model, pairs)
            log_odds[each == fold], scores[each == fold] = own[each == fold], model.score(own)[each == fold]
    return results


def accepted_pairs(pairs: Pairs, log_odds: Floats, scores: Floats, matching: Matching, parts: int) -> Any:
    """Pairs that the score accepts and no rival keeps from it, one part of the trials in the run at a time."""
    accepted = np.zeros(len(scores), dtype=bool)
    for part in range(parts):
        here = pairs.rows % parts == part
        rivals = find_rivals(log_odds[here], pairs.rows[here], pairs.columns[here])
        leads = rivals.paper_leads >= matching.least_lead_over_papers
        leads &= rivals.trial_leads >= matching.least_lead_over_trials
        accepted[here] = leads & (scores[here] >= matching.accept_from)
    return accepted


def report(title: str, pairs: Pairs, log_odds: Floats, scores: Floats, matching: Matching) -> str:
    """The figures of docs/how-matching-works.md: by the scores alone, before rules."""
    order = np.lexsort((-log_odds, pairs.rows))
    places = np.arange(len(order)) - np.searchsorted(pairs.rows[order], pairs.rows[order])
    right = places[pairs.is_right[order] > 0]
    told = f"{title:<32} recall@1 {np.sum(right < 1) / pairs.linked:.3f}  @10 {np.sum(right < 10) / pairs.linked:.3f}"
    for parts in (PARTS, 1):
        taken = accepted_pairs(pairs, log_odds, scores, matching, parts)
        hits = pairs.is_right[taken].sum()
        told += f"  in {parts} parts: precision {hits / max(1, taken.sum()):.3f} recall {hits / pairs.linked:.3f}"
    return told


def reliability(pairs: Pairs, scores: Floats) -> list[str]:
    """For each range of scores: how many pairs, their mean score, and the share that is right."""
    rows = []
    for low, high in pairwise(BINS):
        here = (scores >= low) & (scores < high + (high == 1))
        if here.any():
            told = f"mean score {scores[here].mean():.3f}  right {pairs.is_right[here].mean():.3f}"
            rows.append(f"  {low:.2f} to {high:.2f}  {here.sum():>6} pairs  {told}")
    return rows


def report_candidates(title: str, pairs: Pairs, scores: Floats, matching: Matching) -> str:
    """How many candidates that people accepted are kept, and how many of the others are rejected."""
    kept = scores >= matching.review_from
    good, bad = pairs.is_right > 0, (pairs.is_judged > 0) & (pairs.is_right == 0)
    share = 1 - np.sum(kept & bad) / (pairs.judged - pairs.linked)
    return f"{title:<32} candidates kept {np.sum(kept & good)}/{pairs.linked} others rejected {share:.3f}"


def tell(title: str, sets: Sets, results: list[tuple[Floats, Floats]], matching: Matching) -> None:
    """Print the figures of all three sets."""
    for name, pairs, (log_odds, scores) in zip(("content alone", "with routes"), sets[:2], results[:2], strict=True):
        print(report(f"{title}: {name}", pairs, log_odds, scores, matching), *reliability(pairs, scores), sep="\n")
    print(report_candidates(f"{title}: candidates", sets[2], results[2][1], matching))


def main(links_folder: Path, routes_folder: Path) -> None:
    """Cross-validate with three seeds, fit on everything, write the weights."""
    matching = load_protocol().matching
    links = read_links(links_folder, links_folder, matching)
    routes = read_links(routes_folder, links_folder, matching)
    candidates = read_candidates(links_folder, matching)
    sets = (links, routes, candidates)
    for seed in range(3):
        tell(f"cross-validated ({seed})", sets, cross_validate(*sets, seed), matching)
    model = fit(*sets, Chosen(*(np.ones(len(one.rows), dtype=bool) for one in sets)))
    fitted = [(own := log_odds_of(model, pairs), model.score(own)) for pairs in sets]
    tell("fitted on all", sets, fitted, matching)
    write_weights(model, WEIGHTS)
    print(f"{WEIGHTS}: written")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tools.train_matcher LINKS ROUTES")
    main(Path(sys.argv[1]), Path(sys.argv[2]))

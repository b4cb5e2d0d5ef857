"""Fits the weights of matching on links that people made: `python -m tools.train_matcher FOLDER`.

FOLDER holds `trials.jsonl`, `articles.jsonl` and `links.csv` (nct_id, pmid; empty where people found none), and, of
candidates that people judged, `candidate_trials.jsonl.gz` and `candidates.csv.gz` (nct_id, is_results_paper and the
fields of an article). Prints the cross-validated scores, then rewrites `tasks/papers/score/weights.toml`.
"""

import csv
import gzip
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sklearn.linear_model import LogisticRegression

from tasks.papers.article import Article, article_from_json
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.features.texts import Floats, Integers
from tasks.papers.score.candidates import candidate_pairs
from tasks.papers.score.margins import margin_features
from tasks.papers.score.model import WEIGHTS, WITH_ABSTRACT, WITHOUT_ABSTRACT, Model, load_model
from tasks.papers.trial import Trial, trial_from_study
from tasks.registry.study import Study
from tasks.settings import Matching, load_protocol
from tools.matcher_weights import write_weights

FOLDS = 5
# what the links, which have neither abstracts nor trial numbers, can't teach: fitted on the candidates
ON_CANDIDATES = (
    "abstract_cosine_similarity",
    "names_the_trial",
    "names_other_trials_only",
    "no_results",
    "other_design",
)
JUDGED_PAIR = 20.0  # weight of a pair that a person judged, against one nobody looked at
# share of the trials that take part in a round: papers whose trial is not registered must not be accepted
SHARES_OF_TRIALS = (0.25, 0.5, 1.0, 0.25, 0.5, 1.0)


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


def read_links(folder: Path, matching: Matching) -> Pairs:
    """Trials with the paper that people found, or none."""
    trials = [trial_from_study(Study(orjson.loads(line))) for line in (folder / "trials.jsonl").open("rb")]
    articles = [article_from_json(orjson.loads(line)) for line in (folder / "articles.jsonl").open("rb")]
    with (folder / "links.csv").open(newline="") as file:
        links = {(row["nct_id"], row["pmid"]) for row in csv.DictReader(file) if row["pmid"]}
    return _pair(trials, articles, links, links, matching)


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


def fit(links: Pairs, candidates: Pairs, used: Any, used_candidates: Any) -> Model:
    """A model from the marked pairs of both data sets (`used`: one truth value for each pair)."""
    model = load_model()
    on_links = tuple(w.name for w in model.weights if w.origin == "fitted" and w.name not in ON_CANDIDATES)
    values, constant = _regress(on_links, links, used, np.ones(len(links.rows)), is_scaled=False)
    importance = np.where(candidates.is_judged, JUDGED_PAIR, 1.0)
    more, constant_with_abstract = _regress(ON_CANDIDATES, candidates, used_candidates, importance, is_scaled=True)
    values |= more
    weights = tuple(replace(weight, value=values.get(weight.name, weight.value)) for weight in model.weights)
    constants = {WITHOUT_ABSTRACT: constant, WITH_ABSTRACT: constant_with_abstract}
    return _fit_margins(replace(model, weights=weights, constants=constants), links, used)


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


def _fit_margins(model: Model, links: Pairs, used: Any) -> Model:
    """How much the margins count, over rounds in which only some of the trials take part."""
    random = np.random.default_rng(20240430)
    log_odds = model.log_odds(links.features, links.has_abstract)
    tables, answers = [], []
    for share in SHARES_OF_TRIALS:
        present = (random.random(links.rows.max() + 1) < share)[links.rows] & used
        pairs = (log_odds[present], links.rows[present], links.columns[present])
        tables.append(margin_features(*pairs, model.margins["limit"]))
        answers.append(links.is_right[present])
    margins = LogisticRegression(C=1.0, max_iter=5000).fit(np.concatenate(tables), np.concatenate(answers))
    names = ("log_odds", "over_other_papers", "over_other_trials")
    fitted = {name: round(float(value), 4) for name, value in zip(names, margins.coef_[0], strict=True)}
    return replace(
        model, margins={"constant": round(float(margins.intercept_[0]), 4), **fitted, "limit": model.margins["limit"]}
    )


def scores_of(model: Model, pairs: Pairs) -> Floats:
    """Scores of all pairs of a data set."""
    return model.score(model.log_odds(pairs.features, pairs.has_abstract), pairs.rows, pairs.columns)


def cross_validate(links: Pairs, candidates: Pairs, seed: int) -> tuple[Floats, Floats]:
    """Scores of each pair by a model that saw neither its trial nor what people said of it."""
    random = np.random.default_rng(seed)
    folds = random.integers(FOLDS, size=links.rows.max() + 1)[links.rows]
    candidate_folds = random.integers(FOLDS, size=candidates.rows.max() + 1)[candidates.rows]
    link_scores, candidate_scores = np.zeros(len(links.rows)), np.zeros(len(candidates.rows))
    for fold in range(FOLDS):
        model = fit(links, candidates, folds != fold, candidate_folds != fold)
        link_scores[folds == fold] = scores_of(model, links)[folds == fold]
        candidate_scores[candidate_folds == fold] = scores_of(model, candidates)[candidate_folds == fold]
    return link_scores, candidate_scores


def report(title: str, links: Pairs, candidates: Pairs, scores: tuple[Floats, Floats], matching: Matching) -> str:
    """The figures of docs/how-matching-works.md for the scores of both data sets."""
    link_scores, candidate_scores = scores
    order = np.lexsort((-link_scores, links.rows))
    places = np.arange(len(order)) - np.searchsorted(links.rows[order], links.rows[order])
    right = places[links.is_right[order] > 0]
    accepted = link_scores >= matching.accept_from
    kept = candidate_scores >= matching.review_from
    good, bad = candidates.is_right > 0, (candidates.is_judged > 0) & (candidates.is_right == 0)
    refusals = candidates.judged - candidates.linked
    return (
        f"{title:<22} recall@1 {np.sum(right < 1) / links.linked:.3f}  @10 {np.sum(right < 10) / links.linked:.3f}"
        f"  accepted precision {links.is_right[accepted].mean():.3f}"
        f" recall {links.is_right[accepted].sum() / links.linked:.3f}"
        f"  candidates kept {np.sum(kept & good)}/{candidates.linked} rejected {1 - np.sum(kept & bad) / refusals:.3f}"
    )


def main(folder: Path) -> None:
    """Cross-validate with three seeds, fit on everything, write the weights."""
    matching = load_protocol().matching
    links, candidates = read_links(folder, matching), read_candidates(folder, matching)
    for seed in range(3):
        scores = cross_validate(links, candidates, seed)
        print(report(f"cross-validated ({seed})", links, candidates, scores, matching))
    everything = (np.ones(len(links.rows), dtype=bool), np.ones(len(candidates.rows), dtype=bool))
    model = fit(links, candidates, *everything)
    fitted = scores_of(model, links), scores_of(model, candidates)
    print(report("fitted on all", links, candidates, fitted, matching))
    write_weights(model, WEIGHTS)
    print(f"{WEIGHTS}: written")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.train_matcher FOLDER")
    main(Path(sys.argv[1]))

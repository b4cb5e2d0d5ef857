"""How features become a score."""

from pathlib import Path

import numpy as np

from tasks.papers.judge.criteria import CRITERIA
from tasks.papers.score.margins import margin_features
from tasks.papers.score.model import WEIGHTS, load_model
from tasks.settings import load_protocol
from tools.matcher_weights import write_weights


def test_a_margin_is_the_distance_to_the_best_other():
    log_odds = np.array([3.0, 1.0, 2.0, 9.0])
    rows, columns = np.array([0, 0, 0, 1]), np.array([0, 1, 2, 0])
    table = margin_features(log_odds, rows, columns, limit=6.0)
    assert table[:, 1].tolist() == [1.0, -2.0, -1.0, 6.0]
    assert table[:, 2].tolist() == [-6.0, 6.0, 6.0, 6.0]


def test_a_run_without_pairs_has_no_scores():
    none = np.zeros(0)
    assert load_model().score(none, none.astype(np.int64), none.astype(np.int64)).tolist() == []


def test_higher_log_odds_never_lower_a_score():
    model = load_model()
    rows, columns = np.array([0, 0]), np.array([0, 1])
    low, high = (model.score(np.array([value, 0.0]), rows, columns)[0] for value in (-2.0, 2.0))
    assert low < high


def test_every_weight_is_explained_and_belongs_to_a_criterion():
    model = load_model()
    assert all(weight.meaning and weight.criterion in CRITERIA for weight in model.weights)
    assert {weight.origin for weight in model.weights} == {"fitted", "by hand"}
    matching = load_protocol().matching
    assert 0 < matching.review_from < matching.accept_from < 1
    assert set(matching.needed_criteria) <= set(CRITERIA)


def test_weights_are_written_as_they_are_read(tmp_path: Path):
    write_weights(load_model(), tmp_path / "weights.toml")
    assert load_model(tmp_path / "weights.toml") == load_model(WEIGHTS)

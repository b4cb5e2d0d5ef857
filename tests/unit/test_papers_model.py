"""How features become a score."""

from pathlib import Path

import numpy as np

from tasks.papers.judge.criteria import VERDICTS
from tasks.papers.score.model import WEIGHTS, load_model
from tasks.papers.score.rivals import NONE, find_rivals
from tasks.settings import load_protocol
from tools.matcher_weights import write_weights


def test_the_nearest_rival_is_the_best_other_pair_and_a_lone_pair_has_none():
    log_odds = np.array([3.0, 1.0, 2.0, 9.0])
    rows, columns = np.array([0, 0, 0, 1]), np.array([0, 1, 2, 0])
    found = find_rivals(log_odds, rows, columns)
    assert found.papers.tolist() == [2, 0, 0, NONE] and found.paper_leads.tolist() == [1.0, -2.0, -1.0, np.inf]
    assert found.trials.tolist() == [3, NONE, NONE, 0] and found.trial_leads.tolist() == [-6.0, np.inf, np.inf, 6.0]


def test_a_run_without_pairs_has_neither_scores_nor_rivals():
    none = np.zeros(0)
    assert load_model().score(none).tolist() == []
    assert find_rivals(none, none.astype(np.int64), none.astype(np.int64)).papers.tolist() == []


def test_higher_log_odds_never_lower_a_score():
    low, high = load_model().score(np.array([-2.0, 2.0]))
    assert low < high


def test_every_weight_is_explained_and_belongs_to_a_criterion():
    model = load_model()
    assert all(weight.meaning and weight.criterion in VERDICTS for weight in model.weights)
    assert {weight.origin for weight in model.weights} == {"fitted", "by hand"}
    matching = load_protocol().matching
    assert 0 < matching.review_unrivalled_from < matching.review_from < matching.accept_from < 1
    assert set(matching.needed_criteria) <= set(VERDICTS)


def test_weights_are_written_as_they_are_read(tmp_path: Path):
    write_weights(load_model(), tmp_path / "weights.toml")
    assert load_model(tmp_path / "weights.toml") == load_model(WEIGHTS)

"""Texts as vectors, the papers nearest to a trial, and which pairs are worth comparing."""

import math

import numpy as np
import pytest

from tasks.papers.article import article_from_json
from tasks.papers.features.frequencies import Frequencies
from tasks.papers.features.texts import (
    WORDS_SPLITTING,
    TextVectors,
    cosine_similarity,
    largest_shared,
    nearest,
    presence,
    shared_weight,
)
from tasks.papers.score.model import load_model
from tasks.papers.score.ranking import rank
from tasks.papers.trial import Trial
from tasks.settings import load_protocol

TRIALS = [["gpc3", "car", "liver"], ["cd19", "car"]]
PAPERS = [["cd19", "car"], ["stent", "car"], ["gpc3", "liver", "liver", "car"], ["angina", "stent"]]
COUNTED = Frequencies(6, {"car": 5, "gpc3": 2, "liver": 2, "cd19": 2, "stent": 2})
NONE = np.zeros(0, dtype=np.int64)


def vectors() -> TextVectors:
    return TextVectors(TRIALS, PAPERS, COUNTED, WORDS_SPLITTING)


def test_equal_texts_are_alike_and_texts_without_a_common_word_are_not():
    texts = vectors()
    pairs = np.array([1, 1]), texts.papers, np.array([0, 3])
    assert cosine_similarity(texts.trials, *pairs).tolist() == pytest.approx([1, 0])


def test_a_word_weighs_less_the_more_texts_hold_it():
    texts = vectors()
    shared = largest_shared(texts.weights_of(texts.trials), np.array([0, 1]), presence(texts.papers), np.array([1, 1]))
    # `car` stands in five of the six texts
    assert shared.tolist() == pytest.approx([math.log1p(6 / 5) / math.log1p(6)] * 2)
    assert texts.weights.max() == 1, "stent stands in two texts, angina in none that was counted"


def test_the_share_of_words_is_weighted():
    texts = vectors()
    held = shared_weight(texts.weights_of(texts.trials), np.array([0, 0]), presence(texts.papers), np.array([2, 1]))
    car, gpc3 = math.log1p(6 / 5), math.log1p(6 / 2)
    assert held.tolist() == pytest.approx([1, car / (car + 2 * gpc3)])


def test_the_nearest_papers_share_a_word():
    texts = vectors()
    rows, columns, _ = nearest(texts.trials, texts.papers, 3)
    assert sorted(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    rows, columns, similarity = nearest(texts.trials, texts.papers, 1)
    assert (rows.tolist(), columns.tolist(), similarity[1]) == ([0, 1], [2, 0], pytest.approx(1))


def test_rare_words_are_told_by_the_texts_that_were_counted():
    texts = TextVectors([["gpc3"]], PAPERS, COUNTED, WORDS_SPLITTING)
    (gpc3,), (stent,), (car,) = (texts.vectors([[word]]).indices for word in ("gpc3", "stent", "car"))
    assert texts.is_rare(0.5)[[gpc3, stent, car]].tolist() == [True, True, False]


def test_the_weight_of_a_word_does_not_depend_on_the_run():
    alone = TextVectors([["gpc3", "car"]], [["gpc3"]], COUNTED, WORDS_SPLITTING)
    crowded = vectors()
    weights = [one.weights[one.vectors([["gpc3"]]).indices[0]] for one in (alone, crowded)]
    assert weights[0] == weights[1] < 1


def test_no_pairs_give_no_numbers():
    texts = vectors()
    assert cosine_similarity(texts.trials, NONE, texts.papers, NONE).tolist() == []


def test_trials_and_papers_without_a_word_are_ranked_by_what_else_is_known():
    named = article_from_json({"pmid": "1", "nct_ids": ["NCT90000001"]})
    ranked = rank([Trial("NCT90000001")], [named], load_protocol().matching, load_model(), 10)
    assert (ranked.rows.tolist(), ranked.columns.tolist()) == ([0], [0])
    silent = rank([Trial("NCT90000001")], [article_from_json({"pmid": "1"})], load_protocol().matching, load_model(), 1)
    assert silent.rows.tolist() == []

"""Finds the pairs worth comparing without looking at every pair: near in wording, or with an author in common."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features import texts
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.features.texts import Integers, Matrix
from tasks.papers.names import readings
from tasks.papers.trial import Trial

COMMONEST = 0.10  # words of more than this share of the abstracts find nothing there


def candidate_pairs(
    features: PairFeatures, by_wording: int, by_title: int, by_author: int
) -> tuple[Integers, Integers]:
    """Rows (trials) and columns (articles) of the pairs to compare, at most the given numbers for each trial."""
    titles = [texts.nearest(title, features.article_title, by_title) for title in features.titles]
    wording = texts.nearest(features.wording, features.article_title, by_wording)
    ways = [wording, *titles, _by_author(features, by_author), _by_reference(features), _by_number(features)]
    if features.has_abstract.any():
        ways.append(_by_abstract(features, by_wording))
    found = [np.unique(np.concatenate([way[row] for way in ways])) for row in range(len(features.trials))]
    rows = np.repeat(np.arange(len(found)), [len(columns) for columns in found])
    return rows, np.concatenate([*found, np.zeros(0, dtype=np.int64)])


def _by_abstract(features: PairFeatures, count: int) -> list[Integers]:
    counts = features.counts
    shares = np.asarray((counts.article_text > 0).sum(axis=0)).ravel() / max(1, counts.article_text.shape[0])
    weights = np.where(shares <= COMMONEST, features.text_idf, 0.0)
    return texts.nearest(_kept(counts.wording, weights), _kept(counts.article_text, weights), count)


def _kept(counts: Matrix, weights: texts.Floats) -> Matrix:
    matrix = texts.tf_idf(counts, weights)
    matrix.eliminate_zeros()
    return matrix


def _by_author(features: PairFeatures, count: int) -> list[Integers]:
    """Papers with an investigator among their authors; for common names, those nearest in wording."""
    authors = _authors(features.articles)
    found = []
    for row, trial in enumerate(features.trials):
        columns = np.array(sorted(_written_by(trial, authors)), dtype=np.int64)
        if len(columns) > count:
            similarity = texts.cosine_similarity(
                features.wording, np.full(len(columns), row), features.article_title, columns
            )
            columns = columns[np.argsort(-similarity, kind="stable")[:count]]
        found.append(columns)
    return found


def _authors(articles: Sequence[Article]) -> dict[str, set[tuple[str, int]]]:
    """Surname -> (first initial, article)."""
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for column, article in enumerate(articles):
        for author in article.authors:
            if author.person:
                found[author.person.surname].add((author.person.given[:1], column))
    return found


def _written_by(trial: Trial, authors: dict[str, set[tuple[str, int]]]) -> set[int]:
    people = [reading for name in trial.investigators for reading in readings(name)]
    return {
        column
        for person in people
        for initial, column in authors.get(person.surname, ())
        if initial == person.given[:1]
    }


def _by_reference(features: PairFeatures) -> list[Integers]:
    """Papers that the registration refers to."""
    columns = {article.pmid: column for column, article in enumerate(features.articles) if article.pmid}
    found = [{columns[pmid] for _, pmid, _ in trial.references if pmid in columns} for trial in features.trials]
    return [np.array(sorted(entry), dtype=np.int64) for entry in found]


def _by_number(features: PairFeatures) -> list[Integers]:
    """Papers that name the trial anywhere."""
    naming: dict[str, list[int]] = defaultdict(list)
    for column, article in enumerate(features.articles):
        for number in article.named_nct_ids:
            naming[number].append(column)
    found = [{column for number in trial.numbers for column in naming.get(number, [])} for trial in features.trials]
    return [np.array(sorted(entry), dtype=np.int64) for entry in found]

"""Finds the pairs worth comparing without looking at every pair: near in wording, or with an author in common."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features import vectors
from tasks.papers.features.evidence import Evidence
from tasks.papers.features.vectors import Integers, Matrix
from tasks.papers.names import readings
from tasks.papers.trial import Trial

COMMONEST = 0.10  # words of more than this share of the abstracts find nothing there


def candidate_pairs(evidence: Evidence, by_wording: int, by_title: int, by_author: int) -> tuple[Integers, Integers]:
    """Rows (trials) and columns (articles) of the pairs to compare, at most the given numbers for each trial."""
    titles = [vectors.nearest(title, evidence.article_title, by_title) for title in evidence.titles]
    wording = vectors.nearest(evidence.wording, evidence.article_title, by_wording)
    routes = [wording, *titles, _by_author(evidence, by_author), _by_reference(evidence), _by_number(evidence)]
    if evidence.has_abstract.any():
        routes.append(_by_abstract(evidence, by_wording))
    found = [np.unique(np.concatenate([route[row] for route in routes])) for row in range(len(evidence.trials))]
    rows = np.repeat(np.arange(len(found)), [len(columns) for columns in found])
    return rows, np.concatenate([*found, np.zeros(0, dtype=np.int64)])


def _by_abstract(evidence: Evidence, count: int) -> list[Integers]:
    texts = evidence.texts
    shares = np.asarray((texts.article_text > 0).sum(axis=0)).ravel() / max(1, texts.article_text.shape[0])
    weights = np.where(shares <= COMMONEST, evidence.text_weights, 0.0)
    return vectors.nearest(_kept(texts.wording, weights), _kept(texts.article_text, weights), count)


def _kept(counts: Matrix, weights: vectors.Floats) -> Matrix:
    matrix = vectors.weigh(counts, weights)
    matrix.eliminate_zeros()
    return matrix


def _by_author(evidence: Evidence, count: int) -> list[Integers]:
    """Papers with an investigator among their authors; for common names, those nearest in wording."""
    authors = _authors(evidence.articles)
    found = []
    for row, trial in enumerate(evidence.trials):
        columns = np.array(sorted(_written_by(trial, authors)), dtype=np.int64)
        if len(columns) > count:
            likeness = vectors.products(evidence.wording, np.full(len(columns), row), evidence.article_title, columns)
            columns = columns[np.argsort(-likeness, kind="stable")[:count]]
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


def _by_reference(evidence: Evidence) -> list[Integers]:
    """Papers that the registration refers to."""
    columns = {article.pmid: column for column, article in enumerate(evidence.articles) if article.pmid}
    found = [{columns[pmid] for _, pmid, _ in trial.references if pmid in columns} for trial in evidence.trials]
    return [np.array(sorted(entry), dtype=np.int64) for entry in found]


def _by_number(evidence: Evidence) -> list[Integers]:
    """Papers that name the trial anywhere."""
    naming: dict[str, list[int]] = defaultdict(list)
    for column, article in enumerate(evidence.articles):
        for number in article.named_nct_ids:
            naming[number].append(column)
    found = [{column for number in trial.numbers for column in naming.get(number, [])} for trial in evidence.trials]
    return [np.array(sorted(entry), dtype=np.int64) for entry in found]

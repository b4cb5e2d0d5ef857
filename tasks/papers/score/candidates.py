"""Finds the pairs worth comparing without looking at every pair: near in wording, or with an author in common."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.features.texts import Integers, cosine_similarity, nearest
from tasks.papers.names import readings
from tasks.papers.trial import Trial
from tasks.papers.words import tokens
from tasks.settings import Matching


def candidate_pairs(features: PairFeatures, matching: Matching) -> tuple[Integers, Integers]:
    """Rows (trials) and columns (articles) of the pairs to compare, each pair once, by trial."""
    papers = features.titles.papers
    ways = [
        nearest(features.titles.trials, papers, matching.papers_by_wording),
        nearest(features.brief_titles, papers, matching.papers_by_title),
        nearest(features.official_titles, papers, matching.papers_by_title),
        _by_author(features, matching.papers_by_author),
        _by_reference(features),
        _by_number(features),
    ]
    if features.has_abstract.any():
        ways.append(_by_abstract(features, matching.papers_by_wording, matching.commonest_word_share))
    found = [np.unique(np.concatenate([way[row] for way in ways])) for row in range(len(features.trials))]
    rows = np.repeat(np.arange(len(found)), [len(columns) for columns in found])
    return rows, np.concatenate([*found, np.zeros(0, dtype=np.int64)])


def _by_abstract(features: PairFeatures, count: int, commonest: float) -> list[Integers]:
    """Papers whose abstracts are nearest by words that at most a share of `commonest` of them hold."""
    rare = features.texts.is_rare(commonest)
    wording = features.texts.vectors(tokens(trial.wording) for trial in features.trials)
    return nearest(wording[:, rare], features.texts.papers[:, rare], count)


def _by_author(features: PairFeatures, count: int) -> list[Integers]:
    """Papers with an investigator among their authors; for common names, those nearest in wording."""
    authors = _authors(features.articles)
    found = []
    for row, trial in enumerate(features.trials):
        columns = np.array(sorted(_written_by(trial, authors)), dtype=np.int64)
        if len(columns) > count:
            rows, papers = np.full(len(columns), row), features.titles.papers
            similarity = cosine_similarity(features.titles.trials, rows, papers, columns)
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
    found = [{columns[one.pmid] for one in trial.references if one.pmid in columns} for trial in features.trials]
    return [np.array(sorted(entry), dtype=np.int64) for entry in found]


def _by_number(features: PairFeatures) -> list[Integers]:
    """Papers that name the trial anywhere."""
    naming: dict[str, list[int]] = defaultdict(list)
    for column, article in enumerate(features.articles):
        for number in article.named_numbers:
            naming[number].append(column)
    found = [{column for number in trial.numbers for column in naming.get(number, [])} for trial in features.trials]
    return [np.array(sorted(entry), dtype=np.int64) for entry in found]

"""What speaks for and against a paper being the paper of a trial, as numbers, for many pairs at once.

Each number belongs to one criterion; `tasks/papers/score/weights.toml` says what it is worth and explains it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features import vectors
from tasks.papers.features.facts import all_facts
from tasks.papers.features.vectors import Floats, Integers, Matrix, Words
from tasks.papers.trial import Trial
from tasks.papers.words import acronyms, grams, tokens


@dataclass
class Texts:
    """Words of all trials and articles of a run as matrices with one row each and the same columns."""

    brief_title: Matrix
    official_title: Matrix
    wording: Matrix
    interventions: Matrix
    acronyms: Matrix
    summary: Matrix
    article_title: Matrix
    article_text: Matrix


def read_texts(trials: Sequence[Trial], articles: Sequence[Article]) -> Texts:
    """Split all texts into words, once; a paper's title counts twice in its text."""
    words = Words()
    texts = Texts(
        brief_title=words.count(tokens(trial.brief_title) for trial in trials),
        official_title=words.count(tokens(trial.official_title) for trial in trials),
        wording=words.count(tokens(trial.wording) for trial in trials),
        interventions=words.count(tokens(" ".join(trial.interventions)) for trial in trials),
        acronyms=words.count(sorted(acronyms(trial.titles)) for trial in trials),
        summary=words.count(tokens(f"{trial.wording} {trial.summary} {trial.description}") for trial in trials),
        article_title=words.count(tokens(article.title) for article in articles),
        article_text=words.count(tokens(f"{article.title} {article.title} {article.abstract}") for article in articles),
    )
    for matrix in vars(texts).values():
        words.widen(matrix)
    return texts


class Evidence:
    """All trials and articles of a run, ready to give the evidence of any pair."""

    def __init__(self, trials: Sequence[Trial], articles: Sequence[Article]) -> None:
        self.trials, self.articles = trials, articles
        texts = self.texts = read_texts(trials, articles)
        self.title_weights = vectors.rarity(texts.wording, texts.article_title)
        self.text_weights = vectors.rarity(texts.summary, texts.article_text)
        self.article_title = vectors.weigh(texts.article_title, self.title_weights)
        self.wording = vectors.weigh(texts.wording, self.title_weights)
        self.titles = [vectors.weigh(title, self.title_weights) for title in (texts.brief_title, texts.official_title)]
        self.has_abstract = np.array([bool(article.abstract) for article in articles], dtype=float)

    def of(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        """Evidence of the pairs (trial `rows[i]`, article `columns[i]`) by its name in `weights.toml`."""
        evidence = self._of_titles(rows, columns) | self._of_abstracts(rows, columns)
        return evidence | all_facts(self.trials, self.articles, rows, columns)

    def _of_titles(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        texts, weights = self.texts, self.title_weights
        marks = vectors.mark(texts.article_title)

        def marked(matrix: Matrix) -> Matrix:
            return vectors.mark(matrix, weights)

        likeness = [vectors.products(title, rows, self.article_title, columns) for title in self.titles]
        return {
            "title_likeness": np.maximum(*likeness),
            "wording_likeness": vectors.products(self.wording, rows, self.article_title, columns),
            "spelling_likeness": self._spelling(rows, columns),
            "title_covered": vectors.share(marked(texts.brief_title), rows, marks, columns),
            "intervention_covered": vectors.share(marked(texts.interventions), rows, marks, columns),
            "rarest_word": vectors.largest_shared(marked(texts.wording), rows, marks, columns),
            "acronym": vectors.largest_shared(marked(texts.acronyms), rows, marks, columns),
        }

    def _spelling(self, rows: Integers, columns: Integers) -> Floats:
        """Likeness by runs of letters, over the articles that occur in a pair only."""
        used, places = np.unique(columns, return_inverse=True)
        words = Words()
        trials = words.count(grams(f"{trial.brief_title} {trial.official_title}") for trial in self.trials)
        articles = words.count(grams(self.articles[place].title) for place in used)
        trials = words.widen(trials)
        weights = vectors.rarity(trials, articles)
        return vectors.products(vectors.weigh(trials, weights), rows, vectors.weigh(articles, weights), places)

    def _of_abstracts(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        """Likeness to the abstract; 0 for papers without one, which are judged by their title."""
        summary = vectors.weigh(self.texts.summary, self.text_weights)
        text = vectors.weigh(self.texts.article_text, self.text_weights)
        return {"abstract_likeness": self.has_abstract[columns] * vectors.products(summary, rows, text, columns)}

"""What a trial and a paper have in common and what keeps them apart, as numbers, for many pairs at once.

Each feature belongs to one criterion; `tasks/papers/score/weights.toml` explains it and says what it is worth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features import texts
from tasks.papers.features.facts import all_facts, dates
from tasks.papers.features.texts import Floats, Integers, Matrix, Words
from tasks.papers.trial import Trial
from tasks.papers.words import acronyms, grams, tokens


@dataclass
class WordCounts:
    """Words of all trials and articles of a run as matrices with one row each and the same columns."""

    brief_title: Matrix
    official_title: Matrix
    wording: Matrix
    interventions: Matrix
    acronyms: Matrix
    summary: Matrix
    article_title: Matrix
    article_text: Matrix


def count_words(trials: Sequence[Trial], articles: Sequence[Article]) -> WordCounts:
    """Split all texts into words, once; a paper's title counts twice in its text."""
    words = Words()
    counts = WordCounts(
        brief_title=words.count(tokens(trial.brief_title) for trial in trials),
        official_title=words.count(tokens(trial.official_title) for trial in trials),
        wording=words.count(tokens(trial.wording) for trial in trials),
        interventions=words.count(tokens(" ".join(trial.interventions)) for trial in trials),
        acronyms=words.count(sorted(acronyms(trial.titles)) for trial in trials),
        summary=words.count(tokens(f"{trial.wording} {trial.summary} {trial.description}") for trial in trials),
        article_title=words.count(tokens(article.title) for article in articles),
        article_text=words.count(tokens(f"{article.title} {article.title} {article.abstract}") for article in articles),
    )
    for matrix in vars(counts).values():
        words.widen(matrix)
    return counts


class PairFeatures:
    """All trials and articles of a run, ready to give the features of any pair.

    `years_after_completion`: the classes of the time to a paper, by name (from, to). `start_tolerance_years`: how much
    before the start of a trial a paper still is not before it.
    """

    def __init__(
        self,
        trials: Sequence[Trial],
        articles: Sequence[Article],
        years_after_completion: Mapping[str, Sequence[float]],
        start_tolerance_years: float,
    ) -> None:
        self.trials, self.articles = trials, articles
        self.limits = years_after_completion, start_tolerance_years
        counts = self.counts = count_words(trials, articles)
        self.title_idf = texts.inverse_document_frequency(counts.wording, counts.article_title)
        self.text_idf = texts.inverse_document_frequency(counts.summary, counts.article_text)
        self.article_title = texts.tf_idf(counts.article_title, self.title_idf)
        self.wording = texts.tf_idf(counts.wording, self.title_idf)
        self.titles = [texts.tf_idf(title, self.title_idf) for title in (counts.brief_title, counts.official_title)]
        self.has_abstract = np.array([bool(article.abstract) for article in articles], dtype=float)

    def of(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        """Features of the pairs (trial `rows[i]`, article `columns[i]`) by their names in `weights.toml`."""
        pairs = self.trials, self.articles, rows, columns
        similarities = self._of_titles(rows, columns) | self._of_abstracts(rows, columns)
        return similarities | all_facts(*pairs) | dates(*pairs, *self.limits)

    def _of_titles(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        counts, idf = self.counts, self.title_idf
        held = texts.presence(counts.article_title)

        def weighted(matrix: Matrix) -> Matrix:
            return texts.presence(matrix, idf)

        similarities = [texts.cosine_similarity(title, rows, self.article_title, columns) for title in self.titles]
        return {
            "title_cosine_similarity": np.maximum(*similarities),
            "wording_cosine_similarity": texts.cosine_similarity(self.wording, rows, self.article_title, columns),
            "ngram_cosine_similarity": self._of_ngrams(rows, columns),
            "title_words_shared": texts.share(weighted(counts.brief_title), rows, held, columns),
            "intervention_words_shared": texts.share(weighted(counts.interventions), rows, held, columns),
            "rarest_shared_word": texts.largest_shared(weighted(counts.wording), rows, held, columns),
            "rarest_shared_acronym": texts.largest_shared(weighted(counts.acronyms), rows, held, columns),
        }

    def _of_ngrams(self, rows: Integers, columns: Integers) -> Floats:
        """Cosine similarity by runs of letters, over the articles that occur in a pair only."""
        used, places = np.unique(columns, return_inverse=True)
        words = Words()
        trials = words.count(grams(f"{trial.brief_title} {trial.official_title}") for trial in self.trials)
        articles = words.count(grams(self.articles[place].title) for place in used)
        trials = words.widen(trials)
        idf = texts.inverse_document_frequency(trials, articles)
        return texts.cosine_similarity(texts.tf_idf(trials, idf), rows, texts.tf_idf(articles, idf), places)

    def _of_abstracts(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        """Cosine similarity with the abstract; 0 for papers without one, which are judged by their title."""
        summary = texts.tf_idf(self.counts.summary, self.text_idf)
        text = texts.tf_idf(self.counts.article_text, self.text_idf)
        similarity = self.has_abstract[columns] * texts.cosine_similarity(summary, rows, text, columns)
        return {"abstract_cosine_similarity": similarity}

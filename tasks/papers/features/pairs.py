"""What a trial and a paper have in common and what keeps them apart, as numbers, for many pairs at once.

Each feature belongs to one criterion; `tasks/papers/score/weights.toml` explains it and says what it is worth.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from tasks.papers.article import Article
from tasks.papers.features.facts import all_facts, dates
from tasks.papers.features.frequencies import LETTERS, TEXTS, TITLES, load_frequencies
from tasks.papers.features.texts import (
    LETTERS_SPLITTING,
    WORDS_SPLITTING,
    Floats,
    Integers,
    TextVectors,
    cosine_similarity,
    largest_shared,
    presence,
    shared_weight,
)
from tasks.papers.trial import Trial
from tasks.papers.words import acronyms, telling_words, tokens


class PairFeatures:
    """All trials and articles of a run, ready to give the features of any pair: none depends on the other pairs.

    `years_after_completion`: the classes of the time to a paper, by name (from, to). `start_tolerance_years`: how much
    before the start of a trial a paper still is not before it. `is_for_search`: leave the trials' long texts out, which
    only `of` needs.
    """

    def __init__(
        self,
        trials: Sequence[Trial],
        articles: Sequence[Article],
        years_after_completion: Mapping[str, Sequence[float]],
        start_tolerance_years: float,
        is_for_search: bool = False,
    ) -> None:
        self.trials, self.articles = trials, articles
        self.frequencies = load_frequencies()
        self.limits = years_after_completion, start_tolerance_years
        self.titles = TextVectors(
            [trial.wording_words for trial in trials],
            (tokens(article.title) for article in articles),
            self.frequencies[TITLES],
            WORDS_SPLITTING,
        )
        # a paper's title counts twice in its text
        self.texts = TextVectors(
            [trial.wording_words if is_for_search else trial.text_words for trial in trials],
            (tokens(f"{article.title} {article.title} {article.abstract}") for article in articles),
            self.frequencies[TEXTS],
            WORDS_SPLITTING,
        )
        self.brief_titles = self.titles.vectors(tokens(trial.brief_title) for trial in trials)
        self.official_titles = self.titles.vectors(tokens(trial.official_title) for trial in trials)
        self.has_abstract = np.array([bool(article.abstract) for article in articles], dtype=float)

    def of(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        """Features of the pairs (trial `rows[i]`, article `columns[i]`) by their names in `weights.toml`."""
        pairs = self.trials, self.articles, rows, columns
        similarities = self._of_titles(rows, columns) | self._of_abstracts(rows, columns)
        return similarities | self._of_words(rows, columns) | all_facts(*pairs) | dates(*pairs, *self.limits)

    def _of_titles(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        """Cosine similarities with the paper's title."""
        papers = self.titles.papers
        titles = [cosine_similarity(each, rows, papers, columns) for each in (self.brief_titles, self.official_titles)]
        return {
            "title_cosine_similarity": np.maximum(*titles),
            "wording_cosine_similarity": cosine_similarity(self.titles.trials, rows, papers, columns),
            "ngram_cosine_similarity": self._of_ngrams(rows, columns),
        }

    def _of_ngrams(self, rows: Integers, columns: Integers) -> Floats:
        """Cosine similarity by runs of three to five letters: transapical and transaortic share most of them."""
        used, places = np.unique(columns, return_inverse=True)
        titles = TextVectors(
            [telling_words(f"{trial.brief_title} {trial.official_title}") for trial in self.trials],
            (telling_words(self.articles[place].title) for place in used),
            self.frequencies[LETTERS],
            LETTERS_SPLITTING,
        )
        return cosine_similarity(titles.trials, rows, titles.papers, places)

    def _of_abstracts(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        """Cosine similarity with the abstract; 0 for papers without one, which are judged by their title."""
        similarity = cosine_similarity(self.texts.trials, rows, self.texts.papers, columns)
        return {"abstract_cosine_similarity": self.has_abstract[columns] * similarity}

    def _of_words(self, rows: Integers, columns: Integers) -> dict[str, Floats]:
        """Words of the registration that stand in the paper's title."""
        titles, held = self.titles, presence(self.titles.papers)
        interventions = titles.vectors(tokens(" ".join(trial.interventions)) for trial in self.trials)
        names = titles.vectors(sorted(acronyms(trial.titles)) for trial in self.trials)
        return {
            "title_words_shared": shared_weight(titles.weights_of(self.brief_titles), rows, held, columns),
            "intervention_words_shared": shared_weight(titles.weights_of(interventions), rows, held, columns),
            "rarest_shared_word": largest_shared(titles.weights_of(titles.trials), rows, held, columns),
            "rarest_shared_acronym": largest_shared(titles.weights_of(names), rows, held, columns),
        }

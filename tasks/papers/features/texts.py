"""Texts as TF-IDF vectors, one row each, and what rows of two collections have in common.

scikit-learn takes about a second and 80 MB to load, so it is imported where papers are ranked, not with this file.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.papers.features.frequencies import Frequencies

Matrix = Any  # scipy.sparse.csr_matrix; scikit-learn has no types
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
WORDS_SPLITTING: dict[str, Any] = {"analyzer": list}
LETTERS_SPLITTING: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (3, 5)}
ANY_WORD = "any word"  # of a text that only the vocabulary sees: a run without a single word has one too
MEGABYTES_AT_ONCE = 64  # of distances
PAIRS_AT_ONCE = 20_000


class TextVectors:
    """Words of the trials and the papers of a run; the fewer texts hold a word, the more it weighs.

    `trials`, `papers`: unit vectors, one row for each text, the same columns. `frequencies`: in how many texts words
    stand, whatever this run holds. `splitting`: how scikit-learn's TfidfVectorizer splits a text.
    """

    def __init__(
        self, trials: Sequence[Any], papers: Iterable[Any], frequencies: Frequencies, splitting: dict[str, Any]
    ) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer = TfidfVectorizer(sublinear_tf=True, use_idf=False, norm=None, **splitting)
        counts = self._vectorizer.fit_transform(chain(trials, papers, [ANY_WORD]))[:-1]
        words = self._vectorizer.get_feature_names_out()
        self.weights = frequencies.weights(words)
        self._shares = frequencies.of(words) / frequencies.texts
        vectors = self._weighted(counts)
        self.trials, self.papers = vectors[: len(trials)], vectors[len(trials) :]

    def vectors(self, texts: Iterable[Any]) -> Matrix:
        """Unit vectors of other texts, by the weights of this run."""
        return self._weighted(self._vectorizer.transform(texts))

    def weights_of(self, vectors: Matrix) -> Matrix:
        """The weight of a word wherever it stands."""
        matrix = vectors.copy()
        matrix.data = self.weights[matrix.indices]
        return matrix

    def is_rare(self, largest_share: float) -> NDArray[np.bool_]:
        """Whether a word stands in at most so large a share of texts, for each column."""
        rare: NDArray[np.bool_] = self._shares <= largest_share
        return rare

    def _weighted(self, frequencies: Matrix) -> Matrix:
        from sklearn.preprocessing import normalize

        # scikit-learn leaves the words of a row in the order in which the run met them, and sums would round by that
        frequencies.sort_indices()
        frequencies.data *= self.weights[frequencies.indices]
        return normalize(frequencies, copy=False)


def presence(vectors: Matrix) -> Matrix:
    """The vectors with 1 wherever a word stands in a text, however often and however rare."""
    matrix = vectors.copy()
    matrix.data = np.ones_like(matrix.data)
    return matrix


def nearest(queries: Matrix, documents: Matrix, count: int) -> tuple[Integers, Integers, Floats]:
    """For each query the `count` documents of largest cosine similarity above zero: query, document, similarity."""
    from sklearn import config_context
    from sklearn.neighbors import NearestNeighbors

    index = NearestNeighbors(n_neighbors=min(count, documents.shape[0]), metric="cosine", algorithm="brute")
    with config_context(working_memory=MEGABYTES_AT_ONCE):
        distances, columns = index.fit(documents).kneighbors(queries)
    rows, places = np.nonzero(distances < 1)
    return rows, columns[rows, places], 1 - distances[rows, places]


def cosine_similarity(left: Matrix, rows: Integers, right: Matrix, columns: Integers) -> Floats:
    """Cosine similarity of unit vector `rows[i]` of the left with `columns[i]` of the right matrix, for every i."""
    return _sums(_products(left, rows, right, columns))


def shared_weight(left: Matrix, rows: Integers, right: Matrix, columns: Integers) -> Floats:
    """Share of the weights of each left row whose words also stand in the right row; 0 where the left is empty."""
    whole = np.asarray(left.sum(axis=1)).ravel()[rows]
    return _sums(_products(left, rows, right, columns)) / np.where(whole > 0, whole, 1)


def largest_shared(left: Matrix, rows: Integers, right: Matrix, columns: Integers) -> Floats:
    """Largest weight of a word that stands in row `rows[i]` of the left and in row `columns[i]` of the right matrix."""
    products = _products(left, rows, right, columns)
    return np.concatenate([np.zeros(0), *(part.tocsr().max(axis=1).toarray().ravel() for part in products)])


def _sums(products: Iterator[Matrix]) -> Floats:
    return np.concatenate([np.zeros(0), *(np.asarray(part.sum(axis=1)).ravel() for part in products)])


def _products(left: Matrix, rows: Integers, right: Matrix, columns: Integers) -> Iterator[Matrix]:
    """Products of the rows, word by word, so many pairs at once."""
    for start in range(0, len(rows), PAIRS_AT_ONCE):
        chosen = slice(start, start + PAIRS_AT_ONCE)
        yield left[rows[chosen]].multiply(right[columns[chosen]])

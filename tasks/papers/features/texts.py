"""Texts as sparse vectors of weighted words, and the products of many of them at once."""

from array import array
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Matrix = Any  # scipy.sparse.csr_matrix; scipy has no types of its own
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Words:
    """The words of two collections of texts; rare words weigh more. One column for each word."""

    def __init__(self) -> None:
        self.columns: dict[str, int] = {}

    def count(self, texts: Iterable[list[str]]) -> Matrix:
        """How often each word stands in each text; words not met before get a column of their own."""
        columns, indices, counts, ends = self.columns, array("i"), array("f"), array("q", [0])
        for text in texts:
            for word, number in Counter(text).items():
                indices.append(columns.setdefault(word, len(columns)))
                counts.append(number)
            ends.append(len(indices))
        parts = (np.asarray(counts), np.asarray(indices), np.asarray(ends))
        return sparse.csr_matrix(parts, shape=(len(ends) - 1, len(columns)), copy=False)

    def widen(self, matrix: Matrix) -> Matrix:
        """The same matrix with a column for every word known by now."""
        matrix.resize((matrix.shape[0], len(self.columns)))
        return matrix


def inverse_document_frequency(*counts: Matrix) -> Floats:
    """Weight of each word: near 0 in every text, 1 in a single one. All matrices have the same columns."""
    texts = sum(matrix.shape[0] for matrix in counts)
    found = sum(np.asarray((matrix > 0).sum(axis=0)).ravel() for matrix in counts)
    weights: Floats = np.log1p(texts / np.maximum(found, 1)) / np.log1p(texts)
    return weights


def tf_idf(counts: Matrix, weights: Floats) -> Matrix:
    """Unit vectors: logarithm of the count times the weight of the word."""
    matrix = counts.copy()
    matrix.data = (1 + np.log(matrix.data)) * weights[matrix.indices]
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.where(lengths, lengths, 1)) @ matrix).tocsr()


def presence(counts: Matrix, weights: Floats | None = None) -> Matrix:
    """1, or the weight of the word, wherever a word stands."""
    matrix = counts.copy()
    matrix.data = np.ones_like(matrix.data) if weights is None else weights[matrix.indices]
    return matrix


def nearest(queries: Matrix, documents: Matrix, count: int, rows_at_once: int = 64) -> list[Integers]:
    """For each query the `count` documents with the largest product above zero, in no order."""
    turned = documents.T.tocsr()
    found: list[Integers] = []
    for start in range(0, queries.shape[0], rows_at_once):
        products = (queries[start : start + rows_at_once] @ turned).tocsr()
        for row in range(products.shape[0]):
            low, high = products.indptr[row], products.indptr[row + 1]
            values, columns = products.data[low:high], products.indices[low:high]
            if len(values) > count:
                columns = columns[np.argpartition(-values, count)[:count]]
            found.append(columns.astype(np.int64))
    return found


def cosine_similarity(left: Matrix, rows: Integers, right: Matrix, columns: Integers, at_once: int = 20_000) -> Floats:
    """Product of row `rows[i]` of the left with row `columns[i]` of the right matrix, for every i."""
    parts = [np.zeros(0)]
    for start in range(0, len(rows), at_once):
        end = start + at_once
        both = left[rows[start:end]].multiply(right[columns[start:end]])
        parts.append(np.asarray(both.sum(axis=1)).ravel())
    return np.concatenate(parts)


def largest_shared(left: Matrix, rows: Integers, right: Matrix, columns: Integers, at_once: int = 20_000) -> Floats:
    """Largest single product of a word of row `rows[i]` of the left with row `columns[i]` of the right matrix."""
    parts = [np.zeros(0)]
    for start in range(0, len(rows), at_once):
        end = start + at_once
        both = left[rows[start:end]].multiply(right[columns[start:end]]).tocsr()
        parts.append(np.asarray(both.max(axis=1).todense()).ravel())
    return np.concatenate(parts)


def share(left: Matrix, rows: Integers, right: Matrix, columns: Integers) -> Floats:
    """Weighted share of the words of each left row that also stand in the right row; 0 where the left is empty."""
    whole = np.asarray(left.sum(axis=1)).ravel()[rows]
    shared = cosine_similarity(left, rows, right, columns)
    return shared / np.where(whole > 0, whole, 1)

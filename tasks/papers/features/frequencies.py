"""In how many texts a word stands, counted once and kept with the program, not in the run.

A word that weighed by the run's own texts would make the score of a pair depend on trials that have nothing to do with
it, and a decision would turn without news.
"""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# written by `python -m tools.word_frequencies`
FREQUENCIES = Path(__file__).parent / "word_frequencies.tsv.gz"
TITLES, TEXTS, LETTERS = "titles", "texts", "letters"


@dataclass(frozen=True)
class Frequencies:
    """How many texts were counted, and in how many of them each word stands; a word that is not there is rare."""

    texts: int
    counts: Mapping[str, int]

    def of(self, words: Iterable[str]) -> NDArray[np.float64]:
        """In how many texts each word stands, at least in one."""
        return np.array([self.counts.get(word, 1) for word in words], dtype=float)

    def weights(self, words: Iterable[str]) -> NDArray[np.float64]:
        """Weight of each word: 1 in a single text, near 0 in every text.

        scikit-learn's own formula leaves more weight to common words and finds a paper less
        (docs/how-matching-works.md).
        """
        weights: NDArray[np.float64] = np.log1p(self.texts / self.of(words)) / np.log1p(self.texts)
        return weights


@cache
def load_frequencies(path: Path = FREQUENCIES) -> dict[str, Frequencies]:
    """The frequencies of words in titles and in whole texts, and of runs of letters in titles."""
    found: dict[str, Frequencies] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            kind, word, count = line.rstrip("\n").split("\t")
            if not word:
                counts: dict[str, int] = {}
                found[kind] = Frequencies(int(count), counts)
            else:
                counts[word] = int(count)
    return found

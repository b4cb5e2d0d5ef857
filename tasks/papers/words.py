"""Turns titles and abstracts into comparable words: without accents, plurals, long endings or British spellings."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from typing import Any

import re2

from tasks.settings import REPOSITORY

WORD = re.compile(r"[a-z0-9]+(?:[-/.][a-z0-9]+)*")
PART = re.compile(r"[-/.]")
STEM_LENGTH = 7  # long enough to tell lymphoma from lymphoblastic, short enough to join randomized and randomised
COMPOUND_LENGTH = 12
GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "ζ": "zeta", "µ": "micro"})
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "™": " ", "®": " "})


@cache
def vocabulary() -> dict[str, Any]:
    """The content of `curation/papers.toml`."""
    return tomllib.loads((REPOSITORY / "curation" / "papers.toml").read_text(encoding="utf-8"))


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about a study."""
    return frozenset(vocabulary()["stop_words"].split())


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Lower case without accents; Greek letters spelled out, trade marks dropped."""
    return _fold(text)


def _fold(text: str) -> str:
    """`fold` of a text that is seldom met twice, and not remembered."""
    plain = text.lower()
    if plain.isascii():
        return plain
    plain = plain.translate(LETTERS)
    decomposed = unicodedata.normalize("NFKD", plain.translate(GREEK))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=400_000)
def stem(word: str) -> str:
    """A word without plural and long ending; words with a digit (antigens, products) stay whole.

    Cutting finds more papers than Snowball's stemmer does; docs/how-matching-works.md has the figures.
    """
    if not word.isalpha():
        return word
    word = word.replace("ae", "e").replace("oe", "e").replace("our", "or")
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        word = word[:-1]
    return word[:STEM_LENGTH]


@lru_cache(maxsize=400_000)
def _split(word: str) -> tuple[str, ...]:
    """Stems of the parts of a word; a hyphenated one also as a whole: step-up -> step, up, stepup."""
    parts = PART.split(word)
    stems = tuple(stem(part) for part in parts if part not in stop_words())
    return (*stems, "".join(parts)[:COMPOUND_LENGTH]) if len(parts) > 1 else stems


@cache
def _synonyms() -> tuple[re2._Regexp, dict[str, str]]:
    """One pattern for all spellings that have another word, longest first, and the word of each."""
    words = {spelling: word for word, spellings in vocabulary()["synonyms"].items() for spelling in spellings}
    longest_first = sorted(words, key=len, reverse=True)
    return re2.compile(r"\b(?:" + "|".join(re2.escape(spelling) for spelling in longest_first) + r")\b"), words


def tokens(text: str) -> list[str]:
    """The comparable words of a text, in order, with repetitions; synonyms by one name."""
    pattern, words = _synonyms()
    united = pattern.sub(lambda match: words[match[0]], _fold(text))
    return [token for word in WORD.findall(united) for token in _split(word)]


def telling_words(text: str) -> str:
    """A text without punctuation and stop words."""
    return " ".join(word for word in re.findall(r"[a-z0-9]+", fold(text)) if word not in stop_words())


ACRONYM = re.compile(r"\b(?:[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*|[A-Z]{3,}[A-Za-z0-9]*)(?:-[A-Z0-9]+)*\b")


def acronyms(title: str) -> set[str]:
    """Tokens of the names that studies give themselves: ISAR-DESIRE, STEP-UP. Titles all in capitals have none."""
    if title.isupper():
        return set()
    return {token for match in ACRONYM.findall(title) for token in tokens(match)}

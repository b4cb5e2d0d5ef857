"""Reads antigens and diseases out of registrations and papers with the vocabularies of curation."""

from collections.abc import Sequence
from functools import cache, lru_cache

from tasks.curate.engine.patterns import PatternSet
from tasks.curate.engine.rows import CURATION, read_fragments
from tasks.curate.engine.terms import Term, read_levels, read_terms

FILES = {"targets": "targets.tsv", "diseases": "diseases.tsv"}


@cache
def _terms(attribute: str) -> tuple[tuple[Term, ...], PatternSet]:
    levels = read_levels(CURATION / "fields.tsv")
    terms = tuple(read_terms(attribute, CURATION / FILES[attribute], read_fragments(CURATION), levels))
    return terms, PatternSet([term.pattern for term in terms])


@lru_cache(maxsize=200_000)
def values(attribute: str, text: str) -> dict[str, str]:
    """Values of a vocabulary that a text holds -> the words that say so, in the order of the vocabulary."""
    terms, patterns = _terms(attribute)
    found: dict[str, str] = {}
    for position in patterns.occurring(text) if text else ():
        span = next(patterns.spans(position, text), None)
        if span:
            found.setdefault(terms[position].value, text[span[0] : span[1]].strip())
    return found


def first_values(attribute: str, texts: Sequence[str]) -> dict[str, str]:
    """Values of the first text that holds any: the title speaks of the study, what follows of its background too."""
    return next((found for text in texts if (found := values(attribute, text))), {})

"""Tells kinds of wording: what a study is after, how it was designed, what sort of paper reports it."""

from functools import cache, lru_cache

import re2

from tasks.papers.article import Article
from tasks.papers.trial import Trial
from tasks.papers.words import fold, vocabulary


@cache
def _patterns(table: str) -> dict[str, re2._Regexp]:
    """One pattern for each kind of a table of `curation/papers.toml`."""
    return {kind: re2.compile("|".join(wordings)) for kind, wordings in vocabulary()[table].items()}


def quote(table: str, kind: str, text: str) -> str:
    """The words of a text that tell a kind; empty where none do."""
    match = _patterns(table)[kind].search(fold(text))
    return str(match[0]) if match else ""


@lru_cache(maxsize=200_000)
def kinds(table: str, text: str) -> frozenset[str]:
    """Every kind of a table that a text tells."""
    folded = fold(text)
    return frozenset(kind for kind, pattern in _patterns(table).items() if pattern.search(folded))


def aims_of_trial(trial: Trial) -> frozenset[str]:
    """What a trial is after, by its titles and its primary purpose."""
    stated = vocabulary()["aims_of_purposes"].get(trial.purpose)
    return kinds("aim_wordings", trial.titles) | ({stated} if stated else frozenset())


def designs_of_trial(trial: Trial) -> frozenset[str]:
    """How a trial was designed, by its design module, else by its titles."""
    if trial.study_type.startswith("OBSERVATIONAL"):
        return frozenset({"observational"})
    if trial.allocation == "RANDOMIZED":
        return frozenset({"randomized"})
    if trial.allocation in ("NA", "NON_RANDOMIZED"):
        return frozenset({"single_group"})
    return kinds("design_wordings", trial.titles)


def reports_no_results(article: Article) -> str:
    """The type or the words of the title by which a paper is a review, protocol, comment or the like; else empty."""
    types = {kind.lower() for kind in article.publication_types}
    stated = sorted(types & set(vocabulary()["article_types"]["no_results"]))
    return stated[0] if stated else quote("article_wordings", "no_results", article.title)

"""What sort of paper a link leads to, with the words that say so: the first sign that holds decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import re2

from tasks.curate.engine.rows import CURATION, Row, read_fragments, read_pattern_rows, read_rows
from tasks.errors import CartscapeError
from tasks.papers.article import Article
from tasks.papers.trial import Trial
from tasks.papers.words import fold

KINDS = CURATION / "publication_kinds.tsv"
SIGNS = CURATION / "publication_kind_signs.tsv"
FULL_RESULTS = "full results"
TITLE, DATES = "title", "dates"
BY_CONTENT, BY_NUMBER, BY_A_PERSON = "content", "number", "person"


@dataclass(frozen=True)
class Kind:
    """The sort of paper, and what says so."""

    kind: str
    words: str


@dataclass(frozen=True)
class Sign:
    """A row of `curation/publication_kind_signs.tsv`."""

    kind: str
    place: str
    pattern: re2._Regexp
    unless: re2._Regexp | None


def kind_of(
    trial: Trial,
    article: Article,
    interim_before_completion_years: float,
    found: Sequence[tuple[Sign, str]] | None = None,
) -> Kind:
    """The kind of a paper about a trial; full results where no sign says otherwise.

    What the trial's own title says too, such as costs or predictors, is its aim and no other question. `found`: what
    `signs_in` finds in the paper, where several trials are asked about it.
    """
    for sign, words in signs_in(article) if found is None else found:
        if sign.place == DATES:
            words = before_completion(trial, article, interim_before_completion_years)
        elif sign.place == TITLE and sign.pattern.search(fold(trial.titles)):
            continue
        if words:
            return Kind(sign.kind, words)
    typed = f"publication type: {article.publication_types[0]}; " if article.publication_types else ""
    return Kind(FULL_RESULTS, f"{typed}no sign of another kind")


def signs_in(article: Article) -> list[tuple[Sign, str]]:
    """The signs that a paper shows, each with its words, in their order; those by dates depend on the trial too."""
    return [(sign, words) for sign in signs() if (words := words_of(sign, article)) or sign.place == DATES]


def words_of(sign: Sign, article: Article) -> str:
    """Where a sign stands in a paper, with its words; empty where it does not, or where something undoes it."""
    matches = (sign.pattern.search(fold(text)) for text in PLACES[sign.place](article))
    found = next((match[0].strip() for match in matches if match), "")
    undoing = (article.title, *article.publication_types)
    if not found or (sign.unless and any(sign.unless.search(fold(text)) for text in undoing)):
        return ""
    return f"{sign.place}: {found}"


def before_completion(trial: Trial, article: Article, years: float) -> str:
    """Words where a paper came long before the day on which the registry says the primary outcome was complete.

    A completion that is only expected moves, and says nothing.
    """
    published, completed = article.publication_date, trial.primary_completion
    if not published or not completed or published.years >= completed.years - years:
        return ""
    return f"published {published.iso}, primary completion {completed.iso}"


PLACES: dict[str, Callable[[Article], tuple[str, ...]]] = {
    "correction": lambda article: article.corrections,
    "publication type": lambda article: article.publication_types,
    "source": lambda article: (article.source,),
    "journal": lambda article: (article.journal,),
    "doi": lambda article: (article.doi,),
    TITLE: lambda article: (article.title,),
    "abstract": lambda article: (article.abstract,),
    # which are no text, and depend on the trial
    DATES: lambda article: (),
}


@cache
def kinds(path: Path = KINDS) -> dict[str, str]:
    """Every kind, in the order of the vocabulary, with what must speak for it (BY_CONTENT, ...)."""
    return {row["publication_kind"]: row["accepted_by"] for _, row in read_rows(path)}


@cache
def signs(path: Path = SIGNS) -> tuple[Sign, ...]:
    """The signs in their order; CartscapeError with file and line for a kind, place or pattern that is not one."""
    rows = read_pattern_rows(path, read_fragments(CURATION), ("pattern", "unless"))
    return tuple(_sign(row, f"{path}:{line}") for line, row in rows)


def _sign(row: Row, place: str) -> Sign:
    kind, where = row["publication_kind"], row["sign_in"]
    if kind not in kinds():
        raise CartscapeError(f"{place}: {kind!r} is no kind of {KINDS.name}; correct it or add a row there")
    if where not in PLACES:
        raise CartscapeError(f"{place}: {where!r} is no place to look; one of {', '.join(PLACES)}")
    return Sign(kind, where, re2.compile(row["pattern"]), re2.compile(row["unless"]) if row["unless"] else None)


def require_kinds(names: Sequence[str]) -> None:
    """CartscapeError where the study protocol counts a kind as published that is none."""
    if unknown := [name for name in names if name not in kinds()]:
        raise CartscapeError(
            f"landscape.toml: metrics.published_kinds: {unknown[0]!r} is no kind of {KINDS.name}; "
            f"choose from {', '.join(kinds())}"
        )

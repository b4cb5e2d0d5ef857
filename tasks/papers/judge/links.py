"""A link of a trial and a paper as `cartscape match` writes it: its score, its decision, and every criterion."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tasks.papers.article import Article
from tasks.papers.judge.criteria import VERDICTS, judge
from tasks.papers.judge.decisions import decide
from tasks.papers.judge.kinds import kind_of
from tasks.papers.judge.routes import routes_by_number, routes_by_reference
from tasks.papers.score.ranking import Rival
from tasks.papers.trial import Trial
from tasks.protocol import Matching

HEADER = ["nct_id", "pmid", "score", "decision", "paper_key", "kind", "kind_words", "decided_by", "routes"]
HEADER += [*VERDICTS, *(f"{name}_words" for name in VERDICTS)]
Pair = tuple[Trial, Article, float, tuple[Rival, ...]]  # with its score and its rivals


def links(
    pairs: Iterable[Pair], trials: Sequence[Trial], articles: Sequence[Article], matching: Matching
) -> Iterator[list[str]]:
    """The cells of each pair in the order of HEADER; `trials` and `articles` are those of the pairs."""
    found = routes_by_number(trials, articles)
    for pair, routes in routes_by_reference(trials, articles)[0].items():
        found.setdefault(pair, {}).update(routes)
    for trial, article, score, rivals in pairs:
        ways = ["content", *found.get((trial.nct_id, article.key), ())]
        yield _link(trial, article, score, ways, rivals, matching)


def write_links(rows: Iterable[list[str]], out: Path) -> int:
    """Write links as CSV; returns their number."""
    listed = list(rows)
    with out.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *listed])
    return len(listed)


def _link(
    trial: Trial,
    article: Article,
    score: float,
    routes: Sequence[str],
    rivals: tuple[Rival, ...],
    matching: Matching,
) -> list[str]:
    kind = kind_of(trial, article, matching.interim_before_completion_years)
    verdicts = judge(trial, article, kind, matching, rivals)
    decided = decide(score, verdicts, routes, kind.kind, matching)
    said = [verdict.verdict for verdict in verdicts.values()] + [verdict.words for verdict in verdicts.values()]
    told = [decided.value, article.key, kind.kind, kind.words, decided.ground, "|".join(routes)]
    return [trial.nct_id, article.pmid, f"{score:.6f}", *told, *said]

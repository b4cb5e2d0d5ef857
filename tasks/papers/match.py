"""Matches the trials of one file to the papers of another, without network: what `cartscape match` does."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tasks.papers.article import Article
from tasks.papers.judge.criteria import VERDICTS, judge
from tasks.papers.judge.decisions import decide
from tasks.papers.judge.kinds import kind_of
from tasks.papers.judge.routes import routes_by_number, routes_by_reference
from tasks.papers.score.model import load_model
from tasks.papers.score.ranking import Rival, rank
from tasks.papers.sources.files import read_articles, read_trials
from tasks.papers.trial import Trial
from tasks.settings import Matching

HEADER = ["nct_id", "pmid", "score", "decision", "paper_key", "kind", "kind_words", "decided_by", "routes"]
HEADER += [*VERDICTS, *(f"{name}_words" for name in VERDICTS)]


def match_files(trials: Path, articles: Path, out: Path, matching: Matching) -> int:
    """Write one row for each candidate link, best first within a trial; returns the number of rows.

    Trials: study records as JSON lines or a JSON list. Articles: JSON lines, a JSON list, a table (.csv, .tsv),
    PubMed XML or a Europe PMC answer. Any of them gzipped or with zstandard. Raises CartscapeError naming the file.
    """
    return write_links(match(read_trials(trials), read_articles(articles), matching), out)


def match(trials: Sequence[Trial], articles: Sequence[Article], matching: Matching) -> Iterator[list[str]]:
    """The cells of each candidate link in the order of HEADER."""
    ranked = rank(trials, articles, matching, load_model(), matching.papers_in_file)
    found = routes_by_number(trials, articles)
    for pair, routes in routes_by_reference(trials, articles)[0].items():
        found.setdefault(pair, {}).update(routes)
    pairs = zip(ranked.rows, ranked.columns, ranked.scores, ranked.rivals, strict=True)
    for row, column, score, rivals in pairs:
        ways = ["content", *found.get((trials[row].nct_id, articles[column].key), ())]
        yield _link(trials[row], articles[column], float(score), ways, rivals, matching)


def write_links(links: Iterable[list[str]], out: Path) -> int:
    """Write links as CSV; returns their number."""
    rows = list(links)
    with out.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return len(rows)


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

"""Reads trials and articles from files of many kinds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from tasks.errors import CartscapeError
from tasks.papers.article import Article, distinct_articles
from tasks.papers.sources.raw import article_of, content_of, raw_articles
from tasks.papers.trial import Trial, trial_from_study
from tasks.registry.study import Study


def read_trials(path: Path) -> list[Trial]:
    """Trials of a file, each number once; records without a number are left out."""
    studies = map(Study, _json_records(path, content_of(path), "studies"))
    trials = {trial.nct_id: trial for trial in map(trial_from_study, studies)}
    trials.pop("", None)
    if not trials:
        raise CartscapeError(f"{path}: no study with an NCT number in it; give study records as JSON lines")
    return list(trials.values())


def read_articles(path: Path) -> list[Article]:
    """Articles of a file, each once; of several records of one paper the first one's reading stands."""
    raw = raw_articles(path)
    articles = distinct_articles(one for record in raw.records if (one := article_of(raw.form, record)))
    if not articles:
        raise no_article_in(path)
    return articles


def require_article(path: Path) -> None:
    """Raise CartscapeError where a file can't be read or holds no article; one article is enough to know."""
    raw = raw_articles(path)
    if not any(article_of(raw.form, record) for record in raw.records):
        raise no_article_in(path)


def no_article_in(path: Path) -> CartscapeError:
    """What a file without a single article is told as."""
    return CartscapeError(
        f"{path}: no article with a PMID, DOI or title in it; give JSON lines, a JSON list, a table, PubMed XML or a "
        "Europe PMC answer, see docs/how-matching-works.md for the fields"
    )


def _json_records(path: Path, content: bytes, key: str) -> Iterator[dict[str, Any]]:
    """Records of JSON lines, of a list, or of an object that holds the list; broken lines are passed over."""
    try:
        whole = orjson.loads(content)
    except orjson.JSONDecodeError:
        yield from _lines(path, content)
        return
    records = whole.get(key, [whole]) if isinstance(whole, dict) else whole
    yield from (record for record in records if isinstance(record, dict))


def _lines(path: Path, content: bytes) -> Iterator[dict[str, Any]]:
    broken = read = 0
    for line in content.splitlines():
        try:
            record = orjson.loads(line) if line.strip() else None
        except orjson.JSONDecodeError:
            broken += 1
            continue
        if isinstance(record, dict):
            read += 1
            yield record
    if broken and not read:
        raise CartscapeError(f"{path}: neither JSON nor JSON lines; give the file as it was downloaded")

"""Reads trials and articles from files of many kinds."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from tasks.errors import CartscapeError
from tasks.papers.article import Article, article_from_json, distinct_articles
from tasks.papers.sources.europepmc import articles_from_europepmc
from tasks.papers.sources.pubmed import articles_from_pubmed
from tasks.papers.trial import Trial, trial_from_study
from tasks.registry.study import Study

GZIP_MARK, ZSTANDARD_MARK = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def read_trials(path: Path) -> list[Trial]:
    """Trials of a file, each number once; records without a number are left out."""
    studies = map(Study, _json_records(path, _content(path), "studies"))
    trials = {trial.nct_id: trial for trial in map(trial_from_study, studies)}
    trials.pop("", None)
    if not trials:
        raise CartscapeError(f"{path}: no study with an NCT number in it; give study records as JSON lines")
    return list(trials.values())


def read_articles(path: Path) -> list[Article]:
    """Articles of a file, each once; of several records of one paper the first one's reading stands."""
    content = _content(path)
    start = content.lstrip()[:200]
    if start.startswith(b"<"):
        found = articles_from_pubmed(content).articles
    elif path.name.removesuffix(".gz").endswith((".csv", ".tsv")):
        found = [article_from_json(row) for row in _table(path, content)]
    elif b'"hitCount"' in start:
        found = articles_from_europepmc(orjson.loads(content))
    else:
        found = [article_from_json(record) for record in _json_records(path, content, "articles")]
    articles = distinct_articles(found)
    if not articles:
        raise CartscapeError(
            f"{path}: no article with a PMID, DOI or title in it; see docs/how-matching-works.md for the fields"
        )
    return articles


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        if content.startswith(GZIP_MARK):
            return gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise CartscapeError(f"{path}: can't be read ({error}); give a file that exists and is whole") from error
    if content.startswith(ZSTANDARD_MARK):
        import zstandard

        return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)).read()
    return content


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


def _table(path: Path, content: bytes) -> list[dict[str, Any]]:
    delimiter = "\t" if path.name.removesuffix(".gz").endswith(".tsv") else ","
    try:
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CartscapeError(f"{path}: not a table in UTF-8 ({error}); save it as CSV in UTF-8") from error

"""Cuts a file of articles into batches, and reads of each record by what it is named."""

import gc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson
import polars

from tasks.files import partial
from tasks.papers.article import Article, article_from_json, article_to_json, names_of
from tasks.papers.sources.raw import JSON, RawArticles, article_of

RAW = {"record": polars.Binary}
# place: where a paper stands among all, those without PMID last; record: what `article_from_json` reads
ARTICLES = {"place": polars.Int64, "record": polars.Binary}
ARTICLES |= dict.fromkeys(("pmid", "doi", "key"), polars.String)
WITHOUT_PMID = 1 << 40


def cut(raw: RawArticles, folder: Path, size: int) -> Iterator[tuple[Path, int]]:
    """Write the records to files of so many each, named 00001.parquet and so on; each file with its number of them."""
    records = iter(raw.records)
    for part, batch in enumerate(iter(lambda: list(islice(records, size)), []), 1):
        path = folder / f"{part:05d}.parquet"
        polars.DataFrame({"record": batch}, schema=RAW).write_parquet(path, compression="lz4")
        yield path, len(batch)


def read_batch(raw: str, form: str, first: str, out: str) -> int:
    """Read the names of a file's records, the first of which stands at `first` among all; returns how many have one."""
    rows = []
    for place, record in enumerate(polars.read_parquet(raw)["record"], int(first)):
        if named := _named(form, record):
            content, pmid, doi, key = named
            rows.append((place if pmid else WITHOUT_PMID + place, content, pmid, doi, key))
    write_part(polars.DataFrame(rows, schema=ARTICLES, orient="row").sort("place"), Path(out))
    return len(rows)


def _named(form: str, record: bytes) -> tuple[bytes, str, str, str] | None:
    """A record as JSON, its PMID, DOI and key; None for one that can't be read or that nothing names."""
    if form == JSON:
        try:
            content = orjson.loads(record)
        except orjson.JSONDecodeError:
            return None
        pmid, doi, key = names_of(content) if isinstance(content, dict) else ("", "", "")
        return (record, pmid, doi, key) if key else None
    article = article_of(form, record)
    return (orjson.dumps(article_to_json(article)), article.pmid, article.doi, article.key) if article else None


def articles_in(frame: polars.DataFrame) -> list[Article]:
    """The articles of a table with a column `record`."""
    # they hold no cycles; looking for some again and again while they are made takes a fifth of the time
    gc.disable()
    try:
        return [article_from_json(orjson.loads(record)) for record in frame["record"]]
    finally:
        gc.enable()


def write_part(frame: polars.DataFrame, path: Path) -> None:
    """Write a table whole or not at all: a worker may be killed while it writes, and another do the batch again."""
    frame.write_parquet(partial(path), compression="lz4")
    partial(path).replace(path)

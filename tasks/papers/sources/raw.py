"""Streams the records of a file of articles as they stand in it, whatever its form, so that no file is too large."""

import csv
import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import orjson
import zstandard

from tasks.errors import CartscapeError
from tasks.papers.article import Article, article_from_json, article_to_json
from tasks.papers.sources.europepmc import articles_from_europepmc
from tasks.papers.sources.pubmed import articles_from_pubmed
from tasks.registry.records import BYTE_ORDER_MARK, LIST, OBJECT

JSON, PUBMED = "json", "pubmed"
GZIP_MARK, ZSTANDARD_MARK = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
HEAD_BYTES, BLOCK_BYTES = 65_536, 1 << 20
ARTICLE_TAG, LONGEST_TAG_BYTES = re.compile(rb"</?Pubmed(?:Book)?Article(?:\s[^>]*)?>"), 200
ENCODING = re.compile(rb"""encoding\s*=\s*["']([\w-]+)""")


@dataclass(frozen=True, slots=True)
class RawArticles:
    """The records of a file in its order; `form`: what reads one of them, JSON or PUBMED."""

    form: str
    records: Iterator[bytes]


def raw_articles(path: Path) -> RawArticles:
    """The records of JSON lines, a JSON list, a table, PubMed XML or a Europe PMC answer, compressed or not.

    JSON lines, tables and PubMed's own XML are streamed; the others are read whole. CartscapeError names the file.
    """
    try:
        with opened(path) as stream:
            head = stream.read(HEAD_BYTES).removeprefix(BYTE_ORDER_MARK).lstrip()
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise unreadable(path, error) from error
    if head.startswith(b"<"):
        if _is_plain(head):
            return RawArticles(PUBMED, _streamed(path, _pubmed_articles))
        return RawArticles(JSON, (_as_json(one) for one in articles_from_pubmed(content_of(path)).articles))
    if path.name.removesuffix(".gz").endswith((".csv", ".tsv")):
        return RawArticles(JSON, _streamed(path, lambda stream: _table(path, stream)))
    if b'"hitCount"' in head[:200]:
        return RawArticles(JSON, map(_as_json, articles_from_europepmc(_loaded(content_of(path)) or {})))
    if _holds_json_lines(head):
        return RawArticles(JSON, _streamed(path, _lines))
    return RawArticles(JSON, _listed(content_of(path)))


def article_of(form: str, record: bytes) -> Article | None:
    """The article of a record; None for one that can't be read or that nothing names."""
    if form == PUBMED:
        return next(iter(articles_from_pubmed(b"<PubmedArticleSet>" + record + b"</PubmedArticleSet>").articles), None)
    try:
        content = orjson.loads(record)
    except orjson.JSONDecodeError:
        return None
    article = article_from_json(content) if isinstance(content, dict) else None
    return article if article and article.key else None


def opened(path: Path) -> IO[bytes]:
    """A file as a stream of what is in it, gzipped, compressed with zstandard or plain."""
    file = path.open("rb")
    mark = file.read(4)
    file.seek(0)
    if mark.startswith(GZIP_MARK):
        return cast(IO[bytes], gzip.GzipFile(fileobj=file))
    if mark == ZSTANDARD_MARK:
        return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True))
    return file


def content_of(path: Path) -> bytes:
    """All that is in a file; CartscapeError where it can't be read."""
    try:
        with opened(path) as stream:
            return stream.read()
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> CartscapeError:
    """What a file that can't be read is told as."""
    return CartscapeError(f"{path}: can't be read ({error}); give a file that exists and is whole")


def _streamed(path: Path, records: Any) -> Iterator[bytes]:
    try:
        with opened(path) as stream:
            yield from records(stream)
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise unreadable(path, error) from error


def _is_plain(head: bytes) -> bool:
    """Whether XML can be cut into articles that each stand for themselves: UTF-8, and no words of its own."""
    declared = ENCODING.search(head[:200])
    return (declared is None or declared[1].lower() in (b"utf-8", b"ascii", b"us-ascii")) and b"<!ENTITY" not in head


def _pubmed_articles(stream: IO[bytes]) -> Iterator[bytes]:
    """Each article of PubMed's XML with its tags; one that does not end before the next begins too: it is counted."""
    rest = b""
    while block := stream.read(BLOCK_BYTES):
        rest, start, done = rest + block, None, 0
        for tag in ARTICLE_TAG.finditer(rest):
            is_end = tag[0].startswith(b"</")
            if start is not None:
                yield rest[start : tag.end() if is_end else tag.start()]
            start, done = (None, tag.end()) if is_end else (tag.start(), tag.start())
        rest = rest[done:] if start is not None else rest[max(done, len(rest) - LONGEST_TAG_BYTES) :]
    if ARTICLE_TAG.match(rest):
        yield rest


def _table(path: Path, stream: IO[bytes]) -> Iterator[bytes]:
    delimiter = "\t" if path.name.removesuffix(".gz").endswith(".tsv") else ","
    try:
        for row in csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline=""), delimiter=delimiter):
            yield orjson.dumps({name: cell for name, cell in row.items() if name is not None})
    except (UnicodeDecodeError, csv.Error) as error:
        raise CartscapeError(f"{path}: not a table in UTF-8 ({error}); save it as CSV in UTF-8") from error


def _holds_json_lines(head: bytes) -> bool:
    """Whether one of the first two lines is an object by itself, and not one that lists the articles."""
    return any(
        isinstance(value, dict) and "articles" not in value for value in map(_loaded, head.splitlines()[:2]) if value
    )


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    return (line for line in stream if line.strip())


def _listed(content: bytes) -> Iterator[bytes]:
    """Records of a list, or of an object that is one or lists them; lines where the whole is no JSON."""
    content = content.removeprefix(BYTE_ORDER_MARK)
    try:
        if content.lstrip()[:1] != b"{":
            return map(bytes, LIST.decode(content))
        listed = OBJECT.decode(content).get("articles")
        return iter([content]) if listed is None else map(bytes, LIST.decode(listed))
    except (msgspec.DecodeError, RecursionError):
        return (line for line in content.splitlines() if line.strip())


def _loaded(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _as_json(article: Article) -> bytes:
    return orjson.dumps(article_to_json(article))

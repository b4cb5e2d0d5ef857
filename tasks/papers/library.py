"""The papers looked for, kept beside their snapshot: articles as received, where was looked and when; write-once."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
import polars
import zstandard

from tasks.errors import CartscapeError
from tasks.files import writing_folder
from tasks.papers.article import Article, article_from_json, article_to_json
from tasks.papers.search import search_papers
from tasks.papers.sources.europepmc_client import EuropePMCClient
from tasks.papers.sources.pubmed_client import PubMedClient
from tasks.papers.trial import Trial
from tasks.protocol import Protocol
from tasks.seals import damage_in, seal

ARTICLES, SEARCHES, MANIFEST = "articles.jsonl.zst", "searches.parquet", "manifest.json"
SEARCH_COLUMNS = {
    "nct_id": polars.String,
    "content_sha256": polars.String,
    "route": polars.String,
    "papers": polars.Int64,
    "searched_on": polars.String,
}
CURE = "restore that folder from a backup, or delete it, and the next run looks again"
FROM_A_FILE = "file of articles"


@dataclass(frozen=True, slots=True)
class Library:
    """Papers that may belong to a snapshot's trials, and which trials were looked for by which route and when.

    `quarantine`: answers of the interfaces that could not be read, with the reason.
    """

    articles: list[Article]
    searches: polars.DataFrame
    quarantine: tuple[str, ...] = ()

    def searched(self) -> polars.DataFrame:
        """Each trial looked for, with the last day: columns nct_id, searched_on."""
        days = self.searches.group_by("nct_id").agg(polars.col("searched_on").max().str.to_date())
        return days.sort("nct_id")


def open_library(folder: Path) -> Library | None:
    """The library of a snapshot; None where publications were not looked for. CartscapeError names a damaged file."""
    if not folder.exists():
        return None
    damage = damage_in(folder)
    if damage is None and not (folder / MANIFEST).is_file():
        damage = f"{folder / MANIFEST}: missing"
    if damage:
        raise CartscapeError(f"{damage}; {CURE}")
    try:
        content = zstandard.ZstdDecompressor().stream_reader((folder / ARTICLES).open("rb")).read()
        articles = [article_from_json(orjson.loads(line)) for line in content.splitlines()]
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
        return Library(articles, polars.read_parquet(folder / SEARCHES), tuple(manifest.get("quarantine", ())))
    except (OSError, ValueError, zstandard.ZstdError, polars.exceptions.PolarsError) as error:
        raise CartscapeError(f"{folder}: damaged ({error}); {CURE}") from error


def keep_library(library: Library, source: str, folder: Path) -> None:
    """Write a library in one step, so that half of one is never read."""
    lines = b"".join(orjson.dumps(article_to_json(article)) + b"\n" for article in library.articles)
    manifest = {
        "source": source,
        "articles": len(library.articles),
        "searches": library.searches.height,
        "quarantine": library.quarantine,
    }
    with writing_folder(folder) as unfinished:
        (unfinished / ARTICLES).write_bytes(zstandard.ZstdCompressor().compress(lines))
        library.searches.write_parquet(unfinished / SEARCHES)
        (unfinished / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        seal(unfinished)


def library_of_file(articles: list[Article], contents: dict[str, str], searched_on: datetime.date) -> Library:
    """The library of a file's articles, in which every trial of `contents` (NCT number -> content) is looked for."""
    return Library(articles, searches_of(contents, {(nct_id, FROM_A_FILE): 0 for nct_id in contents}, searched_on))


def library_from_interfaces(
    trials: list[Trial],
    contents: dict[str, str],
    previous: Library | None,
    protocol: Protocol,
    today: datetime.date,
    report: Callable[[str], None],
) -> Library:
    """Ask PubMed and Europe PMC for every trial: by number in full, by content of trials known before what is new."""
    last = {row["nct_id"]: row for row in previous.searches.iter_rows(named=True)} if previous else {}
    same = [one.nct_id for one in trials if last.get(one.nct_id, {}).get("content_sha256") == contents[one.nct_id]]
    since = {nct_id: str(last[nct_id]["searched_on"]) for nct_id in same}
    report(f"publications: {len(trials) - len(same):,} trials new or changed, {len(same):,} as last time")
    clients = PubMedClient(protocol), EuropePMCClient(protocol)
    earlier = previous.articles if previous else []
    found = search_papers(trials, *clients, protocol.matching, since, earlier, report)
    return Library(found.articles, searches_of(contents, found.counts, today), tuple(found.quarantine))


def searches_of(contents: dict[str, str], counts: dict[tuple[str, str], int], day: datetime.date) -> polars.DataFrame:
    """One row for each trial and route that was asked."""
    rows = [
        (nct_id, contents[nct_id], route, papers, day.isoformat())
        for (nct_id, route), papers in sorted(counts.items())
        if nct_id in contents
    ]
    return polars.DataFrame(rows, schema=SEARCH_COLUMNS, orient="row")

"""Makes one paper of its several records in a file, however far apart they stand: as `distinct_articles` does."""

from collections.abc import Iterator, Set
from functools import reduce
from pathlib import Path

import orjson
import polars

from tasks.papers.article import article_to_json, joined
from tasks.papers.batches.read import ARTICLES, articles_in, write_part
from tasks.papers.keys import TITLE, plain_title

NAMES = ["place", "pmid", "doi", "key"]


def join_repeats(folder: Path, size: int) -> int:
    """Replace the records of papers that have several by joined ones; returns how many records are one too many.

    `folder`: articles as `read_batch` writes them, of which only names are held at once, and so many papers to join.
    """
    repeats = repeated(polars.scan_parquet(folder / "*.parquet").select(NAMES).collect())
    if repeats.is_empty():
        return 0
    records = polars.scan_parquet(folder / "*.parquet").select("place", "record")
    papers = repeats["paper"].unique(maintain_order=True)
    for part, start in enumerate(range(0, len(papers), size), 1):
        some = repeats.filter(polars.col("paper").is_in(papers[start : start + size].implode()))
        held = some.join(records.join(some.lazy(), on="place", how="semi").collect(), on="place").sort("place")
        rows = list(_joined(held))
        frame = polars.DataFrame(rows, schema=ARTICLES, orient="row").sort("place")
        write_part(frame, folder.parent / f"joined-{part:05d}.parquet")
    for path in sorted(folder.glob("*.parquet")):
        frame = polars.read_parquet(path)
        write_part(frame.join(repeats, on="place", how="anti", maintain_order="left"), path)
    for path in sorted(folder.parent.glob("joined-*.parquet")):
        path.replace(folder / path.name)
    return len(repeats) - len(papers)


def repeated(names: polars.DataFrame) -> polars.DataFrame:
    """Place and paper of the records that share their paper with others.

    A record with a PMID is its paper's; one without is that of the first record with its DOI.
    """
    listed = names.sort("place")
    of_doi = (
        listed.filter(polars.col("doi") != "")
        .unique("doi", keep="first", maintain_order=True)
        .select("doi", of_doi="key")
    )
    own = polars.when(polars.col("pmid") == "").then("of_doi")
    papers = listed.join(of_doi, on="doi", how="left", maintain_order="left").select(
        "place", paper=polars.coalesce(own, "key")
    )
    return papers.filter(polars.col("paper").is_duplicated())


def places_of(keys: Set[str], articles: list[Path]) -> polars.DataFrame:
    """Where the papers of these keys stand, whichever of their keys it is; titles may lack the year. Column `place`."""
    found: list[int] = []
    titles = tuple(key for key in keys if key.startswith(TITLE))
    for path in articles if keys else ():
        frame = polars.read_parquet(path)
        for place, record, pmid, doi, key in frame.iter_rows():
            title = f"{TITLE}{plain_title(str(orjson.loads(record).get('title') or ''))}" if titles else ""
            is_named = not keys.isdisjoint({key, f"pmid:{pmid}", f"doi:{doi}"})
            if is_named or (title and any(one == title or one.startswith(f"{title} ") for one in titles)):
                found.append(place)
    return polars.DataFrame({"place": found}, schema={"place": polars.Int64})


def _joined(held: polars.DataFrame) -> Iterator[tuple[int, bytes, str, str, str]]:
    """One row a paper, its records joined in their order."""
    for _, records in held.group_by("paper", maintain_order=True):
        article = reduce(joined, articles_in(records))
        content = orjson.dumps(article_to_json(article))
        yield records["place"][0], content, article.pmid, article.doi, article.key

"""Matching in batches: the same links as in one piece, whatever the batches, and one paper of its several records."""

import gzip
import json
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import polars
import pytest

from sample.generate import ARTICLES, REGISTRY
from tasks.papers.article import Article, Author, article_from_json, article_to_json, distinct_articles
from tasks.papers.batches.read import articles_in, cut, read_batch
from tasks.papers.batches.repeats import join_repeats
from tasks.papers.batches.run import BatchedMatching
from tasks.papers.judge.links import write_links
from tasks.papers.match import match, match_files
from tasks.papers.names import Person
from tasks.papers.sources.files import read_articles, read_trials
from tasks.papers.sources.raw import PUBMED, article_of, raw_articles
from tasks.registry.study import Study
from tasks.settings import load_protocol
from tasks.workers import Batches, Work, one_by_one

MATCHING = load_protocol().matching
# in the order of a file: a paper's record without PMID before and after the one with it, and one of another paper
RECORDS: list[dict[str, Any]] = [
    {"doi": "10.1000/a", "abstract": "From elsewhere.", "full_text_nct_ids": ["NCT00000002"]},
    {"pmid": "8", "title": "Of another"},
    {"pmid": "7", "doi": "10.1000/A", "title": "A title", "full_text_nct_ids": ["NCT00000001"]},
    {"pmid": "7", "title": "Again", "journal": "A journal"},
    {"title": "Only a title", "year": "2020"},
    {"doi": "10.1000/b", "title": "Preprint"},
    {"title": "Only a title", "year": "2020", "journal": "Told later"},
]


def lines_of(path: Path, count: int) -> list[bytes]:
    with gzip.open(path) as lines:
        return [line.strip() for line in islice(lines, count)]


def test_links_are_the_same_in_batches_of_any_size(tmp_path: Path) -> None:
    trials, papers, out = tmp_path / "trials.jsonl", tmp_path / "papers.jsonl", tmp_path / "links.csv"
    records = lines_of(ARTICLES, 45)
    without_pmid = [orjson.dumps(json.loads(line) | {"pmid": "", "journal": "Preprints"}) for line in records[:5]]
    papers.write_bytes(b"\n".join([*without_pmid, *records, b"{broken"]))
    trials.write_bytes(b"\n".join(lines_of(REGISTRY, 14)))
    write_links(match(read_trials(trials), read_articles(papers), MATCHING), out)
    said: list[str] = []
    (tmp_path / "work").mkdir()
    batched = BatchedMatching(
        tmp_path / "work", MATCHING, one_by_one, said.append, articles_a_batch=20, trials_a_batch=5
    )
    assert b"".join(batched.links(trials, papers)) == out.read_bytes().partition(b"\r\n")[2]
    assert said[2:5] == [
        "papers.jsonl: 50 articles read",
        "papers.jsonl: left out, as broken or without PMID, DOI and title: 1 records",
        "papers.jsonl: joined with another record of the same paper: 5 records",
    ]


def test_papers_that_have_nothing_in_common_with_a_trial_make_no_link(tmp_path: Path) -> None:
    trials, papers, out = tmp_path / "trials.jsonl", tmp_path / "papers.jsonl", tmp_path / "links.csv"
    trials.write_bytes(lines_of(REGISTRY, 1)[0])
    papers.write_text('{"pmid": "7", "title": "Sourdough"}')
    assert match_files(trials, papers, out, MATCHING) == 0
    assert out.read_text().startswith("nct_id,pmid,score") and out.read_text().count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"trials.jsonl", "papers.jsonl", "links.csv"}


def test_of_many_papers_candidates_are_kept_and_those_that_people_named(tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    unlike = [{"pmid": str(number), "title": f"Bread {'z' * number}", "year": "2020"} for number in range(1, 60)]
    papers.write_bytes(b"\n".join([*lines_of(ARTICLES, 3), *map(orjson.dumps, unlike)]))
    studies = [Study(orjson.loads(line)) for line in lines_of(REGISTRY, 4)]
    kept = []
    for size, named in (
        (100, frozenset[str]()),
        (20, frozenset[str]()),
        (20, frozenset({"pmid:7", "title:bread zzzzzzzzz"})),
    ):
        folder = tmp_path / f"{size} {len(named)}"
        folder.mkdir()
        batched = BatchedMatching(folder, MATCHING, one_by_one, print, articles_a_batch=size)
        kept.append({one.title for one in batched.candidates(studies, papers, named)})
    whole, candidates, with_named = kept
    assert len(whole) == 62, "of one batch all are kept"
    assert len(candidates) == 3 and with_named - candidates == {"Bread zzzzzzz", "Bread zzzzzzzzz"}


def test_a_batch_that_is_done_twice_leaves_the_same(tmp_path: Path) -> None:
    """What a cluster does with the batch of a worker that died."""
    trials, papers = tmp_path / "trials.jsonl", tmp_path / "papers.jsonl"
    papers.write_bytes(b"\n".join(lines_of(ARTICLES, 12)))
    trials.write_bytes(b"\n".join(lines_of(REGISTRY, 4)))

    def twice(work: Work, batches: Batches):
        return (min(work(*batch), work(*batch)) for batch in batches)

    made = []
    for name, workers in (("once", one_by_one), ("again", twice)):
        (tmp_path / name).mkdir()
        batched = BatchedMatching(tmp_path / name, MATCHING, workers, print, articles_a_batch=5, trials_a_batch=2)
        made.append(b"".join(batched.links(trials, papers)))
    assert made[0] == made[1] != b""


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_records_of_one_paper_are_joined_across_batches(tmp_path: Path, size: int) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, RECORDS)))
    for name in ("raw", "articles"):
        (tmp_path / name).mkdir()
    for number, (raw, _) in enumerate(cut(raw_articles(path), tmp_path / "raw", size)):
        read_batch(str(raw), "json", str(number * size), str(tmp_path / "articles" / raw.name))
    assert join_repeats(tmp_path / "articles", size) == 3
    kept = polars.read_parquet(tmp_path / "articles" / "*.parquet").sort("place")
    assert articles_in(kept) == distinct_articles(map(article_from_json, RECORDS))
    assert kept["key"].to_list() == ["pmid:8", "pmid:7", "title:only a title 2020", "doi:10.1000/b"]


def test_pubmed_is_read_article_by_article(tmp_path: Path) -> None:
    path, one = tmp_path / "papers.xml.gz", "<PubmedArticle><MedlineCitation><PMID>{}</PMID></MedlineCitation>"
    whole = [one.format(number) + "</PubmedArticle>" for number in (1, 2)]
    text = f"<?xml version='1.0'?><PubmedArticleSet>{whole[0]}\n{one.format(3)}</Pub>{whole[1]}{one.format(4)}"
    path.write_bytes(gzip.compress(text.encode()))
    raw = raw_articles(path)
    read = [article_of(raw.form, record) for record in raw.records]
    assert raw.form == PUBMED and [article.pmid if article else None for article in read] == ["1", None, "2", None]


def test_an_author_is_read_back_as_compared() -> None:
    people = [Person("muller", "", "Müller"), Person("vanderberg", "ja", "van der Berg JA"), Person("li", "xf", "Li X")]
    article = Article(pmid="1", authors=tuple(Author(one, ("Somewhere",)) for one in people))
    assert article_from_json(article_to_json(article)) == article

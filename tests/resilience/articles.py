"""Mutated articles, as JSON lines, PubMed XML and Europe PMC answers, read and matched to trials."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import orjson

from tasks.papers.match import match_files
from tasks.papers.sources.europepmc import articles_from_europepmc
from tasks.papers.sources.files import read_articles
from tasks.papers.sources.pubmed import articles_from_pubmed
from tasks.settings import load_protocol
from tests.conftest import SHARED
from tests.resilience.mutations import cut, flip, mutated
from tests.resilience.test_kills import few_studies

ARTICLES = SHARED / "real" / "publication_links" / "articles.jsonl"
SAMPLE_ARTICLES = Path(__file__).parents[2] / "sample" / "articles.jsonl.gz"
XML = sorted((SHARED / "real" / "pubmed").glob("efetch_*.xml"))
ANSWERS = sorted((SHARED / "real" / "europepmc").glob("search_*.json"))
PLAIN_XML = b"<PubmedArticleSet><PubmedArticle><PMID>1</PMID></PubmedArticle></PubmedArticleSet>"
PLAIN_ANSWER = b'{"hitCount": 1, "resultList": {"result": [{"id": "1", "source": "MED", "title": "CAR-T"}]}}'


def real_articles() -> list[dict[str, Any]]:
    """Real articles where they are at hand, else those of the sample."""
    if ARTICLES.exists():
        return [json.loads(line) for line in ARTICLES.read_bytes().splitlines()]
    return [json.loads(line) for line in gzip.decompress(SAMPLE_ARTICLES.read_bytes()).splitlines()]


def read_mutated_articles(folder: Path, count: int, seed: int) -> int:
    """Match so many mutated articles to trials, and read PubMed's XML spoilt; the number read without a crash."""
    draw = random.Random(seed)
    records, trials, papers = real_articles(), folder / "trials.jsonl", folder / "articles.jsonl"
    trials.write_text("".join(json.dumps(study) + "\n" for study in few_studies(20)), encoding="utf-8")
    papers.write_bytes(b"\n".join(mutated(draw.choice(records), draw) for _ in range(count)))
    match_files(trials, papers, folder / "links.csv", load_protocol().matching)
    read = len(read_articles(papers))
    xml = [path.read_bytes()[:100_000] for path in XML] or [PLAIN_XML]
    for _ in range(count // 10):
        answer = articles_from_pubmed(draw.choice([cut, flip])(draw.choice(xml), draw))
        read += len(answer.articles) + len(answer.quarantine)
    return read


def read_mutated_answers(count: int, seed: int) -> int:
    """Read so many mutated answers of Europe PMC; the number of articles in them."""
    draw, read = random.Random(seed), 0
    answers = [json.loads(path.read_bytes()) for path in ANSWERS] or [json.loads(PLAIN_ANSWER)]
    for _ in range(count):
        try:
            value = orjson.loads(mutated(draw.choice(answers), draw))
        except orjson.JSONDecodeError:
            continue
        read += len(articles_from_europepmc(value)) if isinstance(value, dict) else 0
    return read

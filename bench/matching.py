"""How long matching takes and how much memory: `python bench/matching.py [TRIALS] [ARTICLES]` (default 1600, 100000).

Trials are those of the bundled sample; articles are made from the sample's by shuffling their sentences, so that they
hold the same crowded vocabulary (every paper speaks of CAR-T cells), which is the hard case for finding by content.
"""

import gzip
import resource
import sys
import time
from random import Random

import orjson

from sample.generate import ARTICLES, REGISTRY
from tasks.papers.article import Article, article_from_json
from tasks.papers.score.model import load_model
from tasks.papers.score.ranking import rank
from tasks.papers.trial import Trial, trial_from_study
from tasks.registry.study import Study
from tasks.settings import load_protocol


def sample_trials(count: int) -> list[Trial]:
    trials = []
    for line in gzip.decompress(REGISTRY.read_bytes()).splitlines():
        try:
            trials.append(trial_from_study(Study(orjson.loads(line))))
        except orjson.JSONDecodeError:
            continue
    return trials[:count]


def many_articles(count: int) -> list[Article]:
    random = Random(1)
    records = [orjson.loads(line) for line in gzip.decompress(ARTICLES.read_bytes()).splitlines()]
    sentences = [sentence for record in records for sentence in record["abstract"].split(". ")]
    articles = []
    for number in range(count):
        record = dict(random.choice(records))
        abstract = ". ".join(random.choices(sentences, k=9)) + f" Cohort {random.randrange(10**6)} of site {number}."
        other = random.choice(records)
        record |= {"pmid": str(80_000_000 + number), "doi": "", "abstract": abstract, "authors": other["authors"]}
        record |= {"nct_ids": [], "full_text_nct_ids": []}
        articles.append(article_from_json(record))
    return articles


def main(trial_count: int, article_count: int) -> None:
    started = time.process_time()
    trials, articles = sample_trials(trial_count), many_articles(article_count)
    characters = sum(len(article.abstract) for article in articles) / len(articles)
    made = time.process_time()
    matching = load_protocol().matching
    ranked = rank(trials, articles, matching, load_model(), matching.papers_in_file)
    seconds = time.process_time() - made
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{len(trials):,} trials x {len(articles):,} articles ({characters:.0f} characters of abstract each)")
    print(f"processor time: made in {made - started:.1f} s, matched in {seconds:.1f} s")
    print(f"{len(ranked.rows):,} links; {gigabytes:.2f} GB")
    print(f"{seconds / len(articles) * 1000:.2f} ms an article")


if __name__ == "__main__":
    main(*(int(argument) for argument in [*sys.argv[1:], "1600", "100000"][:2]))

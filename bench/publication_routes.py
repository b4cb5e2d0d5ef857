"""Scores matching as people use it: some of the trials at a time, against papers of which most belong to none of them.

`python -m bench.publication_routes FOLDER GOLD SCORER [--parts 5] [--unrelated TRIALS ...]`: FOLDER holds trials.jsonl
and articles.jsonl, gzipped or not; GOLD holds nct_id and pmid, empty where people found no paper; SCORER is a program
that takes GOLD and a file of links. With five parts, a fifth of the trials is matched at a time against all papers.
With unrelated trials: how many decisions of all trials at once turn when 1,690 of those join the run.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tasks.papers.article import Article
from tasks.papers.match import match, write_links
from tasks.papers.sources.files import read_articles, read_trials
from tasks.papers.trial import Trial
from tasks.settings import load_protocol
from tools.train_matcher import found

UNRELATED = 1690


def links_of(trials: list[Trial], articles: list[Article], parts: int) -> list[list[str]]:
    """The links of the trials, matched part by part."""
    matching = load_protocol().matching
    return [link for part in range(parts) for link in match(trials[part::parts], articles, matching)]


def turned(trials: list[Trial], articles: list[Article], others: list[Trial]) -> tuple[int, int]:
    """How many links there are, and how many have another score or decision once the others join."""
    alone = {(link[0], link[4]): link[2:4] for link in links_of(trials, articles, 1)}
    together = {(link[0], link[4]): link[2:4] for link in links_of([*trials, *others], articles, 1)}
    return len(alone), sum(together.get(pair) != said for pair, said in alone.items())


def main() -> None:
    """Print the scorer's table for the trials part by part, and the decisions that turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("folder", "gold", "scorer"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--parts", type=int, default=5)
    parser.add_argument("--unrelated", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    trials = read_trials(found(options.folder, "trials.jsonl"))
    articles = read_articles(found(options.folder, "articles.jsonl"))
    with TemporaryDirectory() as folder:
        links = Path(folder) / "links.csv"
        write_links(links_of(trials, articles, options.parts), links)
        subprocess.run([sys.executable, options.scorer, options.gold, links], check=True)
    if options.unrelated:
        known = {trial.nct_id for trial in trials}
        others = [trial for path in options.unrelated for trial in read_trials(path) if trial.nct_id not in known]
        count, other = turned(trials, articles, others[:UNRELATED])
        print(f"{UNRELATED:,} unrelated trials turn {other} of {count:,} links")


if __name__ == "__main__":
    main()

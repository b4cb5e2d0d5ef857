"""What matching costs: `python -m bench.matching [TRIALS] [ARTICLES] [PROCESSES]` (default 1600, 20000, one a core).

Trials are those of the bundled sample, which is synthetic. So are the articles, seeded: a file of real words as often
as they stand in real titles and abstracts, as long as real ones are, some with the sample's sentences and investigators
in them; every one speaks of what trials speak of, which is the hard case. Prints wall and processor seconds of each
step, and the largest memory of all processes together.
"""

import gzip
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import orjson
import psutil

from sample.generate import ARTICLES, REGISTRY
from tasks.papers.features.frequencies import TEXTS, TITLES, load_frequencies
from tasks.papers.match import match_files
from tasks.settings import load_protocol
from tasks.workers import in_processes

SEED = 20261127
# of 52 real papers of PubMed, one decile each: words of title and abstract, authors
TITLE_WORDS = [7, 8, 9, 10, 12, 13, 14, 16, 19, 23]
ABSTRACT_WORDS = [0, 0, 110, 160, 180, 200, 220, 240, 270, 306]
AUTHORS = [1, 2, 3, 5, 6, 7, 8, 10, 14, 26]
SENTENCE_WORDS = 18
DIFFERENT_SENTENCES, DIFFERENT_TITLES = 20_000, 50_000
# of the sentences, titles and authors those of the sample, whose investigators so have hundreds of papers in a million
SAMPLE_SHARE, KNOWN_AUTHOR_SHARE = 0.1, 0.03
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprst" for vowel in "aeio"]
SECONDS_BETWEEN_LOOKS = 0.5


def phrases(random: Random, kind: str, lengths: list[int], count: int) -> list[str]:
    """So many sequences of real words, each word as likely as texts of that kind hold it."""
    counts = load_frequencies()[kind].counts
    words, weights = list(counts), list(counts.values())
    drawn = iter(random.choices(words, weights, k=count * max(lengths)))
    return [" ".join(next(drawn) for _ in range(random.choice(lengths))).capitalize() for _ in range(count)]


def articles(count: int) -> Iterator[dict[str, Any]]:
    """So many articles, each with a PMID of its own; the same for the same count."""
    random = Random(SEED)
    sample = [orjson.loads(line) for line in gzip.decompress(ARTICLES.read_bytes()).splitlines()]
    known = [author for record in sample for author in record["authors"]]
    told = [sentence for record in sample for sentence in record["abstract"].split(". ")]
    titles = phrases(random, TITLES, TITLE_WORDS, DIFFERENT_TITLES)
    sentences = phrases(random, TEXTS, [SENTENCE_WORDS], DIFFERENT_SENTENCES)
    for number in range(count):
        is_like_sample = random.random() < SAMPLE_SHARE
        length = random.choice(ABSTRACT_WORDS) // SENTENCE_WORDS
        some = random.choices(sentences, k=length)
        if is_like_sample and some:
            some[0] = random.choice(told)
        of_its_own = [f"We saw {random.randrange(10**5)} patients in cohort {number}"] if some else []
        authors = [
            random.choice(known) if random.random() < KNOWN_AUTHOR_SHARE else stranger(random)
            for _ in range(random.choice(AUTHORS))
        ]
        yield {
            "pmid": str(10_000_000 + number),
            "title": random.choice(sample)["title"] if is_like_sample else random.choice(titles),
            "abstract": ". ".join([*some, *of_its_own]),
            "authors": authors,
            "journal": f"Journal {number % 5_000}",
            "publication_types": ["Journal Article"],
            "print_date": f"{random.randrange(1990, 2027)}-{random.randrange(1, 13):02d}",
        }


def stranger(random: Random) -> str:
    """An author as PubMed prints one, of millions of names."""
    return f"{''.join(random.choices(SYLLABLES, k=4)).title()} {chr(65 + random.randrange(26))}"


def write_articles(path: Path, count: int) -> Path:
    """The articles as gzipped JSON lines."""
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.writelines(orjson.dumps(article) + b"\n" for article in articles(count))
    return path


def write_trials(path: Path, count: int) -> Path:
    """So many readable studies of the sample."""
    lines = [line for line in gzip.decompress(REGISTRY.read_bytes()).splitlines() if line.endswith(b"}")]
    path.write_bytes(b"\n".join(lines[:count]))
    return path


@dataclass
class Meter:
    """Watches this process and its workers: processor seconds, and the largest memory of all together."""

    peak: float = 0.0
    used: dict[int, float] = field(default_factory=dict)
    steps: dict[str, tuple[float, float]] = field(default_factory=dict)

    def look(self) -> tuple[float, float]:
        """Wall and processor seconds until now; a worker that has ended counts with what it was last seen at."""
        memory = 0
        for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
            try:
                times = process.cpu_times()
                self.used[process.pid] = times.user + times.system
                memory += process.memory_info().rss
            except psutil.Error:
                continue
        self.peak = max(self.peak, memory / 1e9)
        return time.monotonic(), sum(self.used.values())

    def watch(self) -> None:
        """Look again and again."""
        while True:
            self.look()
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def hear(self, line: str) -> None:
        """Remember when each kind of line was last said."""
        kind = re.sub(r".*\d ", "", line)
        self.steps[kind] = self.look()


def main(trial_count: int, article_count: int, processes: int) -> None:
    """Make the files, match them, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder, matching = Path(name), load_protocol().matching
        trials = write_trials(folder / "trials.jsonl", trial_count)
        papers = write_articles(folder / "articles.jsonl.gz", article_count)
        print(f"{trial_count:,} trials x {article_count:,} articles, {papers.stat().st_size / 1e6:,.0f} MB", flush=True)
        meter = Meter()
        start = before = meter.look()
        threading.Thread(target=meter.watch, daemon=True).start()
        count = match_files(trials, papers, folder / "links.csv", matching, in_processes(processes), meter.hear)
        end = meter.look()
    for step, at in [*meter.steps.items(), ("all", end)]:
        since = start if step == "all" else before
        print(f"{step:20s} {at[0] - since[0]:7.1f} s wall {at[1] - since[1]:7.1f} s processor")
        before = at
    print(
        f"{count:,} links; {meter.peak:.2f} GB at most; {(end[1] - start[1]) / article_count * 1000:.2f} ms an article"
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in [*sys.argv[1:], *("1600", "20000", "0")[len(sys.argv) - 1 :]]))

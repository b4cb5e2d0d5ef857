"""Rewrites the bundled synthetic registry: `python -m sample.generate` gives the same bytes every time."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson

from sample.look_alikes import unused_numbers, write_look_alikes
from sample.mess import make_a_mess
from sample.papers import Written, write_papers
from sample.plan import Plan, draw_plans
from sample.study import write_study
from sample.vocabulary import FOLDER, words

REGISTRY = FOLDER / "registry.jsonl.gz"
ARTICLES = FOLDER / "articles.jsonl.gz"
# two lines that no reader can parse, so that a sample run shows what quarantine is for
BROKEN_LINES = [
    b'{"protocolSection": {"identificationModule": {"nctId": "NCT90',
    b"<html><title>503 Service Unavailable</title></html>",
]


@dataclass
class Registry:
    """The synthetic registry in memory; `plans` say what a perfect curator would find in the eligible studies."""

    plans: list[Plan]
    studies: list[dict[str, Any]]
    articles: list[dict[str, Any]]


def build() -> Registry:
    """Draw and write every study and paper from the seed of `sample/plan.toml`."""
    random = Random(words("plan")["seed"])
    plans = draw_plans(random)
    written = [Written(plan, *write_study(random, plan)) for plan in plans]
    articles = write_papers(random, written)
    counts = words("plan")["counts"]
    spare = counts["look_alikes_found"] + counts["not_found"]
    numbers = unused_numbers(random, [plan.nct_id for plan in plans], spare + words("plan")["mess"]["aliases"])
    random.shuffle(numbers)
    records = [study.record for study in written]
    copies = make_a_mess(random, records, numbers[spare:])
    studies = records + copies + write_look_alikes(random, numbers[:spare])
    studies.sort(key=lambda study: str(study["protocolSection"]["identificationModule"]["nctId"]))
    return Registry(plans, studies, articles)


def write(folder: Path = FOLDER) -> tuple[Path, Path]:
    """Write both files into a folder; the same bytes for the same words and seed."""
    registry = build()
    lines = [orjson.dumps(study) for study in registry.studies]
    for broken, place in zip(BROKEN_LINES, (700, 1200), strict=True):
        lines.insert(place, broken)
    studies_path, articles_path = folder / REGISTRY.name, folder / ARTICLES.name
    _write_lines(studies_path, lines)
    _write_lines(articles_path, (orjson.dumps(article) for article in registry.articles))
    return studies_path, articles_path


def _write_lines(path: Path, lines: Iterable[bytes]) -> None:
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n", compresslevel=9, mtime=0))


if __name__ == "__main__":
    for path in write():
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")

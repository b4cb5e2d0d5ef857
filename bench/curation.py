"""How fast curation is, on one core: background studies, CAR-T studies with evidence, and a hundred patterns more.

usage: python -m bench.curation [REAL_FOLDER]

Prints studies per second, the memory that a ten times longer stream adds, and the price of a hundred patterns.
REAL_FOLDER holds registry downloads as JSON lines; the default is the folder of real records beside the repository.
"""

import gzip
import itertools
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from tasks.curate import Vocabularies, curate_studies, load_vocabularies
from tasks.registry.study import Study
from tasks.settings import REPOSITORY

ROUNDS = 3
EXTRA_PATTERNS = 100
BACKGROUND_STUDIES = 10_000
CART_STUDIES = 3_000


def read(path: Path) -> list[bytes]:
    with gzip.open(path) as lines:
        return list(lines)


def stream(lines: list[bytes], count: int) -> Iterator[Study]:
    """That many studies, parsed one by one as a user's file would be."""
    return (Study(orjson.loads(line)) for line in itertools.islice(itertools.cycle(lines), count))


def parsing_seconds(lines: list[bytes], count: int) -> float:
    """What the JSON alone costs."""
    return seconds(stream(lines, count))


def studies_per_second(lines: list[bytes], count: int, vocabularies: Vocabularies) -> float:
    """The best of some rounds, without the JSON parsing, which is the reader's."""
    parsing = min(parsing_seconds(lines, count) for _ in range(ROUNDS))
    whole = min(seconds(curate_studies(stream(lines, count), vocabularies)) for _ in range(ROUNDS))
    return count / (whole - parsing)


def seconds(work: Iterable[Any]) -> float:
    started = time.perf_counter()
    for _ in work:
        pass
    return time.perf_counter() - started


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def with_extra_patterns(vocabularies: Vocabularies) -> Vocabularies:
    """The vocabularies and a hundred antigens that nobody has found yet."""
    model = next(term for term in vocabularies.terms if term.attribute == "targets")
    extra = [
        replace(model, value=f"NEW{number}", pattern=rf"(?i)\bNEWANTIGEN[\s-]?{number}\b|\bnewly found {number}\b")
        for number in range(EXTRA_PATTERNS)
    ]
    return replace(vocabularies, terms=(*vocabularies.terms, *extra))


def main(folder: Path) -> None:
    vocabularies = load_vocabularies()
    older, newer = read(folder / "registry-2018.dev.jsonl.gz"), read(folder / "registry-2026.dev.jsonl.gz")
    is_cart = [
        one.values("eligibility") == ("eligible",)
        for one in curate_studies(map(Study, map(orjson.loads, older)), vocabularies)
    ]
    background = [line for line, cart in zip(older, is_cart, strict=True) if not cart]
    complete = [line for line, cart in zip(older, is_cart, strict=True) if cart]
    for name, lines, count in (
        ("background, complete records of 2018", background, BACKGROUND_STUDIES),
        ("CAR-T, complete records of 2018", complete, CART_STUDIES),
        ("CAR-T-like, records of 2026", newer, CART_STUDIES),
    ):
        print(f"{name:37s} {studies_per_second(lines, count, vocabularies):10,.0f} studies/s")
    before = peak_megabytes()
    seconds(curate_studies(stream(background, BACKGROUND_STUDIES * 5), vocabularies))
    print(f"five times as many studies add        {peak_megabytes() - before:10,.1f} MB to {before:,.0f} MB")
    more = with_extra_patterns(vocabularies)
    for name, lines, count in (("background", background, BACKGROUND_STUDIES), ("CAR-T-like", newer, CART_STUDIES)):
        ratio = studies_per_second(lines, count, vocabularies) / studies_per_second(lines, count, more)
        print(f"a hundred patterns more, {name:12s} {100 * (ratio - 1):10,.1f} % slower")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY.parent / "shared" / "real")

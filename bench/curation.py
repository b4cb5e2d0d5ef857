"""What curation costs, beside the reading of the records: `python -m bench.curation [REAL_FOLDER]`.

Processor time of one process, evidence included, as a multiple of what orjson takes to parse the same records: a ratio
that another machine and a busy one change little. Both are measured in turns over the same two hundred records, so that
what else the machine does falls on both alike. Prints, besides, studies per second of this machine at this hour, the
memory that a long stream adds, and the price of a hundred patterns more.

REAL_FOLDER holds registry downloads as JSON lines; the default is the folder of real records beside the repository.
"""

import gzip
import itertools
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from tasks.curate import Vocabularies, curate_studies, load_vocabularies
from tasks.curate.engine.patterns import searcher
from tasks.curate.study import is_near
from tasks.process import end_quietly
from tasks.registry.study import Study
from tasks.settings import REPOSITORY

ROUNDS = 3
STUDIES_A_TURN = 200
EXTRA_PATTERNS = 100
BACKGROUND_STUDIES = 10_000


@dataclass(frozen=True)
class Cost:
    """Processor seconds of parsing and of curating so many studies."""

    studies: int
    parsing: float
    curating: float

    @property
    def ratio(self) -> float:
        """Curation as a multiple of parsing."""
        return self.curating / self.parsing

    @property
    def per_second(self) -> float:
        """Studies curated in a second of processor time, their parsing left out."""
        return self.studies / self.curating


def read(path: Path) -> list[bytes]:
    with gzip.open(path) as lines:
        return list(lines)


def stream(lines: list[bytes], count: int) -> Iterator[Study]:
    """That many studies, parsed one by one as a user's file would be."""
    return (Study(orjson.loads(line)) for line in itertools.islice(itertools.cycle(lines), count))


def cost(lines: list[bytes], vocabularies: Vocabularies) -> Cost:
    """One pass over the records in turns: parse some, then curate them."""
    parsing = curating = 0.0
    for start in range(0, len(lines), STUDIES_A_TURN):
        begun = time.process_time()
        records = [orjson.loads(line) for line in lines[start : start + STUDIES_A_TURN]]
        parsed = time.process_time()
        exhaust(curate_studies(map(Study, records), vocabularies))
        parsing += parsed - begun
        curating += time.process_time() - parsed
    return Cost(len(lines), parsing, curating)


def first_cost(lines: list[bytes]) -> Cost:
    """A pass that finds no automaton built yet."""
    searcher.cache_clear()
    return cost(lines, load_vocabularies())


def best_cost(lines: list[bytes], vocabularies: Vocabularies) -> Cost:
    """The cheapest of some passes: the first builds the automata, which a long run does once."""
    return min((cost(lines, vocabularies) for _ in range(ROUNDS)), key=lambda one: one.curating)


def exhaust(work: Iterable[Any]) -> None:
    for _ in work:
        pass


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


def kinds_of(folder: Path, vocabularies: Vocabularies) -> dict[str, list[bytes]]:
    """The records by what curation makes of them: screened by their words alone, read for nothing, or CAR-T."""
    kinds: dict[str, list[bytes]] = {}
    for name, records in (("2018, complete", "2018"), ("2026, complete", "v2-2026"), ("2026", "2026")):
        lines = read(folder / f"registry-{records}.dev.jsonl.gz")
        studies = [Study(orjson.loads(line)) for line in lines]
        for line, study, curation in zip(lines, studies, curate_studies(studies, vocabularies), strict=True):
            if curation.values("eligibility") == ("eligible",):
                kind = "CAR-T"
            else:
                kind = "read, not CAR-T" if is_near(study, vocabularies) else "screened only"
            kinds.setdefault(f"{kind}, {name}", []).append(line)
    return kinds


def main(folder: Path) -> None:
    vocabularies = load_vocabularies()
    kinds = kinds_of(folder, vocabularies)
    background, newer = kinds["screened only, 2018, complete"], kinds["CAR-T, 2026"]
    first = {name: first_cost(lines) for name, lines in kinds.items()}
    usual = {name: best_cost(lines, vocabularies) for name, lines in kinds.items()}
    for name, one in usual.items():
        print(f"{name:31s} {one.studies:5d} {one.ratio:7.1f} times orjson {one.per_second:9,.0f} studies/s", end="")
        print(f"  (first pass {first[name].ratio:.1f}, {first[name].per_second:,.0f})")
    before = peak_megabytes()
    exhaust(curate_studies(stream(background, BACKGROUND_STUDIES * 5), vocabularies))
    print(f"a long stream adds                    {peak_megabytes() - before:10,.1f} MB to {before:,.0f} MB")
    more = with_extra_patterns(vocabularies)
    for name, lines in (("background", background), ("CAR-T", newer)):
        ratio = best_cost(lines, more).curating / best_cost(lines, vocabularies).curating
        print(f"a hundred patterns more, {name:12s} {100 * (ratio - 1):10,.1f} % slower")


if __name__ == "__main__":
    end_quietly()
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY.parent / "shared" / "real")

"""Readers in processes of their own, that query while warehouses are published over and over."""

import contextlib
import multiprocessing
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb

from tasks.home import Home

FORKS = multiprocessing.get_context("forkserver")
# what a reader sees in one connection must all be of one publication
QUESTIONS = (
    "select as_of::varchar from meta.published",
    "select count(*) from core.trials",
    "select count(*) from core.trials where is_in_cohort",
    "select trials from metrics.cohort_size",
    "select sum(hash(nct_id, attribute, value)) from core.labels",
    "select records from metrics.screening_flow order by all",
    "select sum(hash(columns(*)::varchar)) from metrics.sponsor_ranking",
    "select sum(hash(nct_id, quote, rule)) from core.assertions",
)


@dataclass
class Seen:
    """What one reader saw: its queries, the publications met, and every failure and torn read in words."""

    queries: int
    publications: set[int]
    failures: list[str]


def answers(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(repr(connection.execute(question).fetchall()) for question in QUESTIONS)


def answers_of(warehouse: Path) -> tuple[str, ...]:
    """What a reader of this warehouse must see, and nothing else."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return answers(connection)


def read(home: Path, right: list[tuple[str, ...]], stop: Event, say: Connection, seed: int) -> None:
    """Open, ask everything, sometimes linger and ask again, close; until told to stop."""
    from tasks.warehouse.publish import open_published

    draw, seen = random.Random(seed), Seen(0, set(), [])
    say.send(None)  # ready
    while not stop.is_set():
        try:
            with open_published(Home(home)) as connection:
                for _ in range(draw.choice([1, 1, 3])):
                    found = answers(connection)
                    seen.queries += len(found)
                    if found in right:
                        seen.publications.add(right.index(found))
                    else:
                        seen.failures.append(f"torn: {found}")
        except Exception as error:  # every failure counts, whatever it is
            seen.failures.append(repr(error))
    say.send(seen)


@contextlib.contextmanager
def reading(home: Path, right: list[tuple[str, ...]], readers: int) -> Iterator[list[Seen]]:
    """Readers at work; what they saw is in the list after they stopped."""
    stop, found, lines = FORKS.Event(), [], []
    for seed in range(readers):
        hear, say = FORKS.Pipe(duplex=False)
        FORKS.Process(target=read, args=(home, right, stop, say, seed), daemon=True).start()
        lines.append(hear)
    for line in lines:
        line.recv()
    try:
        yield found
    finally:
        stop.set()
        found += [line.recv() for line in lines]


def publish_copy(build: Path, home: Path) -> None:
    """Publish a finished build as a run does, keeping the build."""
    from tasks.warehouse.building import WAREHOUSE
    from tasks.warehouse.publish import build_folder, publish_warehouse

    with build_folder(Home(home)) as folder:
        shutil.copyfile(build, folder / WAREHOUSE)
        publish_warehouse(Home(home))

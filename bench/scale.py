"""What a run costs on files as large as the registry: first, again with nothing changed, and with 2% changed.

usage: python -m bench.scale [--first] [STUDIES ...]     (10,000 unless told; --first: the first run alone)

Prints, by number of studies and kind of run: processor seconds, wall seconds, the most memory that all its processes
held together (what they share once: PSS, looked at twice a second), the home on disk, processor seconds a thousand
studies, the ratio of processor time to orjson's parse of the same file in the same session, and the stages that took
longest; and what DuckDB takes to read the same file with staging's schema and no more. Nobody has searched
for what a whole registry holds, so the phrases are asked in the file. Times depend on the machine; ratios and growth
with the size much less.
"""

import gzip
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson
import psutil

from bench.big_files import write_studies
from tasks.files import identity_of
from tasks.home import Home
from tasks.warehouse.models import SQL_FOLDER

SLOWEST = 6
SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process and its children used. Times in seconds, memory and disk in megabytes."""

    processor: float
    wall: float
    peak: float
    disk: float
    stages: dict[str, float]


def parse_seconds(path: Path) -> float:
    """Processor seconds that reading and parsing the file costs by itself."""
    started = time.process_time()
    with gzip.open(path) as lines:
        for line in lines:
            orjson.loads(line)
    return time.process_time() - started


def duckdb_seconds(path: Path) -> float:
    """Processor seconds that DuckDB takes to read the file into a table with the schema of staging.studies."""
    (schema,) = re.findall(r"'(\{.*\})'", (SQL_FOLDER / "staging" / "studies.sql").read_text(), re.DOTALL)
    started = time.process_time()
    with duckdb.connect() as connection:
        connection.execute(
            "create table studies as select from_json(json, $1) as record from read_ndjson_objects($2)",
            [schema, str(path)],
        )
    return time.process_time() - started


@contextmanager
def memory_watched(root: int) -> Iterator[list[float]]:
    """Meanwhile look at a process and all that it began; the list's only item is the most that they held, in MB."""
    most, is_over = [0.0], threading.Event()

    def look() -> None:
        while not is_over.wait(SECONDS_BETWEEN_LOOKS):
            most[0] = max(most[0], held_by(root))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        is_over.set()
        watcher.join()


def held_by(root: int) -> float:
    """What a process and all that it began hold together, in MB; one that ends meanwhile holds nothing."""
    held = 0
    try:
        processes = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for process in processes:
        try:
            held += process.memory_full_info().pss
        except psutil.Error:
            continue
    return held / 1e6


def cost_of(home: Home, *arguments: str) -> Cost:
    """Run a command of cartscape on a home and take the operating system's account of it."""
    before = home.log.stat().st_size if home.log.exists() else 0
    command = [sys.executable, "-m", "cli.main", *arguments, "--home", str(home.root)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with memory_watched(process.pid) as most:
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the run ended with {status}: {' '.join(command)}")
    lines = home.log.read_bytes()[before:].splitlines()
    ended = [line for line in map(orjson.loads, lines) if line["outcome"] == "completed"]
    stages: dict[str, float] = {}
    for line in ended:
        name = line["stage"].split(" ")[0] + " tables" if line["stage"].startswith("make table") else line["stage"]
        stages[name] = stages.get(name, 0.0) + line["seconds"]
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - started, most[0], on_disk(home.root), stages)


def on_disk(folder: Path) -> float:
    """What the files in a folder take, in MB; one that stands in several folders once."""
    return sum({identity_of(file): file.stat().st_size for file in folder.rglob("*") if file.is_file()}.values()) / 1e6


def show(name: str, count: int, cost: Cost, parse: float) -> None:
    """One line of figures, one of stages."""
    figures = {
        "s processor": f"{cost.processor:.1f}",
        "s wall": f"{cost.wall:.1f}",
        "MB peak": f"{cost.peak:,.0f}",
        "MB home": f"{cost.disk:,.0f}",
        "s a thousand": f"{1000 * cost.processor / count:.2f}",
        "x orjson": f"{cost.processor / parse:.1f}",
    }
    print(f"{count:>9,} {name:10s} " + "  ".join(f"{value} {unit}" for unit, value in figures.items()))
    slowest = sorted((seconds, stage) for stage, seconds in cost.stages.items() if stage != "run")[-SLOWEST:]
    print("          " + ", ".join(f"{stage} {seconds:.1f}" for seconds, stage in reversed(slowest)), flush=True)


def main() -> None:
    """Measure each size three times in a home of its own."""
    sizes = [argument for argument in sys.argv[1:] if argument != "--first"]
    for count in [int(size.replace(",", "")) for size in sizes] or [10_000]:
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder) / "home")
            first = write_studies(Path(folder) / "studies.jsonl.gz", count)
            parse = parse_seconds(first)
            show("first", count, cost_of(home, "run", "--source", str(first), "--search-inside"), parse)
            if "--first" in sys.argv:
                continue
            print(f"{count:>9,} DuckDB     {duckdb_seconds(first) / parse:.1f} x orjson", flush=True)
            show("again", count, cost_of(home, "run", "--source", str(first), "--search-inside"), parse)
            # the next week's file bears the same name, so that it is the next snapshot of one series
            write_studies(first, count, are_some_changed=True)
            show("2% changed", count, cost_of(home, "run", "--source", str(first), "--search-inside"), parse)


if __name__ == "__main__":
    main()

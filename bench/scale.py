"""What a run costs on files as large as the registry: first, again with nothing changed, and with 2% changed.

usage: python -m bench.scale [STUDIES ...]     (10,000 unless told)

Prints, by number of studies and kind of run: processor seconds, wall seconds, the largest process, the home on disk,
processor seconds a thousand studies, the ratio of processor time to orjson's parse of the same file in the same
session, and the stages that took longest. Times depend on the machine; ratios and growth with the size much less.
"""

import gzip
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench.big_files import write_studies
from tasks.home import Home

SLOWEST = 6


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


def cost_of(home: Home, *arguments: str) -> Cost:
    """Run a command of cartscape on a home and take the operating system's account of it."""
    before = home.log.stat().st_size if home.log.exists() else 0
    command = [sys.executable, "-m", "cli.main", *arguments, "--home", str(home.root)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the run ended with {status}: {' '.join(command)}")
    lines = home.log.read_bytes()[before:].splitlines()
    ended = [line for line in map(orjson.loads, lines) if line["outcome"] == "completed"]
    stages: dict[str, float] = {}
    for line in ended:
        name = line["stage"].split(" ")[0] + " tables" if line["stage"].startswith("make table") else line["stage"]
        stages[name] = stages.get(name, 0.0) + line["seconds"]
    disk = sum(file.stat().st_size for file in home.root.rglob("*") if file.is_file()) / 1e6
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / 1024, disk, stages)


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
    for count in [int(argument.replace(",", "")) for argument in sys.argv[1:]] or [10_000]:
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder) / "home")
            first = write_studies(Path(folder) / "studies.jsonl.gz", count)
            changed = write_studies(Path(folder) / "changed.jsonl.gz", count, are_some_changed=True)
            parse = parse_seconds(first)
            for name, source in (("first", first), ("again", first), ("2% changed", changed)):
                show(name, count, cost_of(home, "run", "--source", str(source)), parse)


if __name__ == "__main__":
    main()

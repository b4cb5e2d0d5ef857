"""What a year of weekly snapshots costs beside one: building the warehouse, and the home on disk.

usage: python -m bench.weeks [TRIALS]     (2,600 unless told)

Every week 2% of the trials have another update date, and the week before was built, as a schedule does it: what that
build curated and counted is not made again. Prints, for 1, 13, 26 and 52 weeks, processor and wall seconds of
`cartscape build`, the largest process, the home on disk, each also as a ratio to one week, and the slowest stages.
"""

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from random import Random

import orjson

from bench.big_files import CHANGED_SHARE, FIRST_NUMBER, SEED, Record, cart_studies
from bench.scale import SLOWEST, Cost, cost_of
from tasks.home import Home
from tasks.settings import load_protocol
from tasks.snapshot.take import take_snapshot

WEEKS = (1, 13, 26, 52)
FIRST_WEEK = date(2025, 11, 28)


def trials_of(count: int) -> list[Record]:
    """So many trials of the sample, each with a number of its own."""
    random, sample = Random(SEED), cart_studies()
    trials = [orjson.loads(orjson.dumps(random.choice(sample))) for _ in range(count)]
    for number, trial in enumerate(trials, FIRST_NUMBER):
        trial["protocolSection"]["identificationModule"] |= {"nctId": f"NCT{number:08d}", "nctIdAliases": []}
    return trials


def take_week(trials: list[Record], week: int, folder: Path, home: Home) -> None:
    """Change some trials, and take a snapshot of all, which bear the day of the registry's data as its own do."""
    day = str(FIRST_WEEK + timedelta(weeks=week))
    for trial in Random(week).sample(trials, round(CHANGED_SHARE * len(trials))):
        trial["protocolSection"].setdefault("statusModule", {})["lastUpdatePostDateStruct"] = {
            "date": day,
            "type": "ACTUAL",
        }
    for trial in trials:
        trial.setdefault("derivedSection", {}).setdefault("miscInfoModule", {})["versionHolder"] = day
    path = folder / "registry.jsonl"
    path.write_bytes(b"".join(orjson.dumps(trial, option=orjson.OPT_APPEND_NEWLINE) for trial in trials))
    take_snapshot(str(path), home, load_protocol(), lambda line: None)


def show(weeks: int, cost: Cost, one: Cost) -> None:
    """One line of figures, each with its ratio to one week, and one of stages."""
    figures = {"s processor": "processor", "s wall": "wall", "MB peak": "peak", "MB home": "disk"}
    said = (
        f"{getattr(cost, name):,.1f} {unit} ({getattr(cost, name) / getattr(one, name):.2f})"
        for unit, name in figures.items()
    )
    print(f"{weeks:>3} weeks  " + "  ".join(said))
    slowest = sorted((seconds, stage) for stage, seconds in cost.stages.items() if stage != "run")[-SLOWEST:]
    print("           " + ", ".join(f"{stage} {seconds:.1f}" for seconds, stage in reversed(slowest)), flush=True)


def main() -> None:
    """Take the weeks one after another and build after some of them."""
    trials = trials_of(int(sys.argv[1].replace(",", "")) if sys.argv[1:] else 2_600)
    one: Cost | None = None
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        for week in range(1, max(WEEKS) + 1):
            take_week(trials, week, Path(folder), home)
            if week + 1 in WEEKS:
                cost_of(home, "build")
            if week in WEEKS:
                cost = cost_of(home, "build")
                one = one or cost
                show(week, cost, one)


if __name__ == "__main__":
    main()

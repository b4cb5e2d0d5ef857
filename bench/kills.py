"""Kills whole runs at random moments from retrieval to export; each next run must finish like an undisturbed one.

usage: python -m bench.kills [KILLS] [SEED]

Prints how many kills came in which stage, and how many homes then differed from an undisturbed run's (0 is right).
"""

import collections
import contextlib
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.replica import Replica
from tests.resilience.test_kills import few_studies, surroundings
from tests.resilience.whole import differences, finish, left_by, started

KILLS, SEED, AT_ONCE = 100, 1, 2


def killed_after(seconds: float, home: Path, environment: dict[str, str]) -> str:
    """The stage that a run was in when it was killed."""
    stage, deadline = "before the first stage", time.monotonic() + seconds
    with started(home, "live", environment) as (process, hear):
        with contextlib.suppress(EOFError):
            while hear.poll(max(0.0, deadline - time.monotonic())):
                stage = hear.recv()
        if not process.is_alive():
            return "over before the kill"
        process.kill()
    return stage


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    draw = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else SEED)
    with (
        tempfile.TemporaryDirectory() as folder,
        Replica(few_studies(), faults=["slow"], slow_seconds=0.02) as replica,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        environment = surroundings(replica)
        began = time.monotonic()
        list(pool.map(lambda name: finish(Path(folder) / name, "live", environment), ["whole", "warm"]))
        longest = time.monotonic() - began
        whole = left_by(Path(folder) / "whole")

        def attempt(number: int, seconds: float) -> tuple[str, list[str]]:
            home = Path(folder) / f"killed-{number}"
            stage = killed_after(seconds, home, environment)
            finish(home, "live", environment)
            return stage, differences(left_by(home), whole)

        moments = [draw.uniform(0, longest) for _ in range(kills)]
        results = list(pool.map(attempt, range(kills), moments))
    for stage, count in collections.Counter(stage for stage, _ in results).most_common():
        print(f"{count:>5}  {stage}")
    differing = [found for _, found in results if found]
    print(f"{kills} kills within {longest:.1f} s runs, {len(differing)} homes differ {differing[:3]}")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()

"""Kills whole runs at random moments from retrieval to export; each next run must finish like an undisturbed one.

usage: python -m bench.kills [KILLS] [SEED]

Prints how many kills came in which stage, and how many homes then differed from an undisturbed run's (0 is right).
"""

import collections
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tasks.settings import REPOSITORY
from tests.replica import Replica
from tests.resilience.test_kills import few_studies, next_source, surroundings
from tests.resilience.whole import differences, finish, left_by, rows_of, started

KILLS, SEED, AT_ONCE = 100, 1, 2
QUIETLY: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


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


def cartscape(source: Path, home: Path, patience: float | None = None) -> int:
    """`cartscape run`, killed when patience ends; its exit code, and what it started ended with it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CARTSCAPE_"))}
    command = [sys.executable, "-m", "cli.main", "run", "--source", str(source), "--home", str(home)]
    process = subprocess.Popen(command, env=kept, cwd=REPOSITORY, start_new_session=True, **QUIETLY)
    try:
        return process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


def compare_command_line(folder: Path, moments: list[float]) -> list[str]:
    """What differs between a home whose command line was killed at these moments, and an undisturbed one."""
    source = folder / "few.jsonl"
    source.write_text("".join(json.dumps(study) + "\n" for study in few_studies()), encoding="utf-8")
    codes = [cartscape(source, folder / "killed-command", moment) for moment in moments]
    ends = [cartscape(source, folder / name) for name in ("killed-command", "whole-command")]
    print(f"command line: killed after {moments} s (exit codes {codes}), then ended with {ends}")
    homes = [rows_of(folder / name / "warehouse.duckdb") for name in ("killed-command", "whole-command")]
    return [table for table in differences(*homes) if table != "raw.snapshots"]


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
            finish(home, next_source(home), environment)
            return stage, differences(left_by(home), whole)

        moments = [draw.uniform(0, longest) for _ in range(kills)]
        results = list(pool.map(attempt, range(kills), moments))
        by_command = compare_command_line(Path(folder), [6.0, 10.0, 14.0])
    for stage, count in collections.Counter(stage for stage, _ in results).most_common():
        print(f"{count:>5}  {stage}")
    differing = [found for _, found in results if found]
    print(f"{kills} kills within {longest:.1f} s runs, {len(differing)} homes differ {differing[:1]}")
    print(f"command line: {len(by_command)} tables differ {by_command}")
    sys.exit(bool(differing or by_command))


if __name__ == "__main__":
    main()

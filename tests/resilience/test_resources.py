"""A full disk, a home that is read-only, no memory to spare, a clock that jumps: a clear error, and nothing lost."""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.home import Home
from tasks.settings import REPOSITORY
from tasks.snapshot import content, retrieve, take
from tests.conftest import build_landscape, silent
from tests.replica import Replica
from tests.replica.material import quick, study
from tests.resilience.test_kills import few_studies
from tests.resilience.whole import rows_of

LIBC = ctypes.CDLL(None, use_errno=True)
READ_ONLY, REMOUNT = 1, 32
WHOLE = """
import resource, sys
from pathlib import Path
limit, source, home = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from tasks.home import Home
from tasks.landscape import landscape
from tasks.run import Run
from tasks.settings import load_protocol
landscape(Run(Home(home), load_protocol()), source)
"""


def whole(source: str, home: Path, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """A run in a process of its own, in so many bytes of memory, which no library spends on threads instead of data."""
    command = [sys.executable, "-c", WHOLE, str(limit), source, str(home)]
    settings = {**os.environ, "POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        command, cwd=REPOSITORY, env=settings, capture_output=True, text=True, check=False, timeout=120
    )


def last_line(run: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in run.stderr.splitlines() if line.startswith("tasks.errors.CartscapeError: ")]
    assert run.returncode != 0
    assert lines, run.stderr[-3000:]
    return lines[-1]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 megabytes; only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if LIBC.mount(b"none", str(disk).encode(), b"tmpfs", 0, b"size=128m") != 0:
        pytest.skip(f"no disk can be mounted here: {os.strerror(ctypes.get_errno())}")
    yield disk
    LIBC.umount2(str(disk).encode(), 2)


def write_lines(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in few_studies(count)), encoding="utf-8")
    return path


def fill(disk: Path, but: int) -> Path:
    """A file that leaves so many bytes of a disk."""
    free = os.statvfs(disk)
    filler = disk / "filler"
    filler.write_bytes(b"\0" * max(0, free.f_bavail * free.f_bsize - but))
    return filler


def test_a_disk_that_is_full_is_named_and_the_last_landscape_stands(small_disk: Path, tmp_path: Path) -> None:
    home = small_disk / "home"
    first = build_landscape(home, write_lines(tmp_path / "few.jsonl", 5))
    before = rows_of(first.warehouse)
    source = write_lines(tmp_path / "more.jsonl", 40)
    for free in (20_000, 1_500_000):
        filler = fill(small_disk, but=free)
        assert "free" in (said := last_line(whole(str(source), home))) and "disk space" in said, free
        filler.unlink()
        assert rows_of(first.warehouse) == before, free
    build_landscape(home, source)
    assert len(rows_of(first.warehouse)["raw.snapshot_studies"]) == 45


def test_a_home_on_a_read_only_disk_is_named(small_disk: Path, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "few.jsonl", 5)
    assert LIBC.mount(b"none", str(small_disk).encode(), None, REMOUNT | READ_ONLY, None) == 0
    assert f"{small_disk}/home" in (said := last_line(whole(str(source), small_disk / "home")))
    assert "Read-only file system; free disk space, or set --home to a folder that you may write to" in said


def test_without_memory_to_spare_the_last_landscape_stands(tmp_path: Path) -> None:
    built = build_landscape(tmp_path / "home", write_lines(tmp_path / "few.jsonl", 5))
    before = rows_of(built.warehouse)
    big = tmp_path / "big.jsonl"
    big.write_text((tmp_path / "few.jsonl").read_text() + '{"a": "' + "x" * 40_000_000 + '"}\n', encoding="utf-8")
    run = whole(str(big), tmp_path / "home", limit=1_000_000_000)
    assert run.returncode != 0 and "emory" in run.stderr
    assert rows_of(built.warehouse) == before


def test_a_clock_set_back_during_retrieval_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(["2026-11-22T12:00:00Z", *["2026-11-20T08:00:00Z"] * 9])
    for module in (content, retrieve, take):
        monkeypatch.setattr(module, "now", lambda: next(times))
    with Replica([study(1)]) as replica:
        taken = take.take_snapshot("live", Home(tmp_path), quick(replica.url), silent)
    assert taken.id == "live-20261122T120000Z"
    assert taken.manifest["finished_at"] == taken.manifest["started_at"] == "2026-11-22T12:00:00Z"
    # a snapshot that ended before it began would fail a critical check, in this build and in every later one


def test_the_clock_on_the_wall_does_not_pace_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jumping = iter(range(10**9, 0, -86_400))
    monkeypatch.setattr("time.time", lambda: float(next(jumping)))
    with Replica([study(number) for number in range(9)]) as replica:
        taken = take.take_snapshot("live", Home(tmp_path), quick(replica.url, page_size=3), silent)
        moments = [request.at for request in replica.requests]
    assert taken.manifest["counts"]["studies"] == 9
    assert max(moments) - min(moments) < 5

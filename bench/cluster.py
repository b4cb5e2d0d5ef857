"""Reading, curation and matching by a cluster of two workers, one of them killed meanwhile, and by processes here.

usage: python -m bench.cluster [dask|ray ...]     (needs requirements-cluster.lock, as docs/cluster.md says)

Prints wall seconds of each, and whether every file is the same byte for byte; ends with 1 where one is not.
"""

import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from bench.big_files import write_studies
from bench.matching import write_articles, write_trials
from cli.prefect_environment import prepare_prefect
from cli.prefect_server import temporary_server
from tasks.curate import load_vocabularies
from tasks.curate.snapshot import curate_snapshot
from tasks.home import Home
from tasks.papers.match import match_files
from tasks.settings import load_protocol
from tasks.snapshot.read import MANIFEST, Snapshot
from tasks.snapshot.take import take_snapshot
from tasks.workers import Workers, in_processes

STUDIES, TRIALS, PAPERS = 12_000, 200, 40_000
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Stage:
    """One kind of batches: how all are done within a folder, and the file that tells that the first one is done."""

    name: str
    make: Callable[[Path, Workers], Path]
    first: str


def reading(source: str) -> Stage:
    """Take a snapshot of a file."""

    def make(folder: Path, workers: Workers) -> Path:
        home, protocol = Home(folder), load_protocol()
        return take_snapshot(source, home, protocol, lambda line: None, search_inside=True, workers=workers).folder

    return Stage(f"reading of {STUDIES:,} studies", make, "snapshots/.work-*/.work-*/look-000000.parquet")


def curation(snapshot: Snapshot) -> Stage:
    """Curate a snapshot in a home that never did."""
    volatile = load_protocol().registry.volatile_fields

    def make(folder: Path, workers: Workers) -> Path:
        return curate_snapshot(snapshot, load_vocabularies(), Home(folder), volatile, lambda line: None, workers)

    return Stage(f"curation of {STUDIES:,} studies", make, "cache/curation/*/.*/labels-00001.parquet")


def matching(trials: Path, papers: Path) -> Stage:
    """Match files of trials and papers."""

    def make(folder: Path, workers: Workers) -> Path:
        folder.mkdir(exist_ok=True)
        match_files(trials, papers, folder / "links.csv", load_protocol().matching, workers)
        return folder

    return Stage(f"matching of {TRIALS:,} trials and {PAPERS:,} papers", make, ".work-*/found/00001.parquet")


def is_working(process: psutil.Process, name: re.Pattern[str]) -> bool:
    """Whether a process is one of the cluster's workers."""
    try:
        return name.match(" ".join(process.cmdline())) is not None
    except psutil.Error:
        return False


def kill_one_worker(name: re.Pattern[str], folder: Path, first: str) -> None:
    """Kill a worker once the first batch is done."""
    while not any(folder.glob(first)):
        time.sleep(0.05)
    workers = [one for one in psutil.Process().children(recursive=True) if is_working(one, name)]
    print(f"  {len(workers)} worker processes, killed: {workers[0].pid}", flush=True)
    os.kill(workers[0].pid, signal.SIGKILL)


@contextmanager
def dask_address() -> Iterator[str]:
    """A Dask cluster of worker processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@contextmanager
def ray_address() -> Iterator[str]:
    """A Ray cluster on this machine, which the run joins."""
    import ray

    # a machine under load answers late, which is no reason to take it for dead
    patient = {"health_check_failure_threshold": 60, "health_check_timeout_ms": 60_000}
    ray.init(num_cpus=WORKERS, include_dashboard=False, log_to_driver=False, _system_config=patient)
    try:
        yield "auto"
    finally:
        ray.shutdown()


# how a cluster is had, and what the command lines of its workers are like
CLUSTERS = {
    "dask": (dask_address, re.compile(r".*multiprocessing\.spawn")),
    "ray": (ray_address, re.compile(r"ray::(?!IDLE|DashboardAgent|RuntimeEnvAgent)")),
}


def done(stage: Stage, folder: Path, workers: Workers) -> dict[str, bytes]:
    """Do a stage; prints the wall seconds, and returns every file that it made."""
    started = time.monotonic()
    made = stage.make(folder, workers)
    print(f"{folder.name:10s} {time.monotonic() - started:6.1f} s  {stage.name}", flush=True)
    # a snapshot's manifest says when it was taken
    files = {path.name: path.read_bytes() for path in made.iterdir() if path.name != MANIFEST}
    shutil.rmtree(folder)
    return files


def is_same(runner: str, stage: Stage, folder: Path, expected: dict[str, bytes]) -> bool:
    """Do a stage on a cluster while one of its workers is killed, and compare every file."""
    from flows.cluster import workers_of

    address_of, name = CLUSTERS[runner]
    with address_of() as address:
        workers = workers_of(load_protocol().compute.model_copy(update={"runner": runner, "address": address}))
        assert workers
        killing = name, folder / runner, stage.first
        killer = threading.Thread(target=kill_one_worker, args=killing, daemon=True)
        killer.start()
        same = done(stage, folder / runner, workers) == expected
        killer.join()
    print(f"  {'the same' if same else 'NOT THE SAME'} byte for byte", flush=True)
    return same


def main() -> None:
    """Do each stage on this machine, then on each cluster whose packages are installed."""
    asked = sys.argv[1:] or list(CLUSTERS)
    runners = [one for one in asked if find_spec(f"prefect_{one}")]
    if not runners:
        print("neither Dask nor Ray is installed: uv pip sync requirements-cluster.lock, as docs/cluster.md says")
        return
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name), Home(Path(name) / "home")
        source = str(write_studies(folder / "studies.jsonl.gz", STUDIES))
        snapshot = take_snapshot(source, home, load_protocol(), lambda line: None)
        files = write_trials(folder / "trials.jsonl", TRIALS), write_articles(folder / "papers.jsonl.gz", PAPERS)
        prepare_prefect(home)
        results = []
        with temporary_server(home, ("flows.cluster",)):
            for stage in (reading(source), curation(snapshot), matching(*files)):
                expected = done(stage, folder / "processes", in_processes(WORKERS))
                results += [is_same(runner, stage, folder, expected) for runner in runners]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

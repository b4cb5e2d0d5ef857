"""Curation on a cluster of two worker processes, one of them killed in the middle, beside processes of this machine.

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
from importlib.util import find_spec
from pathlib import Path

import psutil

from bench.big_files import write_studies
from cli.prefect_environment import prepare_prefect
from cli.prefect_server import temporary_server
from tasks.curate import load_vocabularies
from tasks.curate.snapshot import curate_snapshot
from tasks.curate.workers import Workers, in_processes
from tasks.home import Home
from tasks.settings import load_protocol
from tasks.snapshot.read import Snapshot
from tasks.snapshot.take import take_snapshot

STUDIES = 12_000
WORKERS = 2


def curated(snapshot: Snapshot, home: Home, workers: Workers, said: Callable[[str], None]) -> tuple[float, Path]:
    """Curate in a home that never did; returns wall seconds and the folder."""
    volatile, started = load_protocol().registry.volatile_fields, time.monotonic()
    folder = curate_snapshot(snapshot, load_vocabularies(), home, volatile, said, workers)
    return time.monotonic() - started, folder


def is_working(process: psutil.Process, name: re.Pattern[str]) -> bool:
    """Whether a process is one of the cluster's workers."""
    try:
        return name.match(" ".join(process.cmdline())) is not None
    except psutil.Error:
        return False


def kill_one_worker(name: re.Pattern[str], batches: Path) -> None:
    """Kill a worker once the first batch is done."""
    while not any(batches.glob("cache/curation/*/.*/labels-00001.parquet")):
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


def is_same(runner: str, snapshot: Snapshot, folder: Path, expected: dict[str, bytes]) -> bool:
    """Curate on a cluster while one of its workers is killed, and compare every file."""
    from flows.cluster import workers_of

    address_of, name = CLUSTERS[runner]
    home = Home(folder / runner)
    with address_of() as address:
        workers = workers_of(load_protocol().compute.model_copy(update={"runner": runner, "address": address}))
        assert workers
        killer = threading.Thread(target=kill_one_worker, args=(name, home.root), daemon=True)
        killer.start()
        seconds, made = curated(snapshot, home, workers, lambda line: None)
        killer.join()
    same = files_of(made) == expected
    print(f"{runner:10s} {seconds:6.1f} s  {'the same' if same else 'NOT THE SAME'} byte for byte", flush=True)
    shutil.rmtree(home.root)
    return same


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def main() -> None:
    """Curate on this machine, then on each cluster whose packages are installed."""
    asked = sys.argv[1:] or list(CLUSTERS)
    runners = [one for one in asked if find_spec(f"prefect_{one}")]
    if not runners:
        print("neither Dask nor Ray is installed: uv pip sync requirements-cluster.lock, as docs/cluster.md says")
        return
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name), Home(Path(name) / "home")
        snapshot = take_snapshot(
            str(write_studies(folder / "studies.jsonl.gz", STUDIES)), home, load_protocol(), lambda line: None
        )
        seconds, made = curated(snapshot, home, in_processes(WORKERS), lambda line: None)
        print(f"processes  {seconds:6.1f} s  {STUDIES:,} studies", flush=True)
        prepare_prefect(home)
        with temporary_server(home, ("flows.cluster",)):
            results = [is_same(runner, snapshot, folder, files_of(made)) for runner in runners]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

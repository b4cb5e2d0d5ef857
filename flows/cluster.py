"""Batches on a Dask or Ray cluster, by Prefect's own runners: an optional group of dependencies."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import TaskRunner

from tasks.errors import CartscapeError
from tasks.exchange import Exchange, work_of, work_through
from tasks.protocol import Compute
from tasks.workers import Batches, Work, Workers

RUNNERS = {"dask": ("prefect_dask", "DaskTaskRunner"), "ray": ("prefect_ray", "RayTaskRunner")}
# a worker that dies takes its batch along; another one does it again
RETRIES = 3


@task(retries=RETRIES, cache_policy=NO_CACHE, persist_result=False)
def batch(work: str, arguments: list[str]) -> int:
    """Work on one batch, on whichever worker; `work` is the function's module and name."""
    return int(work_of(work)(*arguments))


@flow(persist_result=False, validate_parameters=False)
def batches(work: str, arguments: list[list[str]]) -> list[int]:
    """Work on all batches, and return their sizes in order; nothing but paths and texts goes to the workers."""
    submitted = [batch.submit(work, one) for one in arguments]
    return [future.result() for future in submitted]


def runner_of(compute: Compute) -> TaskRunner[Any]:
    """Prefect's runner for the cluster at the address given, or for one on this machine where none is."""
    module, name = RUNNERS[compute.runner]
    try:
        made = getattr(import_module(module), name)
    except ImportError as error:
        raise CartscapeError(
            f"landscape.toml: compute.runner = '{compute.runner}' needs packages that are not installed ({error}); "
            "install requirements-cluster.lock as docs/cluster.md says, or choose 'processes'"
        ) from error
    runner: TaskRunner[Any] = made(address=compute.address or None)
    return runner


def workers_of(compute: Compute) -> Workers | None:
    """Who works on batches where that is a cluster; None where it is this machine."""
    if compute.runner not in RUNNERS:
        return None
    on_runner = batches.with_options(task_runner=runner_of(compute))

    def on_cluster(work: Work, handed: Batches) -> Iterator[int]:
        name, listed = named(work), [list(one) for one in handed]
        # in a thread of its own: what the stage under way was given would else go along to the workers
        with ThreadPoolExecutor(1) as alone:
            if not compute.exchange:
                return iter(alone.submit(on_runner, name, listed).result())
            exchange = Exchange(compute.exchange)
            try:
                sent = [[name, *one] for one in exchange.send(listed)]
                sizes = alone.submit(on_runner, named(work_through), sent).result()
                exchange.fetch(listed)
                return iter(sizes)
            finally:
                exchange.clear()

    return on_cluster


def named(work: Work) -> str:
    """A function's module and name, by which a worker finds it."""
    return f"{work.__module__}.{work.__qualname__}"

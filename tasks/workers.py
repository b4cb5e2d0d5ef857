"""Who works on batches: this process, several on this machine, or whoever a run was given.

Batches pass as paths of Parquet files, never as objects, and each writes files of its own: so the result is the same
whoever works, and workers of other machines need no more than the same folder.
"""

from collections.abc import Callable, Iterable, Iterator

from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor

from tasks.protocol import Compute

# works on one batch, and returns how many records it had
Work = Callable[..., int]
Batches = Iterable[tuple[str, ...]]
# has somebody do the work with each of the arguments; the sizes come in their order
Workers = Callable[[Work, Batches], Iterator[int]]
SECONDS_TO_WAIT_FOR_WORK = 30


def one_by_one(work: Work, batches: Batches) -> Iterator[int]:
    """Work on one batch after another, here."""
    return (work(*batch) for batch in batches)


def in_processes(processes: int) -> Workers:
    """So many processes on this machine, 0 for one a core; a worker whose run was killed ends when it is idle."""

    def work_in_processes(work: Work, batches: Batches) -> Iterator[int]:
        with parallel_config(backend="loky", idle_worker_timeout=SECONDS_TO_WAIT_FOR_WORK):
            parallel = Parallel(
                n_jobs=processes or cpu_count(), return_as="generator", batch_size=1, pre_dispatch="2 * n_jobs"
            )
            yield from parallel(delayed(work)(*batch) for batch in batches)

    return one_by_one if processes == 1 else work_in_processes


def let_processes_go() -> None:
    """End the processes of this machine that worked on batches: each holds the vocabularies, some 400 MB."""
    get_reusable_executor().shutdown()


def workers_here(compute: Compute) -> Workers:
    """Who works on batches on this machine: processes, or with `threads` this one alone."""
    return one_by_one if compute.runner == "threads" else in_processes(compute.processes)

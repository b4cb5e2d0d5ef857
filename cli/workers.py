"""Who works on the batches of a command that is no run: processes of this machine, or a cluster."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.prefect_environment import prepare_prefect
from tasks.home import Home
from tasks.protocol import Compute
from tasks.workers import Workers, workers_here


@contextmanager
def workers_for(compute: Compute, home: Home) -> Iterator[Workers]:
    """The workers of `landscape.toml`; a cluster is asked through Prefect, whose state for that long is in the home."""
    if compute.runner in ("threads", "processes"):
        yield workers_here(compute)
        return
    prepare_prefect(home)
    from cli.prefect_server import temporary_server

    with temporary_server(home):
        from flows.cluster import workers_of

        yield workers_of(compute) or workers_here(compute)

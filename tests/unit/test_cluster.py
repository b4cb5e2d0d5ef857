"""Who works on batches, as landscape.toml says; a cluster itself is proved by bench.cluster."""

from importlib.util import find_spec

import pytest

from flows.cluster import workers_of
from tasks.errors import CartscapeError
from tasks.protocol import Compute
from tasks.settings import load_protocol
from tasks.workers import in_processes, one_by_one, workers_here


def compute(runner: str) -> Compute:
    return load_protocol().compute.model_copy(update={"runner": runner, "processes": 2})


def part_of(text: str) -> int:
    """A batch's work, by name, as workers find it."""
    return len(text)


def test_this_machine_works_where_no_cluster_is_asked_for() -> None:
    assert workers_of(compute("processes")) is None and workers_of(compute("threads")) is None
    assert workers_here(compute("threads")) is one_by_one and in_processes(1) is one_by_one
    assert workers_here(compute("processes")) is not one_by_one


def test_sizes_come_in_the_order_of_the_batches() -> None:
    assert list(one_by_one(part_of, [("abc",), ("a",), ("ab",)])) == [3, 1, 2]


@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_a_cluster_whose_packages_are_missing_says_how_to_install_them(runner: str) -> None:
    if find_spec(f"prefect_{runner}"):
        pytest.skip(f"prefect_{runner} is installed here")
    with pytest.raises(CartscapeError, match=r"install requirements-cluster.lock as docs/cluster.md says"):
        workers_of(compute(runner))


def test_the_runner_is_one_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTSCAPE_RUNNER", "dask")
    monkeypatch.setenv("CARTSCAPE_COMPUTE_ADDRESS", "tcp://scheduler:8786")
    asked = load_protocol().compute
    assert (asked.runner, asked.processes, asked.address) == ("dask", 0, "tcp://scheduler:8786")
    monkeypatch.setenv("CARTSCAPE_RUNNER", "kubernetes")
    with pytest.raises(CartscapeError, match=r"compute\.runner"):
        load_protocol()

"""The flow under Prefect, from a deployment on a real server with a real worker."""

from collections.abc import Iterator

import duckdb
import pytest

from tasks.warehouse.models import load_models
from tests.end_to_end.service import Service, eventually

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`cartscape ui` on a free port."""
    service = Service(tmp_path_factory.mktemp("server"))
    service.start()
    try:
        yield service
    finally:
        service.stop()
    assert b"Traceback" not in service.said().replace(b"nanobind", b"")


def test_deployments_are_there_and_the_weekly_one_is_scheduled(service: Service) -> None:
    deployments = {row["name"]: row for row in service.ask("/deployments/filter").json()}
    assert {"weekly", "daily", "rebuild", "sample"} <= deployments.keys()
    assert deployments["weekly"]["schedules"][0]["schedule"]["cron"] == "17 3 * * 1"
    scheduled = {"flow_runs": {"deployment_id": {"any_": [deployments["weekly"]["id"]]}}}
    runs = eventually(lambda: service.ask("/flow_runs/filter", scheduled).json(), "the weekly run to be scheduled")
    assert runs[0]["state_type"] == "SCHEDULED"
    pool = service.look("/work_pools/cartscape")
    assert pool["concurrency_limit"] == 1, "all deployments write into one home"


def test_run_started_from_a_deployment_completes_with_tasks_and_artifacts(service: Service) -> None:
    run = service.begin("sample")
    assert service.end_of(run) == "COMPLETED"
    tasks = {row["name"]: row for row in service.ask("/task_runs/filter", {"limit": 200}).json()}
    assert {row["state_type"] for row in tasks.values()} == {"COMPLETED"}
    models = {model.table: model for model in load_models()}
    assert models.keys() <= tasks.keys()
    # the graph in the UI is the lineage of the tables
    for table, model in models.items():
        ids = {edge["id"] for edge in tasks[table]["task_inputs"].get("wait_for", [])}
        layer = [other for other in models.values() if (other.schema == "metrics") == (model.schema == "metrics")]
        assert ids == {tasks[other.table]["id"] for other in layer if other.table in model.reads}, table
    name = service.look(f"/flow_runs/{run}")["name"]
    assert name.startswith("sample: sample-"), "runs are called by what they do and the snapshot that they show"
    artifacts = {row["key"] for row in service.ask("/artifacts/filter").json()}
    assert {"headline", "screening-flow", "failed-checks", "page"} <= artifacts
    with duckdb.connect(str(service.home.warehouse), read_only=True) as connection:
        (trials,) = connection.execute("select trials from metrics.cohort_size").fetchone() or (0,)
    assert 1_500 < trials < 1_700

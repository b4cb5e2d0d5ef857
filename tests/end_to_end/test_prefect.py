"""The flow under Prefect: with the ephemeral server, then from a deployment on a real server with a real worker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tasks.home import Home
from tasks.settings import REPOSITORY
from tasks.warehouse.models import load_models
from tests.end_to_end.service import PATIENCE_SECONDS, Service, environment, eventually
from tests.resilience.test_kills import few_studies
from tests.resilience.whole import differences, rows_of
from tests.scenarios.test_snapshot_files import write_lines

pytestmark = pytest.mark.end_to_end


def test_run_from_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli.main", "run", "--source", "sample"]
    result = subprocess.run(
        command, env=environment(tmp_path), cwd=REPOSITORY, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    assert result.returncode == 0, result.stderr[-3000:]
    for name in ("report/index.html", "warehouse.duckdb", "exports/landscape.xlsx"):
        assert str(tmp_path / name) in result.stdout
        assert (tmp_path / name).stat().st_size > 10_000
    assert "Synthetic sample" in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")


def test_the_command_killed_while_it_makes_tables_ends_well_the_next_time(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "few.jsonl", *few_studies(30))

    def started(home: Home) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "cli.main", "run", "--source", str(source), "--home", str(home)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        return subprocess.Popen(command, env=environment(tmp_path), cwd=REPOSITORY, **quiet)  # type: ignore[call-overload]

    killed, whole = Home(tmp_path / "killed"), Home(tmp_path / "whole")
    process = started(killed)
    eventually(lambda: killed.log.exists() and b"make table metrics" in killed.log.read_bytes(), "a metric to be made")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not killed.warehouse.exists()
    assert [started(home).wait(timeout=PATIENCE_SECONDS) for home in (killed, whole)] == [0, 0]
    # the snapshot says when it was taken
    assert differences(rows_of(killed.warehouse), rows_of(whole.warehouse)) == ["raw.snapshots"]


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

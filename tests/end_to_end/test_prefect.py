"""The flow under Prefect: with the ephemeral server, then from a deployment on a real server with a real worker."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from tasks.home import Home
from tasks.settings import REPOSITORY
from tasks.warehouse.models import load_models
from tests.resilience.test_kills import few_studies
from tests.resilience.whole import differences, rows_of
from tests.scenarios.test_snapshot_files import write_lines

pytestmark = pytest.mark.end_to_end
PATIENCE_SECONDS = 240


def environment(home: Path, **more: str) -> dict[str, str]:
    """A clean environment for the command line, with its own home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CARTSCAPE_"))}
    return {**kept, "CARTSCAPE_HOME": str(home), **more}


def eventually(condition: Callable[[], Any], what: str) -> Any:
    """The first true answer of `condition`, or a failure that says what was waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if answer := condition():
                return answer
        except requests.RequestException:
            pass
        time.sleep(0.5)
    pytest.fail(f"waited {PATIENCE_SECONDS} seconds for {what}")


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


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """`cartscape ui` on a free port: address of its API, and its home."""
    home, port = tmp_path_factory.mktemp("server"), free_port()
    log = home / "ui.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "ui", "--port", str(port)],
            env=environment(home),
            cwd=REPOSITORY,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            eventually(lambda: b"deployments  http" in log.read_bytes(), f"the deployments; see {log}")
            yield f"http://127.0.0.1:{port}/api", home
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
    assert b"Traceback" not in log.read_bytes().replace(b"nanobind", b"")


def ask(api: str, path: str, body: dict[str, Any]) -> Any:
    answer = requests.post(f"{api}{path}", json=body, timeout=20)
    answer.raise_for_status()
    return answer.json()


def test_deployments_are_there_and_the_weekly_one_is_scheduled(server: tuple[str, Path]) -> None:
    api, _ = server
    deployments = {row["name"]: row for row in ask(api, "/deployments/filter", {})}
    assert {"weekly", "daily", "rebuild", "sample"} <= deployments.keys()
    assert deployments["weekly"]["schedules"][0]["schedule"]["cron"] == "17 3 * * 1"
    scheduled = {"flow_runs": {"deployment_id": {"any_": [deployments["weekly"]["id"]]}}}
    runs = eventually(lambda: ask(api, "/flow_runs/filter", scheduled), "the weekly run to be scheduled")
    assert runs[0]["state_type"] == "SCHEDULED"
    pool = requests.get(f"{api}/work_pools/cartscape", timeout=20).json()
    assert pool["concurrency_limit"] == 1, "all deployments write into one home"


def test_run_started_from_a_deployment_completes_with_tasks_and_artifacts(server: tuple[str, Path]) -> None:
    api, home = server
    (deployment,) = ask(api, "/deployments/filter", {"deployments": {"name": {"any_": ["sample"]}}})
    run = ask(api, f"/deployments/{deployment['id']}/create_flow_run", {})

    def ended() -> dict[str, Any] | None:
        state = requests.get(f"{api}/flow_runs/{run['id']}", timeout=20).json()
        return state if state["state_type"] in ("COMPLETED", "FAILED", "CRASHED") else None

    assert eventually(ended, "the run to end")["state_type"] == "COMPLETED"
    tasks = {row["name"]: row for row in ask(api, "/task_runs/filter", {"limit": 200})}
    assert {row["state_type"] for row in tasks.values()} == {"COMPLETED"}
    models = {model.table: model for model in load_models()}
    assert models.keys() <= tasks.keys()
    # the graph in the UI is the lineage of the tables
    for table, model in models.items():
        ids = {edge["id"] for edge in tasks[table]["task_inputs"].get("wait_for", [])}
        layer = [other for other in models.values() if (other.schema == "metrics") == (model.schema == "metrics")]
        assert ids == {tasks[other.table]["id"] for other in layer if other.table in model.reads}, table
    name = requests.get(f"{api}/flow_runs/{run['id']}", timeout=20).json()["name"]
    assert name.startswith("sample: sample-"), "runs are called by what they do and the snapshot that they show"
    artifacts = {row["key"] for row in ask(api, "/artifacts/filter", {})}
    assert {"headline", "screening-flow", "failed-checks", "page"} <= artifacts
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        (trials,) = connection.execute("select trials from metrics.cohort_size").fetchone() or (0,)
    assert 1_500 < trials < 1_700

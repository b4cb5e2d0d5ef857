"""The service: its deployments and their runs, and how it meets strangers, other pages, its users and a power cut."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import requests

from bench.kill_orders import kill_and_recover, service_in
from tasks.runs import RunLog, moment
from tasks.warehouse.models import load_models
from tests.end_to_end.service import Service, eventually
from tests.replica import Replica
from tests.resilience.test_kills import few_studies

pytestmark = pytest.mark.end_to_end
KEY = "s3cr3t-ncbi-key-0123456789"
STUDIES = FOUND = 5


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service started over a damaged database; its registry is the replica's, a key in its environment."""
    with Replica(few_studies(STUDIES)) as replica:
        service = service_in(tmp_path_factory.mktemp("service"), replica)
        service.variables["CARTSCAPE_NCBI_API_KEY"] = KEY
        service.home.prefect.mkdir(parents=True)
        spoil_database(service.home.prefect / "prefect.db")
        RunLog(service.home.log, "earlier").write(
            stage="run", started_at=moment(), ended_at=moment(), outcome="completed"
        )
        service.start()
        try:
            yield service
        finally:
            service.stop()


def spoil_database(path: Path) -> None:
    """A database of which half was lost, as by a disk that filled up."""
    with sqlite3.connect(path) as connection:
        connection.execute("create table flow_run (id integer primary key, name text)")
        connection.executemany("insert into flow_run (name) values (?)", [("weekly" * 100,)] * 1000)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + bytes(len(content) // 2) + content[4096 + len(content) // 2 :])


def test_a_damaged_database_is_moved_aside_with_one_sentence(service: Service) -> None:
    said = service.said().decode()
    assert said.count("Prefect's database could not be read and was moved aside") == 1 and "Traceback" not in said
    assert list(service.home.prefect.glob("prefect.db.damaged-*"))
    assert b'"earlier"' in service.home.log.read_bytes(), "the history of runs stays in our own log"


def test_deployments_are_there_and_the_weekly_one_is_scheduled(service: Service) -> None:
    assert b"Traceback" not in service.said()
    deployments = {row["name"]: row for row in service.ask("/deployments/filter").json()}
    assert {"weekly", "daily", "rebuild", "sample"} <= deployments.keys()
    assert deployments["weekly"]["schedules"][0]["schedule"]["cron"] == "17 3 * * 1"
    scheduled = {"flow_runs": {"deployment_id": {"any_": [deployments["weekly"]["id"]]}}}
    runs = eventually(lambda: service.ask("/flow_runs/filter", scheduled).json(), "the weekly run to be scheduled")
    assert runs[0]["state_type"] == "SCHEDULED"
    pool = service.look("/work_pools/cartscape")
    assert pool["concurrency_limit"] == 1, "all deployments write into one home"


def test_the_password_is_made_for_this_home_and_readable_by_its_owner_alone(service: Service) -> None:
    assert service.home.prefect_password.stat().st_mode & 0o777 == 0o600
    user, word = service.password
    assert user == "cartscape" and len(word) >= 40


@pytest.mark.parametrize("auth", [None, ("cartscape", "guessed")])
def test_without_the_password_nothing_is_told_or_done(service: Service, auth: tuple[str, str] | None) -> None:
    assert service.ask("/deployments/filter", auth=auth).status_code == 401
    path = f"/deployments/{service.deployment('sample')}/create_flow_run"
    assert service.ask(path, auth=auth).status_code == 401
    for page in ("admin/settings", "docs", "redoc", "openapi.json"):
        assert requests.get(f"{service.api}/{page}", auth=auth, timeout=20).status_code == 401
        described = requests.get(f"{service.api.removesuffix('/api')}/{page}", auth=auth, timeout=20)
        assert "admin" in page or described.status_code == 403


def test_a_name_that_was_turned_to_loopback_is_refused(service: Service) -> None:
    assert service.ask("/deployments/filter", headers={"Host": f"evil.example:{service.port}"}).status_code == 400


def test_a_page_of_another_server_is_refused_and_not_invited(service: Service) -> None:
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{service.port + 1}"):
        assert service.ask("/deployments/filter", headers={"Origin": origin}).status_code == 403
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = requests.options(f"{service.api}/deployments/filter", headers=asked, timeout=20)
    assert "access-control-allow-origin" not in answer.headers
    own = {"Origin": f"http://127.0.0.1:{service.port}"}
    assert service.ask("/deployments/filter", headers=own).status_code == 200


def test_nobody_gives_a_command_not_even_with_the_password(service: Service, tmp_path: Path) -> None:
    deployment = service.look(f"/deployments/{service.deployment('sample')}")
    order = {"job_variables": {"command": f"touch {tmp_path}/owned"}}
    run = f"/deployments/{deployment['id']}/create_flow_run"
    started = {"flow_id": deployment["flow_id"], "deployment_id": deployment["id"], "state": {"type": "SCHEDULED"}}
    script = {"prefect.deployments.steps.run_shell_script": {"script": f"touch {tmp_path}/owned"}}
    refused = [
        service.ask(run, order),
        service.ask(f"{run}/bulk", [order]),
        service.ask("/flow_runs/", {**started, **order}),
        service.ask(f"/deployments/{deployment['id']}", {"pull_steps": [script]}, "PATCH"),
        service.ask("/deployments/", {"name": "mine", "flow_id": deployment["flow_id"], "pull_steps": [script]}),
        service.ask("/work_pools/cartscape", {"base_job_template": {}}, "PATCH"),
        service.ask("/work_pools/", {"name": "mine", "type": "process"}),
        service.ask("/automations/", {"name": "mine"}),
        service.ask("/admin/database/clear", {"confirm": True}),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert not (tmp_path / "owned").exists()
    template = service.look("/work_pools/cartscape")["base_job_template"]
    assert template["variables"]["properties"] == {} and "command" not in template["job_configuration"]


def test_parameters_are_checked_by_type_and_files_come_from_the_inbox_alone(service: Service, tmp_path: Path) -> None:
    path = f"/deployments/{service.deployment('survey-import')}/create_flow_run"
    assert service.ask(path, {"parameters": {"files": 5}}).status_code == 409
    assert service.ask(path, {"parameters": {}, "enforce_parameter_schema": False}).status_code == 403
    (service.home.inbox / "link.csv").symlink_to("/etc/passwd")
    linked = service.begin("survey-import", files=["link.csv"])
    elsewhere = service.begin("weekly", home=str(tmp_path / "elsewhere"))
    assert service.end_of(linked) == "FAILED"
    said = service.look(f"/flow_runs/{linked}")["state"]["message"]
    assert f"link.csv: a deployment reads files of {service.home.inbox} alone" in said
    assert service.end_of(elsewhere) == "FAILED" and not (tmp_path / "elsewhere").exists()


def test_a_key_and_escapes_stand_nowhere_in_log_or_database(service: Service) -> None:
    echoed = f"the registry says {KEY} \x1b[2Jowned"
    run = service.begin("survey-import", files=[f"/etc/{echoed}.csv"])
    assert service.end_of(run) == "FAILED"
    message = {"name": "prefect.flow_runs", "level": 30, "message": echoed, "timestamp": "2026-11-22T00:00:00Z"}
    assert service.ask("/logs/", [{**message, "flow_run_id": run}]).status_code == 201
    assert service.ask("/artifacts/", {"key": "echo", "type": "markdown", "data": echoed}).status_code == 201
    content = service.said() + b"".join(path.read_bytes() for path in service.home.prefect.rglob("*") if path.is_file())
    assert KEY.encode() not in content and b"\x1b[2J" not in content
    assert b"the registry says *** \\x1b[2Jowned" in content
    word = service.password[1].encode()
    assert word not in content


@pytest.fixture(scope="module")
def recovered(service: Service) -> tuple[str, str]:
    """How a weekly run ended that all was killed under, and the id of the next one, which has ended too."""
    order = ["engine", "service", "worker", "server"]
    before, following, _ = kill_and_recover(service, order, [0.5] * len(order))
    return before, following


def test_killed_in_the_middle_of_a_run_the_next_schedule_runs_by_itself(
    service: Service, recovered: tuple[str, str]
) -> None:
    before, following = recovered
    assert (before, service.state(following)) == ("CRASHED", "COMPLETED")
    with duckdb.connect(str(service.home.warehouse), read_only=True) as connection:
        assert connection.execute("select count(*) from core.trials").fetchall() == [(FOUND,)]
    assert b"nanobind" not in service.said(), "what DuckDB's binding says as a process ends is nothing to a reader"


def test_a_run_of_a_deployment_shows_its_tasks_their_lineage_and_its_artifacts(
    service: Service, recovered: tuple[str, str]
) -> None:
    _, run = recovered
    of_run = {"flow_runs": {"id": {"any_": [run]}}}
    tasks = {row["name"]: row for row in service.ask("/task_runs/filter", {**of_run, "limit": 200}).json()}
    assert {row["state_type"] for row in tasks.values()} == {"COMPLETED"}
    models = {model.table: model for model in load_models()}
    assert models.keys() <= tasks.keys()
    # the graph in the UI is the lineage of the tables
    for table, model in models.items():
        ids = {edge["id"] for edge in tasks[table]["task_inputs"].get("wait_for", [])}
        layer = [other for other in models.values() if (other.schema == "metrics") == (model.schema == "metrics")]
        assert ids == {tasks[other.table]["id"] for other in layer if other.table in model.reads}, table
    name = service.look(f"/flow_runs/{run}")["name"]
    assert name.startswith("weekly: live-"), "runs are called by what they do and the snapshot that they show"
    artifacts = {row["key"] for row in service.ask("/artifacts/filter", of_run).json()}
    assert {"headline", "screening-flow", "failed-checks", "page"} <= artifacts

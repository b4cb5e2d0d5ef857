"""`cartscape ui`: Prefect's server, one worker and the deployments of prefect.yaml, on loopback."""

import json
import secrets
import signal
import subprocess
import sys
import time
from collections import deque
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
import typer

from cli.application import SETUP_HEADER, SETUP_TOKEN
from cli.prefect_server import (
    HOST,
    SERVICE_OF,
    environment,
    require_free,
    session,
    start_server,
    stop,
    wait_until_healthy,
)
from cli.recovery import Runs, end_orphans, move_damaged_database
from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.settings import REPOSITORY

WORK_POOL = "cartscape"
SECONDS_BETWEEN_LOOKS = 60
SECONDS_TO_START_A_RUN = 120
# a server or worker that ends by itself is started again, unless it does so this often in this time
RESTARTS, RESTARTS_SECONDS = 5, 600
# all that a run may be told is in its parameters: no job variable reaches the command, folder or environment
POOL_TEMPLATE = {
    "job_configuration": {"stream_output": True, "working_dir": str(REPOSITORY)},
    "variables": {"type": "object", "properties": {}, "additionalProperties": False},
}


class ProgramEnded(Exception):
    """Server or worker ended by itself."""


def serve(home: Home, port: int) -> None:
    """Start everything, say where the deployments are, keep it going, and stop everything when the user does."""
    # a service manager stops us with SIGTERM: the children must end as they do on Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    restarts: deque[float] = deque(maxlen=RESTARTS)
    home.root.mkdir(parents=True, exist_ok=True)
    with home.serving():
        home.inbox.mkdir(mode=0o700, exist_ok=True)
        while True:
            try:
                serve_until_one_ends(home, port)
            except KeyboardInterrupt:
                typer.echo("stopping")
                return
            except ProgramEnded as error:
                restarts.append(time.monotonic())
                if len(restarts) == RESTARTS and restarts[-1] - restarts[0] < RESTARTS_SECONDS:
                    raise CartscapeError(f"{error} {RESTARTS} times; its last lines are above") from error
                typer.echo(f"{error}; starting again", err=True)
            finally:
                end_orphans(SERVICE_OF, home)


def serve_until_one_ends(home: Home, port: int) -> None:
    """One life of server and worker, begun by clearing up after the one before."""
    if orphans := end_orphans(SERVICE_OF, home):
        typer.echo(f"ended {orphans} process(es) that a killed service left")
    require_free(port)
    started: list[subprocess.Popen[bytes]] = []
    setup_token = secrets.token_urlsafe(32)
    settings = {
        **environment(home, port),
        SERVICE_OF: str(home),
        "CARTSCAPE_HOME": str(home),
        "PREFECT_WORKER_QUERY_SECONDS": "2",
    }
    try:
        started.append(healthy_server(port, {**settings, SETUP_TOKEN: setup_token}))
        runs = Runs(settings["PREFECT_API_URL"], settings["PREFECT_API_AUTH_STRING"])
        for name in runs.crash_stale():
            typer.echo(f"{name}: was under way when the service ended; it counts as crashed now")
        make_pool(settings, setup_token)
        deploy({**settings, "PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps({SETUP_HEADER: setup_token})})
        for name in runs.skip_missed():
            typer.echo(f"{name}: missed while the service was off; a later one is due")
        worker = ["worker", "start", "--pool", WORK_POOL, "--name", "cartscape"]
        started.append(subprocess.Popen(program(worker), env=settings, cwd=REPOSITORY))
        typer.echo(f"deployments  http://{HOST}:{port}/deployments   (Ctrl-C stops server and worker)")
        typer.echo(f"password     in {home.prefect_password}, as user:password")
        watch(started, runs)
    finally:
        for process in reversed(started):  # the worker before its server
            stop(process, signal.SIGINT)


def healthy_server(port: int, settings: dict[str, str]) -> "subprocess.Popen[bytes]":
    """A server that answers; where Prefect's database keeps it from that, the database is moved aside once."""
    folder = Path(settings["PREFECT_HOME"])
    tell_damage(move_damaged_database(folder))
    server = start_server(port, settings)
    try:
        wait_until_healthy(settings["PREFECT_API_URL"], server)
    except CartscapeError:
        stop(server, signal.SIGKILL)
        if not (aside := move_damaged_database(folder, is_damaged=True)):
            raise
        tell_damage(aside)
        server = start_server(port, settings)
        wait_until_healthy(settings["PREFECT_API_URL"], server)
    except KeyboardInterrupt:
        stop(server, signal.SIGINT)
        raise
    return server


def tell_damage(aside: Path | None) -> None:
    """One sentence where Prefect's database was moved aside."""
    if aside:
        typer.echo(
            f"{aside}: Prefect's database could not be read and was moved aside; schedules are made anew, and the "
            "history of runs is in runs.jsonl"
        )


def watch(started: "list[subprocess.Popen[bytes]]", runs: Runs) -> None:
    """Raise ProgramEnded when server or worker ends; until then free the slots of runs whose process died."""
    names, looked = ("server", "worker"), time.monotonic()
    while True:
        for name, process in zip(names, started, strict=True):
            if process.poll() is not None:
                raise ProgramEnded(f"Prefect's {name} ended by itself with {process.returncode}")
        if time.monotonic() - looked > SECONDS_BETWEEN_LOOKS:
            looked = time.monotonic()
            try:
                runs.crash_stale(SECONDS_TO_START_A_RUN)
            except requests.RequestException as error:
                typer.echo(f"Prefect's server did not say what runs: {error}", err=True)
        time.sleep(1)


def program(arguments: list[str]) -> list[str]:
    """The command of one of Prefect's own programs."""
    return [sys.executable, "-m", "cli.prefect_program", *arguments]


def make_pool(settings: dict[str, str], setup_token: str) -> None:
    """Make the work pool, which runs one deployment at a time, or set it right where it exists."""
    address = f"{settings['PREFECT_API_URL']}/work_pools/"
    pool: dict[str, Any] = {"base_job_template": POOL_TEMPLATE, "concurrency_limit": 1}
    try:
        with session(settings["PREFECT_API_AUTH_STRING"]) as asking:
            asking.headers[SETUP_HEADER] = setup_token
            answer = asking.post(address, json={"name": WORK_POOL, "type": "process", **pool}, timeout=20)
            if answer.status_code == HTTPStatus.CONFLICT:
                answer = asking.patch(f"{address}{WORK_POOL}", json=pool, timeout=20)
            answer.raise_for_status()
    except requests.RequestException as error:
        raise CartscapeError(
            f"Prefect's server did not make the work pool: {error}; start the service again"
        ) from error


def deploy(settings: dict[str, str]) -> None:
    """Make the deployments of prefect.yaml; they stay where they exist."""
    command = program(["--no-prompt", "deploy", "--all"])
    result = subprocess.run(command, env=settings, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        said = (result.stderr or result.stdout)[-800:].strip()
        raise CartscapeError(f"prefect.yaml: its deployments could not be made; correct it and start again: {said}")

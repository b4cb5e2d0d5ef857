"""`cartscape ui`: Prefect's server, one worker and the deployments of prefect.yaml, on loopback."""

import os
import signal
import subprocess
import sys
import time

import requests
import typer

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.settings import REPOSITORY

HOST = "127.0.0.1"
WORK_POOL = "cartscape"
START_PATIENCE_SECONDS = 180
STOP_PATIENCE_SECONDS = 10


def serve(home: Home, port: int) -> None:
    """Start everything, say where the deployments are, and stop everything when the user does."""
    api_url = f"http://{HOST}:{port}/api"
    environment = {
        **os.environ,
        "PREFECT_HOME": os.environ.get("PREFECT_HOME", str(home.prefect)),
        "PREFECT_API_URL": api_url,
        "PREFECT_SERVER_API_HOST": HOST,
        # the page asks this address; by itself it would ask port 4200
        "PREFECT_SERVER_UI_API_URL": api_url,
        # flow runs start in the repository, where the deployments' entry points are
        "PREFECT_WORKER_QUERY_SECONDS": "2",
    }
    # a service manager stops us with SIGTERM: the children must end as they do on Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(start(["server", "start", "--host", HOST, "--port", str(port)], environment))
        wait_until_healthy(api_url, started[0])
        deploy(environment)
        started.append(start(["worker", "start", "--pool", WORK_POOL, "--name", "cartscape"], environment))
        typer.echo(f"deployments  http://{HOST}:{port}/deployments   (Ctrl-C stops server and worker)")
        while all(process.poll() is None for process in started):
            time.sleep(1)
        raise CartscapeError("Prefect's server or worker ended by itself; its last lines are above")
    except KeyboardInterrupt:
        typer.echo("stopping")
    finally:
        stop(started)


def start(arguments: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start one of Prefect's own programs in the repository."""
    return subprocess.Popen([sys.executable, "-m", "prefect", *arguments], env=environment, cwd=REPOSITORY)


def stop(started: "list[subprocess.Popen[bytes]]") -> None:
    """Ask each program to end, the worker before its server, and end those that do not listen."""
    for process in reversed(started):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=STOP_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_healthy(api_url: str, server: "subprocess.Popen[bytes]") -> None:
    """Return when the server answers; its end or too long a silence is an error."""
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise CartscapeError(f"Prefect's server at {api_url} did not start; is the port taken? Choose --port")
        try:
            if requests.get(f"{api_url}/health", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    raise CartscapeError(f"Prefect's server at {api_url} did not answer within {START_PATIENCE_SECONDS} seconds")


def deploy(environment: dict[str, str]) -> None:
    """Make the work pool, which runs one deployment at a time, and the deployments; both stay where they exist."""
    pool = ["work-pool", "create", WORK_POOL, "--type", "process", "--overwrite"]
    one_at_a_time = ["work-pool", "set-concurrency-limit", WORK_POOL, "1"]
    for arguments in (pool, one_at_a_time, ["--no-prompt", "deploy", "--all"]):
        result = subprocess.run(
            [sys.executable, "-m", "prefect", *arguments],
            env=environment,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise CartscapeError(f"'prefect {' '.join(arguments)}' failed: {(result.stderr or result.stdout)[-800:]}")

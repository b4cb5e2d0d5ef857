"""`cartscape ui` as a process of its own with its home and port, asked over HTTP, and its processes killed by name."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import requests

from cli.prefect_server import RUN_OF, SERVICE_OF, free_port
from cli.recovery import FLOW_RUN, environment_of, processes_with
from tasks.home import Home
from tasks.settings import REPOSITORY

PATIENCE_SECONDS = 240
FLOWS = {
    "weekly": "landscape",
    "sample": "landscape",
    "daily": "landscape if changed",
    "survey-import": "survey import",
}
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def environment(home: Path, **more: str) -> dict[str, str]:
    """A clean environment for the command line, with its own home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CARTSCAPE_"))}
    return {**kept, "CARTSCAPE_HOME": str(home), **more}


def servers(home: Home) -> list[psutil.Process]:
    """The living temporary servers of a home's runs."""
    return processes_with(RUN_OF, str(home))


def eventually(condition: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """The first true answer of `condition`, or an error that says what was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if answer := condition():
                return answer
        except requests.RequestException:
            pass
        time.sleep(0.3)
    raise TimeoutError(f"waited {seconds:.0f} seconds for {what}")


class Service:
    """A service that can be started, asked, hurt and started again."""

    def __init__(self, folder: Path, **variables: str) -> None:
        """A service with its home in `folder`; nothing is started yet."""
        self.home = Home(folder / "home")
        self.log = folder / "ui.log"
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        self.variables = variables
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return once its worker waits for runs."""
        said = len(self.said())
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "ui", "--port", str(self.port)],
                env=environment(self.home.root, **self.variables),
                cwd=REPOSITORY,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        eventually(lambda: b"Worker 'cartscape' started" in self.said()[said:], f"the worker; see {self.log}")

    def stop(self) -> None:
        """End it as a service manager does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    def said(self) -> bytes:
        """All that the service wrote."""
        return self.log.read_bytes() if self.log.exists() else b""

    @property
    def password(self) -> tuple[str, str]:
        """User and password."""
        user, _, word = self.home.prefect_password.read_text().strip().partition(":")
        return user, word

    def ask(self, path: str, body: Any = None, method: str = "POST", **options: Any) -> requests.Response:
        """One request as somebody who knows the password; a busy server is asked again, as Prefect's client does."""
        options = {"auth": self.password, "json": {} if body is None else body, "timeout": 20, **options}
        while (answer := requests.request(method, f"{self.api}{path}", **options)).status_code == 503:
            time.sleep(0.5)
        return answer

    def look(self, path: str) -> Any:
        """What an address of the interface says."""
        return self.ask(path, method="GET").json()

    def deployment(self, name: str) -> str:
        """The id of a deployment."""
        return str(self.look(f"/deployments/name/{FLOWS[name]}/{name}")["id"])

    def begin(self, name: str, **parameters: Any) -> str:
        """Start a run of a deployment; returns its id."""
        return self._create(name, {"parameters": parameters})

    def schedule(self, name: str, seconds: float) -> str:
        """Have a deployment run so many seconds from now, as its schedule would; returns the run's id."""
        due = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
        return self._create(name, {"state": {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}})

    def _create(self, name: str, order: dict[str, Any]) -> str:
        path = f"/deployments/{self.deployment(name)}/create_flow_run"
        answer = self.ask(path, order)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def state(self, run_id: str) -> str:
        """RUNNING, COMPLETED and so on."""
        return str(self.look(f"/flow_runs/{run_id}")["state_type"])

    def end_of(self, run_id: str) -> str:
        """The state in which a run ends."""
        return str(eventually(lambda: (state := self.state(run_id)) in ENDED and state, f"the end of {run_id}"))

    def processes(self, name: str) -> list[psutil.Process]:
        """Living processes by what they are: service, server, worker or engine."""
        if name == "service":
            return [psutil.Process(self.process.pid)] if self.process and self.process.poll() is None else []
        ours = processes_with(SERVICE_OF, str(self.home))
        if name == "engine":
            return [process for process in ours if FLOW_RUN in environment_of(process)]
        words = {"server": "cli.application:create", "worker": "worker"}[name]
        rest = (process for process in ours if FLOW_RUN not in environment_of(process))
        return [process for process in rest if words in command_of(process)]

    def kill(self, name: str) -> int:
        """Kill what is called so, as a power cut does; returns how many there were."""
        found = self.processes(name)
        for process in found:
            process.kill()
        if name == "service" and self.process:
            self.process.wait()
        return len(found)


def command_of(process: psutil.Process) -> list[str]:
    """With what arguments a process was started."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []

"""What a service or a run that was killed leaves behind, and how the next one puts it right."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from cli.prefect_server import session
from tasks.home import Home

END_PATIENCE_SECONDS = 10
UNFINISHED = ["PENDING", "RUNNING", "CANCELLING"]
FLOW_RUN = "PREFECT__FLOW_RUN_ID"
DATABASE = "prefect.db"


def processes_with(name: str, value: str) -> list[psutil.Process]:
    """Processes of this user in whose environment a variable has a value, this one and those above it left out."""
    above = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in above and environment_of(process).get(name) == value
    ]


def environment_of(process: psutil.Process) -> dict[str, str]:
    """With what environment a process was started; empty where that can't be seen."""
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


def end_orphans(name: str, home: Home) -> int:
    """End what an earlier service or run of this home left running; only while its lock is held. Returns how many."""
    orphans = processes_with(name, str(home))
    for orphan in orphans:
        signal_quietly(orphan.terminate)
    _, stubborn = psutil.wait_procs(orphans, timeout=END_PATIENCE_SECONDS)
    for orphan in stubborn:
        signal_quietly(orphan.kill)
    psutil.wait_procs(stubborn, timeout=END_PATIENCE_SECONDS)
    return len(orphans)


def signal_quietly(send: Any) -> None:
    """Send a signal to a process that may be gone."""
    with suppress(psutil.NoSuchProcess):
        send()


def move_damaged_database(folder: Path, is_damaged: bool = False) -> Path | None:
    """Move Prefect's database aside where it can't be read whole; returns where to. Prefect then makes a new one."""
    database = folder / DATABASE
    if not database.exists() or not (is_damaged or not is_whole(database)):
        return None
    aside = folder / f"{DATABASE}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    database.rename(aside)
    for ending in ("-wal", "-shm"):
        beside = database.with_name(database.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    return aside


def is_whole(database: Path) -> bool:
    """Whether SQLite finds nothing wrong in a file."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            return bool(connection.execute("pragma quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


class Runs:
    """The flow runs that a server knows."""

    def __init__(self, api_url: str, secret: str) -> None:
        """Ask the server at `api_url` as `user:password`."""
        self.api_url = api_url
        self.session = session(secret)

    def crash_stale(self, unchanged_seconds: float = 0) -> list[str]:
        """Set to Crashed each unfinished run that no process executes, so that it holds no slot; returns their names.

        `unchanged_seconds` spares runs that changed since, whose process may be about to start.
        """
        latest = datetime.now(UTC) - timedelta(seconds=unchanged_seconds)
        unfinished = self._ask({"state": {"type": {"any_": UNFINISHED}}})
        executed = {environment_of(process).get(FLOW_RUN) for process in psutil.process_iter()}
        stale = [
            run
            for run in unfinished
            if run["deployment_id"]
            and run["id"] not in executed
            and datetime.fromisoformat(run["state"]["timestamp"]) <= latest
        ]
        for run in stale:
            self._set_state(run["id"], "CRASHED", "its process was gone: killed, or the machine stopped")
        return [str(run["name"]) for run in stale]

    def skip_missed(self) -> list[str]:
        """Of the times that a schedule missed while the service was off, keep the last; returns what was skipped."""
        until = {"before_": datetime.now(UTC).isoformat()}
        asked = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": until}
        missed = [run for run in self._ask(asked) if run["auto_scheduled"]]
        last: dict[str, dict[str, Any]] = {}
        for run in sorted(missed, key=lambda run: str(run["expected_start_time"])):
            last[run["deployment_id"]] = run
        skipped = [run for run in missed if run is not last[run["deployment_id"]]]
        for run in skipped:
            self._set_state(run["id"], "CANCELLED", "missed while the service was off; a later one is due")
        return [str(run["name"]) for run in skipped]

    def _ask(self, flow_runs: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            question = {"flow_runs": flow_runs, "sort": "ID_DESC", "offset": len(found)}
            answer = self.session.post(f"{self.api_url}/flow_runs/filter", json=question, timeout=20)
            answer.raise_for_status()
            found += (page := answer.json())
            if not page:
                return found

    def _set_state(self, run_id: str, state: str, message: str) -> None:
        change = {"state": {"type": state, "message": message}, "force": True}
        answer = self.session.post(f"{self.api_url}/flow_runs/{run_id}/set_state", json=change, timeout=20)
        answer.raise_for_status()

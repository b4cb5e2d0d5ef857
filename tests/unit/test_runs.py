"""The log of runs, and what a monitor learns from it."""

import datetime
import io
import logging
import sqlite3
import threading
from pathlib import Path
from typing import Any

import duckdb
import filelock
import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.masking import mask_logs
from tasks.protocol import Monitoring
from tasks.runs import RunLog, current_log, load_runs, logged, logged_run, read_log, status
from tasks.settings import REPOSITORY

LIMITS = Monitoring(stale_after_days=8, clock_tolerance_hours=24, least_free_bytes=0)
NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


def finished(home: Path, ended_at: str, outcome: str = "completed", message: str | None = None) -> None:
    """A run in the log that ended at a given moment."""
    log = RunLog(Home(home).log, f"run-{ended_at}")
    log.write(stage="run", started_at=ended_at, outcome="begun")
    log.write(stage="run", started_at=ended_at, ended_at=ended_at, seconds=5.0, outcome=outcome, message=message)


def test_no_run_yet_is_not_well(tmp_path: Path) -> None:
    found = status(Home(tmp_path), LIMITS, NOON)
    assert (found.is_well, "no run yet" in found.message) == (False, True)


def test_recent_completed_run_is_well(tmp_path: Path) -> None:
    finished(tmp_path, "2026-11-22T11:00:00+00:00")
    assert status(Home(tmp_path), LIMITS, NOON).is_well


def test_completed_but_long_ago_is_stale(tmp_path: Path) -> None:
    finished(tmp_path, "2026-11-10T11:00:00+00:00")
    found = status(Home(tmp_path), LIMITS, NOON)
    assert (found.is_well, "12 days ago" in found.message) == (False, True)


def test_a_run_that_is_yet_to_come_is_not_well(tmp_path: Path) -> None:
    finished(tmp_path, "2030-01-01T00:00:00+00:00")
    found = status(Home(tmp_path), LIMITS, NOON)
    assert not found.is_well and "which is yet to come: this machine's clock was or is wrong" in found.message
    finished(tmp_path, "2026-11-22T11:00:00+00:00")
    assert status(Home(tmp_path), LIMITS, NOON).is_well


def test_failed_run_says_why_and_when_one_last_completed(tmp_path: Path) -> None:
    finished(tmp_path, "2026-11-15T11:00:00+00:00")
    finished(tmp_path, "2026-11-22T11:00:00+00:00", "failed", "CartscapeError: the registry refused")
    found = status(Home(tmp_path), LIMITS, NOON)
    assert not found.is_well
    assert "the registry refused; last completed 2026-11-15T11:00:00+00:00" in found.message


def test_killed_run_is_told_from_a_completed_one(tmp_path: Path) -> None:
    RunLog(Home(tmp_path).log, "killed").write(stage="run", started_at="2026-11-22T11:00:00+00:00", outcome="begun")
    assert "has not ended: running or killed" in status(Home(tmp_path), LIMITS, NOON).message


def test_a_line_cut_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    finished(tmp_path, "2026-11-22T11:00:00+00:00")
    with Home(tmp_path).log.open("ab") as log:
        log.write(b'{"run_id": "x", "stage": "ru')
    assert read_log(Home(tmp_path)).height == 2


def test_stages_log_their_counts_failures_and_one_run_id(tmp_path: Path) -> None:
    @logged
    def fail() -> None:
        raise ValueError("no disk")

    @logged
    def count_trials() -> int:
        return 42

    with pytest.raises(ValueError, match="no disk"), logged_run(Home(tmp_path)):
        assert count_trials() == 42
        with logged_run(Home(tmp_path)):  # a flow within a flow
            fail()
    assert current_log.get() is None
    ended = read_log(Home(tmp_path)).filter(outcome="completed"), read_log(Home(tmp_path)).filter(outcome="failed")
    assert ended[0].select("stage", "count").rows() == [("count trials", 42)]
    assert ended[1].select("stage", "message").rows() == [
        ("fail", "ValueError: no disk"),
        ("run", "ValueError: no disk"),
    ]
    assert read_log(Home(tmp_path))["run_id"].n_unique() == 1


def test_runs_are_a_table_of_the_warehouse(tmp_path: Path) -> None:
    finished(tmp_path, "2026-11-22T11:00:00+00:00")
    with duckdb.connect() as connection:
        connection.execute((REPOSITORY / "sql" / "schema" / "meta.sql").read_text(encoding="utf-8"))
        load_runs(connection, Home(tmp_path))
        assert connection.execute("select stage, outcome, seconds from meta.runs").fetchall() == [
            ("run", "completed", 5.0)
        ]


def test_the_errors_that_led_to_a_failure_are_harmless_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTSCAPE_NCBI_API_KEY", "s3cr3t")
    context = ConnectionError(ValueError("line s3cr3t\x1b[2J"))
    cause = OSError(5, "asked with api_key=s3cr3t")
    cause.add_note("note s3cr3t")
    cause.__context__, context.__cause__ = context, cause  # a ring, which ends all the same
    with pytest.raises(KeyError), RunLog(tmp_path / "runs.jsonl", "one").stage("snapshot"):
        raise KeyError("s3cr3t") from cause
    assert cause.args == (5, "asked with api_key=***") and cause.__notes__ == ["note ***"]
    assert context.args[0].args == ("line ***\\x1b[2J",)


def test_a_run_of_a_deployment_waits_for_another_and_says_who_writes_where_that_takes_too_long(tmp_path: Path) -> None:
    home, other = Home(tmp_path), filelock.FileLock(tmp_path / ".writer.lock", thread_local=False)
    home.writer.write_text('{"process": 4711, "command": "cartscape run", "since": "noon"}')
    with other:
        said = r"another run is writing here \(process 4711, 'cartscape run', since noon\); wait for it to end"
        with pytest.raises(CartscapeError, match=said), home.writing(0.05):
            pass
    other.acquire()
    threading.Timer(0.3, other.release).start()
    with home.writing(20):
        assert not other.is_locked


def test_a_busy_database_of_prefect_is_a_warning_of_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "getLogRecordFactory", lambda: logging.LogRecord)
    said, factories = io.StringIO(), list[Any]()
    monkeypatch.setattr(logging, "setLogRecordFactory", factories.append)
    mask_logs()
    with (
        sqlite3.connect(tmp_path / "prefect.db") as writer,
        sqlite3.connect(tmp_path / "prefect.db", timeout=0) as late,
    ):
        writer.execute("create table runs (id)")
        writer.execute("insert into runs values (1)")
        try:
            late.execute("insert into runs values (2)")
        except sqlite3.OperationalError as error:
            wrapped = RuntimeError("INSERT INTO flow_run_state")
            wrapped.__cause__ = error
            about = (RuntimeError, wrapped, None)
    record = factories[0]("prefect.server", logging.ERROR, "x.py", 1, "Encountered an error", (), about)
    handler = logging.StreamHandler(said)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    handler.emit(record)
    assert said.getvalue() == "WARNING Encountered an error: Prefect's database was busy, and is asked again\n"
    other = factories[0]("prefect.server", logging.ERROR, "x.py", 1, "Other", (), (ValueError, ValueError("x"), None))
    assert other.levelno == logging.ERROR and "ValueError: x" in other.exc_text

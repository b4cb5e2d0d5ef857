"""The log of runs: one JSON line for every stage that began or ended, with what it did and how long it took."""

import datetime
import functools
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import duckdb
import polars

from tasks.errors import harmless
from tasks.frames import Rows
from tasks.home import Home
from tasks.masking import mask_error
from tasks.protocol import Monitoring
from tasks.seals import sealed, unsealed

SCHEMA = {
    "run_id": polars.String,
    "stage": polars.String,
    "started_at": polars.String,
    "ended_at": polars.String,
    "seconds": polars.Float64,
    "outcome": polars.String,
    "count": polars.Int64,
    "message": polars.String,
}
RUN = "run"
Watcher = Callable[[dict[str, Any]], None]
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RunLog:
    """Where a run writes what its stages did, and the id that its lines share."""

    path: Path
    run_id: str

    def write(self, **line: Any) -> None:
        """Append one line and see it to the disk, so that a crash loses none; whoever watches is told."""
        for watch in watchers:
            watch(line)
        content = sealed({"run_id": self.run_id, **line}) + b"\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, Any]]:
        """Log a stage's beginning and end; what the caller puts into the dictionary goes into the last line."""
        started_at, started = moment(), time.monotonic()
        token = current_stage.set(name)
        self.write(stage=name, started_at=started_at, outcome="begun")
        more: dict[str, Any] = {"outcome": "completed"}
        try:
            yield more
        except BaseException as error:
            # Prefect keeps the error itself, with what it quotes
            mask_error(error)
            more |= {"outcome": "failed", "message": harmless(f"{type(error).__name__}: {error}")}
            raise
        finally:
            seconds = round(time.monotonic() - started, 3)
            current_stage.reset(token)
            self.write(stage=name, started_at=started_at, ended_at=moment(), seconds=seconds, **more)


current_log: ContextVar[RunLog | None] = ContextVar("current_log", default=None)
current_stage: ContextVar[str] = ContextVar("current_stage", default="run")
# who is told of every line of the log, and of what the stages say meanwhile
watchers: list[Watcher] = []


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Tell `watcher` meanwhile what happens: the lines of the log, and {stage, said, is_warning} for each report."""
    watchers.append(watcher)
    try:
        yield
    finally:
        watchers.remove(watcher)


def tell(line: str, is_warning: bool = False) -> None:
    """Pass a line of progress or of trouble, of the stage that is under way, to whoever watches."""
    for watch in watchers:
        watch({"stage": current_stage.get(), "said": line, "is_warning": is_warning})


def moment() -> str:
    """Now, in UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


@contextmanager
def logged_run(home: Home) -> Iterator[None]:
    """Log a run as a whole; a flow within a flow belongs to the outer run."""
    if current_log.get() is not None:
        yield
        return
    home.root.mkdir(parents=True, exist_ok=True)
    log = RunLog(home.log, f"{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}")
    token = current_log.set(log)
    try:
        with log.stage(RUN):
            yield
    finally:
        current_log.reset(token)


def logged(function: Callable[P, R]) -> Callable[P, R]:
    """A function that logs its run as the stage of its name; a number that it returns is logged as its count."""
    name = function.__name__.replace("_", " ")

    @functools.wraps(function)
    def with_log(*arguments: P.args, **options: P.kwargs) -> R:
        log = current_log.get()
        if log is None:
            return function(*arguments, **options)
        table = next((one.table for one in (*arguments, *options.values()) if hasattr(one, "table")), "")
        with log.stage(f"{name} {table}".strip()) as line:
            result = function(*arguments, **options)
            if isinstance(result, int):
                line["count"] = result
            return result

    return with_log


def read_log(home: Home) -> polars.DataFrame:
    """Every line of a home's log, oldest first; one that a crash cut short or a disk damaged is passed over."""
    lines = home.log.read_bytes().splitlines() if home.log.exists() else []
    rows = [row for row in map(unsealed, lines) if row]
    return polars.DataFrame([{name: row.get(name) for name in SCHEMA} for row in rows], schema=SCHEMA)


def load_runs(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Load the log of the runs so far into meta.runs: the one table that is of this home, not of the snapshots."""
    log = Rows(read_log(home).filter(polars.col("outcome") != "begun"))  # noqa: F841 - read by the query below
    connection.execute("insert into meta.runs by name select * from log")


@dataclass(frozen=True, slots=True)
class Status:
    """How the last run went, and when a run last completed."""

    is_well: bool
    message: str


def status(home: Home, limits: Monitoring, now: datetime.datetime) -> Status:
    """Whether the last run completed and is recent; one that neither completed nor failed is running or was killed."""
    runs = read_log(home).filter(polars.col("stage") == RUN)
    if runs.is_empty():
        return Status(False, f"{home.root}: no run yet; start one with 'cartscape run'")
    last_id = runs["run_id"][-1]
    last = runs.filter(polars.col("run_id") == last_id).row(-1, named=True)
    completed = runs.filter(polars.col("outcome") == "completed")
    since = f"last completed {completed['ended_at'][-1]}" if completed.height else "none completed yet"
    if last["outcome"] == "failed":
        return Status(False, f"run {last_id} failed: {last['message']}; {since}")
    if last["outcome"] == "begun":
        return Status(False, f"run {last_id} began {last['started_at']} and has not ended: running or killed; {since}")
    age = now - datetime.datetime.fromisoformat(last["ended_at"])
    if -age > datetime.timedelta(hours=limits.clock_tolerance_hours):
        return Status(
            False,
            f"run {last_id} completed {last['ended_at']}, which is yet to come: this machine's clock was or is wrong; "
            "correct it and start a run",
        )
    if age > datetime.timedelta(days=limits.stale_after_days):
        return Status(False, f"run {last_id} completed, but {age.days} days ago; is the schedule running?")
    return Status(True, f"run {last_id} completed {last['ended_at']} in {last['seconds']:,.1f} s")

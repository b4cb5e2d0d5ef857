"""One whole run without Prefect in a process of its own, that can be killed; it says each stage as it begins."""

import contextlib
import hashlib
import multiprocessing
import os
import zipfile
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import duckdb

# imported once, before the processes fork, so that a run costs what it does and not what its imports do
PRELOADED = ["tests.conftest", "tasks.landscape", "great_expectations", "altair"]
# what a stage calls, announced as it begins
STEPS = (
    "take_snapshot",
    "curate_snapshot",
    "load_snapshot",
    "check_layer",
    "build_model",
    "publish_warehouse",
    "write_page",
    "write_exports",
)
Source = str | list[str]
NOW = "2026-11-22T15:04:05Z"
PROTOCOL = """
[search]
phrases = ["CAR T", "Chimeric Antigen Receptor"]
"""
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(PRELOADED)


def run_whole(home: Path, source: Source, environment: dict[str, str], line: Connection | None = None) -> None:
    """The run that `cartscape run` makes a flow of, saying each step into `line`.

    The clock stands still, so that two runs can be equal.
    """
    os.environ.update(environment)
    from tasks import stages
    from tasks.home import Home
    from tasks.landscape import landscape
    from tasks.run import Run
    from tasks.settings import load_protocol
    from tasks.snapshot import content, retrieve, take

    for module in (content, retrieve, take):
        module.now = lambda: NOW  # type: ignore[attr-defined]
    for name in STEPS:
        setattr(stages, name, saying(name, getattr(stages, name), line))
    landscape(Run(Home(home), load_protocol(), report=lambda said: None), source)


def saying(name: str, function: Callable[..., Any], line: Connection | None) -> Callable[..., Any]:
    """The function, announced."""

    def said(*arguments: Any, **options: Any) -> Any:
        if line:
            line.send(name)
        return function(*arguments, **options)

    return said


@contextlib.contextmanager
def started(home: Path, source: Source, environment: dict[str, str]) -> Iterator[tuple[BaseProcess, Connection]]:
    """A whole run under way, and the line on which it says its stages."""
    hear, say = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=run_whole, args=(home, source, environment, say))
    process.start()
    say.close()
    try:
        yield process, hear
    finally:
        process.kill()
        process.join()
        hear.close()


def finish(home: Path, source: Source, environment: dict[str, str]) -> list[str]:
    """The stages of a run that nobody disturbs."""
    stages: list[str] = []
    with started(home, source, environment) as (process, hear):
        with contextlib.suppress(EOFError):
            while True:
                stages.append(hear.recv())
        process.join()
        assert process.exitcode == 0, f"ended with {process.exitcode} after {stages}"
    return stages


def left_by(home: Path) -> dict[str, Any]:
    """All that a run leaves for others: snapshots, every row of every table, the page, the exports."""
    files = {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("snapshots", "report", "exports")
        for path in sorted((home / folder).rglob("*"))
        if path.is_file() and path.suffix not in (".lock", ".xlsx")
    }
    return {**files, **rows_of(home / "warehouse.duckdb"), **sheets_of(home / "exports" / "landscape.xlsx")}


def rows_of(warehouse: Path) -> dict[str, Any]:
    """Every row of every table but the diary of runs, in a stated order."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return {
            table: connection.execute(f"select * from {table} order by all").fetchall()
            for (table,) in tables
            if table != "meta.runs"
        }


def sheets_of(workbook: Path) -> dict[str, bytes]:
    """A workbook's parts but the one that says when it was written."""
    with zipfile.ZipFile(workbook) as parts:
        return {f"{workbook.name}/{name}": parts.read(name) for name in parts.namelist() if name != "docProps/core.xml"}


def differences(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    """Names of what is not the same in both."""
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))

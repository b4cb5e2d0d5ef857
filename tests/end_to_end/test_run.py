"""The flow from the command line, with Prefect's ephemeral server: it runs, and ends well after it was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.home import Home
from tasks.settings import REPOSITORY
from tests.end_to_end.service import PATIENCE_SECONDS, environment, eventually
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

"""Two runs at once, of which one is asked to end: nothing is torn, and nothing stays running."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.home import Home
from tasks.settings import REPOSITORY
from tests.end_to_end.service import environment, eventually, servers
from tests.replica import Replica
from tests.resilience.test_kills import few_studies
from tests.scenarios.test_snapshot_files import write_lines

pytestmark = pytest.mark.end_to_end


def started(home: Home, source: str, url: str) -> subprocess.Popen[str]:
    """`cartscape snapshot` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", "snapshot", "--source", source, "--home", str(home)],
        env=environment(home.root, CARTSCAPE_CLINICALTRIALS_URL=url),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def retrieving(home: Home) -> bool:
    """Whether a page of a retrieval is on disk."""
    return (home.retrieval / "pages.jsonl").exists()


def test_a_second_run_says_who_writes_and_ending_the_first_leaves_nothing(tmp_path: Path) -> None:
    home, few = Home(tmp_path / "home"), write_lines(tmp_path / "few.jsonl", *few_studies(3))
    with Replica(few_studies(5), faults=["slow"], slow_seconds=3.0) as replica:
        first = started(home, "live", replica.url)
        eventually(lambda: retrieving(home), "a page")
        second = started(home, str(few), replica.url)
        _, said = second.communicate(timeout=60)
        assert second.returncode == 1 and "Traceback" not in said
        assert f"another run is writing here (process {first.pid}, '" in said and "wait for it to end" in said
        assert len(servers(home)) == 1
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=60)
        assert first.returncode != 0
        assert servers(home) == []
        assert not list(home.root.rglob("*.partial"))


def test_a_sweep_spares_what_a_living_process_is_writing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        alive, dead = tmp_path / f".work.{other.pid}.partial", tmp_path / ".work.4194999.partial"
        for folder in (alive, dead):
            folder.mkdir()
        with Home(tmp_path).writing():
            assert alive.exists() and not dead.exists()
        other.communicate(b"\n")
    with Home(tmp_path).writing():
        assert not alive.exists()

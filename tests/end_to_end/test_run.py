"""The flow from the command line, with Prefect's ephemeral server: it runs, and ends well after it was killed."""

import subprocess
import sys
from pathlib import Path

import duckdb
import polars
import pytest

from tasks.home import Home
from tasks.runs import RUN, read_log
from tasks.settings import REPOSITORY
from tests.conftest import build_landscape
from tests.end_to_end.service import PATIENCE_SECONDS, environment, eventually, servers
from tests.resilience.test_kills import few_studies
from tests.resilience.whole import differences, rows_of
from tests.scenarios.test_snapshot_files import write_lines

pytestmark = pytest.mark.end_to_end
STUDIES = 30


def started(home: Home) -> subprocess.Popen[str]:
    """`cartscape run` on a few studies of the sample, in a process of its own."""
    source = write_lines(home.root.parent / "few.jsonl", *few_studies(STUDIES))
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", "run", "--source", str(source), "--home", str(home)],
        env=environment(home.root),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def after_a_kill(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str]:
    """What a run leaves and says, after one that was killed as it began."""
    home = Home(tmp_path_factory.mktemp("run") / "home")
    killed = started(home)
    eventually(lambda: home.log.exists() and b'"begun"' in home.log.read_bytes(), "a stage to begin")
    killed.kill()
    killed.wait()  # its server lives on, and holds its pipes
    assert len(servers(home)) == 1, "nobody was there to end it"
    process = started(home)
    said, complained = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0 and "Traceback" not in complained, complained[-3000:]
    assert servers(home) == []
    return home, said


def test_run_from_the_command_line(after_a_kill: tuple[Home, str]) -> None:
    home, said = after_a_kill
    for place in (home.page, home.warehouse, home.workbook):
        assert str(place) in said
        assert place.stat().st_size > 10_000
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        assert connection.execute("select count(*) from core.trials").fetchall() == [(STUDIES,)]


def test_it_leaves_what_an_undisturbed_build_without_prefect_does(
    after_a_kill: tuple[Home, str], tmp_path: Path
) -> None:
    home, _ = after_a_kill
    undisturbed = build_landscape(tmp_path / "undisturbed", home.root.parent / "few.jsonl")
    # the snapshot says when it was taken
    assert differences(rows_of(home.warehouse), rows_of(undisturbed.warehouse)) == ["raw.snapshots"]


def test_again_over_what_has_not_changed_it_starts_no_prefect(after_a_kill: tuple[Home, str]) -> None:
    home, said = after_a_kill
    prefect = (home.prefect / "prefect.db").stat().st_mtime_ns
    before = home.warehouse.stat().st_mtime_ns
    again = started(home)
    assert again.communicate(timeout=PATIENCE_SECONDS)[0] == said
    assert (home.prefect / "prefect.db").stat().st_mtime_ns == prefect
    assert home.warehouse.stat().st_mtime_ns == before
    assert len(read_log(home).filter(polars.col("stage") == RUN, polars.col("outcome") == "completed")) == 2

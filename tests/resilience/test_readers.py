"""Readers query while runs publish over and over: no failure, and never a mixture of two publications."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.home import Home
from tasks.warehouse.publish import open_published
from tests.conftest import build_landscape
from tests.resilience.readers import answers, answers_of, publish_copy, reading
from tests.resilience.test_kills import few_studies

QUERIES = 1_000
READERS = 2


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two warehouses with other rows in nearly every table."""
    found = []
    for count in (40, 60):
        home = tmp_path_factory.mktemp(f"of-{count}")
        lines = "".join(json.dumps(study) + "\n" for study in few_studies(count))
        (home / "few.jsonl").write_text(lines, encoding="utf-8")
        found.append(build_landscape(home, home / "few.jsonl").warehouse)
    return found


def test_no_reader_fails_or_sees_half_a_publication(builds: list[Path], tmp_path: Path) -> None:
    right = [answers_of(build) for build in builds]
    assert sum(one != other for one, other in zip(*right, strict=True)) >= 5
    shutil.copyfile(builds[0], tmp_path / "warehouse.duckdb")
    published = queries = 0
    failures: list[str] = []
    publications: set[int] = set()
    while queries < QUERIES and published < 400:
        with reading(tmp_path, right, READERS) as seen:
            for _ in range(40):
                published += 1
                publish_copy(builds[published % 2], tmp_path)
        queries += sum(one.queries for one in seen)
        failures += [failure for one in seen for failure in one.failures]
        publications |= set().union(*(one.publications for one in seen))
    assert failures == []
    assert queries >= QUERIES and published >= 40
    assert publications == {0, 1}


WRITES = """
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create table mine as select 42 as answer")
os._exit(1) if sys.argv[2] == "crashed" else connection.execute("create table more as select 1"); sys.stdin.read()
"""


@pytest.mark.parametrize("ending", ["crashed", "still open"])
def test_what_an_analyst_writes_is_kept_aside_and_breaks_no_publication(
    builds: list[Path], tmp_path: Path, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    publish_copy(builds[0], tmp_path)
    published = tmp_path / "warehouse.duckdb"
    assert published.stat().st_mode & 0o777 == 0o444
    published.chmod(0o644)
    command = [sys.executable, "-c", WRITES, str(published), ending]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as analyst:
        while not (tmp_path / "warehouse.duckdb.wal").exists() and analyst.poll() is None:
            time.sleep(0.05)
        if ending == "crashed":
            analyst.wait()
        for number in (1, 0):
            publish_copy(builds[number], tmp_path)
            with open_published(Home(tmp_path)) as connection:
                assert answers(connection) == answers_of(builds[number])
                assert connection.execute(
                    "select count(*) from duckdb_tables() where table_name = 'mine'"
                ).fetchone() == (0,)
        analyst.stdin.close()
    kept = list(tmp_path.glob("warehouse.duckdb.written-*.wal"))
    assert len(kept) == 1 and kept[0].stat().st_size > 0
    assert "kept aside and not published; write into a copy" in caplog.text
    publish_copy(builds[1], tmp_path)
    with open_published(Home(tmp_path)) as connection:
        assert answers(connection) == answers_of(builds[1])


def test_a_log_that_comes_after_the_publication_is_not_joined_to_it(builds: list[Path], tmp_path: Path) -> None:
    publish_copy(builds[0], tmp_path)
    (tmp_path / "warehouse.duckdb").chmod(0o644)
    program = WRITES.replace('connection.execute("create table mine', 'input(); connection.execute("create table mine')
    command = [sys.executable, "-c", program, str(tmp_path / "warehouse.duckdb"), "crashed"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as analyst:
        time.sleep(1)  # it has the old publication open
        publish_copy(builds[1], tmp_path)
        analyst.communicate(b"\n")
    with open_published(Home(tmp_path)) as connection:
        assert answers(connection) == answers_of(builds[1])
    assert not (tmp_path / "warehouse.duckdb.wal").exists()

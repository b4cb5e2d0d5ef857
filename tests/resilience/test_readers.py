"""Readers query while runs publish over and over: no failure, and never a mixture of two publications."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import build_landscape
from tests.resilience.readers import answers_of, publish_copy, reading
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

"""The same real studies as a file and over HTTP: one landscape, row by row.

That other files of the same studies give the same snapshot is in test_snapshot_three_ways.
"""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Built, build_landscape
from tests.replica import Replica

Rows = list[tuple[Any, ...]]
EVERY = 15
# a file holds studies that no search finds, and counts them; the registry never sends them
BUT_WHAT_NO_SEARCH_FOUND = {
    "screening_flow": "where step <> 'found by no search'",
    "measures": "where not (metric = 'screening_flow' and category = 'found by no search')",
}

# columns that count a source's records, of which a registry sends only what the searches find
WHAT_A_SOURCE_HOLDS = {"registries": ", registrations"}


@pytest.fixture(scope="module")
def studies(shared_file: Callable[[str], Path]) -> list[dict[str, Any]]:
    """Some real registrations of 2026, and the odd ones: withheld, withdrawn, partial dates, a thousand sites."""
    with gzip.open(shared_file("real/registry-2026.dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        chosen = [json.loads(line) for number, line in enumerate(lines) if number % EVERY == 0]
    odd = sorted(shared_file("real/api/studies").glob("*.json"))
    return chosen + [json.loads(path.read_text(encoding="utf-8")) for path in odd]


@pytest.fixture(scope="module")
def landscapes(studies: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """The landscape of the same studies from a file and from the registry."""
    folder = tmp_path_factory.mktemp("two-ways")
    lines = folder / "registry.jsonl"
    lines.write_text("".join(json.dumps(study) + "\n" for study in studies), encoding="utf-8")
    built = build_landscape(folder / "lines", lines, search_inside=True)
    with Replica(studies=lines) as replica, pytest.MonkeyPatch.context() as patch:
        # a registry states the day of its data, a file has only its newest update
        ((replica.registry.data_day,),) = rows(built, "select data_day from core.snapshot_days")
        patch.setenv("CARTSCAPE_CLINICALTRIALS_URL", replica.url)
        patch.setenv("CARTSCAPE_REQUESTS_PER_SECOND", "1000")
        # PubMed is not there
        patch.setenv("CARTSCAPE_FIRST_WAIT_SECONDS", "0.02")
        return built, build_landscape(folder / "registry", Path("live"), search_inside=True)


def rows(built: Built, query: str) -> Rows:
    """Rows of a query, in a stated order."""
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        return connection.execute(f"{query} order by all").fetchall()


def metric_names(built: Built) -> list[str]:
    return [name for (name,) in rows(built, "select table_name from duckdb_tables() where schema_name = 'metrics'")]


def test_trials_found_by_the_searches_are_equal(landscapes: tuple[Built, Built]) -> None:
    query = "select * exclude (snapshot_id) from core.trials where is_found_by_search"
    of_file, of_registry = (rows(built, query) for built in landscapes)
    assert len(of_file) > 60
    assert of_registry == of_file


def test_labels_with_their_evidence_are_equal(landscapes: tuple[Built, Built]) -> None:
    query = """
        select assertions.* exclude (snapshot_id)
        from core.assertions inner join core.trials using (snapshot_id, nct_id) where is_found_by_search
    """
    of_file, of_registry = (rows(built, query) for built in landscapes)
    assert of_file
    assert of_registry == of_file


def test_metrics_are_equal(landscapes: tuple[Built, Built]) -> None:
    names = metric_names(landscapes[0])
    for name in names:
        left_out = f"snapshot_id{WHAT_A_SOURCE_HOLDS.get(name, '')}"
        query = f"select * exclude ({left_out}) from metrics.{name} {BUT_WHAT_NO_SEARCH_FOUND.get(name, '')}"
        of_file, of_registry = (rows(built, query) for built in landscapes)
        assert of_registry == of_file, name
    assert "screening_flow" in names


def test_what_the_searches_miss_is_counted(landscapes: tuple[Built, Built], studies: list[dict[str, Any]]) -> None:
    missed = "select sum(records) from metrics.screening_flow where step = 'found by no search'"
    found = "select sum(records) from metrics.screening_flow where step = 'unique records'"
    file, registry = landscapes
    assert rows(file, missed)[0][0] + rows(file, found)[0][0] == len(studies)
    assert rows(registry, missed) == [(None,)]
    assert rows(registry, found) == rows(file, found)

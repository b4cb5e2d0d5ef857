"""Real records out of an AACT archive, older and newer form: the landscape of their JSON, row by row."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Built, build_landscape
from tests.registry_forms import aact_archive

EVERY = 30
# what names the source itself, and what AACT does not carry
NOT_COMPARED = {"content_sha256", "form"}

# an archive is searched while it is read, so that only searches that found a record are known
FOUND_SOMETHING = {
    "metrics.screening_flow": "where records > 0",
    "metrics.measures": "where metric <> 'screening_flow' or quantity > 0",
}


@pytest.fixture(scope="module")
def studies(shared_file: Callable[[str], Path]) -> list[dict[str, Any]]:
    """Every thirtieth complete record of 2018, and all of 2023; ages that are no age are left out, as the API does."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("registry-2018.dev", "registry-v2.dev"):
        with gzip.open(shared_file(f"real/{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                study = json.loads(line)
                eligible = study["protocolSection"].get("eligibilityModule", {})
                for age in ("minimumAge", "maximumAge"):
                    if eligible.get(age) == "N/A":
                        del eligible[age]
                if name == "registry-v2.dev" or number % EVERY == 0:
                    found[study["protocolSection"]["identificationModule"]["nctId"]] = study
    return list(found.values())


@pytest.fixture(scope="module")
def of_json(studies: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The landscape of the studies as JSON lines."""
    folder = tmp_path_factory.mktemp("json")
    lines = folder / "registry.jsonl"
    lines.write_text("".join(json.dumps(study) + "\n" for study in studies), encoding="utf-8")
    return rows(build_landscape(folder / "home", lines, search_inside=True))


def rows(built: Built) -> dict[str, list[dict[str, Any]]]:
    """Every row of every core and metric table, without what names the source."""
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('core', 'metrics')"
        ).fetchall()
        return {name: compared(connection, name) for (name,) in tables}


def compared(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    """The rows of a table in a stated order."""
    columns = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    kept = [column for column in columns if column not in NOT_COMPARED and column != "snapshot_id"]
    names = ", ".join(f'"{column}"' for column in kept)
    query = f"select {names} from {table} {FOUND_SOMETHING.get(table, '')} order by all"
    found = connection.execute(query).fetchall()
    return [dict(zip(kept, row, strict=True)) for row in found]


@pytest.mark.parametrize("is_older", [False, True], ids=["since 2024", "until 2024"])
def test_an_aact_archive_gives_the_landscape_of_its_json(
    studies: list[dict[str, Any]], of_json: dict[str, list[dict[str, Any]]], tmp_path: Path, is_older: bool
) -> None:
    of_aact = rows(build_landscape(tmp_path / "aact", aact_archive(tmp_path / "aact.zip", studies, is_older)))
    assert len(of_json["core.trials"]) == len(studies)
    different = [name for name in of_json if of_json[name] != of_aact[name]]
    assert different == [], [
        [pair for pair in zip(of_json[name], of_aact[name], strict=False) if pair[0] != pair[1]][:2]
        for name in different[:3]
    ]

"""The warehouse as a whole: the same twice, several snapshots side by side, readers undisturbed."""

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import filelock
import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.registry.content_hash import content_sha256
from tasks.settings import load_protocol
from tasks.snapshot.take import open_snapshot, take_snapshot
from tasks.warehouse.publish import build_folder, open_published
from tests.conftest import SAMPLE, build_landscape, silent

FEW = 80


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of a few studies of the sample."""
    path = tmp_path_factory.mktemp("few") / "registry.jsonl"
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        path.write_text("".join(line for line, _ in zip(lines, range(FEW), strict=False)), encoding="utf-8")
    return path


def everything(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table in a stated order, but for the moments of retrieval and the log of runs."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return {
            table: connection.execute(f"select * from {table} order by all").fetchall()
            for (table,) in tables
            if table not in ("raw.snapshots", "meta.runs")
        }


def test_built_twice_it_is_the_same(few: Path, tmp_path: Path) -> None:
    first = everything(build_landscape(tmp_path / "first", few, is_synthetic=True).warehouse)
    second = everything(build_landscape(tmp_path / "second", few, is_synthetic=True).warehouse)
    assert len(first) > 30
    assert first.keys() == second.keys()
    for table, rows in first.items():
        assert rows == second[table], table


def test_the_same_file_again_is_the_same_snapshot(few: Path, tmp_path: Path) -> None:
    first = take_snapshot(str(few), Home(tmp_path), load_protocol(), silent)
    second = take_snapshot(str(few), Home(tmp_path), load_protocol(), silent)
    assert first.id == second.id
    assert open_snapshot(first.folder).manifest["started_at"] == first.manifest["started_at"]


def test_reader_keeps_its_warehouse_while_another_is_published(few: Path, tmp_path: Path) -> None:
    build_landscape(tmp_path, few)
    with open_published(Home(tmp_path)) as reader:
        before = reader.execute("select as_of from meta.published").fetchone()
        build_landscape(tmp_path, few, as_of="2019-12-31")
        assert reader.execute("select as_of from meta.published").fetchone() == before == (None,)
    with open_published(Home(tmp_path)) as reader:
        assert str(reader.execute("select as_of from meta.published").fetchone()) == "(datetime.date(2019, 12, 31),)"


def test_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    with (
        filelock.FileLock(tmp_path / ".writer.lock"),
        pytest.raises(CartscapeError, match="another run is writing here; wait for it"),
        build_folder(Home(tmp_path)),
    ):
        pass


def test_no_warehouse_yet_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CartscapeError, match="no warehouse published yet; run 'cartscape run' first"):
        open_published(Home(tmp_path))


def test_content_hash_ignores_what_the_registry_bumps_daily() -> None:
    monday = {"derivedSection": {"miscInfoModule": {"versionHolder": "2026-11-16", "kept": 1}}, "hasResults": False}
    tuesday = json.loads(json.dumps(monday).replace("2026-11-16", "2026-11-17"))
    volatile = load_protocol().registry.volatile_fields
    assert content_sha256(monday, volatile) == content_sha256(tuesday, volatile)
    assert content_sha256(monday, volatile) != content_sha256({**monday, "hasResults": True}, volatile)


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("2019-03-15", "2019-03-15", "day"),
        ("2019-03", "2019-03-01", "month"),
        ("2019", "2019-01-01", "year"),
        ("March 2019", None, None),
        ("2019-13-01", None, None),
    ],
)
def test_partial_dates_keep_their_precision(written: str, day: str | None, precision: str | None) -> None:
    macros = (Path(__file__).parents[2] / "sql" / "schema" / "macros.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(macros)
        found = connection.execute(
            "select registry_date($1)::varchar, registry_date_precision($1)", [written]
        ).fetchone()
    assert found == (day, precision)


def test_what_a_killed_run_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    left = [
        "build/warehouse.duckdb",
        ".exports.4194999.partial/landscape.xlsx",
        "cache/curation/abc/.live-1.4194999.partial/labels-0.parquet",
    ]
    kept = ["exports/landscape.xlsx", "cache/curation/abc/live-1/labels-0.parquet", "report/index.html"]
    for name in left + kept:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    with build_folder(Home(tmp_path)):
        assert [(tmp_path / name).exists() for name in left] == [False, False, False]
        assert [(tmp_path / name).exists() for name in kept] == [True, True, True]

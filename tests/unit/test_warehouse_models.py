"""SQL models: headers, order, comments, parameters."""

from pathlib import Path

import duckdb
import pytest

from tasks.errors import CartscapeError
from tasks.warehouse.models import build_model, load_models, model_of, read_model, tables_read
from tests.conftest import Built


def write_model(folder: Path, name: str, sql: str) -> Path:
    """A model file in a folder that is named for its schema."""
    path = folder / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sql, encoding="utf-8")
    return path


def test_header_says_what_a_row_and_its_columns_mean(tmp_path: Path) -> None:
    sql = "-- one row per trial\n-- paper: Table 1\n-- why: it counts\n-- trials: how many\nselect 1 as trials\n"
    model = read_model(write_model(tmp_path / "metrics", "funding", sql))
    assert (model.table, model.grain) == ("metrics.funding", "one row per trial")
    assert model.header == {"paper": "Table 1", "why": "it counts"}
    assert model.columns == {"trials": "how many"}


HEADER = """-- one row per vector
-- key: registration_year (undated), vector
-- among: cohort (treatment when dimension is disease group)
-- facets: year = {registration_year} and {dimension} = {value}
-- counts: trials, each trial once, as share of cohort
-- counts: published_trials called published (late) where publication = looked for, none found,
--   as share of each vector
-- links: trials
"""


def test_header_says_what_is_counted() -> None:
    measure = model_of("metrics", "vectors", f"{HEADER}select 1 as trials").measure
    assert measure.key == (("registration_year", "undated"), ("vector", ""))
    assert measure.population_of({"dimension": "disease group"}) == "treatment"
    assert measure.population_of({"dimension": "region"}) == "cohort"
    trials, published, link = measure.counts
    assert (trials.column, trials.metric, trials.is_once, trials.whole) == ("trials", "vectors", True, "cohort")
    assert (published.metric, published.part, published.whole) == ("published", "late", "each vector")
    assert published.facets[-1] == ("publication", "looked for, none found")
    assert (link.is_measure, link.facets) == (False, trials.facets)


def test_count_that_can_not_be_read_names_file_and_line(tmp_path: Path) -> None:
    sql = "-- one row per x\n-- counts: trials where region, as share of cohort\nselect 1 as trials"
    with pytest.raises(CartscapeError, match=r"a\.sql: 'region' names facets without values"):
        read_model(write_model(tmp_path / "metrics", "a", sql))


def test_count_of_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path / "metrics", "a", "-- one row per x\n-- counts: trial\nselect 1 as trials"))
    with duckdb.connect() as connection:
        connection.execute("create schema metrics")
        with pytest.raises(CartscapeError, match=r"a\.sql: no column trial, which its header counts by"):
            build_model(connection, model, {})


def test_model_without_grain_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CartscapeError, match=r"funding\.sql: the first line must say '-- one row per"):
        read_model(write_model(tmp_path / "metrics", "funding", "select 1 as trials"))


def test_tables_read_leave_out_common_table_expressions() -> None:
    sql = "with trials as (select * from core.trials) select * from trials inner join meta.phases using (phase)"
    assert tables_read(sql) == {"core.trials", "meta.phases"}


def test_models_come_after_those_they_read(tmp_path: Path) -> None:
    write_model(tmp_path / "metrics", "a", "-- one row per x\nselect * from metrics.b")
    write_model(tmp_path / "metrics", "b", "-- one row per x\nselect * from core.z")
    write_model(tmp_path / "core", "z", "-- one row per x\nselect 1 as x")
    assert [model.table for model in load_models(tmp_path)] == ["core.z", "metrics.b", "metrics.a"]


def test_models_in_a_circle_are_named(tmp_path: Path) -> None:
    write_model(tmp_path / "metrics", "a", "-- one row per x\nselect * from metrics.b")
    write_model(tmp_path / "metrics", "b", "-- one row per x\nselect * from metrics.a")
    with pytest.raises(CartscapeError, match="in a circle: metrics"):
        load_models(tmp_path)


def test_column_without_meaning_is_refused(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path / "metrics", "a", "-- one row per x\nselect 1 as unheard_of"))
    with duckdb.connect() as connection:
        connection.execute("create schema metrics")
        with pytest.raises(CartscapeError, match="what column unheard_of means"):
            build_model(connection, model, {})


def test_error_in_a_model_names_the_file(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path / "metrics", "a", "-- one row per x\nselect nowhere as x"))
    with duckdb.connect() as connection:
        connection.execute("create schema metrics")
        with pytest.raises(CartscapeError, match=r"sql/metrics/a\.sql: .*nowhere"):
            build_model(connection, model, {})


def test_a_model_gets_only_the_parameters_it_names(tmp_path: Path) -> None:
    sql = "-- one row per x\n-- day: the day\nselect $as_of::date as day"
    model = read_model(write_model(tmp_path / "metrics", "a", sql))
    with duckdb.connect() as connection:
        connection.execute("create schema metrics")
        build_model(connection, model, {"as_of": "2024-04-30", "unused": 1})
        assert str(connection.execute("select day from metrics.a").fetchone()[0]) == "2024-04-30"  # type: ignore[index]


def test_every_table_and_column_of_the_warehouse_has_a_meaning(sample_landscape: Built) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        silent = connection.execute(
            "select table_name, column_name from meta.dictionary where meaning = 'no description'"
        ).fetchall()
        described = connection.execute("select count(*) from meta.dictionary").fetchone()
    assert silent == []
    assert described is not None and described[0] > 150


def test_header_columns_are_columns_of_the_table(sample_landscape: Built) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        for model in load_models():
            if model.schema == "staging":
                continue
            columns = {row[0] for row in connection.execute(f"describe {model.table}").fetchall()}
            assert set(model.columns) <= columns, f"{model.table}: its header names columns that it lacks"


def test_every_table_carries_its_snapshot_or_the_version_of_the_record(sample_landscape: Built) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        without = connection.execute("""
            select schema_name || '.' || table_name from duckdb_tables()
            where schema_name in ('raw', 'core', 'metrics')
            except
            select schema_name || '.' || table_name from duckdb_columns()
            where column_name in ('snapshot_id', 'version')
        """).fetchall()
    assert without == []

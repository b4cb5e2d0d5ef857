"""What is asked of a published warehouse on the command line, and that nothing is changed by it."""

import json
import re
from pathlib import Path

import polars
import pytest

from cli.main import app
from tasks.warehouse.questions import ask, shown
from tests.command_line import one_sentence, runner
from tests.conftest import Built


def test_query_without_warehouse_says_what_to_run(tmp_path: Path) -> None:
    result = runner.invoke(app, ["query", "select 1", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "run 'cartscape run' first" in one_sentence(result.output)


def test_query_answers_from_the_published_warehouse(sample_landscape: Built) -> None:
    sql = "select is_synthetic, count(*) as snapshots from raw.snapshots group by all"
    result = runner.invoke(app, ["query", sql, "--home", str(sample_landscape.home)])
    assert result.exit_code == 0
    assert re.search(r"true\s+│\s+1\b", result.output)


def test_a_query_can_not_write(sample_landscape: Built) -> None:
    result = runner.invoke(app, ["query", "delete from core.trials", "--home", str(sample_landscape.home)])
    assert result.exit_code == 1
    assert "read-only" in one_sentence(result.output)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("copy core.trials to 'x.csv'", "COPY"),
        ("/* harmless */ attach 'x.duckdb'", "ATTACH"),
        ("install fts", "INSTALL"),
        ("set enable_external_access = true", "SET"),
        ("create temp table x as select 1", "CREATE"),
        ("select 1; drop table core.trials", "DROP"),
    ],
)
def test_a_query_that_does_more_than_read_is_refused_by_name(sample_landscape: Built, sql: str, word: str) -> None:
    result = runner.invoke(app, ["query", sql, "--home", str(sample_landscape.home)])
    assert result.exit_code == 1
    assert f"{word} is refused: 'cartscape query' is read-only" in one_sentence(result.output)


def test_a_query_reaches_no_other_file(sample_landscape: Built, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    sql = f"from read_csv('{tmp_path / 'secret.csv'}')"
    result = runner.invoke(app, ["query", sql, "--home", str(sample_landscape.home)])
    assert result.exit_code == 1
    assert "the query reaches for a file or an address" in one_sentence(result.output)


def test_an_answer_is_kept_as_csv_json_and_parquet(sample_landscape: Built, tmp_path: Path) -> None:
    sql = "select nct_id, first_posted_date, is_late_phase, [1, 2] as list from landscape.trials order by nct_id"
    where = ["--home", str(sample_landscape.home)]
    as_csv = runner.invoke(app, ["query", sql, "--csv", *where]).output.splitlines()
    as_json = json.loads(runner.invoke(app, ["query", sql, "--json", *where]).output)
    runner.invoke(app, ["query", sql, "--parquet", str(tmp_path / "a.parquet"), *where])
    frame = polars.read_parquet(tmp_path / "a.parquet")
    assert len(as_csv) - 1 == len(as_json) == frame.height > 1_000
    first = as_json[0]
    assert as_csv[0] == "nct_id,first_posted_date,is_late_phase,list"
    flag = str(first["is_late_phase"]).lower()
    assert as_csv[1] == f'{first["nct_id"]},{first["first_posted_date"] or ""},{flag},"[1,2]"'
    assert first["list"] == [1, 2]
    assert frame["nct_id"][0] == first["nct_id"]


def test_what_is_not_shown_is_said(sample_landscape: Built) -> None:
    sql = "select unnest(range(1234)) as number"
    result = runner.invoke(app, ["query", sql, "--home", str(sample_landscape.home)])
    assert "1,000 of 1,234 rows are shown; --csv, --json or --parquet FILE give all" in result.output


def test_a_wide_answer_says_in_a_terminal_that_it_is_cut(sample_landscape: Built) -> None:
    with ask(sample_landscape.home, "from landscape.trials limit 3") as answer:
        assert shown(answer, 80)[1] == "… stands for what is too wide"
        assert shown(answer, None)[1] == ""


def test_a_table_tells_its_columns_in_their_order(sample_landscape: Built) -> None:
    result = runner.invoke(app, ["tables", "landscape.trials", "--home", str(sample_landscape.home)])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith("landscape.trials: one row per trial of the landscape")
    assert lines[3].split()[:4] == ["nct_id", "VARCHAR", "number", "of"]
    assert re.search(r"^minimum_age_years +DOUBLE +youngest participants", result.output, re.MULTILINE)


def test_a_table_that_is_not_there_names_those_that_are_near(sample_landscape: Built) -> None:
    result = runner.invoke(app, ["tables", "landscape.trails", "--home", str(sample_landscape.home)])
    assert result.exit_code == 1
    assert "landscape.trails: no such table; did you mean landscape.trials" in one_sentence(result.output)


def test_snapshots_lists_what_is_kept_and_what_is_shown(sample_landscape: Built) -> None:
    result = runner.invoke(app, ["snapshots", "--home", str(sample_landscape.home)])
    expected = rf"^{sample_landscape.snapshot.id}  \d{{4}}-\d\d-\d\d +1,681 studies +0\.\d MB  shown$"
    assert re.search(expected, result.output, re.MULTILINE)


def test_tables_lists_each_with_its_grain(sample_landscape: Built) -> None:
    result = runner.invoke(app, ["tables", "--home", str(sample_landscape.home)])
    assert result.exit_code == 0
    assert re.search(r"^core\.trials +one row per snapshot and trial$", result.output, re.MULTILINE)
    assert re.search(r"^metrics\.screening_flow +one row per snapshot and step", result.output, re.MULTILINE)


def test_what_parquet_can_not_hold_is_named(sample_landscape: Built, tmp_path: Path) -> None:
    sql, where = "select interval 1 day as span", ["--home", str(sample_landscape.home)]
    result = runner.invoke(app, ["query", sql, "--parquet", str(tmp_path / "a.parquet"), *where])
    assert result.exit_code == 1
    assert "span: Parquet holds no spans of time here; select span::varchar instead" in one_sentence(result.output)

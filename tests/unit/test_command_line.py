"""The command line as a user types it: help with an example, one sentence for an error, exit codes."""

import csv
import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cli.main import app
from tasks.settings import REPOSITORY
from tasks.warehouse.questions import ask, shown
from tests.conftest import Built

runner = CliRunner()


def commands(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, as the words that one types."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name)


COMMANDS = sorted(commands(get_command(app)))


def one_sentence(output: str) -> str:
    """What a failed command said, on one line."""
    said = [line for line in output.splitlines() if line.startswith("cartscape: ")]
    assert len(said) == 1
    assert "Traceback" not in output
    return said[0]


Refusing = Callable[..., str]


@pytest.fixture
def refusing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refusing:
    """Runs a command in a home that is not there yet; it must be refused before Prefect, with nothing written."""

    def started(home: object) -> None:
        raise AssertionError("Prefect was prepared")

    monkeypatch.setattr("cli.main.prepare_prefect", started)

    def refused(*arguments: str) -> str:
        result = runner.invoke(app, [*arguments, "--home", str(tmp_path / "home")])
        assert result.exit_code == 1
        assert not (tmp_path / "home").exists()
        return one_sentence(result.output)

    return refused


def test_the_commands_that_the_design_names_are_there() -> None:
    named = ["run", "snapshot", "build", "curate", "match", "evaluate", "diff", "query", "tables", "ui", "status"]
    named += ["snapshots", "open"]
    assert {(name,) for name in named} | {("review", "export"), ("review", "import")} <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    result = runner.invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    assert f"Example: cartscape {' '.join(words)}" in re.sub(r"\s+", " ", result.output)


def test_unknown_source_is_one_sentence_with_the_cure(tmp_path: Path) -> None:
    result = runner.invoke(app, ["run", "--source", str(tmp_path / "nowhere.json"), "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "nowhere.json: no such source; give 'live', 'sample'" in one_sentence(result.output)
    assert not (tmp_path / "warehouse.duckdb").exists()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("April 2024", "not a day; write it like 2024-04-30"),
        ("2024-02-30", "not a day"),
        ("20240430", "not a day"),
        ("0000-00-00", "not a day"),
        ("0024-04-30", "give a day from 1990-01-01 to today"),
        ("2924-04-30", "give a day from 1990-01-01 to today"),
    ],
)
@pytest.mark.parametrize("command", ["run", "build"])
def test_impossible_day_is_refused_before_anything_starts(
    refusing: Refusing, command: str, day: str, said: str
) -> None:
    assert f"--as-of {day}: {said}" in refusing(command, "--as-of", day)


STUDY = {"protocolSection": {"identificationModule": {"nctId": "NCT01234567"}}}
UNREADABLE = {
    "empty.json": (b"", "the file is empty"),
    "page.json": (b"<html>busy</html>", "neither JSON nor a table"),
    "noise.json": (bytes(range(128, 256)), "neither JSON nor a table"),
    "cut.json": (json.dumps([STUDY, STUDY]).encode()[:-40], "download it again"),
    "cut.jsonl.gz": (gzip.compress(json.dumps(STUDY).encode())[:-12], "damaged or cut short"),
    "cut.zip": (b"PK\x03\x04" + b"x" * 50, "damaged or cut short"),
    "articles.jsonl": (b'{"pmid": "1", "title": "x"}\n', "no study could be read (no protocolSection)"),
    "other.json": (b"[1, 2, 3]", "no study could be read (JSON, but not an object)"),
    "none.json": (b"[]", "no study could be read (it holds no record)"),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("command", ["run", "snapshot"])
def test_unreadable_file_is_refused_before_anything_starts(
    refusing: Refusing, tmp_path: Path, command: str, name: str
) -> None:
    content, said = UNREADABLE[name]
    (tmp_path / name).write_bytes(content)
    sentence = refusing(command, "--source", str(tmp_path / name))
    assert name in sentence
    assert said in sentence


def test_unreadable_articles_and_folders_are_refused_before_anything_starts(refusing: Refusing, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no .json or .xml study in this folder" in refusing("run", "--source", str(tmp_path / "empty"))
    (tmp_path / "empty" / "manifest.json").write_text("{}")
    assert "manifest.json: changed since the snapshot was taken" in refusing("run", "--source", str(tmp_path / "empty"))
    assert "none.jsonl: can't be read" in refusing("run", "--articles", str(tmp_path / "none.jsonl"))


def test_unknown_snapshot_is_refused_before_anything_starts(
    refusing: Refusing, sample_landscape: Built, tmp_path: Path
) -> None:
    assert "no snapshot kept yet; run 'cartscape run'" in refusing("build", "--snapshot", "nope")
    assert "no snapshot kept yet; run 'cartscape run'" in refusing("build")
    home = sample_landscape.home
    for name in ("nope", "..", f"{sample_landscape.snapshot.id}/"):
        result = runner.invoke(app, ["build", "--snapshot", name, "--home", str(home)])
        assert (
            one_sentence(result.output)
            == f"cartscape: --snapshot {name}: no such snapshot; {home.snapshots} holds {sample_landscape.snapshot.id}"
        )


def test_refusals_do_not_load_prefect(tmp_path: Path) -> None:
    program = "import sys; from cli.main import app\ntry: app()\nexcept SystemExit: print('prefect' in sys.modules)"
    command = [sys.executable, "-c", program, "build", "--snapshot", "nope", "--home", str(tmp_path / "home")]
    assert subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_unwritable_home_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    result = runner.invoke(app, ["run", "--home", str(tmp_path / "closed" / "home")])
    assert result.exit_code == 1
    assert "set --home or CARTSCAPE_HOME to a folder that you may write to" in one_sentence(result.output)


def test_home_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = runner.invoke(app, ["run", "--home", str(tmp_path / "file")])
    assert result.exit_code == 1
    assert "set --home or CARTSCAPE_HOME" in one_sentence(result.output)


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


def test_open_without_a_page_says_what_to_run(tmp_path: Path) -> None:
    result = runner.invoke(app, ["open", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "no page yet; run 'cartscape run' first" in one_sentence(result.output)


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_short_questions_have_short_answers(option: str) -> None:
    result = runner.invoke(app, [option])
    assert result.exit_code == 0
    assert "cartscape" in result.output


REFUSED = [
    ["run", "--source", "nowhere.json"],
    ["run", "--as-of", "yesterday"],
    ["run", "--quiet", "--verbose"],
    ["build", "--snapshot", "nope"],
    ["query", "select 1"],
    ["--help"],
    ["run", "--help"],
]


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_wrong_input_and_help_load_no_prefect(words: list[str], tmp_path: Path) -> None:
    """What takes seconds is imported only when a run begins."""
    program = (
        "import sys\nfrom cli.main import app\n"
        f"try: app({words!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'prefect', 'great_expectations', 'altair', 'scipy'} & set(sys.modules)\n"
        "sys.stdout.write(f'heavy: {sorted(heavy)}')"
    )
    environment = {**os.environ, "CARTSCAPE_HOME": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment
    )
    assert result.stdout.endswith("heavy: []"), result.stderr
    assert "nanobind" not in result.stderr


def test_tables_lists_each_with_its_grain(sample_landscape: Built) -> None:
    result = runner.invoke(app, ["tables", "--home", str(sample_landscape.home)])
    assert result.exit_code == 0
    assert re.search(r"^core\.trials +one row per snapshot and trial$", result.output, re.MULTILINE)
    assert re.search(r"^metrics\.screening_flow +one row per snapshot and step", result.output, re.MULTILINE)


def test_curate_writes_labels_and_evidence_and_counts_the_unreadable(tmp_path: Path) -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT01234567", "briefTitle": "CD19 CAR-T Cells in Lymphoma"},
            "conditionsModule": {"conditions": ["B-cell Lymphoma"]},
            "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "CD19 CAR-T cells"}]},
        }
    }
    (tmp_path / "studies.jsonl").write_text(json.dumps(study) + "\n<html>busy</html>\n")
    arguments = ["curate", str(tmp_path / "studies.jsonl"), "--out", str(tmp_path / "labels.csv")]
    result = runner.invoke(app, [*arguments, "--evidence", str(tmp_path / "evidence.csv")])
    assert result.exit_code == 0
    assert "1 studies labelled" in result.output
    assert "1 could not be read" in result.output
    with (tmp_path / "labels.csv").open(newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["nct_id"], row["eligible"], row["targets"]) == ("NCT01234567", "Y", "CD19")
    with (tmp_path / "evidence.csv").open(newline="") as lines:
        quotes = {found["quote"] for found in csv.DictReader(lines) if found["attribute"] == "targets"}
    assert "CD19" in quotes


def test_evaluate_scores_the_curation_against_hand_labels(tmp_path: Path) -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT01234567", "briefTitle": "CD19 CAR-T Cells in Lymphoma"},
            "conditionsModule": {"conditions": ["B-cell Lymphoma"]},
        }
    }
    (tmp_path / "studies.json").write_text(json.dumps([study]))
    runner.invoke(app, ["curate", str(tmp_path / "studies.json"), "--out", str(tmp_path / "gold.csv")])
    gold = (tmp_path / "gold.csv").read_text().replace("CD19", "CD22")
    (tmp_path / "gold.csv").write_text(gold)
    result = runner.invoke(app, ["evaluate", str(tmp_path / "gold.csv"), str(tmp_path / "studies.json")])
    assert result.exit_code == 0
    assert "| eligible | 1 | 1.000 | 1.000 | 1.000 | 1.000 |" in result.output
    assert "| targets | 1 | 0.000 | 0.000 | 0.000 | 0.000 |" in result.output
    assert "1 of 1 hand-labelled studies found" in result.output


def test_review_goes_out_and_comes_back(sample_landscape: Built, tmp_path: Path) -> None:
    queue, decisions = tmp_path / "queue.xlsx", tmp_path / "decisions.tsv"
    result = runner.invoke(app, ["review", "export", str(queue), "--home", str(sample_landscape.home)])
    assert result.exit_code == 0
    assert re.search(r"[1-9][\d,]* questions in", result.output)
    unanswered = runner.invoke(app, ["review", "import", str(queue), "--decisions", str(decisions)])
    assert unanswered.exit_code == 1
    assert "no row holds a decision; fill in the column 'decision'" in one_sentence(unanswered.output)

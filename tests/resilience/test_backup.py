"""A home that was lost comes back from its backup: after a build every table is equal, papers and survey included."""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from cli.main import app
from tasks.backup import backup, restore
from tasks.errors import CartscapeError
from tasks.home import PLACES, Home, remove
from tasks.landscape import STAGES, Run, build
from tasks.settings import REPOSITORY, load_protocol
from tasks.survey.contacts import make_contacts
from tasks.survey.summary import summarize
from tests.conftest import build_landscape, silent
from tests.resilience.test_kills import few_studies
from tests.resilience.whole import differences, rows_of
from tests.scenarios.test_snapshot_files import write_lines

TRIALS = 60


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """The backup of a home that is gone, and all rows that its warehouse and its survey held."""
    folder = tmp_path_factory.mktemp("lost")
    source = write_lines(folder / "few.jsonl", *few_studies(TRIALS))
    home = build_landscape(folder / "home", source, is_synthetic=True).home
    make_contacts(home)
    summarize(home, datetime(2026, 11, 22), load_protocol())
    held = rows_of(home.warehouse), survey_of(home)
    backup(home, folder / "backup")
    remove(home.root)
    return folder / "backup", *held


def survey_of(home: Home) -> dict[str, Any]:
    """Every row of the survey's database."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.survey_database}' as private (read_only)")
        tables = connection.execute("select table_name from duckdb_tables() where database_name = 'private'").fetchall()
        return {
            table: connection.execute(f"from private.survey.{table} order by all").fetchall() for (table,) in tables
        }


def rebuilt(home: Home) -> dict[str, Any]:
    """Every row of the warehouse that a build makes of a home."""
    stages = replace(STAGES, page_and_exports=lambda run: (run.home.page, run.home.workbook))
    build(Run(home, load_protocol(), report=silent), None, stages)
    return rows_of(home.warehouse)


def test_restored_and_built_every_table_is_equal(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    copy, warehouse, survey = lost
    home = Home(tmp_path / "restored")
    restore(copy, home)
    assert len(warehouse["core.trial_publications"]) > 20 and len(survey["contacts"]) > 0
    assert differences(rebuilt(home), warehouse) == []
    assert differences(survey_of(home), survey) == []
    assert home.survey_database.stat().st_mode & 0o777 == 0o600


def test_every_precious_place_is_in_the_backup(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    home = Home(tmp_path / "restored")
    restore(lost[0], home)
    missing = [place.path for place in PLACES if place.keeping == "precious" and not (home.root / place.path).exists()]
    assert missing == ["runs.jsonl"]  # the tests write no log of runs
    assert not [place.path for place in PLACES if place.keeping != "precious" and (home.root / place.path).exists()]


def test_what_stands_in_a_home_stays(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    home = Home(tmp_path / "restored")
    home.survey.mkdir(parents=True)
    (home.survey / "survey.json").write_text("newer")
    entries = restore(lost[0], home).entries
    assert "survey" not in entries and "survey.duckdb" in entries
    assert (home.survey / "survey.json").read_text() == "newer"
    assert restore(lost[0], home).entries == []


def test_a_second_backup_copies_only_what_is_new(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    home = Home(tmp_path / "restored")
    restore(lost[0], home)
    again = backup(home, shutil.copytree(lost[0], tmp_path / "copy")).entries
    assert [entry for entry in again if not entry.startswith("rest-")] == []


def test_a_damaged_snapshot_in_the_backup_is_named(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    copy = shutil.copytree(lost[0], tmp_path / "copy")
    (snapshot,) = (copy / "snapshots").iterdir()
    with (snapshot / "studies.jsonl.zst").open("r+b") as file:
        file.seek(40)
        file.write(b"\0\0\0\0")
    with pytest.raises(CartscapeError, match=r"studies\.jsonl\.zst: changed since the snapshot was taken"):
        restore(copy, Home(tmp_path / "restored"))


def test_the_commands_say_what_they_did(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["restore", str(lost[0]), "--home", str(tmp_path / "home")])
    assert result.exit_code == 0 and "restored survey.duckdb" in result.output
    result = CliRunner().invoke(app, ["backup", str(tmp_path / "copy"), "--home", str(tmp_path / "home")])
    assert result.exit_code == 0 and "copied rest-" in result.output
    result = CliRunner().invoke(app, ["restore", str(tmp_path), "--home", str(tmp_path / "home")])
    assert result.exit_code == 1 and "no backup there; give the folder" in result.output


def test_the_scripts_of_the_server_call_the_commands() -> None:
    for name in ("backup", "restore"):
        assert f'cartscape" {name} ' in (REPOSITORY / "deploy" / name).read_text(encoding="utf-8")

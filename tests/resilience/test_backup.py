"""A home that was lost comes back from its backup: after a build every table is equal, papers and survey included."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from cli.main import app
from tasks.backup import backup, restore
from tasks.backup_check import verify
from tasks.errors import CartscapeError
from tasks.files import remove
from tasks.home import PLACES, Home
from tasks.landscape import build
from tasks.run import Run
from tasks.settings import REPOSITORY, load_protocol
from tasks.stages import STAGES
from tasks.survey.contacts import make_contacts
from tasks.survey.forget import forget
from tasks.survey.store import insert, open_survey
from tasks.survey.summary import summarize
from tests.conftest import build_landscape, silent
from tests.resilience.test_kills import few_studies
from tests.resilience.whole import differences, rows_of
from tests.scenarios.test_snapshot_files import write_lines

TRIALS = 30
PERSON = "a.person@hospital.example.org"
PASSWORD = "a password of the test's own"


@pytest.fixture(autouse=True, scope="module")
def password() -> Iterator[None]:
    """The password that seals what names people."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARTSCAPE_BACKUP_PASSWORD", PASSWORD)
        yield


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """The backup of a home that is gone, and all rows that its warehouse and its survey held."""
    folder = tmp_path_factory.mktemp("lost")
    source = write_lines(folder / "few.jsonl", *few_studies(TRIALS))
    home = build_landscape(folder / "home", source, is_synthetic=True).home
    make_contacts(home)
    with open_survey(home) as connection:  # nobody of the sample has an address
        insert(connection, "people", [("r-1", PERSON, "A. Person")])
        insert(connection, "addresses", [(PERSON, "r-1")])
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


def rebuild(home: Home) -> None:
    """Build the warehouse of a home, without page and exports."""
    stages = replace(STAGES, page_and_exports=lambda run: (run.home.page, run.home.workbook))
    build(Run(home, load_protocol(), report=silent), None, stages)


@pytest.fixture(scope="module")
def restored(lost: tuple[Path, Any, Any], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home that came back from the backup, built."""
    home = Home(tmp_path_factory.mktemp("restored") / "home")
    restore(lost[0], home, load_protocol())
    rebuild(home)
    return home


def test_restored_and_built_every_table_is_equal(lost: tuple[Path, Any, Any], restored: Home) -> None:
    _, warehouse, survey = lost
    home = restored
    assert len(warehouse["core.trial_publications"]) > 5 and len(survey["contacts"]) > 0
    assert differences(rows_of(home.warehouse), warehouse) == []
    assert differences(survey_of(home), survey) == []
    assert home.survey_database.stat().st_mode & 0o777 == 0o600


def test_every_precious_place_is_in_the_backup(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    home = Home(tmp_path / "restored")
    restore(lost[0], home, load_protocol())
    missing = [place.path for place in PLACES if place.keeping == "precious" and not (home.root / place.path).exists()]
    assert missing == ["runs.jsonl", "forgotten.jsonl"]  # the tests write no log of runs, and nobody was forgotten
    assert not [place.path for place in PLACES if place.keeping != "precious" and (home.root / place.path).exists()]


def test_what_stands_in_a_home_stays(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    home = Home(tmp_path / "restored")
    home.survey.mkdir(parents=True)
    (home.survey / "survey.json").write_text("newer")
    entries = restore(lost[0], home, load_protocol()).entries
    assert "survey" not in entries and "survey.duckdb" in entries
    assert (home.survey / "survey.json").read_text() == "newer"
    assert restore(lost[0], home, load_protocol()).entries == []


def test_a_second_backup_copies_only_what_is_new(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    home = Home(tmp_path / "restored")
    restore(lost[0], home, load_protocol())
    again = backup(home, shutil.copytree(lost[0], tmp_path / "copy")).entries
    assert [entry.partition("-")[0] for entry in again] == ["rest", "people"]


def test_a_damaged_snapshot_in_the_backup_is_named(lost: tuple[Path, Any, Any], tmp_path: Path) -> None:
    copy = shutil.copytree(lost[0], tmp_path / "copy")
    (snapshot,) = (copy / "snapshots").iterdir()
    with (snapshot / "studies.jsonl.zst").open("r+b") as file:
        file.seek(40)
        file.write(b"\0\0\0\0")
    with pytest.raises(CartscapeError, match=r"studies\.jsonl\.zst: changed since the backup was made"):
        restore(copy, Home(tmp_path / "restored"), load_protocol())


def test_no_file_of_a_backup_shows_a_person_and_another_password_opens_nothing(
    lost: tuple[Path, Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "restored")
    restore(lost[0], home, load_protocol())
    person = PERSON.encode()
    assert person in home.survey_database.read_bytes()
    # the registry's own records name them too, as anybody may read there
    ours = [path for path in lost[0].rglob("*") if path.is_file() and "snapshots" not in path.parts]
    assert len(ours) > 3 and not [path for path in ours if person in path.read_bytes()]
    assert {path.stat().st_mode & 0o077 for path in ours} == {0}
    monkeypatch.setenv("CARTSCAPE_BACKUP_PASSWORD", "guessed")
    with pytest.raises(CartscapeError, match="not the password that it was sealed with"):
        restore(lost[0], Home(tmp_path / "other"), load_protocol())
    monkeypatch.delenv("CARTSCAPE_BACKUP_PASSWORD")
    problems = restore(lost[0], Home(tmp_path / "third"), load_protocol()).problems
    assert len(problems) == 1 and "was left sealed" in problems[0]
    with pytest.raises(CartscapeError, match="set CARTSCAPE_BACKUP_PASSWORD to seal their part"):
        backup(home, tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").glob("people-*")] == []
    backup(home, tmp_path / "new", leave_out_people=True)
    assert not list((tmp_path / "new").glob("people-*"))


def test_who_was_forgotten_stays_forgotten_after_an_older_backup_is_restored(
    lost: tuple[Path, Any, Any], tmp_path: Path
) -> None:
    home, copy = Home(tmp_path / "home"), shutil.copytree(lost[0], tmp_path / "copy")
    restore(copy, home, load_protocol())
    person, now = PERSON.encode(), datetime(2026, 11, 23)
    assert person in home.survey_database.read_bytes()
    assert forget(home, PERSON, now, load_protocol())
    assert PERSON not in home.forgotten.read_text() and home.forgotten.stat().st_mode & 0o077 == 0
    home.survey_database.unlink()
    restore(copy, home, load_protocol())
    assert person not in home.survey_database.read_bytes()
    assert not forget(home, PERSON, now, load_protocol())
    backup(home, copy)
    assert restore(copy, Home(tmp_path / "elsewhere"), load_protocol()).problems == []
    assert person not in (tmp_path / "elsewhere" / "survey.duckdb").read_bytes()


def test_what_is_damaged_in_a_home_is_replaced_and_what_is_damaged_is_not_copied(
    lost: tuple[Path, Any, Any], tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    restore(lost[0], home, load_protocol())
    (snapshot,) = home.snapshots.glob("sample-*")
    (snapshot / "studies.jsonl.zst").write_bytes(b"rot")
    home.survey_database.write_bytes(b"rot")
    problems = backup(home, tmp_path / "new", leave_out_people=True).problems
    assert len(problems) == 1 and "studies.jsonl.zst: changed since the snapshot was taken" in problems[0]
    assert restore(lost[0], home, load_protocol()).entries == [f"snapshots/{snapshot.name}", "survey.duckdb"]
    assert differences(survey_of(home), lost[2]) == []
    assert (home.root / "survey.duckdb.damaged").read_bytes() == b"rot"


def test_verifying_restores_builds_and_compares_and_names_what_differs(
    lost: tuple[Path, Any, Any], restored: Home, tmp_path: Path
) -> None:
    home, copy = Home(shutil.copytree(restored.root, tmp_path / "home")), shutil.copytree(lost[0], tmp_path / "copy")
    said: list[str] = []
    verify(copy, home, load_protocol(), said.append)
    assert said[0].endswith("files are what they were when they were copied") and "tables equal" in said[1]
    home.warehouse.chmod(0o644)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("delete from core.trials where nct_id = (select min(nct_id) from core.trials)")
    with pytest.raises(CartscapeError, match=r"built from it, core\.\"trials\" differ from"):
        verify(copy, home, load_protocol(), said.append)
    assert [path.name for path in copy.iterdir() if path.name.startswith(".")] == []


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

"""The command line as a user types it: help with an example, one sentence for an error, exit codes."""

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from cli.main import app
from tasks.settings import REPOSITORY
from tests.command_line import one_sentence, runner
from tests.conftest import Built


def commands(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, as the words that one types."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name)


COMMANDS = sorted(commands(get_command(app)))


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

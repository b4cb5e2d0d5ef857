"""A run over what has not changed says so and makes nothing again; whatever changed or is damaged is made anew."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks import landscape
from tasks.home import Home
from tasks.run import Run
from tasks.settings import load_protocol
from tasks.snapshot.take import SAMPLE, take_snapshot
from tasks.stages import Stages, page_and_exports, take
from tests.conftest import Built, silent
from tests.end_to_end.service import eventually
from tests.resilience.test_readers import WRITES


class BuiltAnew(Exception):
    """Raised where a run begins to build."""


def builds(*_: Any) -> None:
    raise BuiltAnew


STAGES = Stages(
    retrieve=lambda run, source: take(run, source, True),
    load=builds,
    page_and_exports=lambda run: (run.home.page, run.home.workbook),
)


@pytest.fixture
def home(sample_landscape: Built, tmp_path: Path) -> Home:
    """A copy of the published landscape of the sample."""
    shutil.copytree(sample_landscape.home, tmp_path / "home")
    return Home(tmp_path / "home")


def run_again(home: Home, **options: Any) -> list[str]:
    """Run once more over the sample; returns what was said."""
    said: list[str] = []
    landscape.landscape(Run(home, load_protocol(), report=said.append, **options), str(SAMPLE), stages=STAGES)
    return said


def flip(path: Path) -> None:
    """Turn one bit in the middle of a file over."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def test_an_unchanged_run_reads_no_record_and_builds_nothing(home: Home) -> None:
    before = home.warehouse.stat()
    said = run_again(home)
    assert any("so not read again" in line for line in said)
    assert "nothing that the warehouse is made from has changed: not built again" in said
    after = home.warehouse.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


DAMAGES: dict[str, Callable[[Home], None]] = {
    "the warehouse": lambda home: flip(home.warehouse),
    "the note of what it was made from": lambda home: flip(home.cached("made", home.warehouse.name)),
    "no warehouse": lambda home: home.warehouse.unlink(),
    "no cache": lambda home: shutil.rmtree(home.root / "cache" / "made"),
    "the papers": lambda home: flip(next(home.root.glob("publications/*/articles.jsonl.zst"))),
    "the first labels": lambda home: flip(next(home.root.glob("history/*.parquet"))),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_or_gone_is_built_anew(home: Home, damage: str) -> None:
    DAMAGES[damage](home)
    with pytest.raises(BuiltAnew):
        run_again(home)


@pytest.mark.parametrize("damage", ["the warehouse", "the note of what it was made from", "no warehouse", "no cache"])
def test_rows_of_what_is_damaged_or_gone_are_not_kept(home: Home, damage: str) -> None:
    assert Run(home, load_protocol()).kept_rows
    DAMAGES[damage](home)
    assert Run(home, load_protocol()).kept_rows is None


@pytest.mark.parametrize("ending", ["crashed", "still open"])
def test_no_row_that_a_program_wrote_into_the_warehouse_is_kept(home: Home, ending: str) -> None:
    home.warehouse.chmod(0o644)
    command = [sys.executable, "-c", WRITES, str(home.warehouse), ending]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as writer:
        eventually(lambda: home.left_by_writers.exists() and (ending != "crashed" or writer.poll()), "the writer")
        assert bool(Run(home, load_protocol()).kept_rows) == (ending == "crashed")
        assert not home.left_by_writers.exists()
        writer.communicate()


def test_rows_as_of_another_day_are_not_kept(home: Home) -> None:
    assert Run(home, load_protocol(), as_of=date(2024, 4, 30)).kept_rows is None


@pytest.mark.parametrize("options", [{"as_of": date(2024, 4, 30)}, {"accept_loss": True}])
def test_another_question_is_built_anew(home: Home, options: dict[str, Any]) -> None:
    with pytest.raises(BuiltAnew):
        run_again(home, **options)


def test_changed_settings_are_built_anew(home: Home) -> None:
    protocol = load_protocol()
    changed = protocol.model_copy(update={"statistics": protocol.statistics.model_copy(update={"years_to_publish": 4})})
    run = Run(home, changed, report=silent)
    with pytest.raises(BuiltAnew):
        landscape.build(run, stages=STAGES)


def test_the_number_of_processes_builds_nothing_anew(home: Home) -> None:
    protocol = load_protocol()
    run = Run(home, protocol.model_copy(update={"compute": protocol.compute.model_copy(update={"processes": 7})}))
    assert landscape.build(run, stages=STAGES).warehouse == home.warehouse


def test_page_and_exports_are_written_again_only_where_they_changed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def write(path: Path) -> Callable[..., Path]:
        def write_it(*_: object) -> Path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("made")
            written.append(path.name)
            return path

        return write_it

    monkeypatch.setattr("tasks.stages.write_page", write(home.page))
    monkeypatch.setattr("tasks.stages.write_exports", write(home.workbook))
    run = Run(home, load_protocol(), report=silent)
    page_and_exports(run)
    page_and_exports(run)
    assert written == [home.page.name, home.workbook.name]
    home.workbook.write_text("changed by somebody")
    page_and_exports(run)
    assert written == [home.page.name, home.workbook.name, home.workbook.name]


def lines_of(path: Path, lines: Sequence[str]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_file_is_read_again_where_it_changed_or_where_a_later_one_stands_between(tmp_path: Path) -> None:
    studies = [f'{{"protocolSection":{{"identificationModule":{{"nctId":"NCT0000000{number}"}}}}}}' for number in "123"]
    first = lines_of(tmp_path / "first" / "registry.jsonl", studies[:2])
    second = lines_of(tmp_path / "second" / "registry.jsonl", studies)
    said: list[str] = []

    def take(path: Path) -> str:
        said.clear()
        return take_snapshot(str(path), Home(tmp_path / "home"), load_protocol(), said.append).id

    taken = take(first)
    assert not any("not read again" in line for line in said)
    assert take(first) == taken
    assert any("not read again" in line for line in said)
    other = take(second)
    assert other != taken
    assert take(first) == taken
    assert not any("not read again" in line for line in said)

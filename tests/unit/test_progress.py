"""What a run shows: a line for each stage that ended, the tables as one, trouble in full, nothing that moves."""

import io

import pytest
from rich.console import Console

from cli.progress import Progress, progress
from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.runs import logged_run, tell, watched_by


def shown_of(lines: list[dict[str, object]]) -> list[str]:
    """What a console that is no terminal shows of these lines."""
    place = io.StringIO()
    watcher = Progress(Console(file=place, width=40))
    for line in lines:
        watcher.watch(line)
    return place.getvalue().splitlines()


def begun(stage: str) -> dict[str, object]:
    return {"stage": stage, "outcome": "begun"}


def ended(stage: str, outcome: str = "completed", **more: object) -> dict[str, object]:
    return {"stage": stage, "outcome": outcome, "seconds": 1.25, **more}


def test_a_stage_is_one_line_with_what_it_said_last_and_its_time() -> None:
    said = [{"stage": "curate", "said": f"{count} studies of the snapshot", "is_warning": False} for count in (1, 2)]
    lines = shown_of([begun("run"), begun("curate"), *said, ended("curate")])
    assert lines == ["✓  curate            2 studies of the snapshot  1.2 s"]


def test_tables_made_one_after_another_are_one_line() -> None:
    made = [begun("make table core.a"), ended("make table core.a", count=3), begun("make table core.b")]
    lines = shown_of([*made, ended("make table core.b", count=1_000), begun("check"), ended("check")])
    assert lines[0].startswith("✓  make tables       2 tables, 1,003 rows  ")
    assert len(lines) == 2


def test_the_start_is_a_stage_until_the_run_begins() -> None:
    place = io.StringIO()
    watcher = Progress(Console(file=place, width=40))
    watcher.begin("start")
    for line in (begun("run"), begun("retrieve"), ended("retrieve")):
        watcher.watch(line)
    assert [line.split()[:2] for line in place.getvalue().splitlines()] == [["✓", "start"], ["✓", "retrieve"]]


def test_trouble_is_shown_in_full_and_a_failure_is_marked() -> None:
    trouble = "a sentence that is much longer than the forty columns of this console"
    lines = shown_of([begun("load"), {"stage": "load", "said": trouble, "is_warning": True}, ended("load", "failed")])
    assert lines == [f"!  {trouble}", "✗  load                1.2 s"]


def test_stages_side_by_side_end_in_their_own_order() -> None:
    lines = shown_of([begun("page"), begun("exports"), ended("exports"), ended("page")])
    assert [line.split()[1] for line in lines] == ["exports", "page"]


def test_a_run_tells_whoever_watches(home: Home) -> None:
    seen: list[dict[str, object]] = []
    with watched_by(seen.append), logged_run(home):
        tell("under way")
    tell("nobody hears this")
    assert [line.get("said") or line["outcome"] for line in seen] == ["begun", "under way", "completed"]
    assert seen[1]["stage"] == "run"


def test_quiet_and_verbose_exclude_each_other() -> None:
    with pytest.raises(CartscapeError, match="--quiet and --verbose"), progress(quiet=True, verbose=True):
        pass


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))

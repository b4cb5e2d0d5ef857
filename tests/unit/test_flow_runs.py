"""What a deployment's run may read: files of the inbox, by whatever name they are called."""

from pathlib import Path

import pytest

from flows import runs
from flows.runs import checked_file
from tasks.errors import CartscapeError
from tasks.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The home of a deployment that runs."""
    monkeypatch.setattr(runs, "deployment", type("Deployment", (), {"id": "one"}))
    home = Home(tmp_path / "home")
    home.inbox.mkdir(parents=True)
    return home


@pytest.mark.parametrize("name", ["../runs.jsonl", "/etc/passwd", "answers/../../runs.jsonl"])
def test_what_lies_outside_the_inbox_is_refused(home: Home, name: str) -> None:
    with pytest.raises(CartscapeError, match=r"a deployment reads files of .*inbox alone; lay it there"):
        checked_file(home, Path(name))


def test_a_file_of_the_inbox_is_named_with_or_without_its_folder(home: Home) -> None:
    file = home.inbox / "answers.csv"
    assert checked_file(home, Path("answers.csv")) == checked_file(home, file) == file.resolve()


def test_a_person_reads_what_they_name(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "deployment", type("Deployment", (), {"id": None}))
    assert checked_file(home, Path("../runs.jsonl")) == Path("../runs.jsonl")

"""The address under which a live run asks: asked for once at a terminal, kept in the home for its owner alone."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cli.contact import VARIABLE, use_contact
from tasks.home import Home
from tasks.settings import REPOSITORY, load_protocol

PROGRAM = """
import os, sys
from cli.contact import VARIABLE, use_contact
from tasks.home import Home
for home in sys.argv[1:]:
    os.environ.pop(VARIABLE, None)
    use_contact(Home(home), is_asked=True)
    print("asks as", os.environ.get(VARIABLE), flush=True)
print("end", flush=True)
"""


def at_a_terminal(homes: list[Path], typed: str) -> str:
    """What a program says that may ask for the address of each home, with somebody at its terminal who types this."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", PROGRAM, *map(str, homes)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=REPOSITORY) as child:
        os.close(theirs)
        os.write(ours, typed.encode())
        said = b""
        while not said.endswith(b"end\r\n"):
            said += os.read(ours, 4096)
        child.wait(timeout=20)
    os.close(ours)
    return said.decode()


def test_it_is_asked_for_once_says_why_and_is_kept_for_its_owner(tmp_path: Path) -> None:
    giving, refusing = tmp_path / "giving", tmp_path / "refusing"
    said = at_a_terminal([giving, giving, refusing, refusing], "nobody\nMe@Institute.example\n\n")
    assert "writes there before it blocks one that asks too much" in said and "nobody: not an address (no @" in said
    assert said.count("Your e-mail address") == 3, "twice of the first home, and of the second, which gave none, once"
    told = [line.partition("asks as ")[2].strip() for line in said.splitlines() if "asks as" in line]
    assert told == ["me@institute.example", "me@institute.example", "None", "None"]
    assert Home(giving).contact.stat().st_mode & 0o777 == 0o600


def test_without_a_terminal_nothing_is_asked_and_an_address_of_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    use_contact(home, is_asked=True)
    assert not home.contact.exists()
    home.contact.write_text("kept@institute.example")
    monkeypatch.setenv(VARIABLE, "set@institute.example")
    use_contact(home)
    assert load_protocol().interfaces.contact_email == "set@institute.example"
    monkeypatch.setenv(VARIABLE, "")
    use_contact(home)
    assert load_protocol().interfaces.contact_email == "kept@institute.example"

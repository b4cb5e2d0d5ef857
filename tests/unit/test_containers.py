"""Dockerfile and compose.yaml: what they run is there, though no container is started here."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from cli.main import app
from tasks.settings import REPOSITORY

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
COMMANDS: set[str] = set(get_command(app).commands)  # type: ignore[attr-defined]


def instruction(name: str) -> str:
    """The last instruction of a name, its continued lines joined."""
    return re.findall(rf"^{name} (.+)$", DOCKERFILE.replace("\\\n", " "), flags=re.MULTILINE)[-1]


def test_the_image_runs_a_command_that_there_is() -> None:
    assert instruction("ENTRYPOINT") == '["cartscape"]'
    assert yaml.safe_load(instruction("CMD"))[0] in COMMANDS


def test_the_image_installs_by_a_target_that_the_makefile_has() -> None:
    words = shlex.split(instruction("RUN"))
    assert words[0] == "make"
    assert words[1] == "install"
    assert "install: $(RUNNING)" in (REPOSITORY / "Makefile").read_text(encoding="utf-8")


def test_the_image_runs_as_nobody_of_importance_and_keeps_its_home_in_a_volume() -> None:
    assert instruction("USER") == "10001"
    assert instruction("VOLUME") == "/var/lib/cartscape"
    assert "CARTSCAPE_HOME=/var/lib/cartscape" in instruction("ENV")


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_each_service_runs_what_there_is_and_shares_the_volume(name: str) -> None:
    service = COMPOSE["services"][name]
    if "build" in service:
        assert service["command"][0] in COMMANDS
        assert (REPOSITORY / service["build"] / "Dockerfile").exists()
    mounts = [one if isinstance(one, str) else f"{one['source']}:{one['target']}" for one in service["volumes"]]
    assert all(mount.split(":")[0] in COMPOSE["volumes"] for mount in mounts)


def test_only_the_page_is_open_and_only_on_loopback() -> None:
    assert COMPOSE["services"]["service"].get("ports") is None
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["page"]["ports"])


def test_the_page_s_folder_is_where_the_page_is() -> None:
    from tasks.home import Home

    (mount,) = COMPOSE["services"]["page"]["volumes"]
    home = Home("/var/lib/cartscape")
    assert home.page.relative_to(home.root).parent == Path(mount["volume"]["subpath"])


def test_secrets_and_landscapes_stay_out_of_the_image() -> None:
    ignored = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", ".cartscape"} <= set(ignored)

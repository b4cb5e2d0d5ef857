"""What is installed is what the lock says, byte by byte; what runs is listed, and nothing else runs on a server."""

import re
import tomllib

import orjson
import pytest

from tasks.settings import REPOSITORY
from tools.environment import normal, purposes, ways_in
from tools.supply_chain import HASH, LICENCES, NOT_STATED, SBOM, bill_of_materials, licences_document, read_lock

DEVELOP = REPOSITORY / "requirements-develop.lock"
ONLY_TO_DEVELOP = {"pytest", "mypy", "ruff", "sqlfluff", "playwright", "hypothesis", "cyclonedx-python-lib"}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-develop.lock", "requirements-cluster.lock"])
def test_every_package_has_hashes_and_no_address(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    packages = read_lock(REPOSITORY / name)
    assert len(packages) == len(re.findall(r"^\S+==", text, re.MULTILINE)) > 100
    assert all(package.hashes for package in packages)
    assert sum(len(package.hashes) for package in packages) == len(HASH.findall(text))
    assert "://" not in text and "@" not in text


def test_what_is_only_needed_to_develop_is_not_among_what_runs() -> None:
    running = {(package.name, package.version) for package in read_lock()}
    developing = {(package.name, package.version) for package in read_lock(DEVELOP)}
    assert running < developing
    assert {name for name, _ in developing - running} >= ONLY_TO_DEVELOP


def test_a_cluster_needs_what_runs_and_more_that_is_not_installed_otherwise() -> None:
    running = {(package.name, package.version) for package in read_lock()}
    on_cluster = {(package.name, package.version) for package in read_lock(REPOSITORY / "requirements-cluster.lock")}
    assert running < on_cluster
    assert {"prefect-dask", "prefect-ray", "dask", "ray"} <= {name for name, _ in on_cluster - running}


def test_the_lock_pins_every_dependency_that_is_named() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[<>=\[ ]", one, maxsplit=1)[0] for one in project["dependencies"]}
    assert {name.lower() for name in named} <= {package.name for package in read_lock()}


def test_every_dependency_says_what_it_is_for() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {normal(re.split(r"[<>=\[ ]", one, maxsplit=1)[0]) for one in project["dependencies"]}
    said = purposes()
    assert named <= said.keys()
    assert sorted(name for name in named if not said[name]) == []


def test_what_comes_with_a_dependency_is_named_by_it() -> None:
    needs = {"prefect": ["apprise", "pydantic"], "apprise": ["markdown"], "pydantic": ["markdown"]}
    assert ways_in({"prefect": "", "pydantic": ""}, needs) == {
        "prefect": "prefect",
        "pydantic": "pydantic",
        "apprise": "prefect",
        "markdown": "pydantic",
    }


def test_the_list_of_what_runs_is_the_lock_s() -> None:
    listed = orjson.loads(SBOM.read_bytes())
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    found = {
        (one["name"], one["version"], tuple(sorted(each["content"] for each in one["hashes"])))
        for one in listed["components"]
    }
    assert bill_of_materials(read_lock()) == SBOM.read_text(encoding="utf-8"), "run `make lock`, or the program alone"
    assert found == {(one.name, one.version, tuple(sorted(one.hashes))) for one in read_lock()}


def test_licences_are_listed_and_stated() -> None:
    packages = read_lock()
    assert [one.name for one in packages if one.licence == NOT_STATED] == []
    table = LICENCES.read_text(encoding="utf-8")
    assert all(f"| {one.name} | {one.version} |" in table for one in packages)
    assert licences_document(packages).count("\n") == table.count("\n")


def test_the_makefile_installs_with_hashes_only() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    installing = [line for line in makefile.splitlines() if "pip install" in line or "pip sync" in line]
    assert len(installing) == 4
    assert all("--require-hashes " in line or "--no-deps --no-build-isolation -e ." in line for line in installing)

"""Write docs/environment.md: what the installed packages weigh, what for, and which way each large one comes in.

usage: python -m tools.environment

Sizes are those of this machine, with the bytecode that installing makes; what for is the comment that stands beside
each dependency in pyproject.toml.
"""

import re
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from tasks.settings import REPOSITORY
from tools.supply_chain import LOCK, read_lock

DOCUMENT = REPOSITORY / "docs" / "environment.md"
DEVELOP = REPOSITORY / "requirements-develop.lock"
PROJECT = REPOSITORY / "pyproject.toml"
# a line of pyproject.toml that names a dependency, with what it is for
NAMED = re.compile(r'^\s+"(?P<name>[A-Za-z0-9._-]+)[^"]*",(?:\s*#\s*(?P<purpose>.+))?$', re.MULTILINE)
LARGE = 8.0
MEGABYTE = 1e6
# what was tried, for whoever wants it smaller still
TRIED = """
## What was dropped, and what can't be

- pyarrow, 178 MB: DuckDB and polars hand each other tables through Arrow's stream interface (`tasks/frames.py`).
- rapidfuzz, 12 MB: nothing reads it any more.
- Great Expectations validates pandas frames alone, and requires pandas, scipy and altair itself.
- Prefect requires SQLAlchemy, asyncpg, apprise and its server's packages, whether or not the server runs here.
- statsmodels is here for survival with late entry and for competing risks; what else offers both weighs more.
- vl-convert-python stands for a browser or node, which would weigh more, and for a copy of Vega in this repository.
- playwright, mypy, ruff and sqlfluff are for developing alone: `make install` and `make run` leave them out.
"""


@dataclass(frozen=True, slots=True)
class Weight:
    """One installed package: megabytes on disk, and the dependency of ours that brings it in (itself where direct)."""

    name: str
    megabytes: float
    through: str


def normal(name: str) -> str:
    """A package's name as locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def purposes(path: Path = PROJECT) -> dict[str, str]:
    """What each dependency is for, as pyproject.toml says beside it; '' where it says nothing."""
    found = NAMED.finditer(path.read_text(encoding="utf-8"))
    return {normal(one["name"]): one["purpose"] or "" for one in found}


def size_of(package: metadata.Distribution) -> int:
    """Bytes of a package's files, and of the bytecode beside them."""
    files = {Path(str(package.locate_file(file))) for file in package.files or []}
    for source in [file for file in files if file.suffix == ".py"]:
        files.update((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc"))
    return sum(file.stat().st_size for file in files if file.is_file())


def needs_of(package: metadata.Distribution) -> list[str]:
    """Names of what a package requires, its extras aside."""
    required = [one for one in package.requires or [] if "extra ==" not in one]
    return [normal(re.split(r"[\s\[<>=!~;(]", one, maxsplit=1)[0]) for one in required]


def ways_in(direct: Mapping[str, str], needs: Mapping[str, list[str]]) -> dict[str, str]:
    """For each package the dependency of ours that reaches it in fewest steps."""
    through = {name: name for name in direct}
    waiting = deque(direct)
    while waiting:
        name = waiting.popleft()
        for needed in needs.get(name, ()):
            if needed not in through:
                through[needed] = through[name]
                waiting.append(needed)
    return through


def weights() -> list[Weight]:
    """Every installed package of the developers' lock, the heaviest first."""
    installed = {normal(one.metadata["Name"]): one for one in metadata.distributions()}
    through = ways_in(purposes(), {name: needs_of(one) for name, one in installed.items()})
    pinned = {normal(package.name) for package in read_lock(DEVELOP)}
    found = [
        Weight(name, size_of(installed[name]) / MEGABYTE, through.get(name, name)) for name in pinned & installed.keys()
    ]
    return sorted(found, key=lambda one: (-one.megabytes, one.name))


def environment_document() -> str:
    """The document: totals, and a row for each package from LARGE megabytes on."""
    running = {normal(package.name) for package in read_lock(LOCK)}
    found, said = weights(), purposes()
    runs, rest = ([one for one in found if (one.name in running) == is_run] for is_run in (True, False))
    lines = [
        "# What is installed, and what for",
        "",
        "Made by `python -m tools.environment`; sizes are those of one Linux machine, with bytecode.",
        "",
        f"`make install` installs {len(runs)} packages, {total(runs)}; `make test` {len(rest)} more, {total(rest)}.",
        f"Packages below {LARGE:.0f} MB, {total([one for one in runs if one.megabytes < LARGE])} of what runs in all, "
        "are not listed.",
        "",
        "| package | MB | runs | what for |",
        "| --- | ---: | --- | --- |",
    ]
    for one in found:
        if one.megabytes >= LARGE:
            reason = said.get(one.name) or f"comes with {one.through}"
            lines.append(f"| {one.name} | {one.megabytes:.0f} | {'yes' if one.name in running else 'no'} | {reason} |")
    return "\n".join(lines) + "\n" + TRIED


def total(some: list[Weight]) -> str:
    """Megabytes of some packages in words."""
    return f"{sum(one.megabytes for one in some):,.0f} MB"


if __name__ == "__main__":
    DOCUMENT.write_text(environment_document(), encoding="utf-8")
    print(f"{DOCUMENT.relative_to(REPOSITORY)}: {total(weights())} installed")
    sys.exit(0)

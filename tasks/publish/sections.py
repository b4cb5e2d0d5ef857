"""The plan of the page: which figures and tables each section of report/sections.toml shows."""

import tomllib
from functools import cache
from typing import Any

from tasks.settings import REPOSITORY


@cache
def page_plan() -> dict[str, Any]:
    """The plan as read."""
    return tomllib.loads((REPOSITORY / "report" / "sections.toml").read_text(encoding="utf-8"))


def page_sections() -> list[dict[str, Any]]:
    """The sections in their order."""
    sections: list[dict[str, Any]] = page_plan()["section"]
    return sections


def matches(name: str, pattern: str) -> bool:
    """Whether a name is the pattern, or begins with one that ends with _."""
    return name == pattern or (pattern.endswith("_") and name.startswith(pattern))

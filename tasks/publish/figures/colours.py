"""The colour of each thing that figures tell apart, the same in every figure."""

import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Any

from tasks.settings import REPOSITORY

UNSTATED = "unstated"


@cache
def palette() -> dict[str, Any]:
    """What report/colours.toml says."""
    return tomllib.loads((REPOSITORY / "report" / "colours.toml").read_text(encoding="utf-8"))


def colours_of(kind: str, names: Sequence[str]) -> list[str]:
    """The colours of some names of a kind, like region; those without one of their own take the others in turn."""
    own = palette().get(kind, {})
    others = [colour for colour in palette()["others"] if colour not in {own.get(name) for name in names}]
    unnamed = [name for name in names if name not in own and name != UNSTATED]
    given = {name: others[place % len(others)] for place, name in enumerate(unnamed)}
    return [own.get(name) or given.get(name, palette()["unstated"]) for name in names]

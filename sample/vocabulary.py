"""Reads the word lists beside this file, and draws from them."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).resolve().parent


@cache
def words(name: str) -> dict[str, Any]:
    """The content of `sample/<name>.toml`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def draw(random: Random, weighted: Sequence[tuple[Any, float]]) -> Any:
    """One value from (value, weight) pairs."""
    values, weights = zip(*weighted, strict=True)
    return random.choices(values, weights)[0]


def say(random: Random, wordings: list[str], slots: dict[str, str]) -> str:
    """One of several wordings with its {slots} filled."""
    return random.choice(wordings).format_map(slots)


def expand(random: Random, counts: dict[str, int]) -> list[str]:
    """A shuffled list that holds every key as often as its count says."""
    values = [value for value, count in counts.items() for _ in range(count)]
    random.shuffle(values)
    return values

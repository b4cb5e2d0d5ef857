"""What the replicas of PubMed and Europe PMC share: names of authors, and questions with AND, OR and parentheses."""

import re
from collections.abc import Callable
from typing import Any

JOINTS = re.compile(r"\s+(AND|OR)\s+|([()])")


def author_names(article: dict[str, Any]) -> list[str]:
    """Authors as `Surname IN`, whether the article file has names or objects."""
    return [author if isinstance(author, str) else author["name"] for author in article.get("authors", [])]


def is_match(article: dict[str, Any], question: str, holds: Callable[[dict[str, Any], str], bool]) -> bool:
    """Whether an article fits a question; `holds` judges its single parts. AND binds closer than OR."""
    parts = [part.strip() for part in JOINTS.split(question) if part and part.strip()]
    value, _ = _either(parts, 0, lambda part: holds(article, part))
    return value


def _either(parts: list[str], place: int, holds: Callable[[str], bool]) -> tuple[bool, int]:
    value, place = _both(parts, place, holds)
    while place < len(parts) and parts[place] == "OR":
        other, place = _both(parts, place + 1, holds)
        value = value or other
    return value, place


def _both(parts: list[str], place: int, holds: Callable[[str], bool]) -> tuple[bool, int]:
    value, place = _single(parts, place, holds)
    while place < len(parts) and parts[place] == "AND":
        other, place = _single(parts, place + 1, holds)
        value = value and other
    return value, place


def _single(parts: list[str], place: int, holds: Callable[[str], bool]) -> tuple[bool, int]:
    if place >= len(parts):
        return False, place
    if parts[place] == "(":
        value, place = _either(parts, place + 1, holds)
        return value, place + 1
    return holds(parts[place]), place + 1

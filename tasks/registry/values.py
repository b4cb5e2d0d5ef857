"""Values of a registry's record, whatever type they turn out to have: what is not as the API says is silence."""

from typing import Any


def as_object(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def objects_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def texts_of(value: Any) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(text for item in as_list(value) if (text := as_text(item)))


def as_text(value: Any) -> str:
    """The value if it is a string, else ''; half a surrogate pair, which no encoding knows, becomes '?'."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8")
    return value

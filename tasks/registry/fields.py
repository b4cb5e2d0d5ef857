"""Which fields of a registration its source fills: what a source lacks is unknown, not a value."""

from collections.abc import Iterable
from typing import Any

from tasks.registry.parts import PROTOCOL
from tasks.registry.study import Study


def stated_fields(study: Study, fields: Iterable[str]) -> list[str]:
    """Those fields that a record states; fields are paths within the protocol section, or of the record."""
    protocol = study.record.get(PROTOCOL)
    return [field for field in fields if is_stated(protocol if "." in field else study.record, field.split("."))]


def is_stated(value: Any, steps: list[str]) -> bool:
    """Whether a value stands at a path, of a list in any of its items."""
    if isinstance(value, list):
        return any(is_stated(item, steps) for item in value)
    if not steps:
        return value not in (None, "", {})
    return isinstance(value, dict) and is_stated(value.get(steps[0]), steps[1:])

"""Which fields of a registration its source fills: what a source lacks is unknown, not a value."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tasks.registry.study import PROTOCOL, Study

# form, and whether its records are held in part
Group = tuple[str, bool]


class CarriedFields:
    """Counts, over the records of a snapshot, how many of each form state each field that measures need."""

    def __init__(self, fields: Iterable[str]) -> None:
        """Begin with no record; fields are paths within the protocol section, or of the record."""
        self.steps = {field: field.split(".") for field in fields}
        self.records: Counter[Group] = Counter()
        self.stating: Counter[tuple[Group, str]] = Counter()
        self.not_carried: dict[Group, set[str]] = {}

    def add(self, study: Study) -> None:
        """Count one record."""
        group = (study.form, study.is_in_part)
        self.records[group] += 1
        self.not_carried.setdefault(group, set()).update(study.not_carried)
        protocol = study.record.get(PROTOCOL)
        for field, steps in self.steps.items():
            if is_stated(protocol if len(steps) > 1 else study.record, steps):
                self.stating[group, field] += 1

    def rows(self) -> list[tuple[str, bool, str, int, int, bool]]:
        """One row a form and field: form, is_in_part, field, records, those that state it, whether declared absent."""
        return [
            (*group, field, records, self.stating[group, field], is_within(field, self.not_carried[group]))
            for group, records in sorted(self.records.items())
            for field in self.steps
        ]


def is_stated(value: Any, steps: list[str]) -> bool:
    """Whether a value stands at a path, of a list in any of its items."""
    if isinstance(value, list):
        return any(is_stated(item, steps) for item in value)
    if not steps:
        return value not in (None, "", {})
    return isinstance(value, dict) and is_stated(value.get(steps[0]), steps[1:])


def is_within(field: str, declared: Iterable[str]) -> bool:
    """Whether a field, or a part of the record that holds it, is among those declared."""
    return any(field == one or field.startswith(f"{one}.") for one in declared)

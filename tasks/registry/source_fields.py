"""Where a value of a registration stands in the record as its source gave it."""

from collections.abc import Iterator
from typing import NamedTuple

from tasks.registry.registration import REGISTRATION
from tasks.registry.study import Study
from tasks.registry.values import as_list, as_object, as_text


class SourcePart(NamedTuple):
    """From character `at` of a text on, it is what stands in the source's `field` from character `start` on."""

    at: int
    field: str
    start: int


def source_fields(study: Study) -> Iterator[tuple[str, list[SourcePart]]]:
    """Every path of a registration with the source's own fields behind it; none where the record is as received."""
    for path, told in as_object(as_object(study.record.get(REGISTRATION)).get("fields")).items():
        parts = as_list(told) if as_list(told) and isinstance(told[0], list) else [[0, *as_list(told)]]
        yield path, [SourcePart(int(at), as_text(field), int(start)) for at, field, start in parts]


def source_field(study: Study, path: str, start: int) -> str:
    """The source's field in which a character of the text at a path stands; '' where the record is as received."""
    parts = dict(source_fields(study)).get(path, [])
    return next((part.field for part in reversed(parts) if part.at <= start), "")

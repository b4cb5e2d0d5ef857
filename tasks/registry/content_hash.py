"""What a record says, apart from what the registry changes on every record every day."""

import hashlib
from typing import Any

import orjson


def content_sha256(record: dict[str, Any], volatile_fields: list[str]) -> str:
    """Hash of a record without its volatile fields (paths like `a.b.c`), whatever the order of its keys."""
    for path in volatile_fields:
        record = without(record, path.split("."))
    return hashlib.sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()


def without(record: Any, path: list[str]) -> Any:
    """A copy of a nested record that lacks the value at `path`, and what is empty without it."""
    if not isinstance(record, dict) or path[0] not in record:
        return record
    kept = {key: value for key, value in record.items() if key != path[0]}
    inner = without(record[path[0]], path[1:]) if len(path) > 1 else None
    return {**kept, path[0]: inner} if inner else kept

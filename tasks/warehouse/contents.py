"""What a study says, apart from what the registry changes on every record every day."""

import hashlib
from typing import Any

import orjson


def content_sha256(study: dict[str, Any], volatile_fields: list[str]) -> str:
    """Hash of a study without the fields that the registry changes every day, in any order of keys."""
    for path in volatile_fields:
        study = without(study, path.split("."))
    return hashlib.sha256(orjson.dumps(study, option=orjson.OPT_SORT_KEYS)).hexdigest()


def without(record: Any, path: list[str]) -> Any:
    """A copy of a nested record that lacks the value at `path`; the record itself where it has none there."""
    if not isinstance(record, dict) or path[0] not in record:
        return record
    if len(path) == 1:
        return {key: value for key, value in record.items() if key != path[0]}
    return {**record, path[0]: without(record[path[0]], path[1:])}

"""Checks that failed, at the metric that they are about: a reader meets the warning beside the number."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from tasks.check.rules import read_rule
from tasks.check.suites import EXPECTATIONS_FOLDER

METRIC = re.compile(r"\bmetrics\.(\w+)")


def failed_by_metric(
    checks: list[dict[str, Any]], folder: Path = EXPECTATIONS_FOLDER
) -> dict[str, list[dict[str, Any]]]:
    """The checks that did not pass, by each metric that they look into."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for check in checks:
        if not check["is_passed"]:
            for metric in metrics_of(check, folder):
                found[metric].append(check)
    return dict(found)


def metrics_of(check: dict[str, Any], folder: Path = EXPECTATIONS_FOLDER) -> list[str]:
    """The metrics that a check is about: its table, or what its rule reads."""
    named = METRIC.findall(check["object"])
    rule = folder / check["suite"] / f"{check['object']}.sql"
    if not named and rule.is_file():
        named = METRIC.findall(read_rule(rule).sql)
    return list(dict.fromkeys(named))

"""Row rules and identities: SQL files that return the rows that break them."""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tasks.check.suites import EXAMPLES_SHOWN, EXPECTATIONS_FOLDER, CheckResult, could_not_run
from tasks.errors import CartscapeError, harmless
from tasks.warehouse.measures import sums
from tasks.warehouse.models import load_models

SEVERITIES = ("critical", "warning", "question")


@dataclass(frozen=True, slots=True)
class Rule:
    """A query that returns failing rows, with what must hold and how bad it is where it does not."""

    layer: str
    name: str
    must_hold: str
    severity: str
    sql: str


def read_rule(path: Path) -> Rule:
    """Read `expectations/<layer>/<name>.sql`: '-- must hold: ...', '-- severity: ...', the query.

    A severity is critical, warning, or question: critical unless a person says that it is meant.
    """
    sql = path.read_text(encoding="utf-8")
    header = dict(re.findall(r"^-- (must hold|severity): (.+)$", sql, flags=re.MULTILINE))
    if "must hold" not in header or header.get("severity") not in SEVERITIES:
        raise CartscapeError(
            f"{path}: begin with '-- must hold: ...' and '-- severity: ', one of {', '.join(SEVERITIES)}"
        )
    return Rule(path.parent.name, path.stem, header["must hold"], header["severity"], sql)


def rules_of(layer: str, folder: Path = EXPECTATIONS_FOLDER) -> list[Rule]:
    """The rules of a layer: its files in the order of their names, then what the headers of its models say."""
    return [*(read_rule(path) for path in sorted((folder / layer).glob("*.sql"))), *described_rules(layer)]


def described_rules(layer: str) -> list[Rule]:
    """What must hold since a model's header says so: its key names one row, counts of each trial once sum up."""
    rules = []
    for model in load_models():
        if model.schema == layer:
            queries = sums(model.table, model.measure)
            if model.measure.key:
                key = ", ".join(dict.fromkeys(["snapshot_id", *(column for column, _ in model.measure.key)]))
                queries[f"{key} name one row"] = (
                    f"select {key}, count(*) as rows from {model.table} group by {key} having count(*) > 1"
                )
            rules += [Rule(layer, model.table, text, "critical", sql) for text, sql in queries.items()]
    return rules


def run_rules(connection: duckdb.DuckDBPyConnection, layer: str) -> list[CheckResult]:
    """Run every rule of a layer."""
    return [run_rule(connection, rule) for rule in rules_of(layer)]


def run_rule(connection: duckdb.DuckDBPyConnection, rule: Rule) -> CheckResult:
    """Run one rule; the rows that it returns are those that break it. One that can't run has failed."""
    try:
        # in a stated order, so that a build shows the same examples each time
        rows = sorted(connection.execute(rule.sql).fetchall(), key=str)
    except duckdb.Error as error:
        return could_not_run(rule.layer, rule.name, rule.must_hold, error)
    return CheckResult(
        suite=rule.layer,
        check=rule.must_hold,
        object=rule.name,
        severity=rule.severity,
        is_passed=not rows,
        unexpected_rows=len(rows),
        examples=", ".join(" ".join(harmless(str(value)) for value in row) for row in rows[:EXAMPLES_SHOWN]),
    )

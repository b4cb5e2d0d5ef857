"""Checks before and after every layer: what is critical stops publishing, a warning shows on the page.

A question is critical until the run is told that what it asks about is meant.
"""

from collections.abc import Iterable
from dataclasses import astuple, fields, replace

import duckdb
import polars

from tasks.check.rules import run_rules
from tasks.check.suites import CheckResult, run_suite
from tasks.errors import CartscapeError
from tasks.frames import Rows

__all__ = ["CheckResult", "check_layer", "record_accepted", "refuse_critical"]
ACCEPTING = "where that is meant, run again with --accept-loss"


def check_layer(
    connection: duckdb.DuckDBPyConnection, layer: str, losses: CheckResult | None = None, accept_loss: bool = False
) -> list[CheckResult]:
    """Run the suite and the rules of a layer (raw, core or metrics) and record each result in meta.checks.

    `losses`: what the layer lost against the last snapshot or build, found by `tasks/check/losses.py`. What
    `accept_loss` accepts is recorded in meta.accepted_losses.
    """
    found = run_suite(connection, layer) + run_rules(connection, layer) + ([losses] if losses else [])
    results = [answered(result, accept_loss) for result in found]
    columns = [field.name for field in fields(CheckResult)]
    rows = Rows(polars.DataFrame(list(map(astuple, results)), columns, orient="row"))  # noqa: F841 - read by the query
    connection.execute("insert into meta.checks by name select * from rows")
    if accept_loss:
        questions = [result for result in found if result.severity == "question" and not result.is_passed]
        record_accepted(connection, layer, [f"{result.check}: {result.examples}" for result in questions])
    return results


def answered(result: CheckResult, accept_loss: bool) -> CheckResult:
    """A question as what it amounts to: a warning where a person accepts it, else critical, and how to accept it."""
    if result.severity != "question":
        return result
    if accept_loss:
        return replace(result, severity="warning")
    return replace(result, severity="critical", check=f"{result.check}; {ACCEPTING}")


def record_accepted(connection: duckdb.DuckDBPyConnection, layer: str, losses: Iterable[str]) -> None:
    """Note what a person accepted, for the page."""
    for loss in losses:
        connection.execute("insert into meta.accepted_losses values ($1, $2)", [layer, loss])


def refuse_critical(results: list[CheckResult], build: str) -> None:
    """Stop before publishing where a critical check failed; the published warehouse stays as it was."""
    failed = [result for result in results if not result.is_passed and result.severity == "critical"]
    if failed:
        first = failed[0]
        raise CartscapeError(
            f"{len(failed)} critical check(s) failed, so nothing was published and the last warehouse stands; first: "
            f"{first.suite}: {first.object}: {first.check}: {first.unexpected_rows} row(s), e.g. {first.examples}. "
            f"Look into {build} (table meta.checks), mend the source, vocabulary or rule, and run again"
        )

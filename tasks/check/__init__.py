"""Checks before and after every layer: what is critical stops publishing, a warning shows on the page."""

from dataclasses import astuple

import duckdb

from tasks.check.rules import run_rules
from tasks.check.suites import CheckResult, run_suite
from tasks.errors import CartscapeError

__all__ = ["CheckResult", "check_layer", "refuse_critical"]


def check_layer(connection: duckdb.DuckDBPyConnection, layer: str) -> list[CheckResult]:
    """Run the suite and the rules of a layer (raw, core or metrics) and record each result in meta.checks."""
    results = run_suite(connection, layer) + run_rules(connection, layer)
    connection.executemany("insert into meta.checks values ($1, $2, $3, $4, $5, $6, $7)", [astuple(r) for r in results])
    return results


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

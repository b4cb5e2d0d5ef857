"""The three Great Expectations suites: one YAML file a layer, its expectations run on frames read from DuckDB."""

import os
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tasks.errors import CartscapeError, harmless
from tasks.settings import REPOSITORY

EXPECTATIONS_FOLDER = REPOSITORY / "expectations"
EXAMPLES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found: `unexpected_rows` broke it, `examples` are a few of them."""

    suite: str
    check: str
    object: str
    severity: str
    is_passed: bool
    unexpected_rows: int
    examples: str


def run_suite(
    connection: duckdb.DuckDBPyConnection, layer: str, folder: Path = EXPECTATIONS_FOLDER
) -> list[CheckResult]:
    """Run every expectation of `expectations/<layer>.yaml`; one that can't run has failed, and is critical."""
    specification = yaml.safe_load((folder / f"{layer}.yaml").read_text(encoding="utf-8"))
    source = source_of_frames()
    results: list[CheckResult] = []
    for table, wanted in specification["tables"].items():
        try:
            frame = connection.execute(f"select {wanted.get('columns', '*')} from {table}").df()
        except duckdb.Error as error:
            results.append(could_not_run(layer, table, "its expectations", error))
            continue
        validation = source.get_batch(batch_parameters={"dataframe": frame}).validate(suite_of(table, wanted))
        results += [result_of(layer, table, result) for result in validation.results]
    return results


@cache
def source_of_frames() -> Any:
    """What makes a batch of a frame that it is given, in memory: it writes no files and calls nobody.

    One for all tables and layers: Great Expectations writes all that it knows into YAML whenever it learns of one more.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    # imported here because it costs seconds, which 'cartscape --help' should not pay
    import great_expectations

    warnings.filterwarnings("ignore", module="great_expectations")
    context: Any = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return (
        context.data_sources.add_pandas("tables")
        .add_dataframe_asset("table")
        .add_batch_definition_whole_dataframe("whole")
    )


def suite_of(table: str, wanted: dict[str, Any]) -> Any:
    """The suite of one table as Great Expectations knows it."""
    from great_expectations import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    suite = ExpectationSuite(name=table)
    refuse_repeated(table, wanted["expectations"])
    for entry in wanted["expectations"]:
        arguments = {key: value for key, value in entry.items() if key not in ("expect", "severity")}
        suite.add_expectation_configuration(
            ExpectationConfiguration(
                type=f"expect_{entry['expect']}",
                kwargs=arguments,
                severity=entry.get("severity", "critical"),
            )
        )
    return suite


def refuse_repeated(table: str, entries: list[dict[str, Any]]) -> None:
    """Refuse two expectations of one kind on one column: Great Expectations would silently keep the last alone."""
    kinds = [(entry["expect"], *(str(entry[key]) for key in entry if key.startswith("column"))) for entry in entries]
    repeated = [kind for kind in kinds if kinds.count(kind) > 1]
    if repeated:
        raise CartscapeError(f"expectations: {table}: {' '.join(repeated[0])} stands twice; write the second as a rule")


def result_of(layer: str, table: str, result: Any) -> CheckResult:
    """One expectation's result in our words; an exception inside it is a failure, whatever it was to be."""
    configuration = result.expectation_config
    arguments = {key: value for key, value in configuration.kwargs.items() if key != "batch_id"}
    column = arguments.pop("column", None)
    place, check = f"{table}.{column}" if column else table, in_words(configuration.type, arguments)
    if raised := exception_in(result.exception_info):
        return could_not_run(layer, place, check, raised)
    found = result.result or {}
    examples = found.get("partial_unexpected_list") or ([found["observed_value"]] if "observed_value" in found else [])
    return CheckResult(
        suite=layer,
        check=check,
        object=place,
        severity=str(getattr(configuration.severity, "value", configuration.severity)),
        is_passed=bool(result.success),
        unexpected_rows=0 if result.success else int(found.get("unexpected_count") or 1),
        examples="" if result.success else ", ".join(harmless(str(value)) for value in examples[:EXAMPLES_SHOWN]),
    )


def exception_in(info: dict[str, Any] | None) -> str | None:
    """The message of an exception that Great Expectations caught: of the expectation, or of one of its metrics."""
    of_metrics = [one for one in (info or {}).values() if isinstance(one, dict)]
    messages = [one.get("exception_message") for one in (info or {}, *of_metrics)]
    return next((str(message) for message in messages if message), None)


def could_not_run(suite: str, place: str, check: str, error: object) -> CheckResult:
    """A check that can't run says nothing about its table, so it counts as failed, and critical."""
    said = harmless(" ".join(str(error).split()))
    return CheckResult(suite, check, place, "critical", False, 1, f"the check could not run: {said}")


def in_words(kind: str, arguments: dict[str, Any]) -> str:
    """An expectation's type and arguments as a short sentence."""
    sentence = kind.removeprefix("expect_").replace("_", " ")
    shown = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in arguments.items())
    return f"{sentence} ({shown})" if shown else sentence

"""Every critical check is broken once, and each time publishing stops; the old warehouse stays as it was."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tasks.check import check_layer, refuse_critical
from tasks.check.rules import Rule, described_rules, read_rule, run_rule
from tasks.check.suites import EXPECTATIONS_FOLDER, refuse_repeated, run_suite
from tasks.errors import CartscapeError
from tasks.warehouse import models
from tests.conftest import SAMPLE, Built, build_landscape

LAYERS = ("raw", "core", "metrics")
FEW_STUDIES = 60

# rule -> what is done to a sound warehouse so that exactly this no longer holds
BROKEN_RULES = {
    "search_hits_are_studies": "insert into raw.search_hits select snapshot_id, search_id, 'NCT00000000', 1"
    " from raw.search_hits limit 1",
    "studies_match_manifest": "delete from raw.snapshot_studies where nct_id = (select max(nct_id) from raw.studies)",
    "records_can_be_read": "insert into raw.quarantine select snapshot_id, 'x', null, 'x', 'x' from raw.studies",
    "impossible_values_are_few": "insert into core.trial_flags select snapshot_id, nct_id, 'odd', 'none', 'x'"
    " from core.trials",
    "some_trial_is_eligible": "update core.trials set is_eligible = false",
    "records_differ": "update core.trials set lead_sponsor_name = 'x'",
    "numbers_are_of_their_registry": "update raw.registrations_by_version set registry = 'ChiCTR'"
    " where number like '%0'",
    "trials_match_studies": "delete from core.trials where nct_id = (select max(nct_id) from core.trials)",
    "labels_have_evidence": "delete from core.assertions_by_version where attribute = 'targets'",
    "running_total_ends_with_the_dated": "update metrics.registrations_by_year set trials = trials + 1",
    "groups_cover_treatment": "delete from metrics.target_valency",
    "many_valued_shares_name_their_whole": "update metrics.measures set quantity = whole + 1 where metric = 'phases'",
    "synthetic_samples_are_not_compared": "update metrics.paper_comparison set our_value = 7",
    "flow_accounts_for_every_record": "update metrics.screening_flow set records = records + 1"
    " where step = 'unique records'",
    "ranks_have_no_gaps": "update metrics.sponsor_ranking set sponsor_rank = sponsor_rank + 1 where sponsor_rank > 1",
}


def critical_expectations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(layer, table, expectation) of every critical expectation of the three suites."""
    for layer in LAYERS:
        suite = yaml.safe_load((EXPECTATIONS_FOLDER / f"{layer}.yaml").read_text(encoding="utf-8"))
        for table, wanted in suite["tables"].items():
            for entry in wanted["expectations"]:
                if entry.get("severity", "critical") == "critical":
                    yield layer, table, entry


def broken_by(table: str, entry: dict[str, Any]) -> str:
    """A statement after which the expectation no longer holds."""
    column = f'"{entry.get("column")}"'
    match entry["expect"]:
        case "compound_columns_to_be_unique" | "column_values_to_be_unique":
            return f"insert into {table} select * from {table} limit 1"
        case "column_values_to_not_be_null":
            return f"alter table {table} alter {column} drop not null; update {table} set {column} = null"
        case "column_values_to_be_in_set" | "column_values_to_match_regex" | "column_value_lengths_to_equal":
            return f"update {table} set {column} = 'broken'"
        case "column_value_lengths_to_be_between":
            return f"update {table} set {column} = ''"
        case "column_values_to_be_between":
            return f"update {table} set {column} = {entry['min_value'] - 1}"
        case "column_pair_values_a_to_be_greater_than_b":
            shift = "- interval 1 day" if table == "raw.snapshots" else "- 1"
            return f'update {table} set "{entry["column_A"]}" = "{entry["column_B"]}" {shift}'
        case "table_row_count_to_be_between":
            return f"delete from {table}"
    raise AssertionError(f"say here how to break {entry['expect']}")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A small sound landscape; its last line is broken, so that quarantine has a row."""
    folder = tmp_path_factory.mktemp("checks")
    source = folder / "registry.jsonl"
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        studies = [line for line, _ in zip(lines, range(FEW_STUDIES), strict=False)]
    source.write_text("".join(studies) + '{"protocolSection": \n', encoding="utf-8")
    return build_landscape(folder / "home", source, is_synthetic=True)


@pytest.fixture
def sound(small: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    """The small warehouse in a transaction that is never committed."""
    with duckdb.connect(str(small.warehouse)) as connection:
        connection.execute("begin")
        yield connection
        connection.execute("rollback")


@pytest.mark.parametrize("layer", LAYERS)
def test_a_sound_warehouse_passes(sound: duckdb.DuckDBPyConnection, layer: str) -> None:
    results = check_layer(sound, layer)
    assert [result for result in results if not result.is_passed and result.severity == "critical"] == []
    refuse_critical(results, "here")


@pytest.mark.parametrize(
    ("layer", "table", "entry"),
    [
        pytest.param(*case, id=f"{case[1]}-{case[2]['expect']}-{index}")
        for index, case in enumerate(critical_expectations())
    ],
)
def test_broken_expectation_stops_publishing(
    sound: duckdb.DuckDBPyConnection, layer: str, table: str, entry: dict[str, Any]
) -> None:
    sound.execute(broken_by(table, entry))
    results = check_layer(sound, layer)
    column = entry.get("column")
    failed = {result.object for result in results if not result.is_passed and result.severity == "critical"}
    assert (f"{table}.{column}" if column else table) in failed
    with pytest.raises(CartscapeError, match="nothing was published"):
        refuse_critical(results, "here")


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(rule, id=rule.name)
        for layer in LAYERS
        for rule in map(read_rule, sorted((EXPECTATIONS_FOLDER / layer).glob("*.sql")))
        if rule.severity != "warning"
    ],
)
def test_broken_rule_stops_publishing(sound: duckdb.DuckDBPyConnection, rule: Any) -> None:
    sound.execute(BROKEN_RULES[rule.name])
    results = check_layer(sound, rule.layer)
    failed = {result.object for result in results if not result.is_passed and result.severity == "critical"}
    assert rule.name in failed
    with pytest.raises(CartscapeError, match="nothing was published"):
        refuse_critical(results, "here")


@pytest.mark.parametrize(
    ("table", "entry"),
    [
        # a date against a text, a text against a number, a column and a table that are not there
        ("core.trials", {"expect": "column_values_to_be_between", "column": "start_date", "min_value": "1990-01-01"}),
        ("core.trials", {"expect": "column_values_to_be_between", "column": "brief_title", "min_value": 1}),
        ("core.trials", {"expect": "column_values_to_not_be_null", "column": "nowhere", "severity": "warning"}),
        ("core.nowhere", {"expect": "column_values_to_not_be_null", "column": "nct_id", "severity": "warning"}),
    ],
)
def test_an_expectation_that_can_not_run_has_failed(
    sound: duckdb.DuckDBPyConnection, tmp_path: Path, table: str, entry: dict[str, Any]
) -> None:
    (tmp_path / "core.yaml").write_text(yaml.safe_dump({"tables": {table: {"expectations": [entry]}}}))
    (result,) = run_suite(sound, "core", tmp_path)
    assert (result.severity, result.is_passed) == ("critical", False)
    assert result.examples.startswith("the check could not run: ")


def test_a_rule_that_can_not_run_has_failed(sound: duckdb.DuckDBPyConnection) -> None:
    result = run_rule(sound, Rule("core", "rule", "nothing is nowhere", "warning", "select * from core.nowhere"))
    assert (result.severity, result.is_passed) == ("critical", False)
    assert "the check could not run: Catalog Error" in result.examples


@pytest.mark.parametrize(
    "rule",
    [pytest.param(rule, id=f"{rule.name}-{rule.must_hold}") for layer in LAYERS for rule in described_rules(layer)],
)
def test_broken_header_stops_publishing(sound: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """What a model's header says of its key and of its sums is a check of its own."""
    if sound.execute(f"select count(*) from {rule.name}").fetchone() == (0,):
        pytest.skip("the small landscape has no row of it")
    if "sum to" in rule.must_hold:
        column = rule.must_hold.split(" ")[0]
        sound.execute(f"update {rule.name} set {column} = {column} + 1")
    else:
        sound.execute(f"insert into {rule.name} select * from {rule.name} limit 1")
    result = run_rule(sound, rule)
    assert (result.object, result.severity, result.is_passed) == (rule.name, "critical", False)
    with pytest.raises(CartscapeError, match="nothing was published"):
        refuse_critical([result], "here")


def test_failed_build_leaves_the_old_warehouse(small: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hashlib.sha256(small.warehouse.read_bytes()).hexdigest()
    sound_build = models.build_model

    def broken_build(
        connection: duckdb.DuckDBPyConnection, model: models.Model, parameters: dict[str, Any], **_: Any
    ) -> int:
        rows = sound_build(connection, model, parameters)
        if model.table == "core.trials":
            connection.execute("delete from core.trials where nct_id = (select max(nct_id) from core.trials)")
        return rows

    monkeypatch.setattr("tasks.stages.build_model", broken_build)
    with pytest.raises(CartscapeError, match="nothing was published and the last warehouse stands"):
        # of another day, as what has not changed is not built again
        build_landscape(small.home.root, small.home.root.parent / "registry.jsonl", "2024-04-30", is_synthetic=True)
    assert hashlib.sha256(small.warehouse.read_bytes()).hexdigest() == before
    assert (small.home.build / "warehouse.duckdb").exists(), "the failed build stays, to look into"


def test_a_rule_without_its_header_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "nameless.sql").write_text("select 1")
    with pytest.raises(CartscapeError, match=r"nameless\.sql: begin with '-- must hold"):
        read_rule(tmp_path / "nameless.sql")


def test_an_expectation_that_would_be_lost_is_refused() -> None:
    twice = [
        {"expect": "column_values_to_be_between", "column": "trials", "min_value": 0},
        {"expect": "column_values_to_be_between", "column": "trials", "min_value": 1, "severity": "warning"},
    ]
    with pytest.raises(CartscapeError, match="column_values_to_be_between trials stands twice"):
        refuse_repeated("metrics.cohort_size", twice)

"""Which tables keep the rows of past snapshots, and how they are joined by those of later ones."""

from functools import partial
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from tasks.warehouse.kept import KeptRows, run_over_later, sql_over, tables_of_one_snapshot
from tasks.warehouse.models import build_model, load_models, model_of, parsed

HEADER = "-- one row per snapshot and number\n-- why: as core.numbers says\n-- number: a number\n"
COMPARED = "select snapshot_id, lag(number) over (partition by series) as number from raw.numbers"


def test_what_compares_snapshots_or_reads_such_a_table_is_made_whole() -> None:
    models = [
        model_of("core", "alone", f"{HEADER}select snapshot_id, number from raw.numbers"),
        model_of("core", "compared", f"{HEADER}{COMPARED}"),
        model_of("metrics", "of_alone", f"{HEADER}select snapshot_id, number from core.alone"),
        model_of("metrics", "of_compared", f"{HEADER}select snapshot_id, number from core.compared"),
    ]
    assert tables_of_one_snapshot(models) == {"core.alone", "metrics.of_alone"}


def test_of_the_landscape_what_compares_weeks_is_made_whole_and_what_counts_one_is_kept() -> None:
    kept = tables_of_one_snapshot(load_models())
    assert {"core.trials", "core.suspected_registrations", "metrics.phases", "metrics.populations"} <= kept
    whole = {"core.trial_progress", "metrics.change_log", "metrics.snapshot_changes", "metrics.status_transitions"}
    assert not kept & (whole | {"metrics.enrollment_and_slippage", "metrics.measures", "staging.studies"})


def test_every_table_is_read_under_its_name_or_its_other_name() -> None:
    sql = "select trials.a from core.trials left join core.trials as other using (b) join meta.phases using (c)"
    assert sql_over(model_of("core", "x", f"-- one row per trial\n{sql}"), "c = 1").splitlines()[1] == (
        "select trials.a from (select * from core.trials where c = 1) as trials"
        " left join (select * from core.trials where c = 1) as other using (b) join meta.phases using (c)"
    )


def test_no_model_that_keeps_rows_reads_a_table_past_the_condition() -> None:
    for model in load_models():
        if model.table in tables_of_one_snapshot(load_models()):
            tables = [table for table in parsed(model.sql).find_all(exp.Table) if table.db not in ("", "meta")]
            conditions = [where.this for where in parsed(sql_over(model, "'later'")).find_all(exp.Where)]
            assert conditions.count(exp.Literal.string("later")) == len(tables), model.table


@pytest.mark.parametrize("later", [("c",), ()])
def test_kept_rows_stay_as_they_were_and_only_later_ones_are_made(tmp_path: Path, later: tuple[str, ...]) -> None:
    before = tmp_path / "before.duckdb"
    with duckdb.connect(str(before)) as connection:
        connection.execute("create schema metrics")
        rows = "values ('b', 20), ('a', 10), ('gone', 30)"
        connection.execute(f"create table metrics.doubled as from ({rows}) as doubled (snapshot_id, number)")
    model = model_of("metrics", "doubled", f"{HEADER}select snapshot_id, number * $factor as number from raw.numbers")
    kept = KeptRows(before, ("b", "a"), later, frozenset({"metrics.doubled"}))
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create schema metrics")
        rows = "values ('a', 1), ('b', 1), ('c', 1)"
        connection.execute(f"create table raw.numbers as from ({rows}) as numbers (snapshot_id, number)")
        build_model(connection, model, {"factor": 2}, run=partial(run_over_later, kept=kept))
        found = connection.execute("from metrics.doubled").fetchall()
    assert found == [("a", 10), ("b", 20), *((name, 2) for name in later)]

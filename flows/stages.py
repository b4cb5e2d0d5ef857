"""Thin Prefect tasks over the pure functions of `tasks/`: one for each stage, one for each SQL model."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.check import CheckResult, check_layer, refuse_critical
from tasks.curate import load_vocabularies
from tasks.curate.snapshot import curate_snapshot, load_curation, load_decisions
from tasks.publish.exports import write_exports
from tasks.publish.page.page import write_page
from tasks.runs import load_runs, logged
from tasks.settings import REPOSITORY, Protocol, load_protocol
from tasks.snapshot.news import has_news
from tasks.snapshot.take import kept_snapshots, open_snapshot
from tasks.snapshot.take import take_snapshot as take_snapshot_of
from tasks.statistics import write_statistics
from tasks.warehouse.history import define_questions, keep_first_labels, load_first_labels
from tasks.warehouse.load import (
    create_schemas,
    load_reference_tables,
    load_snapshot,
    model_parameters,
    open_build,
    record_build,
    write_dictionary,
)
from tasks.warehouse.models import Model, build_model
from tasks.warehouse.publications import load_found_publications, look_for_publications
from tasks.warehouse.publish import publish_warehouse

SAMPLE = REPOSITORY / "sample" / "registry.jsonl.gz"


def stage(name: str, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A logged Prefect task whose result is never cached: the stages keep what is worth keeping themselves."""
    prefect_task = task(name=name, cache_policy=NO_CACHE, persist_result=False, **options)
    return lambda function: prefect_task(logged(name, function))


@stage("retrieve")
def retrieve(source: str, home: Path) -> str:
    """Take a snapshot of `sample`, `live` or a path, and return its id."""
    is_synthetic = source == "sample"
    snapshot = take_snapshot_of(
        str(SAMPLE) if is_synthetic else source, home, load_protocol(), get_run_logger().info, is_synthetic
    )
    return snapshot.id


@stage("ask for news")
def news(home: Path) -> bool:
    """Whether the registry's data are newer than our newest live snapshot."""
    return has_news(home, load_protocol(), get_run_logger().info)


@stage("screen and curate")
def curate(home: Path) -> dict[str, Path]:
    """Curate every snapshot; returns, by snapshot id, the folder of its labels and assertions."""
    vocabularies, volatile_fields = load_vocabularies(), load_protocol().registry.volatile_fields
    report = get_run_logger().info
    return {
        snapshot.id: curate_snapshot(snapshot, vocabularies, home / "cache" / "curation", volatile_fields, report)
        for snapshot in kept_snapshots(home)
    }


@stage("look for publications")
def look_for(home: Path, snapshot_id: str, curated: dict[str, Path], articles: str | None) -> bool:
    """Look once for the papers of a snapshot's trials; returns whether they were looked for."""
    return look_for_publications(
        open_snapshot(home / "snapshots" / snapshot_id),
        curated[snapshot_id],
        home,
        load_protocol(),
        Path(articles) if articles else None,
        get_run_logger().info,
    )


@stage("load warehouse")
def load(home: Path, build: Path, curated: dict[str, Path], snapshot_id: str, as_of: str | None) -> None:
    """Fill the raw tables from the snapshots and the label tables from their curation."""
    protocol = load_protocol()
    with open_build(build) as connection:
        create_schemas(connection)
        load_reference_tables(connection)
        for snapshot in kept_snapshots(home):
            studies = load_snapshot(connection, snapshot, protocol.registry.volatile_fields)
            labels = load_curation(connection, snapshot.id, curated[snapshot.id])
            load_first_labels(connection, snapshot.id, home / "history")
            found = load_found_publications(connection, snapshot, curated[snapshot.id], home)
            for warning in found.warnings if found else ():
                get_run_logger().warning(warning)
            get_run_logger().info(f"{snapshot.id}: {studies:,} studies, {labels:,} labels")
        vocabularies = load_vocabularies()
        load_decisions(connection, vocabularies)
        load_runs(connection, home)
        record_build(connection, snapshot_id, as_of, protocol, vocabularies.sha256)


@stage("make table", task_run_name="{model.table}")
def make_table(build: Path, model: Model, as_of: str | None) -> int:
    """Run one SQL model and return its number of rows."""
    with open_build(build) as connection:
        rows = build_model(connection, model, model_parameters(load_protocol(), as_of))
    get_run_logger().info(f"{model.table}: {rows:,} rows")
    return rows


@stage("test and compare")
def statistics(build: Path) -> dict[str, int]:
    """Test the counts, put intervals on the shares and follow trials to their publication; returns rows by table."""
    with open_build(build) as connection:
        tables = write_statistics(connection, load_protocol().statistics)
    for name, rows in tables.items():
        get_run_logger().info(f"metrics.{name}: {rows:,} rows")
    return tables


@stage("check", task_run_name="check {layer}")
def check(build: Path, layer: str) -> list[CheckResult]:
    """Check a layer; a critical failure stops here and leaves the published warehouse as it is."""
    with open_build(build) as connection:
        results = check_layer(connection, layer)
    failed = [result for result in results if not result.is_passed]
    get_run_logger().info(f"{layer}: {len(results) - len(failed)} of {len(results)} checks passed")
    for result in failed:
        get_run_logger().warning(
            f"{result.severity}: {result.object}: {result.check}: {result.unexpected_rows} row(s), {result.examples}"
        )
    refuse_critical(results, str(build / "warehouse.duckdb"))
    return results


@stage("publish warehouse")
def publish(home: Path, build: Path, models: list[Model]) -> Path:
    """Write the dictionary and replace the published warehouse by this build."""
    with open_build(build) as connection:
        define_questions(connection)
        write_dictionary(connection, models)
        keep_first_labels(connection, home / "history")
    return publish_warehouse(build, home)


@stage("write page")
def page(home: Path, protocol: Protocol) -> Path:
    """Write `report/index.html` from the published warehouse."""
    return write_page(home, protocol)


@stage("write exports")
def exports(home: Path) -> Path:
    """Write the workbook, CSV and Parquet from the published warehouse."""
    return write_exports(home)

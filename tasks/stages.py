"""What a run does, stage by stage: each a function of the run, and each noted in the log of runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from tasks.check import CheckResult, check_layer, record_accepted, refuse_critical
from tasks.check.losses import as_check, lost_in_build
from tasks.curate.snapshot import background_of, curate_snapshot, kept_curation
from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.made import is_made, note_made, sources_of_exports, sources_of_page
from tasks.papers.judge.kinds import require_kinds
from tasks.protocol import Protocol
from tasks.publish.exports import write_exports
from tasks.publish.page.page import write_page
from tasks.run import Run, Sources
from tasks.runs import load_runs, logged
from tasks.snapshot.losses import last_of_series, lost
from tasks.snapshot.news import has_news
from tasks.snapshot.order import in_order
from tasks.snapshot.read import Snapshot
from tasks.snapshot.sources import are_synthetic, as_files
from tasks.snapshot.take import take_snapshot
from tasks.statistics import MEASURES as STATISTICS
from tasks.statistics import write_statistics
from tasks.warehouse.building import WAREHOUSE, create_warehouse, open_build
from tasks.warehouse.dictionary import write_dictionary
from tasks.warehouse.history import keep_first_labels, load_first_labels
from tasks.warehouse.kept import run_over_later
from tasks.warehouse.load import load_curation, load_decisions, load_snapshot
from tasks.warehouse.models import Model, build_model
from tasks.warehouse.parameters import record_build
from tasks.warehouse.publications import load_found_publications, look_for_publications
from tasks.warehouse.publish import publish_warehouse
from tasks.warehouse.registrations import check_decisions, load_carried_fields, load_sources
from tasks.warehouse.views import define_views, view_models
from tasks.workers import let_processes_go


@logged
def ask_for_news(run: Run) -> bool:
    """Whether the registry's data are newer than our newest live snapshot."""
    return has_news(run.home, run.protocol, run.report)


@logged
def retrieve(run: Run, source: Sources) -> str:
    """Take a snapshot of `sample`, `live`, a path or several of them together, and return its id."""
    files = as_files(source)
    return take(run, files, are_synthetic(files))


def take(run: Run, source: Sources, is_synthetic: bool) -> str:
    """Take a snapshot of sources into the run, and return its id."""
    snapshot = take_snapshot(
        source, run.home, run.protocol, run.report, is_synthetic, run.accept_loss, run.search_inside, run.workers
    )
    run.snapshots[snapshot.id] = snapshot
    return snapshot.id


@logged
def curate(run: Run) -> dict[str, Path]:
    """Screen and curate every snapshot; returns, by snapshot id, the folder of its labels and assertions."""
    kept = kept_curation(run.home, run.vocabularies)
    curated = {
        snapshot.id: curate_snapshot(
            snapshot,
            run.vocabularies,
            run.home,
            run.volatile_fields,
            run.report,
            workers=run.workers,
            most_unfound=run.protocol.limits.unfound_records_in_full,
            kept=kept,
        )
        for snapshot in run.snapshots.values()
    }
    let_processes_go()
    return curated


@logged
def look_for_papers(run: Run, snapshot_id: str, curated: dict[str, Path], articles: Path | None) -> bool:
    """Look once for the papers of a snapshot's trials: in a file, the sample's own, or in PubMed and Europe PMC.

    A landscape without papers is still a landscape, and says so: where the interfaces fail, the run goes on. Returns
    whether publications were looked for.
    """
    snapshot, labels = run.snapshots[snapshot_id], curated[snapshot_id]
    try:
        return look_for_publications(snapshot, labels, run.home, run.protocol, articles, run.report, run.workers)
    except CartscapeError as error:
        if articles:
            raise
        run.warn(f"publications not looked for: {error}")
        return False


@logged
def load(run: Run, shown: str, curated: dict[str, Path]) -> None:
    """Fill the raw tables from the snapshots, and the label and paper tables from what was made of them."""
    require_kinds(run.protocol.metrics.published_kinds)
    with open_build(run.home.build) as connection:
        create_warehouse(connection, STATISTICS)
        ordered = in_order(one.manifest for one in run.snapshots.values())
        for number, name in enumerate((str(one["snapshot_id"]) for one in ordered), 1):
            load_all_of(connection, run, run.snapshots[name], curated[name], number)
        record_accepted(connection, "snapshot", run.snapshots[shown].manifest.get("accepted_losses", ()))
        load_decisions(connection, run.vocabularies)
        check_decisions(connection)
        load_runs(connection, run.home)
        record_build(connection, shown, run.as_of, run.protocol, run.vocabularies.sha256)


def load_all_of(
    connection: duckdb.DuckDBPyConnection, run: Run, snapshot: Snapshot, labels: Path, order_number: int
) -> None:
    """Load a snapshot, the labels and the papers of its trials."""
    background = background_of(labels)["nct_id"]
    studies = load_snapshot(connection, snapshot, run.volatile_fields, order_number, background, run.kept_rows)
    load_sources(connection, snapshot, run.protocol.sources)
    count = load_curation(connection, snapshot.id, labels)
    load_carried_fields(connection, snapshot.id)
    load_first_labels(connection, snapshot.id, run.home)
    found = load_found_publications(connection, snapshot, labels, run.home, run.protocol.matching)
    for warning in found.warnings if found else ():
        run.warn(warning)
    run.report(f"{snapshot.id}: {studies:,} studies, {count:,} labels")


@logged
def make_table(run: Run, model: Model) -> int:
    """Run one SQL model and return its number of rows."""
    with open_build(run.home.build) as connection:
        rows = build_model(connection, model, run.parameters, run=partial(run_over_later, kept=run.kept_rows))
    run.report(f"{model.table}: {rows:,} rows")
    return rows


def make_tables(run: Run, models: Sequence[Model]) -> dict[str, int]:
    """Run models in their order; returns rows by table."""
    return {model.table: make_table(run, model) for model in models}


@logged
def make_statistics(run: Run) -> dict[str, int]:
    """Test the counts, put intervals on the shares and follow trials to their publication; returns rows by table."""
    with open_build(run.home.build) as connection:
        tables = write_statistics(connection, run.protocol.statistics)
    for name, rows in tables.items():
        run.report(f"metrics.{name}: {rows:,} rows")
    return tables


def make_all(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Run every model and the statistics on a warehouse that is loaded and open, without checks."""
    for model in run.models:
        build_model(connection, model, run.parameters)
    write_statistics(connection, run.protocol.statistics)


@logged
def check(run: Run, layer: str) -> list[CheckResult]:
    """Check a layer; a critical failure stops here and leaves the published warehouse as it is."""
    with open_build(run.home.build) as connection:
        results = check_layer(connection, layer, losses_of(run, connection, layer), run.accept_loss)
    failed = [result for result in results if not result.is_passed]
    run.report(f"{layer}: {len(results) - len(failed)} of {len(results)} checks passed")
    for result in failed:
        run.warn(
            f"{result.severity}: {result.object}: {result.check}: {result.unexpected_rows} row(s), {result.examples}"
        )
    refuse_critical(results, str(run.home.build / WAREHOUSE))
    return results


def losses_of(run: Run, connection: duckdb.DuckDBPyConnection, layer: str) -> CheckResult | None:
    """What the snapshot shown lost against the last of its series (raw), and its trials against the last build (core).

    A loss that was accepted when the snapshot was taken is not asked about again.
    """
    (shown,) = connection.execute("select snapshot_id from meta.published").fetchone() or ("",)
    manifest, settings = run.snapshots[shown].manifest, run.protocol.completeness
    earlier = last_of_series(manifest["series"], list(run.snapshots.values()), shown)
    if layer == "raw":
        studies, shape = int(manifest["counts"]["studies"]), run.snapshots[shown].shape()
        found = lost(manifest["series"], studies, shape, earlier, settings)
        return as_check(layer, [] if manifest.get("accepted_losses") else found)
    if layer == "core":
        return as_check(layer, lost_in_build(connection, run.home, earlier.id if earlier else None, settings))
    return None


@logged
def publish(run: Run) -> Path:
    """Write the dictionary and replace the published warehouse by this build."""
    with open_build(run.home.build) as connection:
        define_views(connection)
        write_dictionary(connection, [*run.models, *view_models()])
        keep_first_labels(connection, run.home)
    return publish_warehouse(run.home)


@logged
def keep(run: Run) -> Path:
    """Keep the published warehouse, which a build would make again as it is."""
    run.report("nothing that the warehouse is made from has changed: not built again")
    return run.home.warehouse


@logged
def page(run: Run) -> Path:
    """Write the page from the published warehouse."""
    write_once(run, run.home.page, sources_of_page(run.home, run.program, run.protocol), write_page)
    return run.home.page


@logged
def exports(run: Run) -> Path:
    """Write workbook, CSV, Parquet and figures from the published warehouse."""
    write_once(run, run.home.exports, sources_of_exports(run.home, run.program, run.protocol), write_exports)
    return run.home.workbook


def write_once(run: Run, place: Path, sources: str, write: Callable[[Home, Protocol], object]) -> None:
    """Write what stands at a place of the home, unless it was made of the same sources and is as it was then."""
    if is_made(run.home, place, sources):
        run.report("the warehouse has not changed: not written again")
    else:
        write(run.home, run.protocol)
        note_made(run.home, place, sources)


def page_and_exports(run: Run) -> tuple[Path, Path]:
    """Write both, which only read what is published."""
    return page(run), exports(run)


@dataclass(frozen=True)
class Stages:
    """The stages as a run calls them: the functions above, or what wraps them."""

    ask_for_news: Callable[[Run], bool] = ask_for_news
    retrieve: Callable[[Run, Sources], str] = retrieve
    curate: Callable[[Run], dict[str, Path]] = curate
    look_for_papers: Callable[[Run, str, dict[str, Path], Path | None], bool] = look_for_papers
    load: Callable[[Run, str, dict[str, Path]], None] = load
    make_tables: Callable[[Run, Sequence[Model]], dict[str, int]] = make_tables
    make_statistics: Callable[[Run], dict[str, int]] = make_statistics
    check: Callable[[Run, str], list[CheckResult]] = check
    publish: Callable[[Run], Path] = publish
    keep: Callable[[Run], Path] = keep
    page_and_exports: Callable[[Run], tuple[Path, Path]] = page_and_exports


STAGES = Stages()

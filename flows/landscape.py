"""The story: from a registry to a published landscape."""

from dataclasses import dataclass
from pathlib import Path

from prefect import flow, get_run_logger

from flows import stages
from flows.artifacts import leave_artifacts
from tasks.errors import CartscapeError
from tasks.runs import logged_run
from tasks.settings import home_folder, load_protocol
from tasks.snapshot.take import kept_snapshots
from tasks.warehouse.models import load_models
from tasks.warehouse.publish import build_folder


@dataclass(frozen=True, slots=True)
class Landscape:
    """Where a run left what people open."""

    snapshot_id: str
    page: Path
    warehouse: Path
    workbook: Path


@flow(name="landscape", persist_result=False)
def landscape(
    source: str = "sample", as_of: str | None = None, home: str | None = None, articles: str | None = None
) -> Landscape:
    """Retrieve a snapshot, look for its trials' papers, then build, check and publish the landscape of it."""
    with logged_run(home_folder(home)):
        snapshot_id = snapshot(source, home)
        look_for_publications(snapshot_id, articles, home_folder(home))
        return build(snapshot_id, as_of, home)


@flow(name="landscape if changed", persist_result=False)
def landscape_if_changed(home: str | None = None) -> Landscape | None:
    """Ask the registry once whether its data changed since our newest live snapshot; only then do the whole."""
    with logged_run(home_folder(home)):
        return landscape("live", None, home) if stages.news(home_folder(home)) else None


@flow(name="snapshot", persist_result=False)
def snapshot(source: str = "sample", home: str | None = None) -> str:
    """Retrieve only: a write-once snapshot of `sample`, `live` or a path."""
    place = home_folder(home)
    with logged_run(place):
        return str(stages.retrieve(source, place))


def look_for_publications(snapshot_id: str, articles: str | None, home: Path) -> None:
    """Look for the papers of a snapshot's trials: in a file, the sample's own, or in PubMed and Europe PMC.

    A landscape without papers is still a landscape, and says so: where the interfaces fail, the run goes on.
    """
    curated = stages.curate(home)
    try:
        stages.look_for(home, snapshot_id, curated, articles)
    except CartscapeError as error:
        if articles:
            raise
        get_run_logger().warning(f"publications not looked for: {error}")


@flow(name="build", persist_result=False)
def build(snapshot_id: str | None = None, as_of: str | None = None, home: str | None = None) -> Landscape:
    """Build the warehouse of every snapshot kept, check each layer, publish, and show `snapshot_id`."""
    place = home_folder(home)
    models = load_models()
    with logged_run(place), build_folder(place) as folder:
        curated = stages.curate(place)
        shown = snapshot_id or newest(place)
        stages.load(place, folder, curated, shown, as_of)
        stages.check(folder, "raw")
        for layer in ("core", "metrics"):
            for model in models:
                if model.schema == layer or (layer == "core" and model.schema == "staging"):
                    stages.make_table(folder, model, as_of)
            if layer == "metrics":
                stages.statistics(folder)
            stages.check(folder, layer)
        warehouse = stages.publish(place, folder, models)
        # both only read what is published, so they are written side by side
        page, workbook = stages.page.submit(place, load_protocol()), stages.exports.submit(place)
        published = Landscape(shown, page.result(), warehouse, workbook.result())
    leave_artifacts(place, published.page)
    return published


def newest(home: Path) -> str:
    """The snapshot to show where none is named: the one that was completed last."""
    kept = kept_snapshots(home)
    if not kept:
        raise CartscapeError("no snapshot kept yet; run 'cartscape run' or 'cartscape snapshot' first")
    return max(kept, key=lambda one: str(one.manifest["finished_at"])).id

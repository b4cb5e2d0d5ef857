"""From a source to a published landscape: the one order in which the stages run, and what need not be made again.

Nothing here knows Prefect: `flows/landscape.py` passes the same stages as Prefect tasks, tests run them as they are.
"""

from dataclasses import dataclass
from pathlib import Path

from tasks.made import is_made, note_made
from tasks.run import Run, Sources
from tasks.snapshot.kept import require_snapshot
from tasks.snapshot.order import in_order
from tasks.stages import STAGES, Stages
from tasks.warehouse.building import open_build
from tasks.warehouse.publish import build_folder, resource_errors_named


@dataclass(frozen=True, slots=True)
class Landscape:
    """Where a run left what people open."""

    snapshot_id: str
    page: Path
    warehouse: Path
    workbook: Path


def landscape(run: Run, source: Sources, articles: Path | None = None, stages: Stages = STAGES) -> Landscape:
    """Retrieve a snapshot, look for its trials' papers, then build, check and publish the landscape of it."""
    with run.home.writing():
        snapshot_id = stages.retrieve(run, source)
        curated = stages.curate(run)
        stages.look_for_papers(run, snapshot_id, curated, articles)
        return build_and_publish(run, snapshot_id, curated, stages)


def build(run: Run, snapshot_id: str | None = None, stages: Stages = STAGES) -> Landscape:
    """Build and publish from the snapshots kept, and show `snapshot_id`, or the newest where none is named."""
    require_snapshot(run.home, snapshot_id)
    with run.home.writing():
        return build_and_publish(run, snapshot_id or newest(run), stages.curate(run), stages)


def build_and_publish(run: Run, shown: str, curated: dict[str, Path], stages: Stages = STAGES) -> Landscape:
    """Build the warehouse of every snapshot kept, publish it where the checks allow, and write page and exports.

    What would come out as it is already is not made again. What a person accepts is asked about anew, so then all is.
    """
    if not run.accept_loss and is_made(run.home, run.home.warehouse, run.sources_of_warehouse(shown)):
        warehouse = stages.keep(run)
    else:
        warehouse = build_and_note(run, shown, curated, stages)
    with resource_errors_named(run.home):
        page_path, workbook = stages.page_and_exports(run)
    run.home.prune(run.protocol.home.unused_cache_days)
    return Landscape(shown, page_path, warehouse, workbook)


def build_and_note(run: Run, shown: str, curated: dict[str, Path], stages: Stages) -> Path:
    """Build the warehouse, publish it, and note what it was made from."""
    with build_folder(run.home):
        # one connection stays open meanwhile: stages in several threads then share one database, and its settings
        with open_build(run.home.build) as connection:
            connection.execute(f"set memory_limit = '{run.protocol.compute.memory_megabytes}MB'")
            build_warehouse(run, shown, curated, stages)
        warehouse = stages.publish(run)
    if not run.accept_loss:
        # publishing kept the first labels, which the next build reads
        note_made(run.home, warehouse, run.sources_of_warehouse(shown), run.sources_of_rows)
    return warehouse


def build_warehouse(run: Run, shown: str, curated: dict[str, Path], stages: Stages = STAGES) -> None:
    """Load, make every table and check every layer, in the build folder."""
    stages.load(run, shown, curated)
    stages.check(run, "raw")
    stages.make_tables(run, [model for model in run.models if model.schema in ("staging", "core")])
    stages.check(run, "core")
    stages.make_tables(run, [model for model in run.models if model.schema == "metrics"])
    stages.make_statistics(run)
    stages.check(run, "metrics")


def newest(run: Run) -> str:
    """The snapshot to show where none is named: the last."""
    return str(in_order(one.manifest for one in run.snapshots.values())[-1]["snapshot_id"])

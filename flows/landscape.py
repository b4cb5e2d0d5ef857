"""The flows that people start and schedules run: the stages of `tasks/stages.py` as Prefect tasks."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from flows.artifacts import assets, leave_artifacts
from flows.cluster import workers_of
from flows.runs import as_task, checked_file, checked_home, name_at_start, name_run, one_run
from tasks import landscape as composition
from tasks import stages
from tasks.landscape import Landscape
from tasks.run import Run
from tasks.run import Sources as StageSources
from tasks.runs import tell
from tasks.settings import load_protocol
from tasks.stages import Stages
from tasks.warehouse.models import Model

Source = Literal["sample", "live", "live-ctis"] | Path
Sources = Source | list[Source]
RUNNER: Any = ThreadPoolTaskRunner(max_workers=2)


make_table = as_task(stages.make_table, "{model.table}")


def make_tables(run: Run, models: Sequence[Model]) -> dict[str, int]:
    """Run models as futures, each after those that it reads, so that the graph in the UI is their lineage."""
    made: dict[str, PrefectFuture[int]] = {}
    for model in models:
        read = [made[table] for table in sorted(model.reads) if table in made]
        made[model.table] = make_table.submit(run, model, return_state=False, wait_for=read)
    return {table: future.result() for table, future in made.items()}


def as_tasks(run: Run) -> Stages:
    """Every stage as a task; those that write files for others name them as assets."""
    made = assets(run.home)
    page, exports = as_task(stages.page, made=made["page"]), as_task(stages.exports, made=made["exports"])

    def page_and_exports(run: Run) -> tuple[Path, Path]:
        futures = page.submit(run), exports.submit(run)
        return futures[0].result(), futures[1].result()

    return Stages(
        ask_for_news=as_task(stages.ask_for_news),
        retrieve=as_task(stages.retrieve, "retrieve {source}", made["retrieve"]),
        curate=as_task(stages.curate),
        look_for_papers=as_task(stages.look_for_papers, "look for papers of {snapshot_id}"),
        load=as_task(stages.load, "load {shown}"),
        make_tables=make_tables,
        make_statistics=as_task(stages.make_statistics),
        check=as_task(stages.check, "check {layer}"),
        publish=as_task(stages.publish, made=made["publish"]),
        keep=as_task(stages.keep),
        page_and_exports=page_and_exports,
    )


def new_run(
    home: Path | None, as_of: date | None = None, accept_loss: bool = False, search_inside: bool = False
) -> Run:
    """The run of a flow: the protocol is read here, once; progress goes to the log of the task that is under way."""
    protocol = load_protocol()
    return Run(
        checked_home(home),
        protocol,
        as_of,
        report=report,
        warn=warn,
        accept_loss=accept_loss,
        search_inside=search_inside,
        workers=workers_of(protocol.compute),
    )


def as_given(run: Run, source: Sources) -> StageSources:
    """The sources as the stages take them: those that are files may be read by this run."""
    if isinstance(source, list):
        return [str(as_given(run, one)) for one in source]
    return str(checked_file(run.home, source)) if isinstance(source, Path) else source


def report(line: str) -> None:
    """A line of progress in Prefect's log, and to whoever watches."""
    get_run_logger().info(line)
    tell(line)


def warn(line: str) -> None:
    """A line of trouble in Prefect's log, and to whoever watches."""
    get_run_logger().warning(line)
    tell(line, is_warning=True)


@flow(name="landscape", flow_run_name=name_at_start, task_runner=RUNNER, persist_result=False)
def landscape(
    source: Sources = "sample",
    as_of: date | None = None,
    home: Path | None = None,
    articles: Path | None = None,
    accept_loss: bool = False,
    search_inside: bool = False,
) -> Landscape:
    """Retrieve a snapshot, look for its trials' papers, then build, check and publish the landscape of it."""
    run = new_run(home, as_of, accept_loss, search_inside)
    with one_run(run.home):
        papers = checked_file(run.home, articles) if articles else None
        published = composition.landscape(run, as_given(run, source), papers, as_tasks(run))
        name_run(published.snapshot_id)
        leave_artifacts(run.home)
    return published


@flow(name="landscape if changed", flow_run_name=name_at_start, task_runner=RUNNER, persist_result=False)
def landscape_if_changed(home: Path | None = None) -> Landscape | None:
    """Ask the registry once whether its data changed since our newest live snapshot; only then do the whole."""
    run = new_run(home)
    with one_run(run.home):
        is_changed = as_tasks(run).ask_for_news(run)
        return landscape("live", None, run.home.root) if is_changed else None


@flow(name="snapshot", flow_run_name=name_at_start, task_runner=RUNNER, persist_result=False)
def snapshot(
    source: Sources = "sample", home: Path | None = None, accept_loss: bool = False, search_inside: bool = False
) -> str:
    """Retrieve only: a write-once snapshot of `sample`, `live`, a path, or several of them."""
    run = new_run(home, None, accept_loss, search_inside)
    with one_run(run.home):
        snapshot_id = as_tasks(run).retrieve(run, as_given(run, source))
        name_run(snapshot_id)
        return snapshot_id


@flow(name="build", flow_run_name=name_at_start, task_runner=RUNNER, persist_result=False)
def build(
    snapshot_id: str | None = None, as_of: date | None = None, home: Path | None = None, accept_loss: bool = False
) -> Landscape:
    """Build the warehouse of every snapshot kept, check each layer, publish, and show `snapshot_id`."""
    run = new_run(home, as_of, accept_loss)
    with one_run(run.home):
        published = composition.build(run, snapshot_id, as_tasks(run))
        name_run(published.snapshot_id)
        leave_artifacts(run.home)
    return published

"""How stages become Prefect tasks, and what runs are called."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.assets import Asset, materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import deployment, flow_run
from prefect.tasks import Task

from tasks.errors import CartscapeError, InterfaceUnreachable
from tasks.home import Home, home_at
from tasks.masking import mask_logs
from tasks.process import collect_seldom, end_quietly
from tasks.runs import logged_run

P = ParamSpec("P")
R = TypeVar("R")
LONGEST_WAIT_SECONDS = 3600

# a worker runs flows in processes that nothing of ours started
mask_logs()
collect_seldom()
end_quietly()


def later_may_help(_: "Task[..., Any]", __: TaskRun, state: State[Any]) -> bool:
    """Whether to try a stage again: an interface was down, and nobody sits before the run and waits."""
    error = state.result(raise_on_failure=False)
    return deployment.id is not None and isinstance(error, InterfaceUnreachable)


def as_task(stage: Callable[P, R], run_name: str | None = None, made: Asset | None = None) -> Task[P, R]:
    """A stage as a Prefect task whose result is never cached: the stages keep what is worth keeping themselves."""
    options: dict[str, Any] = {
        "name": stage.__name__.replace("_", " "),
        "task_run_name": run_name,
        "cache_policy": NO_CACHE,
        "persist_result": False,
        # requests are asked again within minutes by themselves; this waits for an interface that is down for longer
        "retries": 2,
        "retry_delay_seconds": 900,
        "retry_condition_fn": later_may_help,
    }
    return materialize(made, by="cartscape", **options)(stage) if made else task(**options)(stage)


@contextmanager
def one_run(home: Home) -> Iterator[None]:
    """Log a run, and be the only one that writes into its home: one of a deployment waits for another to end."""
    with logged_run(home), home.writing(LONGEST_WAIT_SECONDS if deployment.id else 0):
        yield


def checked_home(home: Path | None) -> Home:
    """The home of a run: from a deployment it is the service's own, whatever its parameters say."""
    place = home_at(home)
    if deployment.id and place.root != home_at().root:
        raise CartscapeError(
            f"{place.root}: a deployment works in {home_at().root} alone; leave the parameter home out"
        )
    return place


def checked_file(home: Home, file: Path) -> Path:
    """A file that a run reads: from a deployment only one in the home's inbox, named with or without its folder."""
    if not deployment.id:
        return file
    path = (home.inbox / file).resolve()
    if not path.is_relative_to(home.inbox.resolve()):
        raise CartscapeError(f"{file}: a deployment reads files of {home.inbox} alone; lay it there and name it")
    return path


def name_at_start() -> str:
    """What a flow run is called before its snapshot is known: `weekly: live`, `build`."""
    source = flow_run.parameters.get("source")
    return f"{flow_name()}: {source}" if source else flow_name()


def name_run(snapshot_id: str) -> None:
    """Call the flow run that is under way by the snapshot that it made or shows."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=f"{flow_name()}: {snapshot_id}")


def flow_name() -> str:
    """The deployment that runs, or the flow where a person started it."""
    return str(deployment.name or flow_run.flow_name)

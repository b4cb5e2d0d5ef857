"""What tests share: the study protocol without waiting, real data where it is there, and a warehouse built once."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from filelock import FileLock

from tasks.curate import Vocabularies
from tasks.curate.kept import curated_rows
from tasks.home import Home
from tasks.landscape import landscape
from tasks.process import collect_seldom
from tasks.protocol import Protocol
from tasks.publish.exports import write_exports
from tasks.publish.page.page import write_page
from tasks.run import Run
from tasks.settings import REPOSITORY, load_protocol
from tasks.snapshot.read import Snapshot
from tasks.snapshot.take import SAMPLE, kept_snapshots
from tasks.stages import Stages, take
from tests.vocabularies import shipped_vocabularies

# one profile for all: a machine under load is no failure, and a folder of a test may serve all of its examples
hypothesis.settings.register_profile(
    "cartscape",
    deadline=None,
    # the same examples every time, so that a red run tells of a change; bench.fuzz looks for new ones
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("cartscape")
collect_seldom()
SHARED = REPOSITORY.parent / "shared"


# fast tests first, the end-to-end run last, and of that the longest file first, so that both processes end together
ORDER = ("unit", "scenarios", "golden", "oracles", "resilience", "browser", "end_to_end")
LONGEST_OF_THE_LAST = "test_service.py"


# the name of this process where pytest-xdist runs several
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort the tests by their folder, in the order that tells soonest what is broken; no browser, no browser tests."""
    folder = {item: item.path.relative_to(REPOSITORY / "tests").parts[0] for item in items}
    items.sort(key=lambda item: (ORDER.index(folder[item]), item.path.name != LONGEST_OF_THE_LAST))
    units = [item for item in items if folder[item] == ORDER[0]]
    items[: len(units)] = without_waiting(units)
    if CHROMIUM is None:
        config.hook.pytest_deselected(items=[item for item in items if folder[item] == "browser"])
        items[:] = [item for item in items if folder[item] != "browser"]


def without_waiting(units: list[pytest.Item]) -> list[pytest.Item]:
    """Unit tests in an order in which one process builds the sample's landscape, while the other needs it not yet."""
    needing = [item.path for item in units if "sample_landscape" in getattr(item, "fixturenames", ())]
    return sorted(units, key=lambda item: 0 if item.path in needing[:1] else 1 + (item.path in needing))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line that browser tests were left out, and the cure."""
    if CHROMIUM is None:
        terminalreporter.write_line("the browser tests were left out; to run them: apt-get install chromium")


def silent(_: str) -> None:
    """Progress that no test reads."""


@dataclass(frozen=True)
class Built:
    """A published warehouse and what it was made from, to compare it with."""

    home: Home
    warehouse: Path
    snapshot: Snapshot
    as_of: str | None

    def labels(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """What the snapshot's curation says of each study, by attribute: from its files, not from a table."""
        (folder,) = self.home.cached("curation", "").glob(f"*/{self.snapshot.id}")
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for nct_id, attribute, value in curated_rows(folder, "labels").collect().rows():
            of_study = found.setdefault(nct_id, {})
            of_study[attribute] = (*of_study.get(attribute, ()), value)
        return found


def build_landscape(
    home: Path,
    source: Path | list[Path],
    as_of: str | None = None,
    is_synthetic: bool = False,
    articles: Path | None = None,
    **options: Any,
) -> Built:
    """Build and publish without Prefect, and without page and exports, which few tests want; options are Run's."""
    run = Run(Home(home), load_protocol(), date.fromisoformat(as_of) if as_of else None, silent, **options)
    stages = Stages(
        retrieve=lambda run, source: take(run, source, is_synthetic),
        page_and_exports=lambda run: (run.home.page, run.home.workbook),
    )
    sources = [str(one) for one in source] if isinstance(source, list) else str(source)
    published = landscape(run, sources, articles, stages)
    return Built(run.home, published.warehouse, run.snapshots[published.snapshot_id], as_of)


@pytest.fixture(scope="session", autouse=True)
def vocabularies_once() -> Iterator[None]:
    """Landscapes of one test process are made with the same vocabularies, which are read once."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tasks.run.load_vocabularies", shipped_vocabularies)
        yield


@pytest.fixture(scope="session")
def vocabularies() -> Vocabularies:
    """The vocabularies that the project ships."""
    return shipped_vocabularies()


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """The study protocol."""
    return load_protocol()


@pytest.fixture(scope="session")
def shared_file() -> Callable[[str], Path]:
    """Path of a file under ../shared, or a skip that says why."""

    def path_of(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"real data not here: {path}")
        return path

    return path_of


def built_once(
    factory: pytest.TempPathFactory,
    name: str,
    source: Path | list[Path],
    earlier: Built | None = None,
    **options: Any,
) -> Built:
    """A landscape that whichever test process wants it first builds for all of them.

    `earlier`: a landscape of some of the records, whose labels and judged papers need not be made anew.
    """
    shared = factory.getbasetemp() if WORKER is None else factory.getbasetemp().parent
    home = Home(shared / f"landscape-{name}")
    with FileLock(shared / f"landscape-{name}.lock"):
        if not home.warehouse.exists():
            if earlier:
                shutil.copytree(earlier.home.root / "cache", home.root / "cache", dirs_exist_ok=True)
            return build_landscape(home.root, source, **options)
        (snapshot,) = kept_snapshots(home)
        return Built(home, home.warehouse, snapshot, options.get("as_of"))


@pytest.fixture(scope="session")
def sample_landscape(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The landscape of the bundled synthetic sample."""
    return built_once(tmp_path_factory, "sample", SAMPLE, is_synthetic=True)


def written_once(place: Path, write: Callable[[Home, Protocol], Path], home: Home) -> Path:
    """What whichever test process wants it first writes from a landscape for all of them."""
    with FileLock(home.root.parent / f"{home.root.name}-{place.name}.lock"):
        return place if place.exists() else write(home, load_protocol())


@pytest.fixture(scope="session")
def sample_page(sample_landscape: Built) -> Path:
    """The page of the bundled sample."""
    return written_once(sample_landscape.home.page, write_page, sample_landscape.home)


@pytest.fixture(scope="session")
def sample_exports(sample_landscape: Built) -> Path:
    """The folder of the exports of the bundled sample."""
    return written_once(sample_landscape.home.workbook, write_exports, sample_landscape.home).parent


@pytest.fixture(scope="session")
def registries_landscape(tmp_path_factory: pytest.TempPathFactory, sample_landscape: Built) -> Built:
    """The landscape of the sample with its synthetic registrations of other registries."""
    sources = [SAMPLE, SAMPLE.parent / "ictrp.csv.gz", SAMPLE.parent / "ctis.jsonl.gz"]
    return built_once(tmp_path_factory, "registries", sources, sample_landscape, is_synthetic=True)


@pytest.fixture(scope="session")
def real_landscape(tmp_path_factory: pytest.TempPathFactory, shared_file: Callable[[str], Path]) -> Built:
    """The landscape of the real registrations of 2026, as of the day of the paper."""
    source = shared_file("real/registry-2026.dev.jsonl.gz")
    return built_once(tmp_path_factory, "real", source, as_of="2024-04-30")


@pytest.fixture(scope="session")
def complete_landscape(tmp_path_factory: pytest.TempPathFactory, shared_file: Callable[[str], Path]) -> Built:
    """The landscape of complete real records of 2018, most of them background."""
    return built_once(tmp_path_factory, "complete", shared_file("real/registry-2018.dev.jsonl.gz"))


@pytest.fixture(scope="session")
def unmodified_landscape(tmp_path_factory: pytest.TempPathFactory, shared_file: Callable[[str], Path]) -> Built:
    """The landscape of complete, unmodified real records of 2026, few of them CAR-T: with dates of every step."""
    return built_once(tmp_path_factory, "unmodified", shared_file("real/registry-v2-2026.dev.jsonl.gz"))

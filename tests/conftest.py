"""What tests share: the study protocol without waiting, real data where it is there, and a warehouse built once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tasks.check import check_layer, refuse_critical
from tasks.curate import Curation, curate_studies, load_vocabularies
from tasks.curate.snapshot import curate_snapshot, load_curation, load_decisions
from tasks.settings import REPOSITORY, Protocol, load_protocol
from tasks.snapshot.take import Snapshot, kept_snapshots, take_snapshot
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
from tasks.warehouse.models import build_model, load_models
from tasks.warehouse.publications import load_found_publications, look_for_publications
from tasks.warehouse.publish import build_folder, publish_warehouse

SHARED = REPOSITORY.parent / "shared"
SAMPLE = REPOSITORY / "sample" / "registry.jsonl.gz"


# fast tests first, the end-to-end run last
ORDER = ("unit", "scenarios", "golden", "oracles", "resilience", "browser", "end_to_end")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by their folder, in the order that tells soonest what is broken."""
    items.sort(key=lambda item: ORDER.index(item.path.relative_to(REPOSITORY / "tests").parts[0]))


def silent(_: str) -> None:
    """Progress that no test reads."""


@dataclass(frozen=True)
class Built:
    """A published warehouse and what it was made from, to compare it with."""

    home: Path
    warehouse: Path
    snapshot: Snapshot
    as_of: str | None

    def curations(self) -> dict[str, Curation]:
        """The snapshot's curation, made anew."""
        studies = (study for _, study in self.snapshot.studies())
        return {curation.nct_id: curation for curation in curate_studies(studies, load_vocabularies())}


def build_landscape(home: Path, source: Path, as_of: str | None = None, is_synthetic: bool = False) -> Built:
    """Build and publish without Prefect, from the same functions in the same order as flows/landscape.py."""
    protocol = load_protocol()
    snapshot = take_snapshot(str(source), home, protocol, silent, is_synthetic)
    vocabularies, models = load_vocabularies(), load_models()
    volatile_fields = protocol.registry.volatile_fields
    with build_folder(home) as folder:
        with open_build(folder) as connection:
            create_schemas(connection)
            load_reference_tables(connection)
            for kept in kept_snapshots(home):
                curated = curate_snapshot(kept, vocabularies, home / "cache" / "curation", volatile_fields, silent)
                load_snapshot(connection, kept, volatile_fields)
                load_curation(connection, kept.id, curated)
                load_first_labels(connection, kept.id, home / "history")
                if kept.manifest["is_synthetic"]:
                    look_for_publications(kept, curated, home, protocol, None, silent)
                load_found_publications(connection, kept, curated, home)
            load_decisions(connection, vocabularies)
            record_build(connection, snapshot.id, as_of, protocol, vocabularies.sha256)
            results = check_layer(connection, "raw")
            for layers in (("staging", "core"), ("metrics",)):
                for model in models:
                    if model.schema in layers:
                        build_model(connection, model, model_parameters(protocol, as_of))
                if "metrics" in layers:
                    write_statistics(connection, protocol.statistics)
                results += check_layer(connection, layers[-1])
            refuse_critical(results, str(folder))
            define_questions(connection)
            write_dictionary(connection, models)
            keep_first_labels(connection, home / "history")
        warehouse = publish_warehouse(folder, home)
    return Built(home, warehouse, snapshot, as_of)


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


@pytest.fixture(scope="session")
def sample_landscape(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The landscape of the bundled synthetic sample."""
    return build_landscape(tmp_path_factory.mktemp("sample"), SAMPLE, is_synthetic=True)


@pytest.fixture(scope="session")
def real_landscape(tmp_path_factory: pytest.TempPathFactory, shared_file: Callable[[str], Path]) -> Built:
    """The landscape of the real registrations of 2026, as of the day of the paper."""
    source = shared_file("real/registry-2026.dev.jsonl.gz")
    return build_landscape(tmp_path_factory.mktemp("real"), source, as_of="2024-04-30")


@pytest.fixture(scope="session")
def complete_landscape(tmp_path_factory: pytest.TempPathFactory, shared_file: Callable[[str], Path]) -> Built:
    """The landscape of complete real records of 2018, most of them background."""
    source = shared_file("real/registry-2018.dev.jsonl.gz")
    return build_landscape(tmp_path_factory.mktemp("complete"), source)

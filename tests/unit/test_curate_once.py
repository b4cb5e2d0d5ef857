"""Records that did not change between snapshots are curated once."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import polars
import pytest

from tasks.curate import Curation, Vocabularies, curate_studies
from tasks.curate import snapshot as curated
from tasks.curate.kept import curated_rows
from tasks.curate.snapshot import curate_snapshot
from tasks.files import remove
from tasks.home import Home
from tasks.registry.study import Study
from tasks.settings import load_protocol
from tasks.snapshot.take import take_snapshot
from tasks.workers import in_processes
from tests.conftest import silent
from tests.vocabularies import shipped_vocabularies


def study(number: int, target: str = "CD19", version: str = "2026-11-16") -> dict[str, Any]:
    """A CAR-T study; the version holder is what the registry bumps on every record every day."""
    title = f"{target} CAR-T Cells in Lymphoma"
    return {
        "protocolSection": {"identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": title}},
        "derivedSection": {"miscInfoModule": {"versionHolder": version}},
    }


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """NCT numbers of the studies that curation really read, in order."""
    numbers: list[str] = []

    def counting(studies: Iterable[Study], vocabularies: Vocabularies) -> Iterator[Curation]:
        for curation in curate_studies(studies, vocabularies):
            numbers.append(curation.nct_id)
            yield curation

    monkeypatch.setattr(curated, "curate_studies", counting)
    return numbers


def labels_of(home: Path, name: str, studies: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """Targets by trial after curating a snapshot of the studies."""
    (home / name).write_text("".join(json.dumps(one) + "\n" for one in studies), encoding="utf-8")
    snapshot = take_snapshot(str(home / name), Home(home), load_protocol(), silent)
    volatile = load_protocol().registry.volatile_fields
    folder = curate_snapshot(snapshot, shipped_vocabularies(), Home(home), volatile, silent)
    rows = curated_rows(folder, "labels").collect().rows()
    return sorted((nct_id, value) for nct_id, attribute, value in rows if attribute == "targets")


def test_only_changed_and_new_records_are_read_again(tmp_path: Path, read: list[str]) -> None:
    monday = [study(4000001), study(4000002), study(4000003)]
    assert labels_of(tmp_path, "monday.jsonl", monday) == [(f"NCT0400000{n}", "CD19") for n in (1, 2, 3)]
    assert read == ["NCT04000001", "NCT04000002", "NCT04000003"]
    read.clear()
    tuesday = [study(4000001, version="2026-11-17"), study(4000002, target="CD22"), study(4000004)]
    assert labels_of(tmp_path, "tuesday.jsonl", tuesday) == [
        ("NCT04000001", "CD19"),
        ("NCT04000002", "CD22"),
        ("NCT04000004", "CD19"),
    ]
    assert read == ["NCT04000002", "NCT04000004"]


def test_a_version_is_kept_once_and_read_again_where_its_holder_is_lost(tmp_path: Path, read: list[str]) -> None:
    monday, tuesday = [study(4000001), study(4000002)], [study(4000001), study(4000002, target="CD22")]
    expected = [("NCT04000001", "CD19"), ("NCT04000002", "CD22")]
    labels_of(tmp_path, "monday.jsonl", monday)
    assert labels_of(tmp_path, "tuesday.jsonl", tuesday) == expected
    (of_tuesday,) = Home(tmp_path).cached("curation", "").glob("*/file-tuesday.jsonl-*")
    assert set(polars.read_parquet(of_tuesday / "labels-*.parquet")["nct_id"]) == {"NCT04000002"}
    (of_monday,) = Home(tmp_path).cached("curation", "").glob("*/file-monday.jsonl-*")
    remove(of_monday)
    read.clear()
    assert labels_of(tmp_path, "tuesday.jsonl", tuesday) == expected
    assert read == ["NCT04000001", "NCT04000002"]


def test_the_same_snapshot_is_not_read_twice(tmp_path: Path, read: list[str]) -> None:
    labels_of(tmp_path, "monday.jsonl", [study(4000001)])
    labels_of(tmp_path, "monday.jsonl", [study(4000001)])
    assert read == ["NCT04000001"]


def test_two_processes_write_the_same_files_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curated, "STUDIES_A_BATCH", 3)
    records = [
        (orjson.dumps(study(4000000 + number, f"CD{19 + number % 4}")), number % 2 == 0, False) for number in range(8)
    ]
    written = {}
    for processes in (1, 2):
        folder, workers = tmp_path / str(processes), in_processes(processes)
        folder.mkdir()
        sizes: list[int] = []
        curated.curate_fresh(iter(records), len(records), shipped_vocabularies(), workers, folder, sizes.append)
        assert sizes == [3, 6, 8]
        written[processes] = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(written[1]) == 4 * len(curated.SCHEMAS) and written[1] == written[2]

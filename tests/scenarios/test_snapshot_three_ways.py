"""The same real studies as a download in three forms and over HTTP: one result."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from tasks.home import Home
from tasks.protocol import Protocol
from tasks.settings import REPOSITORY, load_protocol
from tasks.snapshot.take import Snapshot, take_snapshot
from tests.replica import Replica
from tests.replica.material import REAL, needs_real_data, quick

pytestmark = needs_real_data


def paper(url: str = "http://127.0.0.1:9/api/v2") -> Protocol:
    """The nine phrases of the paper, in two fields."""
    return quick(url, phrases=load_protocol(REPOSITORY / "landscape.toml").search.phrases, page_size=200)


def take(source: Path | str, home: Path, protocol: Protocol) -> Snapshot:
    return take_snapshot(str(source), Home(home), protocol, lambda line: None, search_inside=True)


def found(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """The studies that a search found, by NCT number."""
    numbers = set(snapshot.search_hits()["nct_id"])
    studies = {study.nct_id: study.record for study in snapshot.studies()}
    return {number: studies[number] for number in sorted(numbers)}


def by_search(snapshot: Snapshot) -> dict[str, int]:
    return {search["search_id"]: search["studies"] for search in snapshot.manifest["searches"]}


@pytest.mark.parametrize(
    ("name", "studies", "is_found"), [("registry-2026", 1530, 980), ("registry-2018", 1158, 62), ("registry-v2", 62, 9)]
)
def test_three_ways_one_result(tmp_path: Path, name: str, studies: int, is_found: int) -> None:
    original = REAL / f"{name}.dev.jsonl.gz"
    lines = gzip.decompress(original.read_bytes()).splitlines()
    (tmp_path / "ctg-studies.json").write_bytes(b"[" + b",".join(lines) + b"]")
    with zipfile.ZipFile(tmp_path / "ctg-studies.json.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, line in enumerate(lines):
            archive.writestr(f"{number:05d}.json", json.dumps(json.loads(line), indent=2))
    with Replica(original) as replica:
        live = take("live", tmp_path, paper(replica.url))
    sources = [original, tmp_path / "ctg-studies.json", tmp_path / "ctg-studies.json.zip"]
    for source in sources:
        snapshot = take(source, tmp_path, paper())
        assert_frame_equal(snapshot.search_hits(), live.search_hits())
        assert found(snapshot) == found(live)
        assert by_search(snapshot) == by_search(live)
        counts = snapshot.manifest["counts"]
        assert (counts["studies"], counts["found_by_search"], counts["not_found_by_search"]) == (
            studies,
            is_found,
            studies - is_found,
        )
        assert (counts["quarantined"], counts["duplicates_within_source"]) == (0, 0)
    assert len(found(live)) == is_found


def test_every_odd_real_study_is_kept(tmp_path: Path) -> None:
    snapshot = take(REAL / "api" / "studies", tmp_path, paper())
    numbers = [study.nct_id for study in snapshot.studies()]
    assert numbers == sorted(path.stem for path in (REAL / "api" / "studies").glob("*.json"))
    assert len(numbers) == 21 and {"NCT01660113", "NCT04267848", "NCT00763412"} <= set(numbers)
    assert max(len(study.locations) for study in snapshot.studies()) > 1000


def test_saved_api_pages_hold_eight_studies_twice(tmp_path: Path) -> None:
    counts = take(REAL / "api" / "pages", tmp_path, paper()).manifest["counts"]
    assert (counts["records"], counts["studies"], counts["duplicates_within_source"]) == (100, 92, 8)

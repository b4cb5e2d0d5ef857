"""Several registries in one snapshot: whose record is kept, what the manifest says, and what stops one source only."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.snapshot.read import Snapshot
from tasks.snapshot.sources import are_synthetic
from tasks.snapshot.take import take_snapshot
from tests.conftest import silent
from tests.replica import Replica
from tests.replica.material import quick, study

HEADER = "TrialID,Public title,Source Register,Export date,Last Refreshed on\n"
ROWS = (
    "NCT00000001,CAR T cells in lymphoma,ClinicalTrials.gov,43989.7,43990\n"
    "ChiCTR2000000001,CAR T cells in leukemia,ChiCTR,43989.7,43878\n"
)


@pytest.fixture(scope="module")
def european(shared_file: Callable[[str], Path]) -> list[dict[str, Any]]:
    """Real CTIS records of the newer shape, with a product that the searches know."""
    with gzip.open(shared_file("real/other_registries/ctis-retrieve.jsonl.gz"), "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines][2:]
    for record in records:
        part = record["authorizedApplication"]["authorizedPartI"]
        part["trialDetails"]["clinicalTrialIdentifiers"]["publicTitle"] = "CAR T cells in children"
    return records


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export of ICTRP with a copy of a registration of ClinicalTrials.gov, newer than its own record."""
    path = tmp_path / "ictrp.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


@pytest.fixture
def replica(european: list[dict[str, Any]]) -> Iterator[Replica]:
    """The interfaces, with two studies and two trials of CTIS."""
    with Replica(studies=[study(1), study(2)], ctis=european) as replica:
        yield replica


def asking(replica: Replica) -> Protocol:
    """The protocol, at the replica."""
    return quick(replica.url, interfaces={"ctis_url": replica.ctis_url})


def kept(snapshot: Snapshot) -> dict[str, str]:
    """The form of each registration's record."""
    return {one.nct_id: one.form for one in snapshot.studies()}


def test_the_registry_s_own_record_is_kept_whichever_source_comes_first(tmp_path: Path, export: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text(json.dumps(study(1, updated="2019-01-01")) + "\n", encoding="utf-8")
    for number, sources in enumerate(([own, export], [export, own])):
        snapshot = take_snapshot([str(one) for one in sources], Home(tmp_path / str(number)), quick(), silent)
        assert kept(snapshot) == {"ChiCTR2000000001": "ictrp", "NCT00000001": "api"}
        counts = snapshot.manifest["counts"]
        assert (counts["studies"], counts["records"], counts["quarantined"]) == (2, 3, 0)
        by_source = {Path(one["source"]).name: one for one in snapshot.manifest["sources"]}
        assert (by_source["ictrp.csv"]["copies"], by_source["own.jsonl"]["copies"]) == (1, 0)
        assert (by_source["ictrp.csv"]["studies"], by_source["own.jsonl"]["studies"]) == (1, 1)
        assert by_source["ictrp.csv"]["data_date"] == "2020-06-07"
        assert "no commercial use" in by_source["ictrp.csv"]["terms_of_use"][0]


def test_live_registries_and_an_export_make_one_snapshot(tmp_path: Path, export: Path, replica: Replica) -> None:
    snapshot = take_snapshot(["live", str(export), "live-ctis"], Home(tmp_path / "home"), asking(replica), silent)
    assert kept(snapshot) == {
        "2023-505613-24-00": "ctis",
        "2024-510663-34-00": "ctis",
        "ChiCTR2000000001": "ictrp",
        "NCT00000001": "api",
        "NCT00000002": "api",
    }
    assert snapshot.manifest["series"] == "live+file:ictrp.csv+live-ctis"
    assert snapshot.id.startswith("live-")
    assert set(snapshot.search_hits()["nct_id"]) == set(kept(snapshot))
    assert {request.method for request in replica.requests if request.path.endswith("/search")} == {"POST"}


@pytest.mark.parametrize(
    ("fault", "problem"),
    [("changed-shape", "another shape than was observed"), ("html", "a web page instead of JSON"), ("500", "HTTP 500")],
)
def test_trouble_of_ctis_stops_ctis_only(
    tmp_path: Path, export: Path, european: list[dict[str, Any]], fault: str, problem: str
) -> None:
    with Replica(ctis=european, faults=[fault]) as replica:
        snapshot = take_snapshot([str(export), "live-ctis"], Home(tmp_path / "home"), asking(replica), silent)
    assert set(kept(snapshot)) == {"ChiCTR2000000001", "NCT00000001"}
    assert problem in snapshot.manifest["sources"][1]["problem"]


def test_one_source_is_named_as_before(tmp_path: Path, export: Path) -> None:
    alone = take_snapshot(str(export), Home(tmp_path / "a"), quick(), silent)
    listed = take_snapshot([str(export)], Home(tmp_path / "b"), quick(), silent)
    assert alone.id == listed.id
    assert alone.manifest["series"] == "file:ictrp.csv"


def test_a_snapshot_beside_other_sources_and_the_sample_beside_real_ones_are_refused(
    tmp_path: Path, export: Path
) -> None:
    snapshot = take_snapshot(str(export), Home(tmp_path / "home"), quick(), silent)
    with pytest.raises(CartscapeError, match="give it alone, or give its sources"):
        take_snapshot([str(snapshot.folder), str(export)], Home(tmp_path / "other"), quick(), silent)
    with pytest.raises(CartscapeError, match="do not exist: give it without real sources"):
        are_synthetic(["sample", "live"])
    assert are_synthetic(["sample"])
    assert not are_synthetic(["live", str(export)])


def test_a_source_without_any_study_is_named(tmp_path: Path, export: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text(HEADER, encoding="utf-8")
    with pytest.raises(CartscapeError, match=r"empty\.csv: no study could be read \(it holds no record\)"):
        take_snapshot([str(export), str(empty)], Home(tmp_path / "home"), quick(), silent)


def test_of_a_large_export_only_what_a_search_may_find_is_kept(tmp_path: Path, export: Path) -> None:
    others = (
        "ChiCTR2000000002,Acupuncture,ChiCTR,43989.7,43878\n"
        "ChiCTR2000000003,ＣＡＲ－Ｔ细胞 in leukemia,ChiCTR,43989.7,43878\n"
        "ChiCTR2000000004,a sub-study of NCT00000001,ChiCTR,43989.7,43878\n"
        'ChiCTR2000000005,"CAR\nT cells",ChiCTR,43989.7,43878\n'
        "ChiCTR2000000006,Cartilage,ChiCTR,43989.7,43878\n"
    )
    export.write_text(HEADER + ROWS + others, encoding="utf-8")
    protocol = quick(limits={"screened_file_bytes": 1})
    large = take_snapshot(str(export), Home(tmp_path / "large"), protocol, silent)
    small = take_snapshot(str(export), Home(tmp_path / "small"), quick(), silent, search_inside=True)
    left_out = {"ChiCTR2000000002", "ChiCTR2000000006"}
    assert set(kept(small)) - set(kept(large)) == left_out
    assert (
        large.search_hits().drop("rank").sort("nct_id").rows() == small.search_hits().drop("rank").sort("nct_id").rows()
    )
    assert large.manifest["sources"][0]["left_out"] == len(left_out)
    assert large.manifest["counts"]["records"] == len(kept(small))

"""A snapshot is whole, verified, and written once; what can't be read is in its quarantine."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.settings import REPOSITORY
from tasks.snapshot import known
from tasks.snapshot.parts import STUDIES
from tasks.snapshot.read import CONTENTS
from tasks.snapshot.take import Snapshot, open_snapshot, take_snapshot
from tests.replica.material import found_numbers, quick, study


def silent(line: str) -> None:
    """For tests that read no progress."""


def write_lines(path: Path, *records: dict[str, Any] | bytes) -> Path:
    lines = [record if isinstance(record, bytes) else json.dumps(record).encode() for record in records]
    path.write_bytes(b"\n".join(lines))
    return path


def take(path: Path, home: Path, **options: Any) -> Snapshot:
    return take_snapshot(str(path), Home(home), quick(), silent, search_inside=True, **options)


def test_every_record_of_a_file_counts_as_found(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "r.jsonl", study(1, "Aspirin"), study(2))
    snapshot = take_snapshot(str(path), Home(tmp_path), quick(), silent)
    assert snapshot.search_hits().rows() == [
        ("file", "file", "every record", False, "NCT00000001", 1),
        ("file", "file", "every record", False, "NCT00000002", 2),
    ]
    assert [(one["search_id"], one["studies"]) for one in snapshot.manifest["searches"]] == [("file", 2)]
    assert snapshot.id != take(path, tmp_path).id


def test_all_studies_of_a_file_are_kept_sorted_and_as_received(tmp_path: Path) -> None:
    received = b'{"protocolSection":  {"identificationModule":{"nctId":"NCT00000001", "briefTitle":"no"}}}'
    snapshot = take(write_lines(tmp_path / "r.jsonl", study(2), received), tmp_path / "home")
    assert list(snapshot.records()) == [received, json.dumps(study(2)).encode()]
    assert [one.record for one in snapshot.studies()] == [json.loads(received), study(2)]
    assert snapshot.search_hits().rows() == [
        ("cond-01", "query.cond", "CAR T", False, "NCT00000002", 1),
        ("intr-01", "query.intr", "CAR T", False, "NCT00000002", 1),
    ]


def test_the_manifest_says_where_all_came_from(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "r.jsonl", study(1), study(2, "other"), b"<html>")
    snapshot = take(path, tmp_path / "home")
    manifest = snapshot.manifest
    assert (manifest["series"], manifest["source"], manifest["addresses"]) == ("file:r.jsonl", str(path), [str(path)])
    assert manifest["is_synthetic"] is False
    assert manifest["protocol_sha256"] == quick().sha256
    assert manifest["protocol"]["search"]["phrases"] == ["CAR T"]
    assert "contact_email" not in manifest["protocol"]["interfaces"]
    assert manifest["counts"] == {
        "records": 3,
        "studies": 2,
        "found_by_search": 1,
        "not_found_by_search": 1,
        "quarantined": 1,
        "duplicates_within_source": 0,
        "requests": 0,
        "retries": 0,
    }
    assert {name: file["records"] for name, file in manifest["files"].items()} == {
        "studies.jsonl.zst": 2,
        "contents.parquet": 2,
        "shape.parquet": 5,
        "search_hits.parquet": 2,
        "quarantine.jsonl": 1,
        "quarantined_bytes.jsonl.zst": 1,
    }
    assert snapshot.folder == tmp_path / "home" / "snapshots" / snapshot.id
    assert sorted(file.name for file in snapshot.folder.iterdir()) == sorted([*manifest["files"], "manifest.json"])


def test_nothing_vanishes(tmp_path: Path) -> None:
    older, newer, newest = study(1, updated="2020-01"), study(1, updated="2021-01-05"), study(1, updated="2022")
    path = write_lines(tmp_path / "r.jsonl", newer, older, study(2), study(2), newest, newest, b"<html>" + b"x" * 300)
    snapshot = take(path, tmp_path / "home")
    assert [one.record for one in snapshot.studies()] == [newest, study(2)]
    assert [(aside["position"], aside["nct_id"], aside["reason"]) for aside in snapshot.quarantine()] == [
        ("r.jsonl:2", "NCT00000001", "another version of this study, updated 2020-01; kept: r.jsonl:1"),
        ("r.jsonl:1", "NCT00000001", "another version of this study, updated 2021-01-05; kept: r.jsonl:5"),
        ("r.jsonl:7", None, "a web page, not JSON"),
    ]
    assert len(snapshot.quarantine()[2]["excerpt"]) == 200
    counts = snapshot.manifest["counts"]
    assert counts["records"] == counts["studies"] + counts["quarantined"] + counts["duplicates_within_source"] == 7


def test_the_same_study_in_another_order_of_keys_is_the_same(tmp_path: Path) -> None:
    turned = json.dumps(study(1), sort_keys=True).replace("{", "{ ").encode()
    counts = take(write_lines(tmp_path / "r.jsonl", study(1), turned), tmp_path).manifest["counts"]
    assert (counts["studies"], counts["duplicates_within_source"], counts["quarantined"]) == (1, 1, 0)


def test_the_same_file_again_is_the_same_snapshot(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "r.jsonl", study(1))
    first = take(path, tmp_path)
    manifest = (first.folder / "manifest.json").read_bytes()
    assert take(path, tmp_path).id == first.id
    assert (first.folder / "manifest.json").read_bytes() == manifest
    assert first.id.startswith("file-r.jsonl-") and len(first.id) == len("file-r.jsonl-") + 12


@pytest.mark.parametrize("change", ["study", "quarantine", "phrase", "name", "synthetic"])
def test_anything_else_is_another_snapshot(tmp_path: Path, change: str) -> None:
    first = take(write_lines(tmp_path / "r.jsonl", study(1)), tmp_path)
    name = "s.jsonl" if change == "name" else "r.jsonl"
    more: dict[str, list[dict[str, Any] | bytes]] = {"study": [study(2)], "quarantine": [b"{"]}
    path = write_lines(tmp_path / name, study(1), *more.get(change, []))
    protocol = quick(phrases=["CAR T cell"]) if change == "phrase" else quick()
    second = take_snapshot(str(path), Home(tmp_path), protocol, silent, is_synthetic=change == "synthetic")
    assert second.id != first.id
    assert found_numbers(tmp_path) == sorted([first.id, second.id])


def test_synthetic_is_told_and_never_guessed(tmp_path: Path) -> None:
    snapshot = take(write_lines(tmp_path / "r.jsonl", study(90000001)), tmp_path, is_synthetic=True)
    assert (snapshot.manifest["is_synthetic"], snapshot.manifest["series"]) == (True, "sample")
    assert snapshot.id.startswith("sample-")


@pytest.mark.parametrize("name", ["manifest.json", "studies.jsonl.zst", "search_hits.parquet", "quarantine.jsonl"])
def test_one_flipped_bit_anywhere_is_seen(tmp_path: Path, name: str) -> None:
    path = write_lines(tmp_path / "r.jsonl", study(1), b"{")
    snapshot = take(path, tmp_path)
    damaged = snapshot.folder / name
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(CartscapeError, match="delete that folder and take the snapshot again") as caught:
        open_snapshot(snapshot.folder)
    assert name in str(caught.value)
    with pytest.raises(CartscapeError, match=name):
        take(path, tmp_path)


def test_a_missing_file_and_a_missing_snapshot_are_named(tmp_path: Path) -> None:
    snapshot = take(write_lines(tmp_path / "r.jsonl", study(1)), tmp_path)
    (snapshot.folder / "quarantine.jsonl").unlink()
    with pytest.raises(CartscapeError, match=r"quarantine\.jsonl: missing from the snapshot"):
        open_snapshot(snapshot.folder)
    with pytest.raises(CartscapeError, match="no such snapshot"):
        open_snapshot(tmp_path / "nowhere")


def test_a_manifest_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    from tasks.snapshot.read import manifest_sha256

    snapshot = take(write_lines(tmp_path / "r.jsonl", study(1)), tmp_path)
    manifest = {**snapshot.manifest, "snapshot_id": "../../elsewhere"}
    manifest["manifest_sha256"] = manifest_sha256(manifest)
    (snapshot.folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CartscapeError, match="changed since"):
        take(snapshot.folder, tmp_path / "other")


def test_a_snapshot_is_adopted_into_another_home(tmp_path: Path) -> None:
    original = take(write_lines(tmp_path / "r.jsonl", study(1), b"{"), tmp_path / "one")
    adopted = take(original.folder, tmp_path / "two")
    assert adopted.folder == tmp_path / "two" / "snapshots" / original.id
    assert adopted.manifest == original.manifest and list(adopted.studies()) == list(original.studies())
    assert take(original.folder, tmp_path / "two").manifest == original.manifest
    assert take(original.folder, tmp_path / "one").folder == original.folder


@pytest.mark.parametrize(
    ("content", "reason"), [(b"<html>\n{", "a web page"), (b"{}", "no protocolSection"), (b"[]", "it holds no record")]
)
def test_a_file_without_one_readable_study_ends_with_one_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    path = write_lines(tmp_path / ("a.json" if content == b"[]" else "a.jsonl"), content)
    with pytest.raises(CartscapeError, match=f"no study could be read .{reason}"):
        take(path, tmp_path)
    assert found_numbers(tmp_path) == []


def test_an_unknown_source_ends_with_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CartscapeError, match=r"nowhere: no such source; give 'live', 'sample', a \.json"):
        take_snapshot("nowhere", Home(tmp_path), quick(), silent)


def test_a_home_that_is_no_folder_ends_with_one_sentence(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "r.jsonl", study(1))
    with pytest.raises(CartscapeError, match=r"r\.jsonl: File exists; free disk space, or set --home"):
        take(path, path)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "r.jsonl", *[study(number, "x" * 1000) for number in range(1, 200)])
    program = (
        "import resource, sys\nfrom tasks.home import Home\n"
        "from tasks.snapshot.take import take_snapshot\nfrom tests.replica.material import quick\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "take_snapshot(sys.argv[1], Home(sys.argv[2]), quick())"
    )
    command = [sys.executable, "-c", program, str(path), str(tmp_path / "home")]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert "CartscapeError" in run.stderr and "File too large; free disk space" in run.stderr
    assert list((tmp_path / "home" / "snapshots").iterdir()) == []


def test_a_file_name_of_no_encoding_is_no_obstacle(tmp_path: Path) -> None:
    path = write_lines(tmp_path / os.fsdecode(b"r\xff.jsonl"), study(1), b"{")
    snapshot = take(path, tmp_path / "home")
    assert snapshot.manifest["series"] == "file:r?.jsonl"
    assert snapshot.quarantine()[0]["position"] == "r?.jsonl:2"


def test_leftovers_of_a_killed_run_are_cleared_away(tmp_path: Path) -> None:
    leftover = tmp_path / "snapshots" / ".work-killed.partial"
    leftover.mkdir(parents=True)
    (leftover / "spool").write_bytes(b"x")
    take(write_lines(tmp_path / "r.jsonl", study(1)), tmp_path)
    assert not leftover.exists()


def test_progress_tells_counts_and_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.snapshot.reading.SECONDS_BETWEEN_REPORTS", 0.0)
    lines: list[str] = []
    snapshot = take_snapshot(
        str(write_lines(tmp_path / "r.jsonl", study(1), study(2))), Home(tmp_path), quick(), lines.append
    )
    assert [line.split(",")[0] for line in lines[:2]] == ["r.jsonl: 1 records", "r.jsonl: 2 records"]
    assert lines[2:] == [f"snapshot {snapshot.id}: 2 studies, 2 found by the file itself, 0 in quarantine"]


@pytest.mark.parametrize("screened_file_bytes", [1, 10**9])
def test_what_was_read_before_leaves_the_same_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screened_file_bytes: int
) -> None:
    monkeypatch.setattr(known, "FEWEST_KEPT", 1)
    protocol = quick(limits={"screened_file_bytes": screened_file_bytes})
    path = write_lines(tmp_path / "r.jsonl", study(1), study(2), b"<html>", study(3, "other"))
    take_snapshot(str(path), Home(tmp_path / "again"), protocol, silent)
    write_lines(path, study(4), study(3, "other"), study(2, "other"), b"<html>", study(1), study(1))
    again, anew = (take_snapshot(str(path), Home(tmp_path / name), protocol, silent) for name in ("again", "anew"))
    assert again.id == anew.id
    assert len(list((tmp_path / "again" / "cache" / "looks").iterdir())) == 1
    assert list(again.records()) == list(anew.records())
    assert again.contents([]).equals(anew.contents([]))
    # the one home holds two of the records from before, the other all anew
    for name in anew.manifest["files"].keys() - {STUDIES, CONTENTS}:
        assert (again.folder / name).read_bytes() == (anew.folder / name).read_bytes(), name

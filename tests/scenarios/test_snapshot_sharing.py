"""A snapshot holds what changed, and shares the other records with the snapshots of its series before it."""

import os
import shutil
from pathlib import Path
from typing import Any

import orjson
import polars
import pytest

from tasks.backup import backup, restore
from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.settings import load_protocol
from tasks.snapshot.kept import kept_snapshots
from tasks.snapshot.parts import STUDIES
from tasks.snapshot.read import CONTENTS, list_snapshots, open_snapshot
from tasks.snapshot.take import Snapshot, take_snapshot
from tests.replica.material import quick, study

MONDAY: dict[int, str] = {}
TUESDAY = {3: "CAR T cells, second thoughts", 7: "CAR T cells, second thoughts"}
WEDNESDAY = TUESDAY | {7: "CAR T cells, third thoughts", 9: "CAR T cells, third thoughts"}


def silent(line: str) -> None:
    """For tests that read no progress."""


def sent(day: str, titles: dict[int, str]) -> list[bytes]:
    """Ten studies of which some have another title; all bear the day of the registry's data, as its own do."""
    bearing = {"derivedSection": {"miscInfoModule": {"versionHolder": day}}}
    return [orjson.dumps(study(one, titles.get(one, "CAR T cells")) | bearing) for one in range(1, 11)]


def take(home: Home, records: list[bytes], protocol: Protocol | None = None) -> Snapshot:
    """A snapshot of a file that holds the records in another order."""
    path = home.root.parent / "registry.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\n".join(reversed(records)))
    return take_snapshot(str(path), home, protocol or quick(), silent, search_inside=True)


def taken(home: Home) -> list[Snapshot]:
    """The snapshots of three days."""
    days = {"2026-11-23": MONDAY, "2026-11-24": TUESDAY, "2026-11-25": WEDNESDAY}
    return [take(home, sent(day, titles)) for day, titles in days.items()]


def parts(snapshot: Snapshot) -> dict[str, int]:
    """The files of records, and how many each holds."""
    files = snapshot.manifest["files"].items()
    return {name: file["records"] for name, file in files if name.startswith("studies")}


def with_home(**settings: Any) -> Protocol:
    protocol = quick()
    return protocol.model_copy(update={"home": protocol.home.model_copy(update=settings)})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_changed_records_are_written_and_all_read_as_received(home: Home, tmp_path: Path) -> None:
    first, second, third = taken(home)
    assert (parts(first), list(parts(second).values())) == ({STUDIES: 10}, [2, 10])
    shared = f"studies-{first.manifest['files'][STUDIES]['sha256'][:16]}.jsonl.zst"
    assert (second.folder / shared).samefile(first.folder / STUDIES)
    assert sorted(parts(third).values()) == [2, 2, 10]
    assert list(first.records()) == sent("2026-11-23", MONDAY)
    assert list(second.records()) == sent("2026-11-24", TUESDAY)
    assert list(third.records()) == sent("2026-11-25", WEDNESDAY)
    wanted = [sent("2026-11-25", WEDNESDAY)[place] for place in (1, 2, 6)]
    assert list(third.records({"NCT00000007", "NCT00000003", "NCT00000002"})) == wanted
    alone = take(Home(tmp_path / "other" / "home"), sent("2026-11-25", WEDNESDAY))
    assert (parts(alone), alone.id, alone.studies_sha256) == ({STUDIES: 10}, third.id, third.studies_sha256)
    assert alone.id != take(Home(tmp_path / "later" / "home"), sent("2026-11-26", WEDNESDAY)).id


def test_a_snapshot_is_whole_when_those_before_it_are_gone_and_the_disk_keeps_a_file_once(home: Home) -> None:
    first, second, third = taken(home)
    sizes = {one.id: one.size for one in list_snapshots(home.snapshots)}
    own = {one.id: sum(file["bytes"] for file in one.manifest["files"].values()) for one in (first, second, third)}
    assert sizes[first.id] == own[first.id] - first.manifest["files"][STUDIES]["bytes"]
    assert sum(sizes.values()) < sum(own.values())
    shutil.rmtree(first.folder)
    shutil.rmtree(second.folder)
    (left,) = kept_snapshots(home)
    assert list(left.records()) == sent("2026-11-25", WEDNESDAY)
    assert [one.size for one in list_snapshots(home.snapshots)] == [own[third.id]]


@pytest.mark.parametrize("settings", [{"most_parts_of_a_snapshot": 1}, {"most_records_read_for_one": 1.1}])
def test_a_snapshot_of_too_many_parts_or_dead_records_is_written_whole(home: Home, settings: dict[str, Any]) -> None:
    take(home, sent("2026-11-23", MONDAY))
    again = take(home, sent("2026-11-24", TUESDAY), with_home(**settings))
    assert parts(again) == {STUDIES: 10}
    assert list(again.records()) == sent("2026-11-24", TUESDAY)


def test_nothing_is_shared_where_other_fields_are_volatile(home: Home) -> None:
    take(home, sent("2026-11-23", MONDAY))
    protocol = quick()
    registry = protocol.registry.model_copy(update={"volatile_fields": []})
    again = take(home, sent("2026-11-23", TUESDAY), protocol.model_copy(update={"registry": registry}))
    assert parts(again) == {STUDIES: 10}


def test_on_a_disk_that_holds_no_file_twice_it_is_copied(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*paths: Any) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", refuse)
    first, second, _ = taken(home)
    assert list(second.records()) == sent("2026-11-24", TUESDAY)
    (shared,) = parts(second).keys() - {STUDIES}
    assert not (second.folder / shared).samefile(first.folder / STUDIES)
    assert (second.folder / shared).read_bytes() == (first.folder / STUDIES).read_bytes()


def test_an_unchanged_record_that_a_newer_one_replaces_is_in_quarantine_as_received(home: Home) -> None:
    take(home, sent("2026-11-23", MONDAY))
    records = sent("2026-11-24", MONDAY)
    newer = orjson.dumps(study(4, "CAR T cells, newer", updated="2026-11-24"))
    snapshot = take(home, [newer, *records])
    assert list(snapshot.records()) == [*records[:3], newer, *records[4:]]
    assert [content for _, content in snapshot.quarantined_bytes()] == [records[3]]


def test_a_damaged_file_is_named_in_each_snapshot_that_shares_it(home: Home) -> None:
    first, second, _ = taken(home)
    (shared,) = parts(second).keys() - {STUDIES}
    (first.folder / STUDIES).write_bytes(b"rot")
    with pytest.raises(CartscapeError, match=f"{second.id}/{shared}: changed since the snapshot was taken"):
        open_snapshot(second.folder)
    with pytest.raises(CartscapeError, match="changed since the snapshot was taken"):
        take(home, sent("2026-11-26", WEDNESDAY))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("part", "../../secret", "names ../../secret, which is none of its files"),
        ("line", 10, "no record on line 11"),
        ("volatile_values", b"one\x00two", "its contents name other volatile values than a record has"),
    ],
)
def test_contents_that_lead_elsewhere_are_refused(home: Home, column: str, value: Any, said: str) -> None:
    _, snapshot, _ = taken(home)
    forged = polars.read_parquet(snapshot.folder / CONTENTS).with_columns(polars.lit(value).alias(column))
    forged.write_parquet(snapshot.folder / CONTENTS)
    with pytest.raises(CartscapeError, match=said):
        list(snapshot.records())


def test_a_backup_and_what_is_restored_from_it_share_as_the_home_does(home: Home, tmp_path: Path) -> None:
    first, second, third = taken(home)
    backup(home, tmp_path / "backup", leave_out_people=True)
    assert backup(home, tmp_path / "backup", leave_out_people=True).entries[0].startswith("rest-")
    restored = Home(tmp_path / "restored")
    restore(tmp_path / "backup", restored, load_protocol())
    for folder in (tmp_path / "backup" / "snapshots", restored.snapshots):
        (shared,) = parts(second).keys() - {STUDIES}
        assert (folder / second.id / shared).samefile(folder / first.id / STUDIES)
        assert (folder / third.id / shared).samefile(folder / first.id / STUDIES)
        assert list(open_snapshot(folder / third.id).records()) == sent("2026-11-25", WEDNESDAY)

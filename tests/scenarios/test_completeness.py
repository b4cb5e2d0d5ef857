"""A source that lost studies, or changed its records' shape, is not believed until a person says so."""

import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.publish.page.page import write_page
from tasks.settings import load_protocol
from tasks.snapshot.take import Snapshot, take_snapshot
from tests.conftest import build_landscape
from tests.replica import Replica
from tests.replica.material import found_numbers, quick, study

Study = dict[str, Any]
FORTY = [study(number) for number in range(1, 41)]


def silent(line: str) -> None:
    """For tests that read no progress."""


def ask(replica: Replica, home: Path, accept_loss: bool = False) -> Snapshot:
    """A live snapshot of what the replica answers, in one page a search."""
    protocol = quick(replica.url, page_size=100)
    return take_snapshot("live", Home(home), protocol, silent, accept_loss=accept_loss)


def test_a_registry_that_sends_less_than_it_announced_is_asked_once_more_then_refused(tmp_path: Path) -> None:
    said = r"live: search cond-01 'CAR T': the registry announced 40 studies and sent 20; and 2 more: no snapshot was"
    with Replica(FORTY, faults=["short"]) as replica:
        with pytest.raises(CartscapeError, match=said + r" kept, .* run it again with --accept-loss"):
            ask(replica, tmp_path)
        assert sum(request.path == "/api/v2/studies" for request in replica.requests) == 6
    assert found_numbers(tmp_path) == []
    assert not Home(tmp_path).retrieval.exists(), "the next run asks again"


def test_a_search_that_fell_short_once_is_whole_the_second_time(tmp_path: Path) -> None:
    with Replica(FORTY, faults=["short:x1"]) as replica:
        snapshot = ask(replica, tmp_path)
    assert snapshot.manifest["counts"]["studies"] == 40
    assert snapshot.manifest["accepted_losses"] == []


def test_an_accepted_loss_stands_in_the_manifest(tmp_path: Path) -> None:
    with Replica(FORTY, faults=["short"]) as replica:
        manifest = ask(replica, tmp_path, accept_loss=True).manifest
    assert (manifest["counts"]["studies"], manifest["counts"]["quarantined"]) == (10, 10)
    assert manifest["accepted_losses"] == [
        "search cond-01 'CAR T': the registry announced 40 studies and sent 20",
        "search intr-01 'CAR T': the registry announced 40 studies and sent 20",
        "search records 1 to 20 of 20: the registry announced 20 studies and sent 10",
    ]


def test_a_registry_that_answers_every_search_with_nothing_is_refused(tmp_path: Path) -> None:
    with Replica(FORTY, faults=["nothing"]) as replica:
        with pytest.raises(CartscapeError, match="live: the registry sent no study at all: no snapshot was kept"):
            ask(replica, tmp_path)
        assert found_numbers(tmp_path) == []
        assert ask(replica, tmp_path, accept_loss=True).manifest["accepted_losses"] == [
            "the registry sent no study at all"
        ]


@pytest.mark.parametrize(("left", "is_kept"), [(36, True), (35, False), (0, False)])
def test_a_live_snapshot_holds_nine_tenths_of_the_last(tmp_path: Path, left: int, is_kept: bool) -> None:
    with Replica(FORTY) as replica:
        first = ask(replica, tmp_path)
    with Replica(FORTY[:left]) as replica:
        if is_kept:
            assert ask(replica, tmp_path).manifest["accepted_losses"] == []
        else:
            with pytest.raises(CartscapeError, match="live: "):
                ask(replica, tmp_path)
            *_, loss = ask(replica, tmp_path, accept_loss=True).manifest["accepted_losses"]
            assert loss == f"{left} studies are {100 * left / 40:.0f}% of the 40 of the last snapshot, {first.id}"


@pytest.fixture(scope="module")
def records(shared_file: Callable[[str], Path]) -> list[Study]:
    """Thirty complete real registrations."""
    with gzip.open(shared_file("real/registry-v2.dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line, _ in zip(lines, range(30), strict=False)]


@pytest.fixture(scope="module")
def home(records: list[Study], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that holds the snapshot of a file of them."""
    place = Home(tmp_path_factory.mktemp("drift"))
    take(place, records)
    return place


def take(home: Home, records: list[Study]) -> Snapshot:
    """The snapshot of these records in a file of always the same name."""
    source = home.root / "registry.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return take_snapshot(str(source), home, quick(phrases=["lymphoma", "leukemia", "cancer"]), silent)


def change_all(records: list[Study], change: Callable[[Study], object]) -> list[Study]:
    """Copies of the records whose protocol section was changed in place."""
    changed = copy.deepcopy(records)
    for record in changed:
        change(record["protocolSection"])
    return changed


DRIFTS: dict[str, tuple[Callable[[Study], object], str]] = {
    "module renamed": (
        lambda protocol: protocol.update(status=protocol.pop("statusModule")),
        r"protocolSection\.statusModule: \d+ records had it, none has it now",
    ),
    "list as text": (
        lambda protocol: protocol["designModule"].update(phases="|".join(protocol["designModule"].get("phases", []))),
        r"protocolSection\.designModule\.phases: list in \d+ records, now text in all",
    ),
    "value of a list spelled otherwise": (
        lambda protocol: protocol["statusModule"].update(overallStatus="Completed"),
        r"protocolSection\.statusModule\.overallStatus: \d+ records said \w+, none says it now",
    ),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_a_drift_of_the_records_shape_names_the_path(home: Home, records: list[Study], name: str) -> None:
    change, said = DRIFTS[name]
    with pytest.raises(CartscapeError, match=r"file:registry\.jsonl: " + said):
        take(home, change_all(records, change))


def test_half_of_a_file_gone_is_asked_about(home: Home, records: list[Study]) -> None:
    with pytest.raises(CartscapeError, match="15 studies are 50% of the 30 of the last snapshot"):
        take(home, records[:15])


def test_records_that_only_changed_are_believed(home: Home, records: list[Study]) -> None:
    changed = change_all(records, lambda protocol: protocol["identificationModule"].update(briefTitle="CAR-T cancer"))
    assert take(home, changed).manifest["accepted_losses"] == []
    assert take(home, records).manifest["counts"]["studies"] == 30


def test_the_page_says_what_was_accepted(records: list[Study], tmp_path: Path) -> None:
    source = tmp_path / "registry.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    built = build_landscape(tmp_path / "home", source)
    source.write_text("".join(json.dumps(record) + "\n" for record in records[:20]), encoding="utf-8")
    with pytest.raises(CartscapeError, match="20 studies are 67% of the 30"):
        build_landscape(tmp_path / "home", source)
    build_landscape(tmp_path / "home", source, accept_loss=True)
    said = "A loss that a person accepted:</strong> 20 studies are 67% of the 30 of the last snapshot"
    assert said in write_page(built.home, load_protocol()).read_text(encoding="utf-8")

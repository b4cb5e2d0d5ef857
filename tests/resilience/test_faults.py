"""Whole runs over a registry in bad weather: the same result, politely; or one sentence, and nothing half-written."""

import json
import random
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.snapshot.take import take_snapshot
from tests.conftest import Built, build_landscape, silent
from tests.replica import Fault, Replica, Request
from tests.replica.material import quick
from tests.resilience.test_kills import few_studies
from tests.resilience.whole import rows_of

# 30% of the answers are faulty, every kind that can pass among them
KINDS = ("slow", "429", "429-retry-after", "500", "html", "truncated", "dropped", "empty-page")
MIXED = [Fault(kind, rate=0.043) for kind in KINDS]
STUDIES = 60
RATE = 60.0
OF_THE_MOMENT = ("meta.runs", "raw.snapshots", "raw.searches")


def weather(monkeypatch: pytest.MonkeyPatch, url: str, **more: str) -> None:
    """The run's surroundings: this registry, hardly any waiting."""
    settings = {"CLINICALTRIALS_URL": url, "REQUESTS_PER_SECOND": str(RATE), "FIRST_WAIT_SECONDS": "0.02", **more}
    for name, value in settings.items():
        monkeypatch.setenv(f"CARTSCAPE_{name}", value)


def run(home: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch, **more: str) -> Built:
    weather(monkeypatch, replica.url, **more)
    return build_landscape(home, Path("live"))


def landscape(built: Built) -> dict[str, Any]:
    """Every row, with the name that the snapshot got from its time of day taken out."""
    rows = {table: found for table, found in rows_of(built.warehouse).items() if table not in OF_THE_MOMENT}
    return {table: json.dumps(found, default=str).replace(built.snapshot.id, "ID") for table, found in rows.items()}


def asked_twice_without_need(requests: list[Request]) -> list[Request]:
    """Requests for a page whose sound answer had been sent before."""
    answered: set[tuple[str, str]] = set()
    needless = []
    for request in requests:
        key = (request.path, json.dumps(request.parameters, sort_keys=True))
        if key in answered and not request.path.endswith("/version"):
            needless.append(request)
        if request.fault is None:
            answered.add(key)
    return needless


def most_within_a_second(requests: list[Request]) -> int:
    moments = sorted(request.at for request in requests)
    return max(sum(moment <= other < moment + 1.0 for other in moments) for moment in moments)


def test_with_30_percent_faulty_answers_the_result_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studies = few_studies(STUDIES)
    protocol = tmp_path / "landscape.toml"
    settings = (Path(__file__).parents[2] / "landscape.toml").read_text(encoding="utf-8")
    # PubMed is not there, and is asked for all attempts
    for usual, here in (
        ("page_size = 1000  ", "page_size = 10  "),
        ("attempts = 6", "attempts = 12"),
        ("longest_wait_seconds = 60.0", "longest_wait_seconds = 0.1"),
    ):
        assert usual in settings
        settings = settings.replace(usual, here)
    protocol.write_text(settings, encoding="utf-8")
    with Replica(studies) as calm:
        fair = run(tmp_path / "fair", calm, monkeypatch, PROTOCOL=str(protocol))
    with Replica(studies, faults=MIXED, seed=4, slow_seconds=0.1, retry_after="0.2") as stormy:
        foul = run(tmp_path / "foul", stormy, monkeypatch, PROTOCOL=str(protocol))
    fair_landscape, foul_landscape = landscape(fair), landscape(foul)
    assert [name for name in fair_landscape if fair_landscape[name] != foul_landscape[name]] == []
    kinds = Counter(request.fault for request in stormy.requests)
    assert {"429", "429-retry-after", "500", "html", "truncated", "dropped"} <= kinds.keys()
    assert foul.snapshot.manifest["counts"]["retries"] == sum(kinds.values()) - kinds[None]
    assert asked_twice_without_need(stormy.requests) == []
    assert asked_twice_without_need(calm.requests) == []
    # the rate holds over retries too; one more for the edge of the window
    assert most_within_a_second(stormy.requests) <= RATE + 1
    assert most_within_a_second(calm.requests) <= RATE + 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_snapshot_in_a_storm_holds_what_one_in_a_calm_holds(tmp_path: Path, seed: int) -> None:
    studies, faults = few_studies(STUDIES), [Fault(kind, rate=0.043) for kind in KINDS]
    with Replica(studies, faults=faults, seed=seed, slow_seconds=0.01, retry_after="0.05") as stormy:
        storm = take_snapshot("live", Home(tmp_path / "storm"), quick(stormy.url, page_size=3, attempts=20), silent)
    with Replica(studies) as replica:
        calm = take_snapshot("live", Home(tmp_path / "calm"), quick(replica.url, page_size=3), silent)
    assert list(storm.studies()) == list(calm.studies())
    assert storm.search_hits().equals(calm.search_hits())
    assert storm.quarantine() == calm.quarantine() == []
    assert asked_twice_without_need(stormy.requests) == []


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, list[Request]]:
    """The landscape of a registry whose data moved once during the retrieval, and what was asked."""
    studies = random.Random(3).sample(few_studies(STUDIES), 20)
    with pytest.MonkeyPatch.context() as patch, Replica(studies, faults=["moving-once"]) as replica:
        built = run(tmp_path_factory.mktemp("moved"), replica, patch, REQUESTS_PER_SECOND="1000")
    return built, replica.requests


def test_data_that_move_once_start_the_whole_over_once(moved: tuple[Built, list[Request]]) -> None:
    built, requests = moved
    searches = sum(request.path == "/api/v2/studies" for request in requests)
    versions = sum(request.path == "/api/v2/version" for request in requests)
    assert (searches, versions) == (2 * (18 + 1), 3)
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        kept = connection.execute("select count(*), max(data_timestamp) from raw.snapshots").fetchone()
    assert kept == (1, "2026-08-15T09:00:05")


def contents(home: Home) -> dict[Path, bytes]:
    """Every file of a home but the note of who writes there."""
    return {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file() and path != home.writer}


@pytest.mark.parametrize("kind", ["500", "429", "html", "truncated", "dropped", "no server"])
def test_a_registry_that_is_down_stops_the_run_and_leaves_all_as_it_was(
    moved: tuple[Built, list[Request]], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    home = moved[0].home
    before = contents(home)
    with Replica([], faults=[] if kind == "no server" else [kind]) as replica, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api/v2" if kind == "no server" else replica.url
        weather(monkeypatch, url, PATIENCE_SECONDS="0.3")
        with pytest.raises(CartscapeError, match=r"gave up after [01] s.*run again later") as caught:
            build_landscape(home.root, Path("live"))
    assert "\n" not in str(caught.value)
    assert len(before) > 5
    assert contents(home) == before

"""The daily run asks one question, and goes on only where the registry's data changed."""

import json
from pathlib import Path

import requests

from tasks.home import Home
from tasks.snapshot.news import has_news
from tasks.snapshot.take import take_snapshot
from tests.conftest import silent
from tests.replica import Fault, Replica
from tests.replica.material import quick, study


def registry_file(folder: Path) -> Path:
    path = folder / "registry.jsonl"
    path.write_text(json.dumps(study(4000001)) + "\n", encoding="utf-8")
    return path


def test_without_a_live_snapshot_there_is_news(tmp_path: Path) -> None:
    with Replica(studies=registry_file(tmp_path)) as replica:
        assert has_news(Home(tmp_path / "home"), quick(replica.url), silent)
        assert len(replica.requests) == 1


def test_the_same_data_are_no_news_and_cost_one_request(tmp_path: Path) -> None:
    with Replica(studies=registry_file(tmp_path)) as replica:
        take_snapshot("live", Home(tmp_path / "home"), quick(replica.url), silent)
        asked = len(replica.requests)
        assert not has_news(Home(tmp_path / "home"), quick(replica.url), silent)
        assert len(replica.requests) == asked + 1


def test_a_moved_data_timestamp_is_news(tmp_path: Path) -> None:
    studies = registry_file(tmp_path)
    with Replica(studies=studies) as replica:
        take_snapshot("live", Home(tmp_path / "home"), quick(replica.url), silent)
    with Replica(studies=studies, faults=[Fault("moving-always")]) as moved:
        requests.get(f"{moved.url}/version", timeout=5)  # the replica's time moves with every question
        assert has_news(Home(tmp_path / "home"), quick(moved.url), silent)


def test_a_snapshot_of_a_file_says_nothing_about_the_registry(tmp_path: Path) -> None:
    studies = registry_file(tmp_path)
    with Replica(studies=studies) as replica:
        take_snapshot(str(studies), Home(tmp_path / "home"), quick(replica.url), silent)
        assert has_news(Home(tmp_path / "home"), quick(replica.url), silent)

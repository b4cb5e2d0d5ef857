"""A registry that is slow, busy, broken or gone: retried while that helps, else one sentence with the cure."""

import socket
import time
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.snapshot.take import take_snapshot
from tests.replica import Replica
from tests.replica.material import found_numbers, quick, study

STUDIES = [study(number) for number in range(1, 26)]


def refusal(replica: Replica, home: Path, **options: Any) -> str:
    """The one sentence with which a retrieval ends."""
    with pytest.raises(CartscapeError) as caught:
        take_snapshot("live", Home(home), quick(replica.url, **options), lambda line: None)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["429", "500", "html", "truncated", "dropped"])
def test_passing_trouble_is_asked_again(tmp_path: Path, kind: str) -> None:
    lines: list[str] = []
    with Replica(STUDIES, faults=[f"{kind}:x3"]) as replica:
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url), lines.append)
    assert [one.record for one in snapshot.studies()] == STUDIES
    assert (snapshot.manifest["counts"]["requests"], snapshot.manifest["counts"]["retries"]) == (14, 3)
    assert len(replica.requests) == 14
    assert sum("asking again in" in line for line in lines) == 3


@pytest.mark.parametrize("kind", ["429:0.3", "500:0.3", "html:0.3", "truncated:0.3", "dropped:0.3"])
def test_trouble_now_and_then_loses_nothing(tmp_path: Path, kind: str) -> None:
    with Replica(STUDIES, faults=[kind], seed=1) as replica:
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url, page_size=3), lambda line: None)
    assert [one.record for one in snapshot.studies()] == STUDIES
    assert snapshot.manifest["counts"]["retries"] > 0


def test_retry_after_is_honoured(tmp_path: Path) -> None:
    with Replica(STUDIES, faults=["429-retry-after:x1"], retry_after="1") as replica:
        take_snapshot("live", Home(tmp_path), quick(replica.url), lambda line: None)
    first, second = replica.requests[:2]
    assert (first.status, second.status) == (429, 200)
    assert second.at - first.at >= 1.0


def test_a_retry_after_beyond_our_patience_ends_at_once(tmp_path: Path) -> None:
    with Replica(STUDIES, faults=["429-retry-after"], retry_after="3600") as replica:
        assert "HTTP 429; gave up after 0 s" in refusal(replica, tmp_path, patience_seconds=2.0)
    assert len(replica.requests) == 1


def test_a_slow_answer_is_waited_for_and_a_silent_server_is_not(tmp_path: Path) -> None:
    with Replica(STUDIES, faults=["slow:x1"], slow_seconds=0.3) as replica:
        take_snapshot("live", Home(tmp_path), quick(replica.url), lambda line: None)
        assert len(replica.requests) == 11
    with Replica(STUDIES, faults=["slow"], slow_seconds=0.5) as replica:
        assert "no answer in time" in refusal(replica, tmp_path, read_timeout_seconds=0.1, attempts=2)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("500", "HTTP 500"),
        ("429", "HTTP 429"),
        ("html", "a web page instead of JSON"),
        ("truncated", "cut off"),
        ("dropped", "no connection"),
    ],
)
def test_lasting_trouble_ends_with_one_sentence(tmp_path: Path, kind: str, reason: str) -> None:
    with Replica(STUDIES, faults=[kind]) as replica:
        sentence = refusal(replica, tmp_path, attempts=3)
    assert reason in sentence and "run again later" in sentence and "\n" not in sentence
    assert len(replica.requests) == 3
    assert found_numbers(tmp_path) == []


def test_403_is_asked_once_more_and_then_explains_the_firewall_and_the_download(tmp_path: Path) -> None:
    with Replica(STUDIES, faults=["403"]) as replica:
        sentence = refusal(replica, tmp_path)
    assert "web firewall turned this client away; set CARTSCAPE_USER_AGENT" in sentence
    assert "download the studies in a browser" in sentence and len(replica.requests) == 2


def test_a_refused_question_is_not_repeated_and_its_sentence_is_shown(tmp_path: Path) -> None:
    with Replica(STUDIES) as replica:
        protocol = quick(replica.url)
        fields = protocol.search.model_copy(update={"fields": ["query.nonsense"]})
        with pytest.raises(CartscapeError, match=r"HTTP 400: `query\.nonsense` is unknown parameter"):
            take_snapshot("live", Home(tmp_path), protocol.model_copy(update={"search": fields}), lambda line: None)
        assert len(replica.requests) == 2
        with pytest.raises(CartscapeError, match="HTTP 404: Not found"):
            take_snapshot("live", Home(tmp_path), quick(replica.origin + "/api/v9"), lambda line: None)


def test_no_network_ends_with_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as closed:  # bound, but nobody listens
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api/v2"
        with pytest.raises(CartscapeError, match=r"no connection \(Connection refused\); gave up .* check the network"):
            take_snapshot("live", Home(tmp_path), quick(url), lambda line: None)
    assert found_numbers(tmp_path) == []


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://registry.invalid/api/v2"])
def test_a_wrong_address_ends_with_one_sentence(tmp_path: Path, url: str) -> None:
    with pytest.raises(CartscapeError, match=r"landscape\.toml"):
        take_snapshot("live", Home(tmp_path), quick(url, attempts=2), lambda line: None)


def test_patience_has_an_end(tmp_path: Path) -> None:
    started = time.monotonic()
    waits = {"first_wait_seconds": 0.1, "longest_wait_seconds": 0.1}
    with Replica(STUDIES, faults=["500"]) as replica:
        assert "gave up after" in refusal(replica, tmp_path, patience_seconds=0.5, attempts=1000, **waits)
    assert time.monotonic() - started < 5.0


def test_data_that_change_once_start_the_retrieval_over(tmp_path: Path) -> None:
    lines: list[str] = []
    with Replica(STUDIES, faults=["moving-once"]) as replica:
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url), lines.append)
    assert snapshot.manifest["data_timestamp"] == "2026-08-15T09:00:05"
    assert snapshot.manifest["data_changed_during_retrieval"] is False
    assert sum(request.path == "/api/v2/studies" for request in replica.requests) == 2 * 9
    assert sum("starting over once" in line for line in lines) == 1


def test_data_that_change_again_are_kept_and_said_so(tmp_path: Path) -> None:
    lines: list[str] = []
    with Replica(STUDIES, faults=["moving-always"]) as replica:
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url), lines.append)
    assert snapshot.manifest["data_timestamp"] == "2026-08-15T09:00:05"
    assert snapshot.manifest["data_changed_during_retrieval"] is True
    assert sum(request.path == "/api/v2/studies" for request in replica.requests) == 2 * 9
    assert sum("changed again" in line for line in lines) == 1
    assert [one.record for one in snapshot.studies()] == STUDIES

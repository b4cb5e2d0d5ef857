"""Searches page by page, against the replica over HTTP."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.registry.client import Page, Registry, Version, record_queries, search_query
from tasks.registry.searches import plan_searches
from tasks.registry.session import PoliteSession
from tasks.snapshot.take import take_snapshot
from tests.replica import Replica
from tests.replica.answers import Answer, Parameters
from tests.replica.material import quick, study

STUDIES = [study(number) for number in range(1, 26)]


def pages(protocol: Protocol) -> list[Page]:
    with PoliteSession(protocol) as session:
        registry = Registry(session, protocol.interfaces.clinicaltrials_url, protocol.politeness.page_size)
        return list(registry.pages(search_query(plan_searches(protocol.search)[0])))


def test_a_search_is_paged_by_tokens_and_repeats_its_question() -> None:
    with Replica(STUDIES) as replica:
        found = pages(quick(replica.url, interfaces={"user_agent": "x/1", "contact_email": "a@b.org"}))
    assert [(page.number, len(page.studies), page.total) for page in found] == [
        (1, 10, 25),
        (2, 10, None),
        (3, 5, None),
    ]
    assert [json.loads(one) for page in found for one in page.studies] == [
        {"protocolSection": {"identificationModule": {"nctId": f"NCT{number:08d}"}}} for number in range(1, 26)
    ]
    common = {"query.cond": "CAR T", "fields": "NCTId", "format": "json", "pageSize": "10"}
    assert [request.parameters for request in replica.requests] == [
        {**common, "countTotal": "true"},
        {**common, "pageToken": found[0].next_token},
        {**common, "pageToken": found[1].next_token},
    ]
    assert {request.user_agent for request in replica.requests} == {"x/1 (mailto:a@b.org)"}


def test_only_the_absence_of_a_token_ends_a_search() -> None:
    with Replica(STUDIES, faults=["empty-page:x2"]) as replica:
        found = pages(quick(replica.url))
    assert [len(page.studies) for page in found] == [0, 10, 0, 10, 5]
    assert found[0].total == 25


def test_a_token_that_repeats_for_ever_ends_with_one_sentence() -> None:
    with (
        Replica(STUDIES, faults=["token-loop"]) as replica,
        pytest.raises(CartscapeError, match="repeats the page token"),
    ):
        pages(quick(replica.url))


def test_an_empty_search_is_one_empty_page() -> None:
    with Replica([study(1, "x")]) as replica:
        assert pages(quick(replica.url)) == [Page(1, [], 0, None)]


def test_a_page_size_beyond_a_thousand_is_coerced() -> None:
    with Replica([study(number) for number in range(1, 1003)]) as replica:
        assert [len(page.studies) for page in pages(quick(replica.url, page_size=5000))] == [1000, 2]


def test_each_record_is_asked_for_once_in_parts_that_fit_an_address(tmp_path: Path) -> None:
    many = [study(number) for number in range(1, 902)]
    with Replica(many) as replica:
        protocol = quick(replica.url, phrases=["CAR T", "CAR T cells"], page_size=1000)
        snapshot = take_snapshot("live", Home(tmp_path), protocol, lambda line: None)
        asked = [one.parameters.get("filter.ids", "").count("NCT") for one in replica.requests]
    # the version, a page for each phrase and field, the records, the version
    assert asked == [0, 0, 0, 0, 0, 400, 400, 101, 0]
    assert [one.record for one in snapshot.studies()] == many


def test_the_name_of_a_part_changes_with_its_numbers() -> None:
    first, second = record_queries(["NCT00000001", "NCT00000002", "NCT00000003"], 2)
    assert (first.said, second.said) == ("records 1 to 2 of 3", "records 3 to 3 of 3")
    assert second.parameters == {"filter.ids": "NCT00000003"}
    (other,) = record_queries(["NCT00000001"], 2)
    assert other.name.startswith("records-001-") and other.name != first.name


def test_version_says_api_and_data() -> None:
    with Replica(STUDIES) as replica, PoliteSession(quick(replica.url)) as session:
        assert Registry(session, replica.url + "/", 10).version() == Version("2.0.5", "2026-08-14T09:00:05")


def test_the_rate_of_the_protocol_is_kept() -> None:
    with Replica(STUDIES) as replica:
        pages(quick(replica.url, page_size=4, requests_per_second=5.0))
        moments = [request.at for request in replica.requests]
    assert len(moments) == 7
    # never more than five in any second: the sixth comes a second after the first
    assert all(later - earlier >= 0.99 for earlier, later in zip(moments, moments[5:], strict=False))


def test_requests_go_one_at_a_time() -> None:
    with Replica(STUDIES, faults=["slow"], slow_seconds=0.05) as replica:
        pages(quick(replica.url))
        moments = [request.at for request in replica.requests]
    assert all(later - earlier >= 0.05 for earlier, later in pairwise(moments))


def test_a_live_snapshot_says_what_each_search_found(tmp_path: Path) -> None:
    arms = {"interventions": [{"name": "CAR-T"}]}
    studies = [study(3, "CAR-T"), study(1, "other", armsInterventionsModule=arms), study(2, "none")]
    lines: list[str] = []
    with Replica(studies) as replica:
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url), lines.append)
    manifest = snapshot.manifest
    assert (
        manifest["series"] == "live"
        and snapshot.id == f"live-{manifest['started_at'].replace('-', '').replace(':', '')}"
    )
    assert [tuple(search.values()) for search in manifest["searches"]] == [
        ("cond-01", "query.cond", "CAR T", False, 1, 1, 1),
        ("intr-01", "query.intr", "CAR T", False, 2, 1, 2),
    ]
    assert list(manifest["searches"][0])[-3:] == ["total", "pages", "studies"]
    assert manifest["counts"] == {
        "records": 2,
        "studies": 2,
        "found_by_search": 2,
        "not_found_by_search": 0,
        "quarantined": 0,
        "duplicates_within_source": 0,
        "requests": 5,
        "retries": 0,
    }
    assert (manifest["api_version"], manifest["data_timestamp"]) == ("2.0.5", "2026-08-14T09:00:05")
    assert manifest["addresses"] == [replica.url]
    assert [one.record for one in snapshot.studies()] == [studies[1], studies[0]]
    hits = snapshot.search_hits().select("search_id", "nct_id", "rank").rows()
    assert hits == [("cond-01", "NCT00000003", 1), ("intr-01", "NCT00000003", 1), ("intr-01", "NCT00000001", 2)]
    assert lines[0].startswith("cond-01 'CAR T': page 1, 1 of 1 studies, ")
    assert lines[-1] == f"snapshot {snapshot.id}: 2 studies, 2 found by 2 searches, 0 in quarantine"


def test_a_redirect_to_the_same_host_stands_in_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Replica([study(1)]) as replica:
        answer = replica.registry.answer

        def moved(path: str, parameters: Parameters) -> Answer:
            if path == "/version":
                return Answer(301, b"", "text/plain", {"Location": "/api/v2/versions/now?key=x"})
            return answer("/version" if path == "/versions/now" else path, parameters)

        monkeypatch.setattr(replica.registry, "answer", moved)
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url), lambda line: None)
    assert snapshot.manifest["redirects"] == [f"{replica.url}/versions/now"]


def test_two_live_snapshots_in_one_second_are_two(tmp_path: Path) -> None:
    names = []
    for number in (9001, 9002, 9003):
        with Replica([*STUDIES, study(number)]) as replica:
            names.append(take_snapshot("live", Home(tmp_path), quick(replica.url), lambda line: None).id)
    assert len(set(names)) == 3


def test_an_address_that_answers_something_else_is_not_believed(tmp_path: Path) -> None:
    with Replica(STUDIES, articles=[{"pmid": "1", "title": "x"}]) as replica:
        address = replica.europepmc_url + "/search?query=x&"
        with pytest.raises(CartscapeError, match="JSON without apiVersion and dataTimestamp"):
            take_snapshot("live", Home(tmp_path), quick(address, attempts=2), lambda line: None)


def test_a_record_that_is_no_study_is_quarantined_once(tmp_path: Path) -> None:
    odd = {"protocolSection": {"identificationModule": {"nctId": "NCT1", "briefTitle": "CAR T"}}}
    with Replica([study(1), odd]) as replica:
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url), lambda line: None)
    (aside,) = snapshot.quarantine()
    assert aside["position"] == "cond-01 page 1 study 2"
    assert aside["reason"] == "no valid NCT number: NCT1"
    assert aside["excerpt"].startswith('{"protocolSection"')
    assert snapshot.manifest["counts"]["quarantined"] == 1

"""One bad record among good ones: it goes to quarantine with its bytes, and the rest is retrieved."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from tasks.home import Home
from tasks.snapshot.take import take_snapshot
from tests.conftest import silent
from tests.replica import Replica
from tests.replica.answers import Answer
from tests.replica.material import quick, study

GOOD = [study(number) for number in (1, 2, 3)]
BAD = {
    "a lone surrogate": rb'{"protocolSection": {"descriptionModule": {"briefSummary": "\ud800"}}}',
    "a number that is none": rb'{"protocolSection": {"designModule": {"enrollmentInfo": {"count": NaN}}}}',
    "a control character": b'{"protocolSection": {"descriptionModule": {"briefSummary": "a\x01b"}}}',
    "300 levels": b'{"protocolSection": ' + b'{"a": ' * 300 + b"1" + b"}" * 301,
    "100,000 levels": b'{"protocolSection": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "no UTF-8": b'{"protocolSection": {"identificationModule": {"nctId": "NCT00000009", "briefTitle": "\xff"}}}',
    "no object": b'"only a text"',
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_it_is_quarantined_with_its_bytes_and_the_rest_is_retrieved(
    bad: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Replica(GOOD) as replica:
        answer = replica.registry.answer

        def spoilt(path: str, parameters: dict[str, str]) -> Answer:
            given = answer(path, parameters)
            if path == "/studies" and "fields" not in parameters:
                given.body = given.body.replace(b'"studies": [', b'"studies": [' + bad + b",", 1)
                assert bad in given.body
            return given

        monkeypatch.setattr(replica.registry, "answer", spoilt)
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url), silent)
    assert [one.received for one in snapshot.studies()] == GOOD
    (aside,) = snapshot.quarantine()
    assert re.fullmatch(r"records-001-\w{8} page 1 study 1", aside["position"]) and aside["reason"]
    assert snapshot.quarantined_bytes() == [(aside["position"], bad)]


def test_a_number_of_which_the_registry_gives_no_record_is_quarantined_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Replica(GOOD) as replica:
        matches = replica.registry.matches
        withdrawn = lambda asked: matches(asked)[1:] if "filter.ids" in asked else matches(asked)  # noqa: E731
        monkeypatch.setattr(replica.registry, "matches", withdrawn)
        snapshot = take_snapshot("live", Home(tmp_path), quick(replica.url), silent)
    assert [one.received for one in snapshot.studies()] == GOOD[1:]
    (aside,) = snapshot.quarantine()
    assert aside["reason"] == "found, but the registry gave no record of it"
    assert aside["position"].endswith(" NCT00000001") and aside["excerpt"] == "NCT00000001"


def test_a_snapshot_without_bad_records_holds_no_file_of_their_bytes(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_bytes(b"\n".join(map(orjson.dumps, GOOD)))
    snapshot: Any = take_snapshot(str(tmp_path / "good.jsonl"), Home(tmp_path / "home"), quick(), silent)
    assert snapshot.quarantined_bytes() == []
    assert not list(snapshot.folder.glob("quarantined*")) and not list(snapshot.folder.glob("spool"))

"""`cartscape doctor`: one request to each service, what it answered, and an exit code that tells."""

import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tasks.doctor import clock, disk
from tasks.home import Home
from tests.replica import Replica

NOW = datetime.datetime(2026, 11, 27, 1, 0, tzinfo=datetime.UTC)
STUDY = {"protocolSection": {"identificationModule": {"nctId": "NCT00000001", "briefTitle": "CAR T cells"}}}
PAPER = {"pmid": "1", "title": "A chimeric antigen receptor in myeloma", "publication_types": ["Clinical Trial"]}


def answered(replica: Replica, home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    for name in ("clinicaltrials", "pubmed", "europepmc"):
        address = replica.url if name == "clinicaltrials" else getattr(replica, f"{name}_url")
        monkeypatch.setenv(f"CARTSCAPE_{name.upper()}_URL", address)
    monkeypatch.setenv("CARTSCAPE_REQUESTS_PER_SECOND", "100")
    monkeypatch.setenv("CARTSCAPE_NCBI_API_KEY", "a-secret-key")
    result = CliRunner().invoke(app, ["doctor", "--home", str(home)])
    return result.exit_code, result.output


def test_all_well_is_exit_code_0_and_each_service_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Replica(studies=[STUDY], articles=[PAPER]) as replica:
        code, said = answered(replica, tmp_path / "home", monkeypatch)
    assert code == 0 and "FAILS" not in said
    assert "API 2.0.5, data of 2026-08-14T09:00:05" in said and said.count("1 papers") == 2
    assert len(replica.requests) == 3 and "a-secret-key" not in said
    assert not (tmp_path / "home").exists(), "looking changes nothing"


@pytest.mark.parametrize(("fault", "told"), [("500", "HTTP 500"), ("403", "turned this client away; set CARTSCAPE_US")])
def test_a_service_that_fails_is_asked_once_and_named_with_the_cure_and_the_exit_code_tells(
    fault: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Replica(studies=[STUDY], articles=[PAPER], faults=[fault]) as replica:
        code, said = answered(replica, tmp_path / "home", monkeypatch)
    assert code == 1 and said.count("FAILS") == 3 and told in said
    assert len(replica.requests) == 3


def test_a_wrong_clock_and_a_full_disk_are_told(tmp_path: Path) -> None:
    assert clock(["Fri, 27 Nov 2026 00:59:00 GMT"], NOW, 300).is_well
    late = clock(["Fri, 27 Nov 2026 02:00:00 GMT"], NOW, 300)
    assert (late.is_well, "-3600 s against the services: set the clock" in late.said) == (False, True)
    assert not disk(Home(tmp_path / "no" / "home"), 10**18).is_well

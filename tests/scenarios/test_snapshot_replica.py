"""The replica itself: it answers as the three interfaces do, and starts from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tasks.settings import REPOSITORY
from tests.replica import Fault, Replica
from tests.replica.material import study

STUDIES = [study(number) for number in range(1, 6)]
ARTICLES = [
    {
        "pmid": "11",
        "title": "CAR T cells in lymphoma",
        "authors": ["Park JH"],
        "year": "2018",
        "nct_ids": ["NCT00000001"],
    },
    {"pmid": "12", "title": "Other", "abstract": "NCT00000002 was CAR <T>", "full_text_nct_ids": ["NCT00000003"]},
]


def test_the_replica_answers_as_the_registry_does() -> None:
    alias = study(7, "other")
    alias["protocolSection"]["identificationModule"]["nctIdAliases"] = ["NCT00000099"]
    with Replica([*STUDIES, alias]) as replica:

        def ask(path: str, **parameters: str) -> requests.Response:
            return requests.get(f"{replica.url}{path}", params=parameters, timeout=5, allow_redirects=False)

        assert ask("/studies/NCT00000001").json() == STUDIES[0]
        assert (ask("/studies/NCT00000050").status_code, ask("/studies/x").status_code) == (404, 400)
        assert ask("/studies/NCT00000050").headers["Content-Type"].startswith("text/plain")
        moved = ask("/studies/NCT00000099")
        assert (moved.status_code, moved.headers["Location"]) == (301, "/api/v2/studies/NCT00000007")
        assert ask("/studies", **{"filter.ids": "NCT00000099,NCT00000002"}).json()["studies"] == [STUDIES[1], alias]
        assert ask("/studies", pageSize="x").status_code == 400
        assert ask("/studies", pageToken="?").status_code == 400
        assert ask("/studies", nonsense="x").status_code == 400
        assert ask("/studies", **{"query.cond": "ALL", "countTotal": "true"}).json()["totalCount"] == 6
        assert (
            requests.get(f"{replica.origin}/replica/requests", timeout=5).json()[0]["path"]
            == "/api/v2/studies/NCT00000001"
        )


def test_pubmed_finds_by_data_bank_number_and_by_words() -> None:
    with Replica(articles=ARTICLES) as replica:

        def find(term: str) -> dict[str, object]:
            asked = {"db": "pubmed", "retmode": "json", "term": term}
            found: dict[str, object] = requests.post(f"{replica.pubmed_url}/esearch.fcgi", asked, timeout=5).json()[
                "esearchresult"
            ]
            return found

        assert find("NCT00000001[si]")["idlist"] == ["11"]
        assert find("NCT00000001[si] OR NCT00000002[tiab]")["idlist"] == ["11", "12"]
        assert find("(Park[au] AND lymphoma)")["idlist"] == ["11"]
        none = find("NCT00000009[si]")
        assert (none["count"], none["warninglist"]) == (
            "0",
            {"phrasesignored": [], "quotedphrasesnotfound": [], "outputmessages": ["No items found."]},
        )
        text = requests.get(f"{replica.pubmed_url}/efetch.fcgi", {"db": "pubmed", "id": "12,13"}, timeout=5).text
    assert text.count("<PubmedArticle>") == 1 and "CAR &lt;T&gt;" in text


def test_europe_pmc_finds_numbers_of_the_full_text_and_pages_by_cursor() -> None:
    with Replica(articles=ARTICLES) as replica:

        def find(**parameters: str) -> dict[str, object]:
            found: dict[str, object] = requests.get(f"{replica.europepmc_url}/search", parameters, timeout=5).json()
            return found

        assert find(query="ACCESSION_ID:NCT00000003", resultType="idlist")["resultList"] == {
            "result": [{"id": "12", "source": "MED", "pmid": "12"}]
        }
        first = find(query="TITLE:lymphoma OR TITLE:other", pageSize="1")
        assert (first["hitCount"], first["nextCursorMark"]) == (2, "replica1")
        assert "nextCursorMark" not in find(query="TITLE:lymphoma OR TITLE:other", pageSize="1", cursorMark="replica1")
        assert "abstractText" in str(find(query="EXT_ID:12 AND SRC:MED", resultType="core"))


def test_the_replica_starts_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "studies.jsonl").write_text(json.dumps(STUDIES[0]))
    command = [sys.executable, "-m", "tests.replica", "--studies", str(tmp_path / "studies.jsonl"), "--port", "0"]
    with subprocess.Popen([*command, "--fault", "500:x1"], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        url = json.loads(server.stdout.readline())["clinicaltrials"]
        statuses = [requests.get(f"{url}/studies/NCT00000001", timeout=5).status_code for _ in range(2)]
        server.terminate()
    assert statuses == [500, 200]


def test_an_unknown_fault_is_refused() -> None:
    assert Fault.parse("500:0.25") == Fault("500", rate=0.25)
    with pytest.raises(ValueError, match="unknown fault 'flood'; one of: slow, 429"):
        Fault.parse("flood")

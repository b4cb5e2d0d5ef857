"""Papers from the interfaces to the warehouse: looked for once, kept, asked again only for what changed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest

from tasks.curate.snapshot import curate_snapshot
from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.papers.judge.criteria import VERDICTS
from tasks.papers.library import open_library
from tasks.protocol import Protocol
from tasks.publish.page.trial_papers import read_papers
from tasks.snapshot.take import Snapshot, take_snapshot
from tasks.warehouse.building import create_schemas
from tasks.warehouse.publications import load_found_publications, look_for_publications
from tests.conftest import Built, build_landscape, silent
from tests.replica import Fault, Replica
from tests.replica.material import quick
from tests.vocabularies import shipped_vocabularies

NUMBERS = ("NCT90000101", "NCT90000102", "NCT90000103")
PAPER = {
    "pmid": "94000001",
    "title": "GPC3 CAR-T cells in hepatocellular carcinoma: results of a phase 1 trial",
    "authors": ["Ashgrovian E"],
    "year": "2022",
    "journal": "Journal of Made-up Medicine",
    "abstract": f"A chimeric antigen receptor against GPC3. We report safety in 12 patients. {NUMBERS[0]}.",
    "publication_types": ["Clinical Trial, Phase I"],
    "print_date": "2022-05",
    "nct_ids": [NUMBERS[0]],
}

# two papers of one trial that PubMed does not have
DOI_ONLY = [{**PAPER, "pmid": "", "doi": f"10.99999/{name}"} for name in ("first", "second")]
KEYS = {
    "publication_searches": ["snapshot_id", "nct_id"],
    "trial_publications": ["snapshot_id", "nct_id", "paper_key"],
    "publication_routes": ["snapshot_id", "nct_id", "paper_key", "route"],
    "publication_criteria": ["snapshot_id", "nct_id", "paper_key", "criterion"],
    "lost_references": ["snapshot_id", "nct_id", "paper_key"],
}


def trial(number: str, summary: str = "Safety of GPC3 CAR-T cells.") -> dict[str, Any]:
    """A registration with an investigator and an antigen, so that papers are looked for by content too."""
    official = {"name": "Eleni Ashgrovian", "role": "PRINCIPAL_INVESTIGATOR"}
    return {
        "protocolSection": {
            "identificationModule": {"nctId": number, "briefTitle": "GPC3 CAR-T Cells in Hepatocellular Carcinoma"},
            "statusModule": {
                "overallStatus": "COMPLETED",
                "startDateStruct": {"date": "2019-01"},
                "primaryCompletionDateStruct": {"date": "2022-12", "type": "ACTUAL"},
            },
            "descriptionModule": {"briefSummary": summary},
            "conditionsModule": {"conditions": ["Hepatocellular Carcinoma"]},
            "contactsLocationsModule": {"overallOfficials": [official]},
        }
    }


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with Replica(studies=write(tmp_path, [trial(number) for number in NUMBERS]), articles=[PAPER]) as running:
        yield running


def write(folder: Path, studies: list[dict[str, Any]]) -> Path:
    path = folder / "registry.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in studies), encoding="utf-8")
    return path


def protocol_for(replica: Replica) -> Protocol:
    """The protocol in a hurry, all three interfaces at the replica."""
    origin = replica.url.removesuffix("/api/v2")
    addresses = {"pubmed_url": f"{origin}/entrez/eutils", "europepmc_url": f"{origin}/europepmc/webservices/rest"}
    return quick(replica.url, interfaces=addresses)


def looked_for(home: Path, protocol: Protocol) -> tuple[Snapshot, Path]:
    """A live snapshot whose publications were looked for, and the folder of its labels."""
    snapshot = take_snapshot("live", Home(home), protocol, silent)
    volatile = protocol.registry.volatile_fields
    labels = curate_snapshot(snapshot, shipped_vocabularies(), Home(home), volatile, silent)
    assert look_for_publications(snapshot, labels, Home(home), protocol, None, silent)
    return snapshot, labels


def numbers_asked(replica: Replica) -> set[str]:
    """Trial numbers that any question to PubMed or Europe PMC named."""
    asked = [str(one.parameters) for one in replica.requests if "/api/v2" not in one.path]
    return set(re.findall(r"NCT\d{8}", " ".join(asked)))


def test_a_paper_is_found_judged_and_loaded_with_its_routes_and_criteria(tmp_path: Path, replica: Replica) -> None:
    protocol = protocol_for(replica)
    snapshot, labels = looked_for(tmp_path / "home", protocol)
    with duckdb.connect() as connection:
        create_schemas(connection)
        load_found_publications(connection, snapshot, labels, Home(tmp_path / "home"), protocol.matching)
        accepted = connection.execute(
            "select nct_id, pmid, publication_date::varchar, publication_date_precision, kind"
            " from core.trial_publications where decision = 'accept'"
        ).fetchall()
        routes = connection.execute(
            "select route from core.publication_routes where nct_id = $1 order by 1", [NUMBERS[0]]
        ).fetchall()
        verdicts = dict(
            connection.execute(
                "select criterion, verdict from core.publication_criteria where nct_id = $1", [NUMBERS[0]]
            ).fetchall()
        )
        searched = connection.execute("select count(*) from core.publication_searches").fetchone()
    assert accepted == [(NUMBERS[0], "94000001", "2022-05-01", "month", "full results")]
    assert {"accession number", "title or abstract"} <= {route for (route,) in routes}
    assert (verdicts["principal_investigator"], verdicts["target"]) == ("pass", "pass")
    assert searched == (3,), "also the two trials for which none was found were looked for"


def test_an_interrupted_search_for_papers_goes_on_and_asks_nothing_twice(tmp_path: Path, replica: Replica) -> None:
    home, hurry = Home(tmp_path / "home"), protocol_for(replica)
    protocol = hurry.model_copy(update={"politeness": hurry.politeness.model_copy(update={"attempts": 1})})
    snapshot = take_snapshot("live", home, protocol, silent)
    labels = curate_snapshot(snapshot, shipped_vocabularies(), home, protocol.registry.volatile_fields, silent)
    replica.requests.clear()
    for _ in range(2):
        breakdown = Fault("500", after=1)
        replica.faults.faults.append(breakdown)
        with pytest.raises(CartscapeError, match="HTTP 500"):
            look_for_publications(snapshot, labels, home, protocol, None, silent)
        replica.faults.faults.remove(breakdown)
    assert look_for_publications(snapshot, labels, home, protocol, None, silent)
    answered = [(one.path, *sorted(one.parameters.items())) for one in replica.requests if one.status == 200]
    assert len(answered) > 3 and len(answered) == len(set(answered))
    assert not list(home.root.glob("cache/answers/*"))


def test_papers_judged_by_other_limits_are_judged_anew(tmp_path: Path, replica: Replica) -> None:
    home, protocol, kinds = Home(tmp_path / "home"), protocol_for(replica), list[str]()
    snapshot, labels = looked_for(tmp_path / "home", protocol)
    for years in (1.0, 0.5, 1.0):
        limits = protocol.matching.model_copy(update={"interim_before_completion_years": years})
        with duckdb.connect() as connection:
            create_schemas(connection)
            found = load_found_publications(connection, snapshot, labels, home, limits)
        assert found is not None
        kinds += found.candidates.filter(polars.col("nct_id") == NUMBERS[0])["kind"].to_list()
    assert kinds == ["full results", "interim results", "full results"]
    assert len(list(home.root.glob("cache/publications/*"))) == 2, "the same limits are judged once"


def test_the_next_week_asks_every_number_in_full_and_by_content_only_what_is_new(
    tmp_path: Path, replica: Replica
) -> None:
    home, protocol = tmp_path / "home", protocol_for(replica)
    looked_for(home, protocol)
    assert numbers_asked(replica) == set(NUMBERS)
    later = [trial(NUMBERS[0]), trial(NUMBERS[1], summary="Now with a second arm of GPC3 CAR-T."), trial("NCT90000104")]
    late = {**PAPER, "pmid": "94000009", "nct_ids": ["NCT90000104"]}
    with Replica(studies=write(tmp_path, later), articles=[PAPER, late]) as next_week:
        snapshot, _ = looked_for(home, protocol_for(next_week))
        terms = [str(one.parameters["term"]) for one in next_week.requests if one.path.endswith("esearch.fcgi")]
    (by_number,) = [term for term in terms if "[si]" in term]
    assert set(re.findall(r"NCT\d{8}", by_number)) == {NUMBERS[0], NUMBERS[1], "NCT90000104"}
    assert "edat" not in by_number, "a number may come with a later revision of an old paper"
    # the changed and the new trial ask the same by content, which is asked once
    by_content = ["edat" in term for term in terms if "[au]" in term]
    assert by_content == [False, True]
    library = open_library(home / "publications" / snapshot.id)
    assert library is not None
    assert {article.pmid for article in library.articles} == {"94000001", "94000009"}


def test_a_retraction_takes_effect_at_the_next_run(tmp_path: Path, replica: Replica) -> None:
    home = tmp_path / "home"
    looked_for(home, protocol_for(replica))
    withdrawn = {**PAPER, "nct_ids": [], "abstract": "", "corrections": ["RetractionIn: Blood. 2023;1:2"]}
    later = [trial(number) for number in NUMBERS]
    later[0]["protocolSection"]["statusModule"]["whyStopped"] = "No efficacy"
    with Replica(studies=write(tmp_path, later), articles=[withdrawn]) as next_week:
        snapshot, _ = looked_for(home, protocol_for(next_week))
    library = open_library(home / "publications" / snapshot.id)
    assert library is not None
    (paper,) = library.articles
    assert paper.corrections == ("RetractionIn: Blood. 2023;1:2",)


def test_the_same_snapshot_is_not_looked_for_twice(tmp_path: Path, replica: Replica) -> None:
    home, protocol = tmp_path / "home", protocol_for(replica)
    snapshot, labels = looked_for(home, protocol)
    asked = len(replica.requests)
    assert look_for_publications(snapshot, labels, Home(home), protocol, None, silent)
    assert len(replica.requests) == asked


def test_a_file_without_articles_is_not_looked_for_and_says_so(tmp_path: Path, replica: Replica) -> None:
    home, protocol, said = tmp_path / "home", protocol_for(replica), list[str]()
    snapshot = take_snapshot(str(tmp_path / "registry.jsonl"), Home(home), protocol, silent)
    volatile = protocol.registry.volatile_fields
    labels = curate_snapshot(snapshot, shipped_vocabularies(), Home(home), volatile, silent)
    assert not look_for_publications(snapshot, labels, Home(home), protocol, None, said.append)
    assert said[-1].endswith("publications not looked for; give --articles")
    assert not replica.requests


def test_a_damaged_library_names_the_folder_and_the_cure(tmp_path: Path, replica: Replica) -> None:
    snapshot, _ = looked_for(tmp_path / "home", protocol_for(replica))
    folder = tmp_path / "home" / "publications" / snapshot.id
    (folder / "articles.jsonl.zst").write_bytes(b"not zstandard")
    with pytest.raises(CartscapeError, match=r"SHA256SUMS .*or delete it, and the next run looks again"):
        open_library(folder)


def test_the_sample_s_papers_reach_the_metrics(sample_landscape: Built) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        rates = connection.execute(
            "select looked_for_trials = trials, published_trials, publications"
            " from metrics.publication_rates where dimension = 'all'"
        ).fetchall()
    # the sample is written with 288 published trials; of some the paper came over a year before the primary completion
    ((everyone, published, word),) = rates
    assert (everyone, word) == (True, "looked for")
    assert 260 <= published <= 288


@pytest.mark.parametrize(("table", "columns"), KEYS.items())
def test_no_row_about_a_paper_stands_twice(sample_landscape: Built, table: str, columns: list[str]) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        ((declared,),) = connection.execute(
            "select constraint_column_names from duckdb_constraints()"
            " where schema_name = 'core' and table_name = $1 and constraint_type = 'PRIMARY KEY'",
            [table],
        ).fetchall()
        ((rows, distinct),) = connection.execute(
            f"select count(*), count(distinct ({', '.join(columns)})) from core.{table}"
        ).fetchall()
    assert declared == columns
    assert rows == distinct > 0


def landscape_without_pmids(folder: Path) -> Built:
    """A published landscape of one trial with two papers that have a DOI only."""
    papers = folder / "articles.jsonl"
    papers.write_text("".join(json.dumps(one) + "\n" for one in DOI_ONLY), encoding="utf-8")
    return build_landscape(folder / "home", write(folder, [trial(NUMBERS[0])]), articles=papers)


def test_two_papers_of_a_trial_without_pmid_count_as_two(tmp_path: Path) -> None:
    built = landscape_without_pmids(tmp_path)
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        papers = connection.execute(
            "select paper_key, pmid, decision, kind from core.trial_publications order by 1"
        ).fetchall()
        counted = connection.execute("select result_publications from core.trial_publication_status").fetchall()
        routes = connection.execute(
            "select route, candidates, accepted from metrics.publication_routes order by 1"
        ).fetchall()
        shown = read_papers(connection, built.snapshot.id)[NUMBERS[0]]
    assert papers == [
        ("doi:10.99999/first", None, "accept", "full results"),
        ("doi:10.99999/second", None, "accept", "full results"),
    ]
    assert counted == [(2,)]
    assert routes == [(name, 2, 2) for name in ("accession number", "any", "content", "title or abstract")]
    assert sorted(paper["paper_key"] for paper in shown) == [key for key, *_ in papers]
    assert [[criterion for criterion, *_ in paper["criteria"]] for paper in shown] == [sorted(VERDICTS)] * 2
    assert [len(paper["routes"]) for paper in shown] == [3, 3]

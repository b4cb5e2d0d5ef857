"""PubMed and Europe PMC over HTTP, answered by the replica, with its faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from sample.generate import build
from tasks.errors import CartscapeError
from tasks.papers.judge.kinds import kind_of
from tasks.papers.search import by_content, content_query, search_papers
from tasks.papers.sources.europepmc_client import EuropePMCClient, search_page
from tasks.papers.sources.pubmed_client import PubMedClient, TooManyPapers, fetched, search_result, within_days
from tasks.papers.trial import Trial, trial_from_study
from tasks.protocol import Protocol
from tasks.registry.refusals import UnusableAnswer
from tasks.registry.session import PoliteSession
from tasks.registry.study import Study
from tasks.settings import load_protocol
from tests.replica.server import Replica

NUMBER = "NCT90000001"
# thirty surnames, none the beginning of another
NAMES = [f"{first}{second}berg" for first in ("Alv", "Brand", "Carl", "Dahl", "Ek", "Frid") for second in "aeiou"]
ARTICLE = {
    "pmid": "94000001",
    "title": "GPC3 CAR-T cells in hepatocellular carcinoma",
    "authors": ["Ashgrovian E"],
    "year": "2021",
    "journal": "J",
    "abstract": "A chimeric antigen receptor against GPC3.",
    "nct_ids": [NUMBER],
    "full_text_nct_ids": [NUMBER],
}


@contextmanager
def interfaces(
    articles: list[dict[str, Any]], faults: tuple[str, ...] = ()
) -> Iterator[tuple[Replica, Protocol, PoliteSession]]:
    with Replica(articles=articles, faults=faults, retry_after="0") as replica:
        base = replica.url.removesuffix("/api/v2")
        protocol = load_protocol()
        patience = {"first_wait_seconds": 0.01, "longest_wait_seconds": 0.05, "patience_seconds": 20.0}
        addresses = {"pubmed_url": f"{base}/entrez/eutils", "europepmc_url": f"{base}/europepmc/webservices/rest"}
        changed = {
            "politeness": protocol.politeness.model_copy(update=patience),
            "interfaces": protocol.interfaces.model_copy(update=addresses),
        }
        protocol = protocol.model_copy(update=changed)
        yield replica, protocol, PoliteSession(protocol, requests_per_second=10_000)


def test_numbers_are_found_in_the_data_bank_list_and_the_paper_is_read_in_full():
    with interfaces([ARTICLE]) as (replica, protocol, session):
        client = PubMedClient(protocol, session)
        assert client.naming([NUMBER, "NCT90000002"]) == ["94000001"]
        (article,) = client.fetch(["94000001", "5"])
        assert article.registered_numbers == (NUMBER,) and article.title == ARTICLE["title"]
        assert len(replica.requests) == 2
        assert replica.requests[0].method == "POST" and replica.requests[0].parameters["tool"] == "cartscape"


def test_a_paper_that_prints_the_number_needs_no_annotations():
    with interfaces([ARTICLE]) as (replica, protocol, session):
        printed = {"pmid:94000001": frozenset({NUMBER})}
        assert list(EuropePMCClient(protocol, session).naming([NUMBER], {}, printed)) == []
        assert len(replica.requests) == 1


def test_passing_failures_relayed_as_400_are_asked_again_in_halves():
    papers: list[dict[str, Any]] = [{**ARTICLE, "pmid": str(94000001 + number)} for number in range(8)]
    pmids = [str(paper["pmid"]) for paper in papers]
    with interfaces(papers, ("relayed-400:x2",)) as (replica, protocol, session):
        client = PubMedClient(protocol, session)
        assert len(list(client.fetch(pmids))) == 8
        assert not client.quarantine
        asked = [one.parameters["id"].count(",") + 1 for one in replica.requests]
        assert asked == [8, 4, 2, 2, 4]


def test_what_pubmed_never_answers_is_named_and_the_rest_goes_on():
    with interfaces([ARTICLE], ("relayed-400",)) as (_, protocol, session):
        client = PubMedClient(protocol, session)
        assert list(client.fetch(["1", "2", "3", "4", "5"])) == []
        assert client.naming([NUMBER]) == [] and client.unasked == {NUMBER}
        named = " ".join(client.quarantine)
        assert all(f"{pmid}" in named for pmid in range(1, 6)) and NUMBER in named
        results = search_papers([Trial(NUMBER)], client, EuropePMCClient(protocol, session), protocol.matching)
        assert not results.counts, "what was not asked is not 'none found'"


def test_preprints_are_found_by_the_number_in_abstract_or_full_text_and_are_called_so() -> None:
    preprint = {**ARTICLE, "pmid": "", "source": "PPR", "nct_ids": []}
    papers: list[dict[str, Any]] = [
        {**preprint, "id": "PPR11", "doi": "10.1101/2021.01.01.1", "abstract": f"A trial, {NUMBER}."},
        {**preprint, "id": "PPR12", "doi": "10.1101/2021.01.01.2", "title": "GPC3 CAR-T cells"},
    ]
    papers[0]["full_text_nct_ids"] = []
    trial = Trial(NUMBER, brief_title="GPC3 CAR-T Cells")
    with interfaces(papers) as (replica, protocol, session):
        clients = PubMedClient(protocol, session), EuropePMCClient(protocol, session)
        results = search_papers([trial], *clients, protocol.matching)
        asked = [one.parameters["articleIds"] for one in replica.requests if "articleIds" in one.parameters]
    assert asked == ["PPR:PPR12"] and not results.quarantine
    assert [article.doi for article in results.articles] == [paper["doi"] for paper in papers]
    assert {kind_of(trial, article, 1.0).kind for article in results.articles} == {"preprint"}
    assert (results.counts[NUMBER, "title or abstract"], results.counts[NUMBER, "full text"]) == (1, 1)


def test_europe_pmc_says_which_number_stands_in_which_full_text():
    others = [{**ARTICLE, "pmid": str(94000002 + n), "nct_ids": [], "full_text_nct_ids": []} for n in range(3)]
    with interfaces([ARTICLE, *others]) as (replica, protocol, session):
        numbers = [NUMBER, *(f"NCT9000{n:04d}" for n in range(100, 150))]
        client = EuropePMCClient(protocol, session)
        (found,) = client.naming(numbers, {}, {})
        assert (found.pmid, found.full_text_nct_ids) == ("94000001", (NUMBER,))
        assert len(replica.requests) == 3, "two groups of numbers, and one question which number it was"
        (again,) = client.naming(numbers, {found.key: found.full_text_nct_ids}, {})
        assert again.full_text_nct_ids == (NUMBER,) and len(replica.requests) == 5, "asked once for each paper"


def test_every_page_of_a_search_is_read_and_the_end_is_seen():
    papers = [{**ARTICLE, "pmid": str(94000001 + number)} for number in range(5)]
    with interfaces(papers) as (_, protocol, session):
        short_pages = protocol.politeness.model_copy(update={"europepmc_page_size": 2})
        protocol = protocol.model_copy(update={"politeness": short_pages})
        assert len(list(EuropePMCClient(protocol, session).search("TITLE:GPC3"))) == 5


@pytest.mark.parametrize("fault", ["429:x2", "500:x2", "truncated:x1", "html:x1", "dropped:x1"])
def test_passing_faults_are_waited_for(fault: str):
    with interfaces([ARTICLE], (fault,)) as (_, protocol, session):
        assert PubMedClient(protocol, session).search(f"{NUMBER}[si]") == ["94000001"]
        assert session.retries >= 1


def test_lasting_trouble_is_one_sentence_with_the_cure():
    with (
        interfaces([ARTICLE], ("500:1.0",)) as (_, protocol, session),
        pytest.raises(CartscapeError, match=r"landscape\.toml"),
    ):
        PubMedClient(protocol, session).search(f"{NUMBER}[si]")


@pytest.mark.parametrize(
    "content",
    [
        b'{"error":"API rate limit exceeded","count":"11"}',
        b'{"header":{},"esearchresult":{"ERROR":"Search Backend failed"}}',
        b'{"header":{}}',
    ],
)
def test_an_error_never_counts_as_zero_hits(content: bytes):
    with pytest.raises(UnusableAnswer, match="PubMed says"):
        search_result(content)


def test_a_true_zero_is_a_zero():
    zero = b'{"esearchresult":{"count":"0","idlist":[],"warninglist":{"outputmessages":["No items found."]}}}'
    assert search_result(zero)["idlist"] == []
    assert search_page(b'{"hitCount":0,"resultList":{"result":[]}}')["hitCount"] == 0


@pytest.mark.parametrize(
    "content", [b'{"error":"API rate limit exceeded"}', b"<html></html>", b"<PubmedArticleSet><Pub"]
)
def test_what_is_not_a_whole_set_of_articles_is_asked_again(content: bytes):
    with pytest.raises(UnusableAnswer):
        fetched(content)


def test_a_weekly_question_names_its_days():
    assert within_days("a OR b", "2024-04-30") == '(a OR b) AND "2024/04/30"[edat] : "3000"[edat]'
    assert within_days("a OR b", "") == "a OR b"


def test_a_content_question_needs_investigator_and_antigen():
    trial = Trial(NUMBER, brief_title="GPC3 CAR-T Cells in Liver Cancer", investigators=("Elise Ashgrovian, MD",))
    assert (
        content_query(trial, "chimeric antigen receptor")
        == '(ashgrovian e[au]) AND ("GPC3"[tiab]) AND "chimeric antigen receptor"[tiab]'
    )
    assert content_query(Trial(NUMBER, brief_title="GPC3 CAR-T Cells in Liver Cancer"), "receptor") == ""


def test_many_trials_are_asked_about_by_content_at_once_and_each_gets_its_own_papers() -> None:
    unnamed = {**ARTICLE, "nct_ids": [], "full_text_nct_ids": []}
    papers = [{**unnamed, "pmid": str(94000001 + n), "authors": [f"{name} E"]} for n, name in enumerate(NAMES)]
    trials = [
        Trial(f"NCT9000{n:04d}", brief_title="GPC3 CAR-T Cells", investigators=(f"Elise {name}",))
        for n, name in enumerate(NAMES)
    ]
    twin, unknown = replace(trials[0], nct_id="NCT90009998"), Trial("NCT90009999", brief_title="GPC3 CAR-T Cells")
    with interfaces(papers) as (replica, protocol, session):
        clients = PubMedClient(protocol, session), EuropePMCClient(protocol, session)
        since = {trials[-1].nct_id: "2024-04-30"}
        results = search_papers([*trials, twin, unknown], *clients, protocol.matching, since)
    questions = [one.parameters["term"] for one in replica.requests if "[au]" in one.parameters.get("term", "")]
    assert [one.count("[au]") for one in questions] == [25, 4, 1], (
        "29 that are new, the twin's the same, and a known one"
    )
    assert "edat" in questions[2]
    counts = {nct_id: papers for (nct_id, route), papers in results.counts.items() if route == "content"}
    assert counts == {trial.nct_id: 1 for trial in (*trials, twin)} | {unknown.nct_id: 0}


def test_questions_that_pubmed_declines_are_asked_in_halves_and_too_common_ones_say_nothing() -> None:
    trials = [Trial(f"NCT9000000{n}", brief_title="GPC3 CAR-T", investigators=(f"E {NAMES[n]}",)) for n in range(4)]
    with interfaces([{**ARTICLE, "authors": [f"{NAMES[3]} E"]}], ("relayed-400:x1",)) as (replica, protocol, session):
        client = PubMedClient(protocol, session)
        groups = by_content(trials, client, protocol.matching.content_search_phrase, {})
        assert [len(group.trials) for group in groups] == [0, 2, 2] and groups[2].pmids == ["94000001"]
        assert len(replica.requests) == 3 and not client.quarantine

    class Common(PubMedClient):
        def search(self, term: str) -> list[str]:
            if "[au]" in term and NAMES[0].lower() in term:
                raise TooManyPapers("10,000 papers")
            return super().search(term)

    with interfaces([{**ARTICLE, "authors": [f"{NAMES[3]} E"]}]) as (_, protocol, session):
        groups = by_content(trials, Common(protocol, session), protocol.matching.content_search_phrase, {})
    assert [(len(group.trials), group.pmids) for group in groups] == [(0, []), (4, ["94000001"])]


def test_a_search_joins_both_interfaces_and_says_where_it_looked():
    unnamed = {**ARTICLE, "pmid": "94000009", "nct_ids": [], "full_text_nct_ids": []}
    trials = [
        Trial(NUMBER, brief_title="GPC3 CAR-T Cells", investigators=("Elise Ashgrovian",)),
        Trial("NCT90000002", brief_title="CD19 CAR-T Cells"),
    ]
    with interfaces([ARTICLE, unnamed]) as (_, protocol, session):
        clients = PubMedClient(protocol, session), EuropePMCClient(protocol, session)
        results = search_papers(trials, *clients, protocol.matching)
    papers = {article.key: article for article in results.articles}
    assert set(papers) == {"pmid:94000001", "pmid:94000009"}
    assert papers["pmid:94000001"].registered_numbers == (NUMBER,)
    assert results.counts[NUMBER, "accession number"] == 1 and results.counts[NUMBER, "content"] == 2
    assert results.counts["NCT90000002", "full text"] == 0


def test_sample_papers_come_over_http_as_they_lie_in_the_file():
    registry = build()
    by_number = {study.nct_id: study for study in map(Study, registry.studies)}
    named = [article for article in registry.articles if article["nct_ids"]][:5]
    with interfaces(registry.articles) as (_, protocol, session):
        client = PubMedClient(protocol, session)
        articles = {article.pmid: article for article in client.fetch([article["pmid"] for article in named])}
    for article in named:
        read = articles[article["pmid"]]
        assert read.registered_numbers == tuple(article["nct_ids"])
        assert trial_from_study(by_number[article["nct_ids"][0]]).nct_id in read.named_numbers
        assert len(read.authors) == len(article["authors"])

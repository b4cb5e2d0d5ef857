"""Papers from PubMed's XML, Europe PMC's JSON and article files; odd records are read or quarantined."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.errors import CartscapeError
from tasks.papers.article import article_from_json, article_to_json
from tasks.papers.sources.europepmc import articles_from_europepmc
from tasks.papers.sources.files import read_articles, read_trials
from tasks.papers.sources.pubmed import articles_from_pubmed
from tasks.papers.sources.raw import article_of, raw_articles

ONE = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" "https://dtd.nlm.nih.gov/x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">12345678</PMID><Article>
<Journal><JournalIssue><PubDate><MedlineDate>2019 Nov-Dec</MedlineDate></PubDate></JournalIssue>
<Title>J</Title></Journal>
<ArticleTitle>CAR-T in <i>BCMA</i><sup>+</sup> myeloma é</ArticleTitle>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/ABC.Def</ELocationID>
<Abstract><AbstractText Label="METHODS">We did.</AbstractText><AbstractText>NCT 01234567.</AbstractText></Abstract>
<AuthorList><Author><LastName>Müller</LastName><ForeName>Eva Maria</ForeName><Initials>EM</Initials>
<AffiliationInfo><Affiliation>Somewhere</Affiliation></AffiliationInfo></Author>
<Author><CollectiveName>The Group</CollectiveName></Author></AuthorList>
<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
<AccessionNumberList><AccessionNumber>NCT07654321</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
</Article></MedlineCitation></PubmedArticle>{more}</PubmedArticleSet>"""


def xml(encoding: str = "utf-8", more: str = "") -> bytes:
    return ONE.format(encoding=encoding, more=more).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_everything_of_an_article_is_read_in_any_encoding(encoding: str):
    answer = articles_from_pubmed(xml(encoding))
    (article,) = answer.articles
    assert not answer.quarantine
    assert (article.pmid, article.doi, article.title) == ("12345678", "10.1000/abc.def", "CAR-T in BCMA+ myeloma é")
    assert article.abstract == "METHODS: We did.\nNCT 01234567."
    assert article.print_date and article.print_date.iso == "2019-11"
    assert [(a.person.written if a.person else a.group) for a in article.authors] == ["Müller EM", "The Group"]
    assert article.authors[0].affiliations == ("Somewhere",)
    assert article.registered_numbers == ("NCT07654321",) and article.text_numbers == ("NCT01234567",)


def test_a_cut_off_answer_keeps_what_came_before():
    answer = articles_from_pubmed(xml(more="<PubmedArticle><MedlineCitation><PMID>2</PM").split(b"</PM</")[0])
    assert [article.pmid for article in answer.articles] == ["12345678"]
    assert "after 1 articles" in answer.quarantine[0]


def test_entities_are_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><PubmedArticleSet>&a;</PubmedArticleSet>'
    answer = articles_from_pubmed(bomb)
    assert not answer.articles and "Entit" in answer.quarantine[0]


def test_an_article_without_any_number_is_quarantined():
    empty = "<MedlineCitation><Article><ArticleTitle>Nothing</ArticleTitle></Article></MedlineCitation>"
    assert articles_from_pubmed(xml(more=f"<PubmedArticle>{empty}</PubmedArticle>")).quarantine == [
        "article 2: neither PMID nor DOI"
    ]


def test_an_answer_without_articles_is_no_error():
    answer = articles_from_pubmed(b'<?xml version="1.0"?><PubmedArticleSet></PubmedArticleSet>')
    assert (answer.articles, answer.quarantine) == ([], [])


def test_real_pubmed_answers_are_read_whole(shared_file: Callable[[str], Path]):
    folder, counts = shared_file("real/pubmed"), {}
    for path in sorted(folder.glob("efetch_*.xml")):
        answer = articles_from_pubmed(path.read_bytes())
        assert not answer.quarantine
        assert all(article.pmid and article.title and article.publication_date for article in answer.articles)
        raw = raw_articles(path)
        assert [article_of(raw.form, record) for record in raw.records] == answer.articles
        assert [article_from_json(article_to_json(article)) for article in answer.articles] == answer.articles
        counts[path.name] = len(answer.articles)
    assert counts["efetch_pubmed21n1000.xml"] == 29 and counts["efetch_pubmed_result.xml"] == 15
    (improved,) = articles_from_pubmed((folder / "efetch_efetch_citation_22663011.xml").read_bytes()).articles
    assert improved.registered_numbers == ("NCT01245062",)


def test_real_europe_pmc_answers_are_read(shared_file: Callable[[str], Path]):
    core, lite, none, ids = (
        articles_from_europepmc(json.loads(shared_file(f"real/europepmc/{name}.json").read_bytes()))
        for name in ("search_cancer_core", "search_cancer", "search_no_results", "search_cancer_idlist")
    )
    assert core[0].pmid == "39709209" and core[0].doi == "10.1016/s0140-6736(24)02600-x"
    assert core[0].authors[1].person and core[0].authors[1].person.written == "Haas-Kogan DA"
    assert core[0].publication_date and core[0].publication_date.iso == "2025-12-01"
    assert len(lite) == 25 and lite[0].authors and not none and len(ids) == 25


def test_an_article_survives_writing_and_reading():
    article = articles_from_pubmed(xml()).articles[0]
    assert article_to_json(article_from_json(article_to_json(article))) == article_to_json(article)


def test_article_files_of_every_kind(tmp_path: Path):
    row = {"pmid": "7", "title": "A title", "publication_date": "28/06/2022"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n{broken\n")
    (tmp_path / "b.json").write_text(json.dumps([row]))
    (tmp_path / "c.csv").write_text("pmid,title,publication_date\n7,A title,28/06/2022\n7,Again,\n")
    (tmp_path / "d.csv.gz").write_bytes(gzip.compress((tmp_path / "c.csv").read_bytes()))
    (tmp_path / "e.xml").write_bytes(xml())
    found = [read_articles(path) for path in sorted(tmp_path.iterdir())]
    assert [articles[0].pmid for articles in found] == ["7", "7", "7", "7", "12345678"]
    assert all(len(articles) == 1 for articles in found)
    assert found[2][0].publication_date and found[2][0].publication_date.iso == "2022-06-28"


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b"\x1f\x8bbroken"])
def test_an_unusable_file_is_named(tmp_path: Path, content: bytes):
    path = tmp_path / "broken.jsonl"
    path.write_bytes(content)
    with pytest.raises(CartscapeError, match=r"broken\.jsonl"):
        read_articles(path)
    with pytest.raises(CartscapeError, match=r"broken\.jsonl"):
        read_trials(path)

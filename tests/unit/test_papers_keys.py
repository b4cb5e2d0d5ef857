"""How a paper is named in tables, and which records are one paper."""

import pytest

from tasks.papers.article import Article, article_from_json, distinct_articles
from tasks.papers.keys import clean_doi, clean_pmid, written_key


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ({"pmid": "31732519", "doi": "10.1000/abc", "title": "A trial"}, "pmid:31732519"),
        ({"doi": "https://doi.org/10.1000/ABC", "title": "A trial"}, "doi:10.1000/abc"),
        (
            {"title": "GPC3 CAR-T Cells: a first trial.", "year": "2021"},
            "title:gpc3 car t cells a first trial 2021",
        ),
        ({"title": "Étude de phase 1"}, "title:etude de phase 1"),
        ({"title": "嵌合抗原受体T细胞", "year": "2020"}, "title:嵌合抗原受体t细胞 2020"),
        ({"title": "?"}, ""),
    ],
)
def test_a_paper_is_named_by_its_pmid_else_its_doi_else_its_title_and_year(record: dict[str, str], key: str):
    assert article_from_json(record).key == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("pmid:31732519", "pmid:31732519"),
        ("PMID: 31732519", "pmid:31732519"),
        ("31732519", "pmid:31732519"),
        ("https://doi.org/10.1000/ABC", "doi:10.1000/abc"),
        ("title:GPC3 CAR-T Cells 2021", "title:gpc3 car t cells 2021"),
        ("title:", ""),
        ("GPC3 CAR-T Cells", ""),
    ],
)
def test_a_key_as_people_write_it(written: str, key: str):
    assert written_key(written) == key


def test_every_key_of_a_paper_is_read_back_as_it_is():
    article = article_from_json({"pmid": "7", "doi": "10.1000/abc", "title": "CAR-T: “a” trial", "year": "2021"})
    assert [written_key(key) for key in article.keys] == list(article.keys)
    assert len(article.keys) == 3


def test_records_of_one_paper_are_joined_whichever_comes_first():
    online = Article(doi="10.1000/abc", title="Ahead of print", abstract="An abstract", full_text_nct_ids=("NCT1",))
    indexed = Article(pmid="7", doi="10.1000/abc", title="In print", full_text_nct_ids=("NCT2",))
    (paper,) = distinct_articles([online, indexed])
    assert (paper.key, paper.title, paper.abstract) == ("pmid:7", "In print", "An abstract")
    assert paper.full_text_nct_ids == ("NCT2", "NCT1")


def test_papers_with_pmids_of_their_own_stay_apart_although_they_share_a_doi():
    supplement = [Article(pmid=pmid, doi="10.1000/supplement") for pmid in ("7", "8")]
    assert [paper.key for paper in distinct_articles(supplement)] == ["pmid:7", "pmid:8"]


def test_papers_that_nothing_names_are_left_out():
    assert distinct_articles([Article(abstract="No title"), Article(title="…")]) == []


@pytest.mark.parametrize(
    ("written", "pmid"),
    [("31732519.", "31732519"), ("PMID: 0123", "123"), ("31732519.0", "31732519"), ("PMC123", ""), (None, "")],
)
def test_pmids_as_people_type_them(written: object, pmid: str):
    assert clean_pmid(written) == pmid


def test_dois_as_people_type_them():
    assert clean_doi("https://doi.org/10.3389/FIMMU.2025.1583116.") == "10.3389/fimmu.2025.1583116"
    assert clean_doi("none") == ""

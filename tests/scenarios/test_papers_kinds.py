"""What sort of paper a link leads to: what counts as published, and what stands beside it."""

from typing import Any

import pytest

from tasks.errors import CartscapeError
from tasks.papers.article import Article, article_from_json, article_to_json
from tasks.papers.judge.kinds import kind_of, kinds, require_kinds, signs
from tasks.papers.publications import find_publications
from tasks.papers.sources.europepmc import articles_from_europepmc
from tasks.papers.sources.pubmed import articles_from_pubmed
from tasks.papers.trial import trial_from_study
from tasks.registry.study import Study
from tasks.settings import load_protocol

PROTOCOL = load_protocol()
MATCHING, PUBLISHED = PROTOCOL.matching, PROTOCOL.metrics.published_kinds
NUMBER = "NCT90000001"
RETRACTED = """<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>94000001</PMID><Article>
<ArticleTitle>GPC3 CAR-T cells in hepatocellular carcinoma: a phase 1 trial</ArticleTitle></Article>
<CommentsCorrectionsList>
<CommentsCorrections RefType="CommentIn"><RefSource>Blood. 2021;1:2</RefSource></CommentsCorrections>
<CommentsCorrections RefType="RetractionIn"><RefSource>Blood. 2022;3:4</RefSource><PMID>94000002</PMID>
</CommentsCorrections>
</CommentsCorrectionsList></MedlineCitation></PubmedArticle></PubmedArticleSet>"""


def paper(**fields: Any) -> Article:
    title = "GPC3 CAR-T cells in hepatocellular carcinoma: a phase 1 trial"
    return article_from_json({"pmid": "94000001", "title": title, "nct_ids": [NUMBER], **fields})


def registration(**status: Any) -> Study:
    module = {"nctId": NUMBER, "briefTitle": "GPC3 CAR-T Cells for Hepatocellular Carcinoma"}
    return Study({"protocolSection": {"identificationModule": module, "statusModule": status}})


def told(article: Article, study: Study | None = None) -> tuple[str, str]:
    found = kind_of(trial_from_study(study or registration()), article, MATCHING.interim_before_completion_years)
    return found.kind, found.words


@pytest.mark.parametrize(
    ("fields", "kind", "words"),
    [
        ({}, "full results", "no sign of another kind"),
        ({"publication_types": ["Letter"]}, "letter with results", "publication type: letter"),
        ({"publication_types": ["Letter", "Comment"]}, "comment or notice", "publication type: comment"),
        ({"doi": "10.1182/blood-2021-150421"}, "conference abstract", "doi: 10.1182/blood-2021-150421"),
        ({"title": "Abstract CT103: GPC3 CAR-T cells"}, "conference abstract", "title: abstract ct103"),
        ({"publication_types": ["Preprint"]}, "preprint", "publication type: preprint"),
        ({"source": "PPR"}, "preprint", "source: ppr"),
        ({"journal": "medRxiv : the preprint server"}, "preprint", "journal: medrxiv"),
        ({"corrections": ["RetractionIn: Blood. 2022;3:4"]}, "retracted", "correction: retractionin"),
        ({"publication_types": ["Retracted Publication"]}, "retracted", "publication type: retracted publication"),
        ({"title": "RETRACTED: GPC3 CAR-T cells"}, "retracted", "title: retracted"),
        ({"title": "Biomarkers of response to GPC3 CAR-T cells"}, "biomarker or correlative", "title: biomarkers"),
        ({"title": "Cost-effectiveness of GPC3 CAR-T cells"}, "economic", "title: cost-effectiveness"),
        ({"title": "GPC3 CAR-T cells: an interim analysis"}, "interim results", "title: interim analysis"),
        ({"abstract": "Enrollment is ongoing."}, "interim results", "abstract: enrollment is ongoing"),
        ({"title": "Post hoc analysis of GPC3 CAR-T cells"}, "secondary analysis", "title: post hoc"),
        ({"title": "Pooled analysis of CAR-T trials"}, "pooled", "title: pooled analysis"),
        ({"title": "GPC3 CAR-T cells: study protocol"}, "protocol", "title: study protocol"),
        (
            {"title": "Remission of liver cancer", "publication_types": ["Case Reports"]},
            "case report",
            "publication type: case reports",
        ),
        ({"publication_types": ["Review"]}, "review", "publication type: review"),
        ({"title": "Erratum: GPC3 CAR-T cells"}, "comment or notice", "title: erratum:"),
    ],
)
def test_the_kind_of_a_paper_and_the_words_that_say_so(fields: dict[str, Any], kind: str, words: str) -> None:
    assert told(paper(**fields)) == (kind, words)


def test_an_erratum_in_a_later_issue_leaves_results_what_they_are() -> None:
    assert told(paper(corrections=["ErratumIn: Blood. 2022;3:4"]))[0] == "full results"


def test_a_trial_s_own_aim_is_no_secondary_question() -> None:
    module = {"nctId": NUMBER, "briefTitle": "Cost-effectiveness of CAR-T cells"}
    own = Study({"protocolSection": {"identificationModule": module}})
    assert told(paper(title="Cost-effectiveness of CAR-T cells in myeloma"), own)[0] == "full results"


def test_a_paper_long_before_the_actual_primary_completion_is_interim_and_an_expected_one_says_nothing() -> None:
    early = paper(electronic_date="2020-03-01")
    actual = {"date": "2022-01-15", "type": "ACTUAL"}
    words = "published 2020-03-01, primary completion 2022-01-15"
    assert told(early, registration(primaryCompletionDateStruct=actual)) == ("interim results", words)
    assert told(early, registration(primaryCompletionDateStruct=actual | {"type": "ESTIMATED"}))[0] == "full results"
    assert told(early, registration(primaryCompletionDateStruct=actual | {"date": "2021-02"}))[0] == "full results"


def test_six_kinds_that_are_the_trial_s_and_not_published() -> None:
    others = {
        "conference abstract": paper(pmid="1", doi="10.1182/blood-2021-150421"),
        "preprint": paper(pmid="2", source="PPR"),
        "retracted": paper(pmid="3", corrections=["RetractionIn: Blood. 2022;3:4"]),
        "biomarker or correlative": paper(pmid="4", title="Biomarkers of response to GPC3 CAR-T cells in liver cancer"),
        "economic": paper(pmid="5", title="Cost-effectiveness of GPC3 CAR-T cells in liver cancer"),
        "interim results": paper(pmid="6", title="GPC3 CAR-T cells in liver cancer: interim results"),
    }
    found = find_publications([registration()], others.values(), MATCHING).candidates
    rows = {row["pmid"]: row for row in found.to_dicts()}
    assert {row["decision"] for row in rows.values()} == {"accept"}
    assert {rows[one.pmid]["kind"]: one for one in others.values()} == others
    assert not set(PUBLISHED) & set(others)


def test_retractions_are_read_from_both_interfaces() -> None:
    (from_pubmed,) = articles_from_pubmed(RETRACTED.encode()).articles
    assert from_pubmed.corrections == ("RetractionIn: Blood. 2022;3:4, PMID 94000002",)
    notice = {"id": "94000002", "source": "MED", "reference": "Blood. 2022;3:4", "type": "Retraction in"}
    result = {"id": "94000001", "source": "MED", "title": "T", "commentCorrectionList": {"commentCorrection": [notice]}}
    (from_europepmc,) = articles_from_europepmc({"resultList": {"result": [result]}})
    assert from_europepmc.corrections == ("RetractionIn: Blood. 2022;3:4, 94000002",)
    assert article_from_json(article_to_json(from_pubmed)).corrections == from_pubmed.corrections


def test_the_vocabulary_of_kinds_holds_together() -> None:
    assert {sign.kind for sign in signs()} == set(kinds()) - {"full results", "registry results"}
    with pytest.raises(CartscapeError, match=r"published_kinds: 'papers' is no kind of publication_kinds.tsv; choose"):
        require_kinds(["full results", "papers"])
    require_kinds(PUBLISHED)

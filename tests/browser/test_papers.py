"""The papers of a trial: how each was found, what was compared, and what was decided."""

from pathlib import Path

import pytest

from tasks.papers.judge.criteria import CRITERIA
from tasks.papers.judge.decisions import read_link_decisions
from tasks.publish.page.page import write_page
from tasks.settings import load_protocol
from tests.browser.conftest import Watched
from tests.browser.test_page import ask
from tests.conftest import Built
from tests.scenarios.test_publications_in_the_flow import DOI_ONLY, NUMBERS, landscape_without_pmids

pytestmark = pytest.mark.browser


def test_paper_shows_decision_score_routes_and_criteria(
    watched: Watched, sample_page: Path, sample_landscape: Built
) -> None:
    nct, key, score, decided_by = ask(
        sample_landscape,
        "select nct_id, paper_key, score, decided_by from core.trial_publications"
        " inner join core.trials using (snapshot_id, nct_id)"
        " where decision = 'accept' and is_in_cohort order by nct_id limit 1",
    )[0]
    of_paper = f"where nct_id = '{nct}' and paper_key = '{key}' order by all"
    routes = ask(sample_landscape, f"select route, coalesce(detail, '') from core.publication_routes {of_paper}")
    criteria = ask(
        sample_landscape,
        "select replace(criterion, '_', ' '), verdict, coalesce(words, 'not stated on one side')"
        f" from core.publication_criteria {of_paper}",
    )
    assert len(routes) > 0 < len(criteria)
    paper = watched.open(sample_page, f"#trials?open={nct}").locator(f"#detail [data-paper='{key}']")
    assert {"accepted", f"score {score:.2f}", f"decided by {decided_by}"} <= set(
        paper.locator(".marks span").all_inner_texts()
    )
    shown = zip(
        paper.locator(".routes dt").all_inner_texts(), paper.locator(".routes dd").all_inner_texts(), strict=True
    )
    assert list(shown) == routes
    rows = paper.locator(".criteria tr").all()
    assert [tuple(row.locator("th, td").all_inner_texts()) for row in rows] == criteria


def test_a_correction_of_a_paper_becomes_a_signed_row(
    watched: Watched, sample_page: Path, sample_landscape: Built
) -> None:
    nct, key = ask(
        sample_landscape,
        "select nct_id, paper_key from core.trial_publications inner join core.trials using (snapshot_id, nct_id)"
        " where decision = 'accept' and is_in_cohort order by nct_id limit 1",
    )[0]
    tab = watched.open(sample_page, f"#trials?open={nct}")
    paper = tab.locator(f"#detail [data-paper='{key}']")
    paper.get_by_role("button", name=f"say whether it is a paper of {nct}").click()
    assert paper.locator("select[name='new_value'] option").all_inner_texts() == ["no: reject it"]
    for name, value in (("reason", "another\ttrial"), ("source", "its methods"), ("reviewer", "A. Reader")):
        paper.locator(f"input[name='{name}']").fill(value)
    paper.get_by_role("button", name="Add the correction").click()
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save paper-corrections.tsv").click()
    assert tab.get_by_role("button", name="Save corrections.tsv").count() == 0
    (row,) = read_link_decisions(Path(download.value.path()))
    assert (row.nct_id, row.paper_key, row.old_value, row.new_value) == (nct, key, "accept", "reject")
    assert (row.reason, row.source, row.reviewer) == ("another trial", "its methods", "A. Reader")


def test_rejected_papers_of_like_content_are_counted(
    watched: Watched, sample_page: Path, sample_landscape: Built
) -> None:
    nct, papers = ask(
        sample_landscape,
        "select nct_id, count(*) from core.trial_publications inner join core.trials using (snapshot_id, nct_id)"
        " where is_in_cohort group by nct_id having bool_and(decision = 'reject' and route = 'content')"
        " and count(*) > 1 order by nct_id limit 1",
    )[0]
    tab = watched.open(sample_page, f"#trials?open={nct}")
    assert tab.locator("#detail", has_text=f"{papers} papers of similar content were judged and rejected").count() == 1
    assert tab.locator("#detail .papers").count() == 0


def test_two_papers_without_pmid_are_shown_apart_each_with_its_criteria(watched: Watched, tmp_path: Path) -> None:
    built = landscape_without_pmids(tmp_path)
    tab = watched.open(write_page(built.home, load_protocol()), f"#trials?open={NUMBERS[0]}")
    for paper in DOI_ONLY:
        shown = tab.locator(f"#detail [data-paper='doi:{paper['doi']}']")
        assert shown.locator(".title").inner_text() == paper["title"]
        of_paper = f"where nct_id = '{NUMBERS[0]}' and paper_key = 'doi:{paper['doi']}'"
        ((judged,),) = ask(built, f"select count(*) from core.publication_criteria {of_paper}")
        assert shown.locator(".criteria tr").count() == judged >= len(CRITERIA)

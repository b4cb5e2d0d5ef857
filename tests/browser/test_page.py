"""The page as a reader meets it, in a real browser, its counts compared with SQL."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.curate.engine.decisions import HEADER
from tests.browser.conftest import HOSTILE_TITLES, Watched
from tests.conftest import Built

pytestmark = pytest.mark.browser
LARGEST_PAGE_BYTES = 6_000_000
LONGEST_FILTER_MILLISECONDS = 100


def ask(built: Built, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def listed_by_sql(watched: Watched, built: Built) -> int:
    """Trials that the query shown beside the list finds in the warehouse."""
    return len(ask(built, watched.tab.locator("#sql").text_content()))


def test_every_chart_draws_without_error_or_request(watched: Watched, sample_page: Path) -> None:
    tab = watched.open(sample_page)
    assert sample_page.stat().st_size < LARGEST_PAGE_BYTES
    assert "Synthetic sample" in tab.locator(".synthetic").inner_text()
    places = tab.locator("[data-figure]")
    assert places.count() >= 8
    for place in range(places.count()):
        places.nth(place).scroll_into_view_if_needed()
        marks = places.nth(place).locator("svg.marks g[role='graphics-symbol'], svg.marks path, svg.marks text")
        marks.first.wait_for(state="attached")
    spoken = [places.nth(place).get_attribute("aria-label") for place in range(places.count())]
    titles = [one.split("\n")[0] for one in tab.locator("figure:has([data-figure]) h3").all_inner_texts()]
    assert len(set(spoken)) == len(titles) == places.count()
    assert all(re.search(r"\d", words) for words in spoken)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1440


def test_click_on_a_bar_opens_its_trials(watched: Watched, sample_page: Path, sample_landscape: Built) -> None:
    tab = watched.open(sample_page, "#figure-phases")
    bar = "#figure-phases path[role='graphics-symbol'][aria-roledescription='bar'][aria-label*='phase: Phase 1;']"
    tab.locator(bar).click()
    tab.locator("#list li").first.wait_for()
    expected = ask(sample_landscape, "select count(*) from core.trials where is_in_cohort and phase = 'Phase 1'")
    assert watched.found() == expected[0][0] == listed_by_sql(watched, sample_landscape)


def test_every_link_finds_as_many_trials_as_its_number(
    watched: Watched, sample_page: Path, sample_landscape: Built
) -> None:
    tab = watched.open(sample_page)
    links = tab.eval_on_selector_all(
        "a.trials", "links => links.map((link) => [link.getAttribute('href'), link.textContent])"
    )
    assert len(links) > 300
    for href, text in dict(links[:: max(1, len(links) // 60)]).items():
        tab.evaluate(f"location.hash = {href!r}")
        watched.until("data-shown", href)
        assert watched.found() == int(text.replace(",", "")), href
        assert listed_by_sql(watched, sample_landscape) == watched.found(), href


@pytest.mark.parametrize("sentence", ["targets=!unstated&disease_groups=solid", "city=unstated", "paper=*&text=cd19"])
def test_filters_are_fast(watched: Watched, sample_page: Path, sentence: str) -> None:
    tab = watched.open(sample_page, f"#trials?{sentence}")
    tab.locator("#list li").first.wait_for()
    milliseconds = []
    # a machine that does something else besides is slow now and then, not each time
    for words in ("cell", "cells", "cell t", "c", "ce"):
        tab.fill("#text", words)
        milliseconds.append(float(tab.evaluate("document.documentElement.dataset.filterMilliseconds")))
    assert min(milliseconds) < LONGEST_FILTER_MILLISECONDS


def test_filters_by_checkbox_and_state_survives_reload_and_back(
    watched: Watched, sample_page: Path, sample_landscape: Built
) -> None:
    tab = watched.open(sample_page, "#trials?")
    everything = watched.found()
    tab.locator("[data-facet='targets'] label", has_text=re.compile("^CD19")).locator("input").check()
    watched.until("data-shown", "#trials?targets=CD19")
    narrowed = watched.found()
    assert 0 < narrowed < everything
    assert narrowed == listed_by_sql(watched, sample_landscape)
    tab.reload()
    watched.until("data-ready", "yes")
    assert watched.found() == narrowed
    tab.go_back()
    watched.until("data-shown", "#trials?")
    assert watched.found() == everything


def test_evidence_is_the_quote_in_its_field(watched: Watched, sample_page: Path, sample_landscape: Built) -> None:
    nct, value, quote, rule = ask(
        sample_landscape,
        "select nct_id, value, quote, rule from core.assertions inner join core.trials using (snapshot_id, nct_id)"
        " where attribute = 'targets' and field like '%briefSummary' and is_in_cohort order by nct_id limit 1",
    )[0]
    tab = watched.open(sample_page, f"#trials?open={nct}")
    proof = tab.locator("#detail [data-attribute='targets'] .proofs li", has_text=rule).first
    assert proof.locator("mark").inner_text() == quote
    assert value in proof.inner_text()
    assert len(proof.locator("blockquote").inner_text()) > len(quote)
    tab.keyboard.press("Escape")
    tab.locator("#detail").wait_for(state="hidden")


def test_marked_characters_are_where_python_counted_them(watched: Watched, hostile_landscape: Built) -> None:
    page = hostile_landscape.home.page
    nct = ask(hostile_landscape, "select nct_id from core.trials where brief_title like '%𝕏%'")[0][0]
    tab = watched.open(page, f"#trials?screening=*&open={nct}")
    quotes = {quote for (quote,) in ask(hostile_landscape, f"select quote from core.assertions where nct_id = '{nct}'")}
    marked = set(tab.locator("#detail mark").all_inner_texts())
    assert marked
    assert marked <= quotes


def test_hostile_titles_stay_text(watched: Watched, hostile_landscape: Built) -> None:
    tab = watched.open(hostile_landscape.home.page, "#trials?screening=*")
    shown = tab.locator("#list li > a").all_text_contents()
    assert set(HOSTILE_TITLES) <= set(shown)
    assert tab.title() != "owned"
    assert tab.locator("#list img, #list script, #detail img").count() == 0
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1440
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_correction_becomes_a_signed_row(watched: Watched, sample_page: Path) -> None:
    tab = watched.open(sample_page, "#trials?targets=CD19")
    tab.locator("#list li > a").first.click()
    label = tab.locator("#detail [data-attribute='targets']")
    label.get_by_role("button", name="propose a correction").click()
    label.locator("input[name='new_value']").fill("CD20")
    label.locator("input[name='reason']").fill("the title\tsays so")
    label.locator("input[name='reviewer']").fill("A. Reader")
    label.get_by_role("button", name="Add the correction").click()
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save corrections.tsv").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    assert tuple(rows[0]) == HEADER
    assert (rows[0]["attribute"], rows[0]["new_value"], rows[0]["reviewer"]) == ("targets", "CD20", "A. Reader")
    assert rows[0]["reason"] == "the title says so"
    assert "CD19" in rows[0]["old_value"]


def test_no_trial(watched: Watched, no_trial: Built) -> None:
    tab = watched.open(no_trial.home.page)
    assert tab.locator(".headline dd").first.inner_text() == "0"
    tab.goto(no_trial.home.page.as_uri() + "#trials?")
    tab.locator("#found", has_text="0 trials").wait_for()


def test_one_trial(watched: Watched, one_trial: Built) -> None:
    tab = watched.open(one_trial.home.page)
    assert tab.locator(".headline dd").first.inner_text() == "1"
    tab.locator(".headline a").first.click()
    tab.locator("#found", has_text="1 trial").wait_for()


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_overflows(watched: Watched, sample_page: Path, width: int) -> None:
    watched.tab.set_viewport_size({"width": width, "height": 900})
    for address in ("", "#trials?", "#methods"):
        tab = watched.open(sample_page, address)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, address


def test_prints_whole(watched: Watched, sample_page: Path) -> None:
    tab = watched.open(sample_page)
    tab.emulate_media(media="print", color_scheme="dark")
    tab.set_viewport_size({"width": 680, "height": 960})
    places = tab.locator("[data-figure]")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    for place in range(places.count()):
        places.nth(place).locator("svg.marks").first.wait_for(state="attached")
    cut = "all => all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.textContent)"
    assert tab.eval_on_selector_all("td, th, svg.marks", cut) == []
    assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert re.match(r"The first 20 of \d+ rows", tab.locator("#growth .printed").first.inner_text())

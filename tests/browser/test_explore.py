"""The story, the pages of targets and their like, the grid of pairs, and what a figure can be saved as."""

import csv
import re
from pathlib import Path

import pytest

from tests.browser.conftest import Watched
from tests.browser.test_page import ask
from tests.conftest import Built

pytestmark = pytest.mark.browser


def test_each_number_of_the_story_opens_as_many_trials(watched: Watched, sample_page: Path) -> None:
    tab = watched.open(sample_page)
    links = tab.eval_on_selector_all(
        ".story a", "links => links.map((link) => [link.getAttribute('href'), link.textContent])"
    )
    counted = [(href, text) for href, text in links if text.replace(",", "").isdigit()]
    assert len(counted) > 5
    for href, text in counted:
        tab.evaluate(f"location.hash = {href!r}")
        watched.until("data-shown", href)
        assert watched.found() == int(text.replace(",", "")), href


def test_a_target_has_a_page_of_its_own(watched: Watched, sample_page: Path, sample_landscape: Built) -> None:
    tab = watched.open(sample_page, "#explore?targets=CD22")
    ((trials, first),) = ask(
        sample_landscape,
        "select count(*), arg_min(nct_id, (first_posted_date, nct_id)) from landscape.trials"
        " inner join landscape.trial_targets using (nct_id) where target = 'CD22'",
    )
    page = tab.locator(".profile")
    assert page.locator("h1").inner_text() == "CD22"
    assert page.locator(".lead a").inner_text() == f"{trials} trials"
    assert page.get_by_role("link", name="First in class").count() == 0
    assert page.locator(f"a[href='#trials?open={first}']").count() == 1
    years = page.locator(".timeline b").all_inner_texts()
    assert sum(int(one) for one in years if one) == trials


def test_two_values_stand_side_by_side(watched: Watched, sample_page: Path, sample_landscape: Built) -> None:
    tab = watched.open(sample_page, "#explore?targets=CD19")
    tab.get_by_label("Compare with").fill("BCMA")
    tab.get_by_label("Compare with").press("Enter")
    watched.until("data-shown", "#explore?targets=CD19&targets=BCMA")
    assert tab.locator("#view-explore h1").inner_text() == "CD19 beside BCMA"
    counted = "select count(*) from landscape.trial_targets join landscape.trials using (nct_id) where target = '{}' {}"
    late = [ask(sample_landscape, counted.format(name, "and phase = 'Phase 2'"))[0][0] for name in ("CD19", "BCMA")]
    shown = tab.locator(".beside tr", has=tab.locator("th", has_text=re.compile(r"^Phase 2\s*$"))).locator("td")
    assert [int(one.split()[0]) for one in shown.all_inner_texts()] == late
    assert min(late) > 0


def test_two_selections_stand_side_by_side(watched: Watched, sample_page: Path, sample_landscape: Built) -> None:
    tab = watched.open(sample_page, "#trials?targets=CD19&phase=Phase%202")
    first = watched.found()
    tab.get_by_role("link", name="Compare with").click()
    tab.locator("#beside", has_text="Set beside: target CD19, phase Phase 2").wait_for()
    beside = "#trials?country=Germany&beside=targets%3DCD19%26phase%3DPhase%25202"
    tab.evaluate(f"location.hash = {beside!r}")
    watched.until("data-shown", beside)
    other = watched.found()
    tab.get_by_role("link", name="Side by side with target CD19, phase Phase 2").click()
    tab.locator("#view-explore h1", has_text="beside").wait_for()
    assert tab.locator("#view-explore .lead a").all_inner_texts() == [f"{first} trials", f"{other} trials"]


def test_a_country_has_a_map_of_its_cities(watched: Watched, sample_page: Path, sample_landscape: Built) -> None:
    tab = watched.open(sample_page, "#explore?country=Germany")
    placed = ask(
        sample_landscape,
        "select count(distinct city) from landscape.trial_sites where country = 'Germany' and latitude is not null",
    )
    circles = tab.locator(".sites svg .mark-symbol path")
    circles.first.wait_for(state="attached")
    assert circles.count() == placed[0][0] > 1
    assert tab.locator(".sites .chart").get_attribute("aria-label").startswith(f"Map of {placed[0][0]} places")
    cities = tab.locator(".told section", has=tab.get_by_role("heading", name="Cities")).locator("li a:first-child")
    assert all(name.endswith(", Germany") for name in cities.all_inner_texts() if not name.isdigit())


FILTERS = [
    ("ages=children", "minimum_age_years is not null or maximum_age_years is not null) and (maximum_age_years < 18"),
    ("start_year=2021", "year(start_date) = 2021"),
    ("sponsor_type=INDUSTRY", "lead_sponsor_class = 'INDUSTRY'"),
]


@pytest.mark.parametrize(("chosen", "condition"), FILTERS, ids=[chosen for chosen, _ in FILTERS])
def test_a_filter_finds_what_the_warehouse_counts(
    watched: Watched, sample_page: Path, sample_landscape: Built, chosen: str, condition: str
) -> None:
    tab = watched.open(sample_page, f"#trials?{chosen}")
    ((trials,),) = ask(sample_landscape, f"select count(*) from landscape.trials where ({condition})")
    assert watched.found() == trials
    assert len(ask(sample_landscape, tab.locator("#sql").text_content())) == trials


SPELLINGS = [
    ("anti-CD19", "target CD19"),
    ("multiple myeloma", "disease MM"),
    ("MSLN", "target MESO"),
    ("mesothelin", "target MESO"),
    ("systemic sclerosis", "disease SSC"),
]


def test_a_search_knows_spellings_names_and_other_words(
    watched: Watched, sample_page: Path, sample_landscape: Built
) -> None:
    tab = watched.open(sample_page, "#trials?")
    for typed, meant in SPELLINGS:
        tab.fill("#text", typed)
        assert meant in tab.locator("#meant").inner_text()
        kind, value = meant.split()
        labelled = f"select count(distinct nct_id) from landscape.trial_{kind}s where {kind} = '{value}'"
        assert watched.found() >= ask(sample_landscape, labelled)[0][0] > 0, typed


def test_a_saved_list_says_whence_it_comes_and_names_its_codes(
    watched: Watched, sample_page: Path, sample_landscape: Built
) -> None:
    tab = watched.open(sample_page, "#trials?targets=MESO")
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    said = [line for line in lines if line.startswith("# ")]
    assert any(sample_landscape.snapshot.id in line for line in said)
    assert any("#trials?targets=MESO" in line for line in said)
    rows = list(csv.DictReader(lines[len(said) :]))
    assert len(rows) == watched.found()
    assert {"mesothelin" in row["target_names"].split("|") for row in rows} == {True}


def test_a_pair_says_its_phases_and_opens_its_trials(watched: Watched, sample_page: Path) -> None:
    tab = watched.open(sample_page)
    circle = tab.locator(".matrix a.bubble[href]").first
    circle.scroll_into_view_if_needed()
    trials = int(circle.inner_text())
    circle.focus()
    assert tab.locator(".said").inner_text() == circle.get_attribute("data-phases")
    circle.press("Enter")
    tab.locator("#list li").first.wait_for()
    assert watched.found() == trials


def test_pairs_are_a_list_on_a_narrow_screen(watched: Watched, sample_page: Path) -> None:
    watched.tab.set_viewport_size({"width": 390, "height": 844})
    tab = watched.open(sample_page)
    assert not tab.locator(".matrix").is_visible()
    assert tab.locator(".matrix-list").first.is_visible()


def test_a_figure_is_saved_as_picture_and_numbers_with_where_they_come_from(
    watched: Watched, sample_page: Path, sample_landscape: Built
) -> None:
    tab = watched.open(sample_page, "#figure-phases")
    figure = tab.locator("#figure-phases")
    figure.locator("svg.marks").first.wait_for()
    saved = {}
    for kind in ("PNG", "SVG", "CSV"):
        with tab.expect_download() as download:
            figure.get_by_role("button", name=f"save as {kind}").click()
        saved[kind] = Path(download.value.path()).read_bytes()
    assert saved["PNG"].startswith(b"\x89PNG")
    assert b"<svg" in saved["SVG"]
    lines = saved["CSV"].decode("utf-8-sig").splitlines()
    assert any(sample_landscape.snapshot.id in line for line in lines if line.startswith("# "))
    assert '"phase","trials","%"' in lines


def test_a_figure_is_reached_by_keyboard_and_has_words_of_its_own(watched: Watched, sample_page: Path) -> None:
    tab = watched.open(sample_page, "#figure-phases")
    chart = tab.locator("[data-figure='phases']")
    chart.locator("svg.marks").first.wait_for()
    assert re.match(r"Phases: Phase 1 \(\d+\), .+ Enter opens its numbers\.$", chart.get_attribute("aria-label"))
    chart.focus()
    chart.press("Enter")
    assert tab.locator("#figure-phases details.numbers").get_attribute("open") is not None
    assert tab.evaluate("document.activeElement.tagName") == "A"


def test_shares_instead_of_counts(watched: Watched, sample_page: Path) -> None:
    tab = watched.open(sample_page, "#figure-registrations_by_region")
    figure = tab.locator("#figure-registrations_by_region")
    figure.locator("svg.marks").first.wait_for()
    switch = figure.get_by_role("button", name="share")
    switch.click()
    assert switch.get_attribute("aria-pressed") == "true"
    figure.locator("svg.marks text", has_text="100%").first.wait_for(state="attached")


def test_the_flow_s_boxes_subtract(watched: Watched, sample_page: Path) -> None:
    tab = watched.open(sample_page)
    boxes = [
        (one.get_attribute("class"), int(one.locator("strong").first.inner_text().replace(",", "")))
        for one in tab.locator(".flow > li:not(.apart)").all()
    ]
    left = boxes[0][1]
    for name, records in boxes[1:]:
        if "removed" in str(name):
            left -= records
        else:
            assert records == left
    assert boxes[-1][1] == left

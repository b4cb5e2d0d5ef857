"""The page against WCAG 2.2 AA and axe's best practices, by axe: no violation in any view, size or colour scheme."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Watched
from tests.conftest import Built

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parent / "axe"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = f"axe.run(document, {{runOnly: {RULES}, resultTypes: ['violations']}})"
VIEWS = (
    "",
    "#trials?",
    "#trials?open={nct_id}",
    "#explore?",
    "#explore?targets=CD19&targets=BCMA",
    "#explore?country=China",
    "#compare?of=targets%3DCD19&of=phase%3DPhase%25202",
)


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker's script, installed by npm where it is not there yet."""
    script = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("axe is not installed and there is no npm: apt-get install npm")
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        result = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
        if result.returncode:
            pytest.skip(f"npm could not install axe: {result.stderr.strip()[-300:]}")
    return script.read_text(encoding="utf-8")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_no_violation(
    chromium: Any, axe: str, sample_page: Path, sample_landscape: Built, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,  # the page's policy would not run the checker
    )
    nct_id = next(iter(sample_landscape.labels()))
    found = []
    for view in VIEWS:
        watched = Watched(context.new_page())
        tab = watched.open(sample_page, view.format(nct_id=nct_id))
        places = tab.locator("[data-figure]") if not view else tab.locator("none")
        for place in range(places.count()):
            places.nth(place).scroll_into_view_if_needed()
            places.nth(place).locator("svg.marks").first.wait_for(state="attached")
        # what is not open, some 40,000 elements, would be passed over one by one
        tab.evaluate("document.querySelectorAll('[hidden]').forEach((one) => one.remove())")
        tab.evaluate(axe)
        found += [(view, one["id"], one["nodes"][0]["html"][:200]) for one in tab.evaluate(CHECK)["violations"]]
        tab.close()
    context.close()
    assert found == []


@pytest.mark.parametrize(
    ("address", "content"), [("", "main"), ("#trials?", "view-trials"), ("#explore?", "view-explore")]
)
def test_the_skip_link_leads_to_what_is_open(watched: Watched, sample_page: Path, address: str, content: str) -> None:
    tab = watched.open(sample_page, address)
    tab.locator(".skip").focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("[document.activeElement.id, location.hash]") == [content, address]


def test_ids_are_unique_and_no_path_of_this_machine_is_shown(
    watched: Watched, sample_page: Path, sample_landscape: Built
) -> None:
    tab = watched.open(sample_page)
    ids = tab.eval_on_selector_all("[id]", "all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))
    text = re.sub(r"<script.*?</script>", "", sample_page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert str(sample_landscape.home) not in text
    assert str(sample_landscape.snapshot.manifest["source"]) not in text

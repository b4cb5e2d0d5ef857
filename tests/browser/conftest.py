"""Pages to open, and Debian's chromium to open them in."""

import contextlib
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tasks.publish.page.page import write_page
from tasks.settings import load_protocol
from tests.conftest import CHROMIUM, SAMPLE, Built, build_landscape

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
HOSTILE_TITLES = (
    "<script>document.title='owned'</script> CAR-T \"quoted\" 'single' &lt;b&gt; CD19",
    "</script><img src=x onerror=\"document.title='owned'\"> CD19 CAR-T cells",
    "علاج الخلايا التائية CAR-T \u202eevil\u202c CD19",
    "CD19 CAR-T " + "x" * 500,
    '=HYPERLINK("http://example.org","CD19 CAR-T")',
    "{{ 7*7 }} ${7*7} CD19 CAR-T 🧬 𝕏",
)


@dataclass
class Watched:
    """A tab that notes what a reader would not forgive: errors, and requests to anywhere."""

    tab: Any
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, page: Path, address: str = "") -> Any:
        """Open a page and wait for its first chart or its list."""
        self.tab.goto(page.as_uri() + address)
        self.until("data-ready", "yes")
        return self.tab

    def until(self, attribute: str, value: str) -> None:
        """Wait until the page says so of itself; its policy forbids to wait for an expression."""
        self.tab.locator(f"html[{attribute}={json.dumps(value)}]").wait_for(state="attached")

    def found(self) -> int:
        """How many trials the list says it shows."""
        text = self.tab.locator("#found").inner_text()
        return int(text.split()[0].replace(",", ""))


def sample_records() -> list[dict[str, Any]]:
    """The studies of the bundled sample that can be read: it holds broken lines too."""
    records = []
    with gzip.open(SAMPLE) as lines:
        for line in lines:
            with contextlib.suppress(ValueError):
                records.append(json.loads(line))
    return [record for record in records if isinstance(record.get("protocolSection"), dict)]


def built_of(folder: Path, studies: list[dict[str, Any]]) -> Built:
    """A published landscape of these studies, with its page."""
    source = folder / "studies.jsonl"
    source.write_text("".join(json.dumps(study) + "\n" for study in studies), encoding="utf-8")
    built = build_landscape(folder / "home", source)
    write_page(built.home, load_protocol())
    return built


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)
        yield browser
        browser.close()


@pytest.fixture
def watched(chromium: Any) -> Iterator[Watched]:
    """A fresh tab of a wide window; leaving it checks that nothing went wrong and nothing went out."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    seen = Watched(context.new_page())
    seen.tab.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.tab.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)
    seen.tab.on("request", lambda asked: seen.requests.append(asked.url))
    yield seen
    context.close()
    assert seen.errors == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:", "blob:"))] == []


@pytest.fixture(scope="session")
def hostile_landscape(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Trials whose titles try to break out."""
    studies = [study for study in sample_records() if study["protocolSection"].get("armsInterventionsModule")]
    for study, title in zip(studies, HOSTILE_TITLES, strict=False):
        study["protocolSection"]["identificationModule"]["briefTitle"] = title
        study["protocolSection"]["identificationModule"]["officialTitle"] = title
    return built_of(tmp_path_factory.mktemp("hostile"), studies[: len(HOSTILE_TITLES)])


@pytest.fixture(scope="session")
def one_trial(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A landscape of one trial."""
    study = next(one for one in sample_records() if "CAR-T" in str(one["protocolSection"]["identificationModule"]))
    return built_of(tmp_path_factory.mktemp("one"), [study])


@pytest.fixture(scope="session")
def no_trial(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A landscape without trials: the only record is no CAR-T."""
    module = {"nctId": "NCT90000001", "briefTitle": "Walking after surgery"}
    return built_of(tmp_path_factory.mktemp("none"), [{"protocolSection": {"identificationModule": module}}])

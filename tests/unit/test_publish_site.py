"""The published site: every file that its descriptions name is there, and says what they say."""

import csv
import hashlib
import json
import shutil
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
import yaml
from defusedxml import ElementTree

from tasks.errors import CartscapeError
from tasks.files import write_file
from tasks.home import Home
from tasks.publish.site import publish_site
from tasks.settings import load_protocol
from tests.conftest import Built

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://example.org/landscape"


@pytest.fixture(scope="module")
def home(sample_landscape: Built, sample_exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home of its own with the sample's warehouse and exports, since the page here is only a head."""
    home = Home(tmp_path_factory.mktemp("home"))
    shutil.copy(sample_landscape.warehouse, home.warehouse)
    shutil.copytree(sample_exports, home.exports)
    return home


@pytest.fixture(scope="module")
def site(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the sample, with a page that is only a head: other tests look at the page."""
    folder = tmp_path_factory.mktemp("site") / "site"
    write_file(home.page, b"<html><head><title>page</title></head><body></body></html>")
    publish_site(home, load_protocol(), folder, ADDRESS)
    return folder


def feed_of(site: Path) -> Element:
    root: Element = ElementTree.fromstring((site / "feed.xml").read_bytes())
    return root


def test_the_data_package_describes_every_csv_file_as_it_is(site: Path) -> None:
    package = json.loads((site / "datapackage.json").read_text())
    assert {resource["path"] for resource in package["resources"]} == {
        str(path.relative_to(site)) for path in (site / "exports" / "csv").glob("*.csv")
    }
    for resource in package["resources"]:
        content = (site / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = next(csv.reader(content.decode().splitlines()[:1]))
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert all(field["description"] for field in resource["schema"]["fields"]), resource["name"]


def test_the_dataset_names_files_that_are_there(site: Path) -> None:
    dataset = json.loads((site / "dataset.jsonld").read_text())
    assert dataset["@type"] == "Dataset"
    assert dataset["description"].startswith("Synthetic sample: these trials do not exist.")
    for download in dataset["distribution"]:
        assert (site / download["contentUrl"].removeprefix(f"{ADDRESS}/")).is_file()


def test_the_feed_is_atom_with_an_entry_for_each_snapshot(site: Path) -> None:
    feed = feed_of(site)
    assert feed.tag == f"{ATOM}feed"
    for required in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{required}")
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["First snapshot"]
    assert all(entry.findtext(f"{ATOM}id") and entry.findtext(f"{ATOM}updated") for entry in entries)


def test_the_citation_has_the_date_of_the_data(site: Path) -> None:
    citation = yaml.safe_load((site / "CITATION.cff").read_text())
    dataset = json.loads((site / "dataset.jsonld").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert citation["date-released"] == dataset["dateModified"]
    assert {"message", "title", "authors"} <= citation.keys()


def test_the_page_names_its_feed_and_its_description(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    assert 'href="feed.xml"' in page
    assert '<script type="application/ld+json">{"@context":"https://schema.org"' in page


def test_no_path_of_this_machine_is_published(site: Path, home: Home) -> None:
    for name in ("feed.xml", "dataset.jsonld", "datapackage.json", "CITATION.cff", "data-dictionary.html"):
        assert str(home.root) not in (site / name).read_text(encoding="utf-8")


def test_a_site_takes_the_place_of_the_last_and_of_nothing_else(site: Path, home: Home, tmp_path: Path) -> None:
    publish_site(home, load_protocol(), site, ADDRESS)
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CartscapeError, match="holds files that are no site of ours"):
        publish_site(home, load_protocol(), tmp_path, "")
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_without_a_page_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(CartscapeError, match="no page and exports yet; run 'cartscape run' first"):
        publish_site(Home(tmp_path), load_protocol(), tmp_path / "site", "")

"""The bundled synthetic registry: invented throughout, the same every time, as large and as messy as promised."""

import gzip
import json
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from sample.generate import ARTICLES, REGISTRY, Registry, build, write

SHARED = Path(__file__).resolve().parents[3] / "shared" / "real"


@cache
def registry() -> Registry:
    return build()


def protocols() -> list[dict]:
    return [study["protocolSection"] for study in registry().studies]


def identifications() -> list[dict]:
    return [protocol["identificationModule"] for protocol in protocols()]


def lines(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines()


def tokens(text: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "


def searched_texts(study: dict) -> list[str]:
    """The fields of `query.cond` and `query.intr` that the synthetic records fill."""
    protocol = study["protocolSection"]
    identification, conditions = protocol["identificationModule"], protocol.get("conditionsModule", {})
    texts = [identification["briefTitle"], identification.get("officialTitle", "")]
    texts += conditions.get("conditions", []) + conditions.get("keywords", [])
    arms = protocol.get("armsInterventionsModule", {})
    for entry in arms.get("interventions", []):
        texts += [entry["name"], entry.get("description", ""), *entry.get("otherNames", [])]
    for arm in arms.get("armGroups", []):
        texts += [arm["label"], arm.get("description", "")]
    return texts


@cache
def found_numbers() -> frozenset[str]:
    phrases = tomllib.loads(Path("landscape.toml").read_text(encoding="utf-8"))["search"]["phrases"]
    wanted = [tokens(phrase) for phrase in phrases]
    found = set()
    for study in registry().studies:
        texts = [tokens(text) for text in searched_texts(study)]
        if any(phrase in text for phrase in wanted for text in texts):
            found.add(study["protocolSection"]["identificationModule"]["nctId"])
    return frozenset(found)


def test_written_twice_gives_the_same_bytes_and_those_that_are_bundled(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir(), second.mkdir()
    write(first), write(second)
    for bundled in (REGISTRY, ARTICLES):
        assert (first / bundled.name).read_bytes() == (second / bundled.name).read_bytes()
        assert lines(first / bundled.name) == lines(bundled), "run: python -m sample.generate"


def test_both_files_are_small_enough_to_bundle():
    assert REGISTRY.stat().st_size + ARTICLES.stat().st_size < 2_500_000


def test_the_nine_phrases_find_as_many_studies_as_in_the_paper():
    eligible = {plan.nct_id for plan in registry().plans}
    assert len(found_numbers()) == 1641
    assert len(eligible) == 1580
    assert eligible <= found_numbers()
    assert len(registry().studies) == 1681


def test_topics_regions_and_disease_groups_are_those_of_the_paper():
    plans = registry().plans
    assert Counter(plan.topic for plan in plans) == {"treatment": 1457, "toxicity": 51, "other": 72}
    assert Counter(plan.region for plan in plans) == {"China": 780, "United States": 521, "elsewhere": 279}
    groups = Counter(plan.disease_group for plan in plans if plan.topic == "treatment")
    assert groups == {"hematologic": 1042, "solid": 358, "autoimmune": 40, "other": 17}
    assert sum(plan.is_published for plan in plans) == 288


def test_growth_starts_in_2017_and_chinese_registrations_fall_in_2023():
    years = Counter(plan.posted.year for plan in registry().plans)
    assert min(years) == 2003 and max(years) == 2024
    assert years[2017] > 1.5 * years[2016]
    chinese = Counter(plan.posted.year for plan in registry().plans if plan.region == "China")
    assert chinese[2023] < chinese[2022]


def test_every_number_is_of_a_range_that_does_not_exist():
    for identification in identifications():
        assert re.fullmatch(r"NCT9\d{7}", identification["nctId"])
        assert all(re.fullmatch(r"NCT9\d{7}", alias) for alias in identification.get("nctIdAliases", []))
    assert all(re.fullmatch(r"94\d{6}", article["pmid"]) for article in registry().articles)
    numbers = [identification["nctId"] for identification in identifications()]
    assert len(set(numbers)) == len(numbers)


def sponsor_names(records: list[dict]) -> set[str]:
    names = set()
    for protocol in records:
        module = protocol.get("sponsorCollaboratorsModule", {})
        entries = [module.get("leadSponsor", {}), *module.get("collaborators", [])]
        names |= {entry["name"].casefold() for entry in entries if "name" in entry}
    return names - {"[redacted]"}


def test_no_sponsor_is_a_real_one():
    if not SHARED.is_dir():
        pytest.skip("real registrations are not in ../shared/real")
    real: list[dict] = []
    for path in SHARED.glob("registry-*.jsonl.gz"):
        real += [json.loads(line)["protocolSection"] for line in lines(path)]
    assert not sponsor_names(protocols()) & sponsor_names(real)


def test_mail_goes_nowhere():
    addresses = re.findall(r"[\w.+-]+@[\w.-]+", gzip.decompress(REGISTRY.read_bytes()).decode())
    assert addresses and all(address.endswith("@example.org") for address in addresses)


def test_exactly_two_lines_can_not_be_read():
    broken = 0
    for line in lines(REGISTRY):
        try:
            json.loads(line)
        except json.JSONDecodeError:
            broken += 1
    assert broken == 2


def test_the_mess_of_the_real_registry_is_there():
    text = gzip.decompress(REGISTRY.read_bytes()).decode()
    aliases = {alias for entry in identifications() for alias in entry.get("nctIdAliases", [])}
    copies = aliases & {entry["nctId"] for entry in identifications()}
    assert len(aliases) == 14 and len(copies) == 2
    assert text.count('"count":99999999') == 3
    assert "[Redacted]" in text and '"overallStatus":"WITHHELD"' in text
    assert "<script>" in text and "\\\\>" in text
    assert any(protocol["statusModule"].get("lastKnownStatus") for protocol in protocols())
    assert any("armsInterventionsModule" not in protocol for protocol in protocols())
    assert any(len(p["statusModule"].get("completionDateStruct", {}).get("date", "x" * 10)) == 4 for p in protocols())
    assert {"Hong Kong", "Taiwan"} <= set(re.findall(r'"country":"([^"]+)"', text))


def test_papers_name_their_studies_in_different_places():
    articles = registry().articles
    assert len(articles) > 700
    assert sum(bool(article["nct_ids"]) for article in articles) > 100
    assert sum("NCT9" in article["abstract"] for article in articles) > 100
    assert sum(bool(article["full_text_nct_ids"]) for article in articles) > 150
    references = [r for p in protocols() for r in p.get("referencesModule", {}).get("references", [])]
    assert {"RESULT", "DERIVED", "BACKGROUND"} <= {reference["type"] for reference in references}
    assert any("pmid" not in reference for reference in references)

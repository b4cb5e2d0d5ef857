"""Where a study runs, at how many centres, and for how long its patients are followed.

Source: domain/rules.md section 10.
"""

from functools import lru_cache
from typing import Any

import re2

from tasks.curate.engine.matching import Match, Matches
from tasks.curate.engine.records import UNSTATED, Assertion
from tasks.curate.engine.texts import as_dict, as_list, as_text, module
from tasks.curate.engine.vocabularies import Vocabularies

LOCATIONS = "protocolSection.contactsLocationsModule.locations"
SPONSOR = "protocolSection.sponsorCollaboratorsModule.leadSponsor.name"


def judge_region(study: Any, nct_id: str, vocabularies: Vocabularies) -> list[Assertion]:
    """China, United States or other from the sites (the most frequent country), else from the sponsor's name."""
    regions = {row["country"]: row["region"] for row in vocabularies.tables["regions.tsv"]}
    counts: dict[str, int] = {}
    places: dict[str, tuple[int, str]] = {}
    for position, site in enumerate(as_list(module(study, "contactsLocationsModule").get("locations"))):
        if country := as_text(as_dict(site).get("country")):
            region = regions.get(country, "other")
            counts[region] = counts.get(region, 0) + 1
            places.setdefault(region, (position, country))
    if counts:
        region = max(counts, key=lambda one: counts[one])
        position, country = places[region]
        field = f"{LOCATIONS}[{position}].country"
        return [Assertion(nct_id, "region", region, "stated", field, 0, len(country), country, "most sites", 0.95)]
    return sponsor_region(study, nct_id, vocabularies)


def sponsor_region(study: Any, nct_id: str, vocabularies: Vocabularies) -> list[Assertion]:
    """The region of a known sponsor (`curation/sponsors.tsv`)."""
    lead = as_dict(module(study, "sponsorCollaboratorsModule").get("leadSponsor"))
    name = as_text(lead.get("name"))
    for row in vocabularies.tables["sponsors.tsv"]:
        if name and (found := gazetteer_pattern(row["pattern"]).search(name)):
            start, end = found.span()
            region, quote = row["country"], name[start:end]
            return [Assertion(nct_id, "region", region, "inferred", SPONSOR, start, end, quote, "sponsors.tsv", 0.7)]
    return []


@lru_cache(maxsize=256)
def gazetteer_pattern(pattern: str) -> Any:
    """A compiled sponsor pattern."""
    return re2.compile(f"(?i){pattern}")


def judge_center_count(study: Any, nct_id: str) -> list[Assertion]:
    """Single or multiple, from the number of listed sites."""
    sites = as_list(module(study, "contactsLocationsModule").get("locations"))
    if not sites:
        return []
    value = "single" if len(sites) == 1 else "multiple"
    quote = as_text(as_dict(sites[0]).get("facility"))
    field = f"{LOCATIONS}[0].facility" if quote else ""
    rule = f"{len(sites)} listed sites"
    return [Assertion(nct_id, "center_count", value, "derived", field, 0, len(quote), quote, rule, 0.9)]


def judge_follow_up(matches: Matches) -> tuple[str, Match | None]:
    """Yes if patients of this protocol are followed for more than five years."""
    for answer in ("yes", "no"):
        if found := matches.of("follow_up_over_five_years", values=(answer,)):
            return answer, found[0]
    return UNSTATED, None

"""Where a study runs, at how many centres, and for how long its patients are followed.

Source: curation/RULES.md section 10.
"""

from tasks.curate.engine.matching import Match, Matches
from tasks.curate.engine.records import UNSTATED, Assertion
from tasks.curate.engine.vocabularies import Vocabularies
from tasks.registry.study import Study

# a source that names countries only says nothing of the number of centres
SITE_NAMES = "contactsLocationsModule.locations.facility"


def judge_region(study: Study, nct_id: str, vocabularies: Vocabularies) -> list[Assertion]:
    """China, United States or other from the sites (the most frequent country), else from the sponsor's name."""
    countries = study.countries
    counts: dict[str, int] = {}
    first: dict[str, str] = {}
    for country in dict.fromkeys(filter(None, countries)):
        region = vocabularies.regions.get(country, "other")
        counts[region] = counts.get(region, 0) + countries.count(country)
        first.setdefault(region, country)
    if counts:
        region = max(counts, key=lambda one: counts[one])
        country = first[region]
        field = study.site(countries.index(country)).country_path
        return [Assertion(nct_id, "region", region, "stated", field, 0, len(country), country, "most sites")]
    return sponsor_region(study, nct_id, vocabularies)


def sponsor_region(study: Study, nct_id: str, vocabularies: Vocabularies) -> list[Assertion]:
    """The region of a known sponsor (`curation/sponsors.tsv`)."""
    name, field = study.lead_sponsor.name, study.lead_sponsor_path
    for patterns, region in vocabularies.sponsors:
        if span := next(patterns.spans(0, name), None):
            start, end = span
            quote = name[start:end]
            return [Assertion(nct_id, "region", region, "inferred", field, start, end, quote, "sponsors.tsv")]
    return []


def judge_center_count(study: Study, nct_id: str) -> list[Assertion]:
    """Single or multiple, from the number of listed sites."""
    count = study.site_count
    if not count or SITE_NAMES in study.not_carried:
        return []
    value = "single" if count == 1 else "multiple"
    quote = study.site(0).facility
    field = study.site(0).facility_path if quote else ""
    return [Assertion(nct_id, "center_count", value, "derived", field, 0, len(quote), quote, f"{count} listed sites")]


def judge_follow_up(matches: Matches) -> tuple[str, Match | None]:
    """Yes if patients of this protocol are followed for more than five years."""
    for answer in ("yes", "no"):
        if found := matches.of("follow_up_over_five_years", values=(answer,)):
            return answer, found[0]
    return UNSTATED, None

"""The CSV that ClinicalTrials.gov's website offers for download: one row a study, lists joined by '|'."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from tasks.protocol import Limits
from tasks.registry.readers.dates import read_date
from tasks.registry.readers.draft import Draft, slices, trimmed
from tasks.registry.readers.spellings import codes
from tasks.registry.readers.tables import Opener, csv_rows

FORMAT, REGISTRY = "clinicaltrials-csv", "ClinicalTrials.gov"
KEY = "NCT Number"
NOT_CARRIED = [
    "identificationModule.nctIdAliases",
    "identificationModule.organization",
    "statusModule.whyStopped",
    "statusModule.lastKnownStatus",
    "statusModule.studyFirstSubmitDate",
    "statusModule.resultsFirstSubmitDate",
    "statusModule.statusVerifiedDate",
    "sponsorCollaboratorsModule.collaborators.class",
    "oversightModule",
    "designModule.enrollmentInfo.type",
    "descriptionModule.detailedDescription",
    "conditionsModule.keywords",
    "armsInterventionsModule.armGroups",
    "armsInterventionsModule.interventions.description",
    "armsInterventionsModule.interventions.otherNames",
    "eligibilityModule.eligibilityCriteria",
    "eligibilityModule.minimumAge",
    "eligibilityModule.maximumAge",
    "contactsLocationsModule.overallOfficials",
    "referencesModule",
    "derivedSection",
]
TEXTS = (
    ("identificationModule.briefTitle", "Study Title"),
    ("identificationModule.acronym", "Acronym"),
    ("descriptionModule.briefSummary", "Brief Summary"),
    ("sponsorCollaboratorsModule.leadSponsor.name", "Sponsor"),
    ("statusModule.overallStatus", "Study Status"),
)
DATES = (
    ("start", "Start Date"),
    ("primary completion", "Primary Completion Date"),
    ("completion", "Completion Date"),
    ("first posted", "First Posted"),
    ("results first posted", "Results First Posted"),
    ("last update", "Last Update Posted"),
)
DESIGN = (
    ("allocation", "Allocation"),
    ("interventionModel", "Intervention Model"),
    ("observationalModel", "Observational Model"),
    ("maskingInfo.masking", "Masking"),
    ("primaryPurpose", "Primary Purpose"),
)
TYPED = re.compile(r"([A-Z_]+): ?")
PLACE_PARTS = ("facility", "city", "state", "zip", "country")
AGE_GROUPS = re.compile(r"CHILD|OLDER_ADULT|ADULT")


def records(name: str, opener: Opener, limits: Limits) -> Iterator[tuple[str, bytes, str]]:
    """Every row: position, content, and what is wrong with it."""
    for row in csv_rows(name, opener, limits):
        yield row.position, orjson.dumps({"registryRecord": FORMAT, "fields": row.fields}), row.problem


def study_record(content: dict[str, Any]) -> dict[str, Any]:
    """The registration of a row."""
    fields = {name: value for name, value in (content.get("fields") or {}).items() if isinstance(value, str)}
    draft = Draft(REGISTRY, fields.get(KEY, "").strip(), FORMAT)
    for path, name in TEXTS:
        text, start = trimmed(fields.get(name, ""))
        draft.put(path, text, name, start)
    for which, name in DATES:
        draft.put_date(which, read_date(fields.get(name, "")), name)
    put_lists(draft, fields)
    put_design(draft, fields)
    for place, (site, start) in enumerate(slices(fields.get("Locations", ""), "|")):
        put_site(draft, place, site, start)
    if results := fields.get("Study Results", "").strip():
        draft.record["hasResults"] = results.upper() == "YES"
    return draft.finish(NOT_CARRIED)


def put_lists(draft: Draft, fields: dict[str, str]) -> None:
    """Conditions, interventions, outcomes, collaborators and other numbers."""
    draft.put_all("conditionsModule.conditions", slices(fields.get("Conditions", ""), "|"), "Conditions")
    for place, (text, start) in enumerate(slices(fields.get("Interventions", ""), "|")):
        typed = TYPED.match(text)
        begin = typed.end() if typed else 0
        path = f"armsInterventionsModule.interventions[{place}]"
        draft.put(f"{path}.type", typed[1] if typed else "", "Interventions", start)
        draft.put(f"{path}.name", text[begin:], "Interventions", start + begin)
    for path, name, key in (
        ("outcomesModule.primaryOutcomes", "Primary Outcome Measures", "measure"),
        ("outcomesModule.secondaryOutcomes", "Secondary Outcome Measures", "measure"),
        ("sponsorCollaboratorsModule.collaborators", "Collaborators", "name"),
    ):
        for place, (text, start) in enumerate(slices(fields.get(name, ""), "|")):
            draft.put(f"{path}[{place}].{key}", text, name, start)
    own, *others = [*slices(fields.get("Other IDs", ""), "|"), ("", 0)]
    draft.put("identificationModule.orgStudyIdInfo.id", own[0], "Other IDs", own[1])
    for place, (text, start) in enumerate(others):
        draft.put(f"identificationModule.secondaryIdInfos[{place}].id", text, "Other IDs", start)


def put_design(draft: Draft, fields: dict[str, str]) -> None:
    """Type, phases, size, sponsor's class, sex, age groups and the parts of 'Study Design'."""
    draft.put_spelled("designModule.studyType", "study_types", fields.get("Study Type", ""), "Study Type")
    draft.put("designModule.phases", [one for one, _ in slices(fields.get("Phases", ""), "|")], "Phases")
    size = fields.get("Enrollment", "").strip()
    draft.put("designModule.enrollmentInfo.count", int(size) if size.isdecimal() else None, "Enrollment")
    funder = fields.get("Funder Type", "").strip()
    draft.put_spelled("sponsorCollaboratorsModule.leadSponsor.class", "sponsor_classes", funder, "Funder Type")
    draft.put("eligibilityModule.sex", fields.get("Sex", "").strip(), "Sex")
    draft.put("eligibilityModule.stdAges", AGE_GROUPS.findall(fields.get("Age", "")), "Age")
    design = fields.get("Study Design", "")
    for path, label in DESIGN:
        if found := re.search(rf"(?:^|\|){label}: ?([^|(]+)", design):
            text, start = trimmed(found[1])
            draft.put(f"designModule.designInfo.{path}", text, "Study Design", found.start(1) + start)


def joined_country(site: str, parts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The parts of a site with a country like 'Korea, Republic of' in one piece."""
    if len(parts) > 1 and (country := site[parts[-2][1] :].strip()) in codes("countries"):
        return [*parts[:-2], (country, parts[-2][1])]
    return parts


def put_site(draft: Draft, place: int, site: str, start: int) -> None:
    """A site from 'facility, city, state, zip, country': a facility may hold commas, the country none."""
    parts = joined_country(site, slices(site, ","))
    path = f"contactsLocationsModule.locations[{place}]"
    names = PLACE_PARTS if len(parts) >= len(PLACE_PARTS) else ("facility", "city", "country")
    tail = parts[len(parts) - len(names) + 1 :]
    facility_end = tail[0][1] if tail else len(site)
    draft.put(f"{path}.facility", site[:facility_end].rstrip(", ") if len(parts) > 1 else "", "Locations", start)
    for name, (text, begin) in zip(names[1:], tail, strict=False):
        draft.put(f"{path}.{name}", text, "Locations", start + begin)
    if len(parts) == 1:
        draft.put(f"{path}.country", parts[0][0], "Locations", start)

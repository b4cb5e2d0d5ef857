"""The same studies in the CSV that ClinicalTrials.gov's website offers; without what it does not carry."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

from tasks.registry.values import as_list, as_object, as_text, objects_of


def website_csv(path: Path, studies: list[dict[str, Any]]) -> Path:
    """The CSV that the website offers for download."""
    rows = [csv_row(study) for study in studies]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def csv_row(study: dict[str, Any]) -> dict[str, str]:
    """One row of it."""
    modules = defaultdict(dict, {name: as_object(one) for name, one in as_object(study.get("protocolSection")).items()})
    identification, status = modules["identificationModule"], modules["statusModule"]
    sponsors, design = modules["sponsorCollaboratorsModule"], modules["designModule"]
    lead, outcomes = as_object(sponsors.get("leadSponsor")), modules["outcomesModule"]

    def dated(key: str) -> str:
        return as_text(as_object(status.get(key)).get("date"))

    def joined(items: Any, key: str) -> str:
        return "|".join(as_text(item.get(key)) for item in objects_of(items))

    others = [as_text(as_object(identification.get("orgStudyIdInfo")).get("id"))]
    others += [as_text(one.get("id")) for one in objects_of(identification.get("secondaryIdInfos"))]
    interventions = objects_of(modules["armsInterventionsModule"].get("interventions"))
    locations = [
        ", ".join(filter(None, (as_text(site.get(key)) for key in ("facility", "city", "state", "zip", "country"))))
        for site in objects_of(modules["contactsLocationsModule"].get("locations"))
    ]
    return {
        "NCT Number": identification["nctId"],
        "Study Title": as_text(identification.get("briefTitle")),
        "Study URL": f"https://clinicaltrials.gov/study/{identification['nctId']}",
        "Acronym": as_text(identification.get("acronym")),
        "Study Status": as_text(status.get("overallStatus")),
        "Brief Summary": as_text(modules["descriptionModule"].get("briefSummary")),
        "Study Results": "YES" if study.get("hasResults") else "NO",
        "Conditions": "|".join(map(str, as_list(modules["conditionsModule"].get("conditions")))),
        "Interventions": "|".join(f"{one.get('type')}: {one.get('name')}" for one in interventions),
        "Primary Outcome Measures": joined(outcomes.get("primaryOutcomes"), "measure"),
        "Secondary Outcome Measures": joined(outcomes.get("secondaryOutcomes"), "measure"),
        "Other Outcome Measures": "",
        "Sponsor": as_text(lead.get("name")),
        "Collaborators": joined(sponsors.get("collaborators"), "name"),
        "Sex": as_text(modules["eligibilityModule"].get("sex")),
        "Age": ", ".join(map(str, as_list(modules["eligibilityModule"].get("stdAges")))),
        "Phases": "|".join(map(str, as_list(design.get("phases")))),
        "Enrollment": str(as_object(design.get("enrollmentInfo")).get("count", "")),
        "Funder Type": as_text(lead.get("class")),
        "Study Type": as_text(design.get("studyType")),
        "Study Design": "",
        "Other IDs": "|".join(others),
        "Start Date": dated("startDateStruct"),
        "Primary Completion Date": dated("primaryCompletionDateStruct"),
        "Completion Date": dated("completionDateStruct"),
        "First Posted": dated("studyFirstPostDateStruct"),
        "Results First Posted": dated("resultsFirstPostDateStruct"),
        "Last Update Posted": dated("lastUpdatePostDateStruct"),
        "Locations": "|".join(locations),
        "Study Documents": "",
    }

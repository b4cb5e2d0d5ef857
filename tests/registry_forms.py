"""The same studies as AACT's archive of ClinicalTrials.gov has them.

Written from the archive's own documentation and files, so that the reader is held to what a real one looks like; what
it does not carry is left out, as there.
"""

import csv
import io
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from tasks.registry.values import as_list, as_object, as_text, objects_of

Tables = dict[str, list[dict[str, Any]]]
WORDS = {"ACTUAL": "Actual", "ESTIMATED": "Anticipated"}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
OVERSIGHT = {
    "has_dmc": "oversightHasDmc",
    "is_fda_regulated_drug": "isFdaRegulatedDrug",
    "is_fda_regulated_device": "isFdaRegulatedDevice",
    "is_unapproved_device": "isUnapprovedDevice",
    "is_us_export": "isUsExport",
}


def aact_archive(path: Path, studies: list[dict[str, Any]], is_older: bool = False) -> Path:
    """AACT's pipe-delimited archive of studies; the older form writes statuses, phases and dates in words."""
    tables: Tables = defaultdict(list)
    for study in studies:
        add_study(tables, study, is_older)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in ((name, rows) for name, rows in tables.items() if rows):
            archive.writestr(f"{name}.txt", piped(rows))
    return path


def piped(rows: list[dict[str, Any]]) -> str:
    """Rows as PostgreSQL writes them: '|' between, quotes where a text needs them, nothing for null."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.writer(text, delimiter="|", lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column) if row.get(column) is not None else "" for column in columns] for row in rows)
    return text.getvalue()


def in_words(code: str) -> str:
    """A code as the registry's older forms wrote it: RECRUITING is Recruiting, PHASE1|PHASE2 is Phase 1/Phase 2."""
    special = {"ACTIVE_NOT_RECRUITING": "Active, not recruiting", "UNKNOWN": "Unknown status", "NA": "N/A"}
    if code in special:
        return special[code]
    return "/".join(
        part.capitalize()
        .replace("_", " ")
        .replace("Phase", "Phase ")
        .replace("Early phase", "Early Phase ")
        .replace("  ", " ")
        for part in code.split("/")
    )


def month_year(date: str, is_older: bool) -> str:
    """A date as AACT states it beside the filled-up day."""
    if not is_older or len(date) < len("2019-03"):
        return date
    year, month, *day = date.split("-")
    name = MONTHS[int(month) - 1]
    return f"{name} {int(day[0])}, {year}" if day else f"{name} {year}"


def filled_up(date: str) -> str:
    """A date with a day: AACT takes the last of a month that is stated without one."""
    return date if len(date) == len("2019-03-15") or len(date) < len("2019-03") else f"{date}-28"


def add_study(tables: Tables, study: dict[str, Any], is_older: bool) -> None:
    """Add the rows of one study to the tables."""
    protocol = as_object(study.get("protocolSection"))
    modules = defaultdict(dict, {name: as_object(module) for name, module in protocol.items()})
    number = modules["identificationModule"]["nctId"]
    say = in_words if is_older else str
    status, design = modules["statusModule"], modules["designModule"]
    row: dict[str, Any] = {
        "nct_id": number,
        "brief_title": modules["identificationModule"].get("briefTitle"),
        "official_title": modules["identificationModule"].get("officialTitle"),
        "acronym": modules["identificationModule"].get("acronym"),
        "source": as_object(modules["identificationModule"].get("organization")).get("fullName"),
        "source_class": as_object(modules["identificationModule"].get("organization")).get("class"),
        "overall_status": say(as_text(status.get("overallStatus"))),
        "last_known_status": say(as_text(status.get("lastKnownStatus"))),
        "why_stopped": status.get("whyStopped"),
        "phase": say("/".join(as_list(design.get("phases")))),
        "study_type": say(as_text(design.get("studyType"))),
        "enrollment": as_object(design.get("enrollmentInfo")).get("count"),
        "enrollment_type": as_object(design.get("enrollmentInfo")).get("type"),
        "study_first_submitted_date": status.get("studyFirstSubmitDate"),
    }
    for column, key in (
        ("start", "startDateStruct"),
        ("primary_completion", "primaryCompletionDateStruct"),
        ("completion", "completionDateStruct"),
    ):
        date = as_text(as_object(status.get(key)).get("date"))
        kind = as_text(as_object(status.get(key)).get("type"))
        row[f"{column}_month_year"] = month_year(date, is_older)
        row[f"{column}_date"] = filled_up(date)
        row[f"{column}_date_type"] = WORDS.get(kind, "") if is_older else kind
    for column, key in (
        ("study_first_posted", "studyFirstPostDateStruct"),
        ("results_first_posted", "resultsFirstPostDateStruct"),
        ("last_update_posted", "lastUpdatePostDateStruct"),
    ):
        row[f"{column}_date"] = as_object(status.get(key)).get("date")
        row[f"{column}_date_type"] = as_object(status.get(key)).get("type")
    verified = as_text(status.get("statusVerifiedDate"))
    row["verification_month_year"], row["verification_date"] = month_year(verified, is_older), filled_up(verified)
    for column, key in OVERSIGHT.items():
        said = as_object(modules["oversightModule"]).get(key)
        row[column] = None if said is None else "t" if said else "f"
    tables["studies"].append(row)
    if study.get("hasResults") is not None:
        reported = "t" if study["hasResults"] else "f"
        tables["calculated_values"].append({"nct_id": number, "were_results_reported": reported})
    add_texts(tables, number, modules)
    add_parties(tables, number, modules)
    add_lists(tables, number, modules, say)
    add_browse(tables, number, as_object(study.get("derivedSection")))


def add_texts(tables: Tables, number: str, modules: dict[str, Any]) -> None:
    """Summaries, eligibility and design."""
    for table, key in (("brief_summaries", "briefSummary"), ("detailed_descriptions", "detailedDescription")):
        if text := modules["descriptionModule"].get(key):
            tables[table].append({"nct_id": number, "description": text})
    eligible = modules["eligibilityModule"]
    ages = as_list(eligible.get("stdAges"))
    healthy = {True: "t", False: "f"}.get(eligible.get("healthyVolunteers"), "")
    tables["eligibilities"].append({
        "nct_id": number,
        "gender": eligible.get("sex"),
        "minimum_age": eligible.get("minimumAge", "N/A"),
        "maximum_age": eligible.get("maximumAge", "N/A"),
        "healthy_volunteers": healthy,
        "criteria": eligible.get("eligibilityCriteria"),
        "child": "t" if "CHILD" in ages else "f",
        "adult": "t" if "ADULT" in ages else "f",
        "older_adult": "t" if "OLDER_ADULT" in ages else "f",
    })  # fmt: skip
    info = as_object(modules["designModule"].get("designInfo"))
    tables["designs"].append({
        "nct_id": number,
        "allocation": info.get("allocation"),
        "intervention_model": info.get("interventionModel"),
        "observational_model": info.get("observationalModel"),
        "primary_purpose": info.get("primaryPurpose"),
        "time_perspective": info.get("timePerspective"),
        "masking": as_object(info.get("maskingInfo")).get("masking"),
    })  # fmt: skip


def add_parties(tables: Tables, number: str, modules: dict[str, Any]) -> None:
    """Sponsors, officials and the responsible party."""
    sponsors = modules["sponsorCollaboratorsModule"]
    listed = [("lead", as_object(sponsors.get("leadSponsor")))]
    listed += [("collaborator", one) for one in objects_of(sponsors.get("collaborators"))]
    for kind, sponsor in listed:
        row = {"nct_id": number, "agency_class": sponsor.get("class"), "lead_or_collaborator": kind}
        tables["sponsors"].append({**row, "name": sponsor.get("name")})
    for official in objects_of(modules["contactsLocationsModule"].get("overallOfficials")):
        tables["overall_officials"].append({"nct_id": number, **official})
    party = as_object(sponsors.get("responsibleParty"))
    tables["responsible_parties"].append({
        "nct_id": number,
        "name": party.get("investigatorFullName"),
        "title": party.get("investigatorTitle"),
        "affiliation": party.get("investigatorAffiliation"),
        "old_name_title": party.get("oldNameTitle"),
        "organization": party.get("oldOrganization"),
    })  # fmt: skip


def add_lists(tables: Tables, number: str, modules: dict[str, Any], say: Any) -> None:
    """Every list of a study, in its order."""
    identification, arms = modules["identificationModule"], modules["armsInterventionsModule"]
    own = as_object(identification.get("orgStudyIdInfo")).get("id")
    numbers = [("org_study_id", None, None, own)] if own else []
    numbers += [("nct_alias", None, None, one) for one in as_list(identification.get("nctIdAliases"))]
    numbers += [
        ("secondary_id", one.get("type"), one.get("domain"), one.get("id"))
        for one in objects_of(identification.get("secondaryIdInfos"))
    ]
    for source, kind, domain, value in numbers:
        row = {"nct_id": number, "id_source": source, "id_type": kind, "id_type_description": domain}
        tables["id_information"].append({**row, "id_value": value})
    for table, key in (("conditions", "conditions"), ("keywords", "keywords")):
        tables[table] += [{"nct_id": number, "name": name} for name in as_list(modules["conditionsModule"].get(key))]
    for place, item in enumerate(objects_of(arms.get("interventions"))):
        key = f"{number}{place}"
        tables["interventions"].append({
            "id": key, "nct_id": number, "intervention_type": say(as_text(item.get("type"))),
            "name": item.get("name"), "description": item.get("description"),
        })  # fmt: skip
        for name in as_list(item.get("otherNames")):
            tables["intervention_other_names"].append({"nct_id": number, "intervention_id": key, "name": name})
    for item in objects_of(arms.get("armGroups")):
        row = {"nct_id": number, "group_type": item.get("type"), "title": item.get("label")}
        tables["design_groups"].append({**row, "description": item.get("description")})
    for kind in ("primary", "secondary"):
        for item in objects_of(modules["outcomesModule"].get(f"{kind}Outcomes")):
            tables["design_outcomes"].append({
                "nct_id": number, "outcome_type": kind, "measure": item.get("measure"),
                "time_frame": item.get("timeFrame"), "description": item.get("description"),
            })  # fmt: skip
    for item in objects_of(modules["contactsLocationsModule"].get("locations")):
        point = as_object(item.get("geoPoint"))
        tables["facilities"].append({
            "nct_id": number, "name": item.get("facility"), "status": say(as_text(item.get("status"))),
            "city": item.get("city"), "state": item.get("state"), "zip": item.get("zip"),
            "country": item.get("country"), "latitude": point.get("lat"), "longitude": point.get("lon"),
        })  # fmt: skip
    for item in objects_of(modules["referencesModule"].get("references")):
        row = {"nct_id": number, "pmid": item.get("pmid"), "reference_type": item.get("type")}
        tables["study_references"].append({**row, "citation": item.get("citation")})


def add_browse(tables: Tables, number: str, derived: dict[str, Any]) -> None:
    """The terms that the registry derives."""
    for table, module in (
        ("browse_conditions", "conditionBrowseModule"),
        ("browse_interventions", "interventionBrowseModule"),
    ):
        for kind, key in (("mesh-list", "meshes"), ("mesh-ancestor", "ancestors")):
            for item in objects_of(as_object(derived.get(module)).get(key)):
                tables[table].append({"nct_id": number, "mesh_term": item.get("term"), "mesh_type": kind})

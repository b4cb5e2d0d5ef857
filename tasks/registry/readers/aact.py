"""AACT's rows of one study: the registration as ClinicalTrials.gov had it in the month of the archive.

Until 2024 AACT wrote statuses and phases as the registry's older XML did, since then as the API.
"""

from typing import Any

from tasks.registry.readers.aact_archive import FORMAT, STUDIES, Rows
from tasks.registry.readers.dates import read_date
from tasks.registry.readers.draft import Draft, api_code

REGISTRY = "ClinicalTrials.gov"
NOT_CARRIED = [
    "armsInterventionsModule.interventions.armGroupLabels",
    "outcomesModule.otherOutcomes",
    "ipdSharingStatementModule",
    "contactsLocationsModule.centralContacts",
    "contactsLocationsModule.locations.contacts",
    "resultsSection",
]

TRUTH = {"t": True, "true": True, "f": False, "false": False}
OVERSIGHT = {
    "oversightHasDmc": "has_dmc",
    "isFdaRegulatedDrug": "is_fda_regulated_drug",
    "isFdaRegulatedDevice": "is_fda_regulated_device",
    "isUnapprovedDevice": "is_unapproved_device",
    "isUsExport": "is_us_export",
}


class Tables:
    """The rows of one study, by table."""

    def __init__(self, tables: Any) -> None:
        """Take the tables as kept."""
        self.tables: dict[str, Rows] = tables if isinstance(tables, dict) else {}

    def rows(self, table: str) -> Rows:
        """The rows of a table."""
        return self.tables.get(table, [])

    def one(self, table: str, column: str) -> tuple[str, str]:
        """A value of a table that has one row a study, with where it stands."""
        rows = self.rows(table)
        return (rows[0].get(column, "") if rows else ""), f"{table}.{column}"


def study_record(content: dict[str, Any]) -> dict[str, Any]:
    """The registration of an AACT study."""
    tables = Tables(content.get("tables"))
    draft = Draft(REGISTRY, tables.one(STUDIES, "nct_id")[0], FORMAT)
    put_study(draft, tables)
    put_design(draft, tables)
    put_lists(draft, tables)
    put_interventions(draft, tables)
    put_parties(draft, tables)
    put_browse(draft, tables)
    return draft.finish(NOT_CARRIED)


def put_study(draft: Draft, tables: Tables) -> None:
    """What the table of studies says, and the long texts."""
    for path, table, column in (
        ("identificationModule.briefTitle", STUDIES, "brief_title"),
        ("identificationModule.officialTitle", STUDIES, "official_title"),
        ("identificationModule.acronym", STUDIES, "acronym"),
        ("identificationModule.organization.fullName", STUDIES, "source"),
        ("identificationModule.organization.class", STUDIES, "source_class"),
        ("statusModule.whyStopped", STUDIES, "why_stopped"),
        ("descriptionModule.briefSummary", "brief_summaries", "description"),
        ("descriptionModule.detailedDescription", "detailed_descriptions", "description"),
    ):
        draft.put(path, *tables.one(table, column))
    for path, kind, column in (
        ("statusModule.overallStatus", "statuses", "overall_status"),
        ("statusModule.lastKnownStatus", "statuses", "last_known_status"),
        ("designModule.studyType", "study_types", "study_type"),
    ):
        draft.put_spelled(path, kind, *tables.one(STUDIES, column))
    draft.put_phases(*tables.one(STUDIES, "phase"))
    size, field = tables.one(STUDIES, "enrollment")
    draft.put("designModule.enrollmentInfo.count", int(size) if size.isdecimal() else None, field)
    draft.put("designModule.enrollmentInfo.type", *upper(tables.one(STUDIES, "enrollment_type")))
    for name, column in OVERSIGHT.items():
        said, field = tables.one(STUDIES, column)
        draft.put(f"oversightModule.{name}", TRUTH.get(said.lower()), field)
    put_dates(draft, tables)
    reported = tables.one("calculated_values", "were_results_reported")[0]
    if reported or tables.one(STUDIES, "results_first_posted_date")[0]:
        draft.record["hasResults"] = reported.lower() in ("t", "true") or not reported


def put_dates(draft: Draft, tables: Tables) -> None:
    """The dates; AACT fills a month without a day up to a day, and keeps beside it what the record states."""
    for which, name in (("start", "start"), ("primary completion", "primary_completion"), ("completion", "completion")):
        stated, field = tables.one(STUDIES, f"{name}_month_year")
        full, full_field = tables.one(STUDIES, f"{name}_date")
        kind = upper(tables.one(STUDIES, f"{name}_date_type"))[0]
        date = read_date(stated) or read_date(full)
        draft.put_date(
            which, date, field if read_date(stated) else full_field, "ESTIMATED" if kind == "ANTICIPATED" else kind
        )
    for which, name in (
        ("first posted", "study_first_posted"),
        ("results first posted", "results_first_posted"),
        ("last update", "last_update_posted"),
    ):
        kind = upper(tables.one(STUDIES, f"{name}_date_type"))[0]
        date, field = tables.one(STUDIES, f"{name}_date")
        draft.put_date(which, read_date(date), field, "ESTIMATED" if kind == "ESTIMATE" else kind)
    date, field = tables.one(STUDIES, "study_first_submitted_date")
    draft.put("statusModule.studyFirstSubmitDate", read_date(date), field)
    stated, field = tables.one(STUDIES, "verification_month_year")
    full, full_field = tables.one(STUDIES, "verification_date")
    verified = read_date(stated)
    draft.put("statusModule.statusVerifiedDate", verified or read_date(full), field if verified else full_field)


def put_design(draft: Draft, tables: Tables) -> None:
    """Put the design of the study and whom it admits into the draft."""
    for key, column in (
        ("allocation", "allocation"),
        ("interventionModel", "intervention_model"),
        ("observationalModel", "observational_model"),
        ("primaryPurpose", "primary_purpose"),
        ("timePerspective", "time_perspective"),
        ("maskingInfo.masking", "masking"),
    ):
        draft.put(f"designModule.designInfo.{key}", *code(tables.one("designs", column)))
    draft.put("eligibilityModule.eligibilityCriteria", *tables.one("eligibilities", "criteria"))
    draft.put_spelled("eligibilityModule.sex", "sexes", *tables.one("eligibilities", "gender"))
    for key, column in (("minimumAge", "minimum_age"), ("maximumAge", "maximum_age")):
        age, field = tables.one("eligibilities", column)
        draft.put(f"eligibilityModule.{key}", "" if age == "N/A" else age, field)
    groups = (("CHILD", "child"), ("ADULT", "adult"), ("OLDER_ADULT", "older_adult"))
    ages = [name for name, column in groups if tables.one("eligibilities", column)[0].lower() in ("t", "true")]
    draft.put("eligibilityModule.stdAges", ages, "eligibilities.adult")
    healthy, field = tables.one("eligibilities", "healthy_volunteers")
    if healthy:
        accepts = healthy.lower() in ("t", "true", "accepts healthy volunteers")
        draft.put("eligibilityModule.healthyVolunteers", accepts, field)


def put_lists(draft: Draft, tables: Tables) -> None:
    """Conditions, keywords, arms, outcomes, sites, references and other numbers."""
    for path, table, column in (
        ("conditionsModule.conditions", "conditions", "name"),
        ("conditionsModule.keywords", "keywords", "name"),
    ):
        for place, row in enumerate(tables.rows(table)):
            draft.put(f"{path}[{place}]", row.get(column), f"{table}[{place}].{column}")
    outcomes = tables.rows("design_outcomes")
    for kind in ("primary", "secondary"):
        rows = [row for row in outcomes if row.get("outcome_type", "").lower() == kind]
        keys = (("measure", "measure"), ("description", "description"), ("timeFrame", "time_frame"))
        put_rows(draft, f"outcomesModule.{kind}Outcomes", "design_outcomes", rows, keys)
    arms = (("label", "title"), ("type", "group_type"), ("description", "description"))
    put_rows(draft, "armsInterventionsModule.armGroups", "design_groups", tables.rows("design_groups"), arms)
    sites = tuple(
        (key, key if key != "facility" else "name") for key in ("facility", "city", "state", "zip", "country")
    )
    put_rows(draft, "contactsLocationsModule.locations", "facilities", tables.rows("facilities"), sites)
    for place, row in enumerate(tables.rows("facilities")):
        draft.put(
            f"contactsLocationsModule.locations[{place}].status", *code((row.get("status", ""), "facilities.status"))
        )
        if row.get("latitude") and row.get("longitude"):
            for key, column in (("lat", "latitude"), ("lon", "longitude")):
                target = f"contactsLocationsModule.locations[{place}].geoPoint.{key}"
                draft.put(target, float(row[column]), f"facilities[{place}].{column}")
    references = (("pmid", "pmid"), ("type", "reference_type"), ("citation", "citation"))
    put_rows(draft, "referencesModule.references", "study_references", tables.rows("study_references"), references)
    for place, row in enumerate(tables.rows("study_references")):
        path = f"referencesModule.references[{place}].type"
        draft.put(path, row.get("reference_type", "").upper(), f"study_references[{place}].reference_type")
    put_numbers(draft, tables)


def put_rows(draft: Draft, path: str, table: str, rows: Rows, keys: tuple[tuple[str, str], ...]) -> None:
    """Rows as the objects of a list."""
    for place, row in enumerate(rows):
        for key, column in keys:
            draft.put(f"{path}[{place}].{key}", row.get(column), f"{table}[{place}].{column}")


def put_numbers(draft: Draft, tables: Tables) -> None:
    """The sponsor's own number, aliases and other numbers; older archives name the kind in another column."""
    counts = {"nctIdAliases": 0, "secondaryIdInfos": 0}
    for place, row in enumerate(tables.rows("id_information")):
        kind, field = row.get("id_source") or row.get("id_type", ""), f"id_information[{place}].id_value"
        if kind == "org_study_id":
            draft.put("identificationModule.orgStudyIdInfo.id", row.get("id_value"), field)
            continue
        name = "nctIdAliases" if kind == "nct_alias" else "secondaryIdInfos"
        path = f"identificationModule.{name}[{counts[name]}]"
        draft.put(path if kind == "nct_alias" else f"{path}.id", row.get("id_value"), field)
        if kind != "nct_alias":
            draft.put(f"{path}.type", row.get("id_type") if row.get("id_source") else None, field)
            draft.put(f"{path}.domain", row.get("id_type_description"), field)
        counts[name] += 1


def put_interventions(draft: Draft, tables: Tables) -> None:
    """Interventions with their types and other names."""
    names: dict[str, list[str]] = {}
    for row in tables.rows("intervention_other_names"):
        names.setdefault(row.get("intervention_id", ""), []).append(row.get("name", ""))
    for place, row in enumerate(tables.rows("interventions")):
        path, field = f"armsInterventionsModule.interventions[{place}]", f"interventions[{place}]"
        draft.put(f"{path}.type", *code((row.get("intervention_type", ""), f"{field}.intervention_type")))
        draft.put(f"{path}.name", row.get("name"), f"{field}.name")
        draft.put(f"{path}.description", row.get("description"), f"{field}.description")
        draft.put(f"{path}.otherNames", names.get(row.get("id", "-")), "intervention_other_names.name")


def put_parties(draft: Draft, tables: Tables) -> None:
    """Sponsors, officials and the responsible party."""
    others = 0
    for place, row in enumerate(tables.rows("sponsors")):
        is_lead = row.get("lead_or_collaborator", "").lower() == "lead"
        target = "leadSponsor" if is_lead else f"collaborators[{others}]"
        others += not is_lead
        draft.put(f"sponsorCollaboratorsModule.{target}.name", row.get("name"), f"sponsors[{place}].name")
        kind = row.get("agency_class", "")
        path = f"sponsorCollaboratorsModule.{target}.class"
        draft.put_spelled(path, "sponsor_classes", kind, f"sponsors[{place}].agency_class")
    officials = (("name", "name"), ("affiliation", "affiliation"), ("role", "role"))
    path = "contactsLocationsModule.overallOfficials"
    put_rows(draft, path, "overall_officials", tables.rows("overall_officials"), officials)
    party = (
        ("investigatorFullName", "name"),
        ("investigatorTitle", "title"),
        ("investigatorAffiliation", "affiliation"),
        ("oldNameTitle", "old_name_title"),
        ("oldOrganization", "organization"),
    )
    for key, column in party:
        path = f"sponsorCollaboratorsModule.responsibleParty.{key}"
        draft.put(path, *tables.one("responsible_parties", column))


def put_browse(draft: Draft, tables: Tables) -> None:
    """The terms that the registry derives, which its searches look at."""
    for table, module in (("browse_conditions", "conditionBrowse"), ("browse_interventions", "interventionBrowse")):
        for kind, name in (("mesh-list", "meshes"), ("mesh-ancestor", "ancestors")):
            rows = [row for row in tables.rows(table) if row.get("mesh_type", "mesh-list") == kind]
            for place, row in enumerate(rows):
                draft.put_derived(f"{module}Module.{name}[{place}].term", row.get("mesh_term"))


def upper(stated: tuple[str, str]) -> tuple[str, str]:
    """A value in capitals, with its field."""
    return stated[0].upper(), stated[1]


def code(stated: tuple[str, str]) -> tuple[str, str]:
    """The API's code of a value that older archives write in words, with its field."""
    return api_code(stated[0]), stated[1]

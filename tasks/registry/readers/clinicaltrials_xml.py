"""The XML that ClinicalTrials.gov offered until 2024: one `clinical_study` a file, or a zip of them."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, tostring

import orjson
from defusedxml.ElementTree import fromstring

from tasks.protocol import Limits
from tasks.registry.readers.dates import read_date
from tasks.registry.readers.draft import Draft, api_code
from tasks.registry.readers.tables import Opener, all_at, first_at, xml_elements

FORMAT, REGISTRY = "clinicaltrials-xml", "ClinicalTrials.gov"
ROOT = ELEMENT = "clinical_study"
NOT_CARRIED = ["contactsLocationsModule.locations.geoPoint", "designModule.bioSpec"]
TEXTS = (
    ("identificationModule.orgStudyIdInfo.id", "id_info/org_study_id"),
    ("identificationModule.briefTitle", "brief_title"),
    ("identificationModule.officialTitle", "official_title"),
    ("identificationModule.acronym", "acronym"),
    ("statusModule.whyStopped", "why_stopped"),
    ("sponsorCollaboratorsModule.leadSponsor.name", "sponsors/lead_sponsor/agency"),
    ("descriptionModule.briefSummary", "brief_summary/textblock"),
    ("descriptionModule.detailedDescription", "detailed_description/textblock"),
    ("eligibilityModule.eligibilityCriteria", "eligibility/criteria/textblock"),
    ("eligibilityModule.minimumAge", "eligibility/minimum_age"),
    ("eligibilityModule.maximumAge", "eligibility/maximum_age"),
    ("designModule.designInfo.allocation", "study_design_info/allocation"),
    ("designModule.designInfo.interventionModel", "study_design_info/intervention_model"),
    ("designModule.designInfo.observationalModel", "study_design_info/observational_model"),
    ("designModule.designInfo.primaryPurpose", "study_design_info/primary_purpose"),
    ("designModule.designInfo.maskingInfo.masking", "study_design_info/masking"),
)
CODES = ("allocation", "interventionModel", "observationalModel", "primaryPurpose", "masking")
NO_AGE = "N/A"
DATES = (
    ("start", "start_date"),
    ("primary completion", "primary_completion_date"),
    ("completion", "completion_date"),
    ("first posted", "study_first_posted"),
    ("results first posted", "results_first_posted"),
    ("last update", "last_update_posted"),
)
# a list of objects in the API: its path, the element, and each key's own element
LISTS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("identificationModule.secondaryIdInfos", "id_info/secondary_id", (("id", ""),)),
    ("armsInterventionsModule.armGroups", "arm_group", (("label", "arm_group_label"), ("description", "description"))),
    ("outcomesModule.primaryOutcomes", "primary_outcome", (
        ("measure", "measure"), ("timeFrame", "time_frame"), ("description", "description"))),
    ("outcomesModule.secondaryOutcomes", "secondary_outcome", (
        ("measure", "measure"), ("timeFrame", "time_frame"), ("description", "description"))),
    ("contactsLocationsModule.overallOfficials", "overall_official", (
        ("name", "last_name"), ("role", "role"), ("affiliation", "affiliation"))),
    ("contactsLocationsModule.locations", "location", (
        ("facility", "facility/name"), ("city", "facility/address/city"), ("state", "facility/address/state"),
        ("zip", "facility/address/zip"), ("country", "facility/address/country"))),
)  # fmt: skip


def records(name: str, opener: Opener, limits: Limits) -> Iterator[tuple[str, bytes, str]]:
    """Every study of a file."""
    for position, element in xml_elements(name, opener, ELEMENT, limits):
        yield position, packed(element), ""


def packed(element: Element) -> bytes:
    """The record as it is kept: the element whole."""
    return orjson.dumps({"registryRecord": FORMAT, "xml": tostring(element, encoding="unicode")})


def study_record(content: dict[str, Any]) -> dict[str, Any]:
    """The registration of a `clinical_study` element."""
    study = fromstring(str(content.get("xml") or ""), forbid_dtd=True)
    draft = Draft(REGISTRY, first_at(study, "id_info/nct_id"), FORMAT)
    for path, element in TEXTS:
        text = first_at(study, element)
        if path.rpartition(".")[2] in CODES:
            text = api_code(text)
        if text != NO_AGE:
            draft.put(path, text, element)
    for place, (_, alias) in enumerate(all_at(study, "id_info/nct_alias")):
        draft.put(f"identificationModule.nctIdAliases[{place}]", alias.strip(), "id_info/nct_alias")
    put_status(draft, study)
    put_lists(draft, study)
    put_interventions(draft, study)
    for name, path in (("condition_browse", "condition"), ("intervention_browse", "intervention")):
        for place, (_, term) in enumerate(all_at(study, f"{name}/mesh_term")):
            draft.put_derived(f"{path}BrowseModule.meshes[{place}].term", term.strip())
    return draft.finish(NOT_CARRIED, address=first_at(study, "required_header/url"))


def put_status(draft: Draft, study: Element) -> None:
    """Status, type, phases, size, sex and dates."""
    for path, kind, element in (
        ("statusModule.overallStatus", "statuses", "overall_status"),
        ("statusModule.lastKnownStatus", "statuses", "last_known_status"),
        ("designModule.studyType", "study_types", "study_type"),
        ("eligibilityModule.sex", "sexes", "eligibility/gender"),
        ("sponsorCollaboratorsModule.leadSponsor.class", "sponsor_classes", "sponsors/lead_sponsor/agency_class"),
    ):
        draft.put_spelled(path, kind, first_at(study, element), element)
    draft.put_phases(first_at(study, "phase"), "phase")
    size = first_at(study, "enrollment")
    draft.put("designModule.enrollmentInfo.count", int(size) if size.isdecimal() else None, "enrollment")
    for which, element in DATES:
        found = study.find(element)
        kind = "" if found is None else found.get("type", "")
        draft.put_date(which, read_date(first_at(study, element)), element, kind_of_date(kind))
    draft.put(
        "statusModule.studyFirstSubmitDate",
        read_date(first_at(study, "study_first_submitted")),
        "study_first_submitted",
    )
    draft.record["hasResults"] = study.find("clinical_results") is not None


def kind_of_date(written: str) -> str:
    """The API's word for how sure a date is."""
    return {"actual": "ACTUAL", "anticipated": "ESTIMATED", "estimate": "ESTIMATED"}.get(written.lower(), "")


def put_lists(draft: Draft, study: Element) -> None:
    """Conditions, keywords and the lists of objects."""
    for path, element in (("conditions", "condition"), ("keywords", "keyword")):
        for place, (where, text) in enumerate(all_at(study, element)):
            draft.put(f"conditionsModule.{path}[{place}]", text.strip(), where)
    for path, element, keys in LISTS:
        for place, item in enumerate(study.findall(element)):
            for key, below in keys:
                text = first_at(item, below) if below else "".join(item.itertext()).strip()
                draft.put(f"{path}[{place}].{key}", text, f"{element}[{place + 1}]/{below}".rstrip("/"))
    for place, item in enumerate(study.findall("sponsors/collaborator")):
        path, field = f"sponsorCollaboratorsModule.collaborators[{place}]", f"sponsors/collaborator[{place + 1}]"
        draft.put(f"{path}.name", first_at(item, "agency"), f"{field}/agency")
        draft.put_spelled(f"{path}.class", "sponsor_classes", first_at(item, "agency_class"), f"{field}/agency_class")
    references = (("RESULT", "results_reference"), ("BACKGROUND", "reference"))
    items = [(kind, element, item) for kind, element in references for item in study.findall(element)]
    for place, (kind, element, item) in enumerate(items):
        path = f"referencesModule.references[{place}]"
        draft.put(f"{path}.type", kind, element)
        draft.put(f"{path}.pmid", first_at(item, "PMID"), f"{element}/PMID")
        draft.put(f"{path}.citation", first_at(item, "citation"), f"{element}/citation")


def put_interventions(draft: Draft, study: Element) -> None:
    """Interventions with their types and other names."""
    for place, item in enumerate(study.findall("intervention")):
        path, field = f"armsInterventionsModule.interventions[{place}]", f"intervention[{place + 1}]"
        kind = api_code(first_at(item, "intervention_type"))
        draft.put(f"{path}.type", kind, f"{field}/intervention_type")
        draft.put(f"{path}.name", first_at(item, "intervention_name"), f"{field}/intervention_name")
        draft.put(f"{path}.description", first_at(item, "description"), f"{field}/description")
        for number, (_, name) in enumerate(all_at(item, "other_name")):
            draft.put(f"{path}.otherNames[{number}]", name.strip(), f"{field}/other_name[{number + 1}]")

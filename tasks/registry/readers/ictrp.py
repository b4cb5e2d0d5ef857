"""WHO ICTRP's export, CSV or XML: the registrations of some twenty registers in one flat form.

The form's traps: column names with blanks (CSV) or underscores (XML); days as a spreadsheet's serial numbers;
'_x000D_' and '<br>' within texts; 'group:text;' interventions and 'group:n;' sizes (ChiCTR); 'Phase 1/2' that a
spreadsheet took for a date; a column 'Retrospective flag' whose Yes means the opposite, which is therefore not read.
"""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from tasks.protocol import Limits
from tasks.registry.readers.dates import read_date, serial_day
from tasks.registry.readers.draft import Draft, api_code, slices, trimmed
from tasks.registry.readers.spellings import registration_number, registry_of_ictrp, spelled
from tasks.registry.readers.tables import Opener, csv_rows, element_fields, xml_elements

FORMAT = "ictrp"
ROOT, ELEMENT = "Trials_downloaded_from_ICTRP", "Trial"
NOT_CARRIED = [
    "identificationModule.orgStudyIdInfo",
    "statusModule.primaryCompletionDateStruct",
    "statusModule.whyStopped",
    "statusModule.studyFirstSubmitDate",
    "statusModule.resultsFirstSubmitDate",
    "sponsorCollaboratorsModule.leadSponsor.class",
    "sponsorCollaboratorsModule.collaborators.class",
    "oversightModule",
    "sponsorCollaboratorsModule.responsibleParty",
    "descriptionModule",
    "designModule.designInfo",
    "armsInterventionsModule.armGroups.description",
    "contactsLocationsModule.locations.facility",
    "contactsLocationsModule.locations.city",
    "contactsLocationsModule.overallOfficials",
    "referencesModule",
    "derivedSection",
]
AGE = re.compile(r"[<>=\s]*(\d+)\s*(.*)")
EU_PHASE = re.compile(r"([A-Z][A-Za-z -]*\(Phase [IV]+\)):\s*(yes|no|)")
EU_NAME = re.compile(r"(?:Trade Name|Product Name|INN or Proposed INN|Product Code): *([^<,\n;]+)")
TYPED = re.compile(r"([A-Z][A-Za-z ]+): ?(?=\S)")
GROUP_SIZE = re.compile(r":\s*(\d+)\s*(?:;|$)")
THERAPEUTIC_AREA = "Therapeutic area:"
LONGEST_NAME = 200  # a longer text tells what is done, not what it is called


def csv_records(name: str, opener: Opener, limits: Limits) -> Iterator[tuple[str, bytes, str]]:
    """Every row of a CSV export: position, content, and what is wrong with it."""
    for row in csv_rows(name, opener, limits):
        yield row.position, packed(row.fields), row.problem


def xml_records(name: str, opener: Opener, limits: Limits) -> Iterator[tuple[str, bytes, str]]:
    """Every trial of an XML export."""
    for position, element in xml_elements(name, opener, ELEMENT, limits):
        yield position, packed(element_fields(element)), ""


def packed(fields: dict[str, str]) -> bytes:
    """The record as it is kept: every field as the export has it."""
    return orjson.dumps({"registryRecord": FORMAT, "fields": fields})


class Fields:
    """The fields of a record by ICTRP's names, whichever of its two forms they are written in."""

    def __init__(self, fields: dict[str, Any]) -> None:
        """Take the fields as received."""
        self.values = {name: value for name, value in fields.items() if isinstance(value, str)}
        self.names = {name.replace("_", " ").lower(): name for name in self.values}

    def name(self, plain: str) -> str:
        """The field's name in this export."""
        return self.names.get(plain.lower(), "")

    def raw(self, plain: str) -> str:
        """The field's text as received; '' where the export lacks it."""
        return self.values.get(self.name(plain), "")


def study_record(content: dict[str, Any]) -> dict[str, Any]:
    """The registration of an ICTRP record."""
    fields = Fields(content.get("fields") or {})
    number = registration_number(fields.raw("TrialID"))
    registry = number.registry if number else registry_of_ictrp(fields.raw("Source Register"))
    draft = Draft(registry, number.registration if number else fields.raw("TrialID").strip(), FORMAT, "ICTRP")
    put_texts(draft, fields)
    put_status(draft, fields)
    put_design(draft, fields)
    put_interventions(draft, fields)
    put_people_and_places(draft, fields)
    refreshed = read_date(fields.raw("Last Refreshed on"))
    return draft.finish(
        NOT_CARRIED,
        address=fields.raw("web address").strip(),
        sourceDate=read_date(fields.raw("Export date")) or refreshed,
    )


def put_texts(draft: Draft, fields: Fields) -> None:
    """Titles, conditions, criteria, outcomes and other numbers, each a slice of its field."""
    for path, plain in (
        ("identificationModule.briefTitle", "Public title"),
        ("identificationModule.officialTitle", "Scientific title"),
        ("identificationModule.acronym", "Acronym"),
        ("sponsorCollaboratorsModule.leadSponsor.name", "Primary sponsor"),
        ("eligibilityModule.eligibilityCriteria", "Inclusion Criteria"),
        ("eligibilityModule.exclusionCriteria", "Exclusion Criteria"),
    ):
        text, start = trimmed(fields.raw(plain))
        draft.put(path, text, fields.name(plain), start)
    conditions = slices(fields.raw("Condition"), ";")
    areas = [part for part in conditions if part[0].startswith(THERAPEUTIC_AREA)]
    named = [part for part in conditions if part not in areas]
    draft.put_all("conditionsModule.conditions", named, fields.name("Condition"))
    draft.put_all("conditionsModule.keywords", areas, fields.name("Condition"))
    for path, plain, key in (
        ("outcomesModule.primaryOutcomes", "Primary outcome", "measure"),
        ("outcomesModule.secondaryOutcomes", "Secondary outcome", "measure"),
        ("identificationModule.secondaryIdInfos", "Secondary ID", "id"),
        ("sponsorCollaboratorsModule.collaborators", "Secondary Sponsor", "name"),
    ):
        for place, (text, start) in enumerate(slices(fields.raw(plain), ";")):
            draft.put(f"{path}[{place}].{key}", text, fields.name(plain), start)


def put_status(draft: Draft, fields: Fields) -> None:
    """Status and dates; the day of registration from the column that is always eight digits, where it is there."""
    status = fields.name("Recruitment Status")
    draft.put_spelled("statusModule.overallStatus", "statuses", fields.raw("Recruitment Status"), status)
    for which, *names in (
        ("start", "Date enrollement"),
        ("completion", "results date completed"),
        ("first posted", "Date registration3", "Date registration"),
        ("last update", "Last Refreshed on"),
        ("results first posted", "results date posted"),
    ):
        dated = [(read_date(fields.raw(name)), fields.name(name)) for name in names]
        date, field = next((one for one in dated if one[0]), (None, ""))
        draft.put_date(which, date, field)
    if fields.raw("results yes no").strip().lower() == "yes":
        draft.record["hasResults"] = True


def put_design(draft: Draft, fields: Fields) -> None:
    """Type, phase, size, sex and ages."""
    draft.put_spelled("designModule.studyType", "study_types", fields.raw("Study type"), fields.name("Study type"))
    put_phase(draft, fields.raw("Phase"), fields.name("Phase"))
    if size := target_size(fields.raw("Target size")):
        draft.put("designModule.enrollmentInfo.count", size, fields.name("Target size"))
        draft.put("designModule.enrollmentInfo.type", "ESTIMATED", fields.name("Target size"))
    sex = fields.raw("Inclusion gender").replace("<br>", " ").replace("Male:", " Male:")
    draft.put_spelled("eligibilityModule.sex", "sexes", sex, fields.name("Inclusion gender"))
    for path, plain in (("minimumAge", "Inclusion agemin"), ("maximumAge", "Inclusion agemax")):
        draft.put(f"eligibilityModule.{path}", age(draft, fields, plain), fields.name(plain))


def put_phase(draft: Draft, written: str, field: str) -> None:
    """The phase: a name, the European form's list of yes and no, or what a spreadsheet made of '1/2'."""
    if listed := EU_PHASE.findall(written.replace("\n", " ")):
        phases = [draft.spell("phases", " ".join(name.split()), field) for name, answer in listed if answer == "yes"]
        draft.put("designModule.phases", phases, field)
        return
    day = serial_day(written.strip())
    draft.put_phases(f"{day.day}/{day.month}" if day else written, field)


def target_size(written: str) -> int | None:
    """A number, or the sum of ChiCTR's 'group:n;' list; None where neither is stated."""
    written = written.strip().rstrip(";")
    if written.isdecimal():
        return int(written) if written.isascii() else None
    sizes = [int(size) for size in GROUP_SIZE.findall(written)]
    return sum(sizes) or None


def age(draft: Draft, fields: Fields, plain: str) -> str:
    """An age as '18 Years'; '' where there is no limit."""
    written = " ".join(fields.raw(plain).split())
    if spelled("ages", "ICTRP", written) is not None or not written:
        return ""
    found = AGE.fullmatch(written)
    if not found or (plain == "Inclusion agemax" and int(found[1]) == 0):
        return draft.spell("ages", written, fields.name(plain)) if not found else ""
    unit = draft.spell("ages", found[2], fields.name(plain)) if found[2] else "Years"
    return f"{found[1]} {unit}".strip()


def put_interventions(draft: Draft, fields: Fields) -> None:
    """Interventions: typed names, groups with what they get, names out of the European form, or one text."""
    text, field = fields.raw("Intervention"), fields.name("Intervention")
    path = "armsInterventionsModule"
    if draft.registry == "ClinicalTrials.gov":
        for place, (part, start) in enumerate(slices(text, ";")):
            typed = TYPED.match(part)
            kind, begin = (typed[1], typed.end()) if typed else ("", 0)
            draft.put(f"{path}.interventions[{place}].type", api_code(kind), field, start)
            draft.put(f"{path}.interventions[{place}].name", part[begin:], field, start + begin)
    elif draft.registry == "ChiCTR":
        for place, (part, start) in enumerate(slices(text, ";")):
            label, colon, _ = part.partition(":")
            begin = len(label) + 1 if colon else 0
            draft.put(f"{path}.armGroups[{place}].label", label.strip() if colon else "", field, start)
            given, moved = trimmed(part[begin:])
            draft.put(f"{path}.interventions[{place}].name", given, field, start + begin + moved)
    else:
        names = [(found[1].strip(), found.start(1)) for found in EU_NAME.finditer(text)]
        whole, start = trimmed(text)
        if not names and len(whole) <= LONGEST_NAME:
            names, whole = [(whole, start)], ""
        for place, (name, begin) in enumerate(names):
            draft.put(f"{path}.interventions[{place}].name", name, field, begin)
        draft.put(f"{path}.interventions[{len(names)}].description", whole, field, start)


def put_people_and_places(draft: Draft, fields: Fields) -> None:
    """The countries, as sites of which only the country is known, and the contact."""
    field = fields.name("Countries")
    for place, (country, start) in enumerate(countries(draft, fields.raw("Countries"), field)):
        draft.put(f"contactsLocationsModule.locations[{place}].country", country, field, start)
    first, last = fields.raw("Contact Firstname").strip(), fields.raw("Contact Lastname").strip()
    contact = "contactsLocationsModule.centralContacts[0]"
    draft.put(f"{contact}.name", f"{first} {last}".strip(), fields.name("Contact Lastname"))
    draft.put(f"{contact}.email", fields.raw("Contact Email").strip(), fields.name("Contact Email"))
    draft.put(f"{contact}.affiliation", fields.raw("Contact Affiliation").strip(), fields.name("Contact Affiliation"))


def countries(draft: Draft, text: str, field: str) -> list[tuple[str, int]]:
    """The countries of a list, once each; commas part names too, but not within 'Korea, Republic of'."""
    found: dict[str, int] = {}
    for part, start in slices(text, ";"):
        known = spelled("countries", "ICTRP", part) is not None
        for name, begin in [(part, 0)] if known else slices(part, ","):
            if country := draft.spell("countries", name, field):
                found.setdefault(country, start + begin)
    return list(found.items())

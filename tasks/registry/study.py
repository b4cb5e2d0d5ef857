"""A registration as everything here reads it: what it holds, and the path of every text in the record as received."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
PROTOCOL = "protocolSection"
REGISTRATION = "registrationSection"  # what a reader tells of a record that it mapped
CLINICALTRIALS, API = "ClinicalTrials.gov", "api"
SECOND_HAND = ("ictrp",)
ARMS = f"{PROTOCOL}.armsInterventionsModule"
OUTCOMES = f"{PROTOCOL}.outcomesModule"
PRIMARY_OUTCOMES = f"{OUTCOMES}.primaryOutcomes"
CONTACTS = f"{PROTOCOL}.contactsLocationsModule"


@dataclass(frozen=True, slots=True)
class FieldText:
    """One text of a registration: its kind (`curation/fields.tsv`), its path in the record, its characters."""

    kind: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Party:
    """A sponsor or collaborator, with the registry's class of it."""

    name: str
    agency_class: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A person whom a registration names, in which role, and the path where it does."""

    role: str
    name: str
    organization: str
    email: str
    path: str


@dataclass(frozen=True, slots=True)
class Location:
    """A site and its path in the record; read when asked for, as some trials list a thousand."""

    item: dict[str, Any]
    path: str

    @property
    def facility(self) -> str:
        """The hospital or centre."""
        return as_text(self.item.get("facility"))

    @property
    def facility_path(self) -> str:
        """Where the facility stands."""
        return f"{self.path}.facility"

    @property
    def country(self) -> str:
        """The country's name as written."""
        return as_text(self.item.get("country"))

    @property
    def country_path(self) -> str:
        """Where the country stands."""
        return f"{self.path}.country"

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The people to ask there."""
        return tuple(contacts("site contact", self.item.get("contacts"), f"{self.path}.contacts", self.facility))


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper that a registration refers to; the PMID may be missing, or of no paper."""

    reference_type: str
    pmid: str
    citation: str


class Study:
    """One registration in the shape of ClinicalTrials.gov's API v2.

    Every module may be missing or of another type than the API's document says: that is silence, never an error.
    """

    def __init__(self, record: Any, received: Any = None) -> None:
        """Take the parsed record; it is read when something is asked for.

        `received`: the record as its source gave it, where a reader mapped it to the API's shape.
        """
        self.record: dict[str, Any] = as_object(record)
        self.received: dict[str, Any] = as_object(received) or self.record
        self._protocol = as_object(self.record.get(PROTOCOL))

    def __eq__(self, other: object) -> bool:
        """Whether both are studies of equal records."""
        return isinstance(other, Study) and self.record == other.record

    __hash__ = None  # type: ignore[assignment]

    def _module(self, name: str) -> dict[str, Any]:
        return as_object(self._protocol.get(name))

    @property
    def nct_id(self) -> str:
        """The registration's number: the NCT number, or that of another registry; '' where there is none."""
        return as_text(self._module("identificationModule").get("nctId")).strip()

    @property
    def _registration(self) -> dict[str, Any]:
        return as_object(self.record.get(REGISTRATION))

    @property
    def registry(self) -> str:
        """The registry of the registration, as `curation/registries.tsv` calls it."""
        return as_text(self._registration.get("registry")) or CLINICALTRIALS

    @property
    def form(self) -> str:
        """The form in which the record was received: `api`, or the name of its reader."""
        return as_text(self._registration.get("format")) or API

    @property
    def is_second_hand(self) -> bool:
        """Whether the record is not the registry's own: WHO ICTRP's copy of it."""
        return self.form in SECOND_HAND

    @property
    def source_date(self) -> str:
        """The day of which a record that was not had from the registry itself says that it is; '' elsewhere."""
        return as_text(self._registration.get("sourceDate"))

    @property
    def not_carried(self) -> tuple[str, ...]:
        """Modules and fields that the source never fills: unknown, not 'no'."""
        return texts_of(self._registration.get("notCarried"))

    @property
    def is_in_part(self) -> bool:
        """Whether the record lacks what ClinicalTrials.gov gives of every study: then its silence says nothing."""
        is_withheld = self._module("statusModule").get("overallStatus") == "WITHHELD"
        return self.form == API and not self._module("designModule").get("studyType") and not is_withheld

    @property
    def address(self) -> str:
        """Where the registration is read, as its source says; '' where it does not."""
        return as_text(self._registration.get("address"))

    @property
    def unknown_spellings(self) -> tuple[dict[str, str], ...]:
        """Spellings of the source that no vocabulary knows, each with kind, spelling and field."""
        return tuple(objects_of(self._registration.get("unknownSpellings")))

    def number_texts(self) -> Iterator[FieldText]:
        """The fields for the trial's numbers: the sponsor's own, and those of other registries."""
        identification = self._module("identificationModule")
        own, path = as_object(identification.get("orgStudyIdInfo")), f"{PROTOCOL}.identificationModule"
        yield from single("number", own, f"{path}.orgStudyIdInfo", ("id",))
        yield from keyed("number", identification.get("secondaryIdInfos"), f"{path}.secondaryIdInfos", "id")

    @property
    def aliases(self) -> tuple[str, ...]:
        """NCT numbers that the study had before."""
        return texts_of(self._module("identificationModule").get("nctIdAliases"))

    @property
    def other_ids(self) -> tuple[str, ...]:
        """The sponsor's own number of the study, and its numbers elsewhere, as typed."""
        identification = self._module("identificationModule")
        infos = (identification.get("orgStudyIdInfo"), *objects_of(identification.get("secondaryIdInfos")))
        return tuple(number for info in infos if (number := as_text(as_object(info).get("id")).strip()))

    @property
    def brief_title(self) -> str:
        """The brief title."""
        return as_text(self._module("identificationModule").get("briefTitle"))

    @property
    def official_title(self) -> str:
        """The official title."""
        return as_text(self._module("identificationModule").get("officialTitle"))

    @property
    def acronym(self) -> str:
        """The acronym."""
        return as_text(self._module("identificationModule").get("acronym"))

    @property
    def summary(self) -> str:
        """The brief summary."""
        return as_text(self._module("descriptionModule").get("briefSummary"))

    @property
    def description(self) -> str:
        """The detailed description."""
        return as_text(self._module("descriptionModule").get("detailedDescription"))

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions."""
        return texts_of(self._module("conditionsModule").get("conditions"))

    @property
    def keywords(self) -> tuple[str, ...]:
        """The sponsor's keywords."""
        return texts_of(self._module("conditionsModule").get("keywords"))

    @property
    def intervention_names(self) -> tuple[str, ...]:
        """Names and other names of the interventions, in their order."""
        items = objects_of(self._module("armsInterventionsModule").get("interventions"))
        named = ((as_text(item.get("name")), *texts_of(item.get("otherNames"))) for item in items)
        return tuple(name for names in named for name in names if name)

    @property
    def eligibility_criteria(self) -> str:
        """The eligibility criteria, inclusion and exclusion in one text."""
        return as_text(self._module("eligibilityModule").get("eligibilityCriteria"))

    @property
    def eligibility_path(self) -> str:
        """Where the eligibility criteria stand."""
        return f"{PROTOCOL}.eligibilityModule.eligibilityCriteria"

    @property
    def study_type(self) -> str:
        """The registry's StudyType."""
        return as_text(self._module("designModule").get("studyType"))

    @property
    def phases(self) -> tuple[str, ...]:
        """The registry's phases."""
        return texts_of(self._module("designModule").get("phases"))

    @property
    def allocation(self) -> str:
        """The registry's DesignAllocation."""
        return as_text(as_object(self._module("designModule").get("designInfo")).get("allocation"))

    @property
    def primary_purpose(self) -> str:
        """The registry's PrimaryPurpose."""
        return as_text(as_object(self._module("designModule").get("designInfo")).get("primaryPurpose"))

    @property
    def start_date(self) -> str:
        """The start date as stated: 2019, 2019-03 or 2019-03-15."""
        return self._date("startDateStruct")

    @property
    def completion_date(self) -> str:
        """The completion date as stated, else the primary completion date."""
        return self._date("completionDateStruct") or self._date("primaryCompletionDateStruct")

    @property
    def actual_primary_completion_date(self) -> str:
        """The primary completion date as stated; '' where it is only expected, or not said to have come."""
        stated = as_object(self._module("statusModule").get("primaryCompletionDateStruct"))
        return as_text(stated.get("date")) if stated.get("type") == "ACTUAL" else ""

    @property
    def last_update_posted_date(self) -> str:
        """The day of the record's last update."""
        return self._date("lastUpdatePostDateStruct")

    def _date(self, name: str) -> str:
        return as_text(as_object(self._module("statusModule").get(name)).get("date"))

    @property
    def lead_sponsor(self) -> Party:
        """The lead sponsor; its name is '' where the record lacks it."""
        return party(self._module("sponsorCollaboratorsModule").get("leadSponsor"))

    @property
    def lead_sponsor_path(self) -> str:
        """Where the lead sponsor's name stands."""
        return f"{PROTOCOL}.sponsorCollaboratorsModule.leadSponsor.name"

    @property
    def collaborators(self) -> tuple[Party, ...]:
        """The collaborators."""
        return tuple(map(party, objects_of(self._module("sponsorCollaboratorsModule").get("collaborators"))))

    @property
    def overall_officials(self) -> tuple[Contact, ...]:
        """The officials, investigators most of them."""
        return tuple(self._contacts("overall official", "overallOfficials"))

    @property
    def central_contacts(self) -> tuple[Contact, ...]:
        """Whom to ask about the study; the registry removes them when it ends."""
        return tuple(self._contacts("central contact", "centralContacts"))

    def _contacts(self, role: str, name: str) -> Iterator[Contact]:
        return contacts(role, self._module("contactsLocationsModule").get(name), f"{CONTACTS}.{name}")

    @property
    def responsible_party(self) -> Contact:
        """The responsible party; its name is '' where that is not a person."""
        found = as_object(self._module("sponsorCollaboratorsModule").get("responsibleParty"))
        name = as_text(found.get("investigatorFullName")) or as_text(found.get("oldNameTitle"))
        organization = as_text(found.get("investigatorAffiliation")) or as_text(found.get("oldOrganization"))
        path = f"{PROTOCOL}.sponsorCollaboratorsModule.responsibleParty"
        return Contact("responsible party", name, organization, "", path)

    @property
    def results_contact(self) -> Contact:
        """The contact whom posted results name; the registry keeps it after a trial has ended."""
        more = as_object(as_object(self.record.get("resultsSection")).get("moreInfoModule"))
        found = as_object(more.get("pointOfContact"))
        name, organization = as_text(found.get("title")), as_text(found.get("organization"))
        path = "resultsSection.moreInfoModule.pointOfContact"
        return Contact("results contact", name, organization, as_text(found.get("email")), path)

    @cached_property
    def locations(self) -> tuple[Location, ...]:
        """The sites, in the record's order; what is no object is passed over and keeps its place in the paths."""
        listed = self._module("contactsLocationsModule").get("locations")
        items = enumerate(listed if isinstance(listed, list) else [])
        return tuple(Location(as_object(item), f"{CONTACTS}.locations[{place}]") for place, item in items)

    @property
    def references(self) -> tuple[Reference, ...]:
        """The papers that the record refers to."""
        items = objects_of(self._module("referencesModule").get("references"))
        fields = ((as_text(item.get(name)) for name in ("type", "pmid", "citation")) for item in items)
        return tuple(Reference(kind or "DERIVED", pmid, citation) for kind, pmid, citation in fields)

    def texts(self) -> Iterator[FieldText]:
        """Every text that curation may read but the eligibility criteria, in the order of the record's modules."""
        identification, description = self._module("identificationModule"), self._module("descriptionModule")
        yield from single("title", identification, f"{PROTOCOL}.identificationModule", ("briefTitle", "officialTitle"))
        yield from single("summary", description, f"{PROTOCOL}.descriptionModule", ("briefSummary",))
        yield from single("description", description, f"{PROTOCOL}.descriptionModule", ("detailedDescription",))
        conditions, arms = self._module("conditionsModule"), self._module("armsInterventionsModule")
        for kind, name in (("condition", "conditions"), ("keyword", "keywords")):
            yield from listed(kind, conditions.get(name), f"{PROTOCOL}.conditionsModule.{name}")
        for kind, items, key in (
            ("intervention", "interventions", "name"),
            ("intervention_text", "interventions", "description"),
            ("arm", "armGroups", "label"),
            ("arm_text", "armGroups", "description"),
        ):
            yield from keyed(kind, arms.get(items), f"{ARMS}.{items}", key)
        outcomes = self._module("outcomesModule")
        for kind, items, key in (
            ("outcome", "primaryOutcomes", "measure"),
            ("outcome", "secondaryOutcomes", "measure"),
            ("outcome_text", "primaryOutcomes", "description"),
        ):
            yield from keyed(kind, outcomes.get(items), f"{OUTCOMES}.{items}", key)
        for place, item in enumerate(as_list(arms.get("interventions"))):
            names = as_object(item).get("otherNames")
            yield from listed("other_name", names, f"{ARMS}.interventions[{place}].otherNames")

    def text_at(self, path: str) -> str:
        """The text at a path like protocolSection.conditionsModule.keywords[2]; '' where there is none."""
        value: Any = self.record
        for name, position in STEP.findall(path):
            try:
                value = value[int(position)] if position else value[name]
            except (KeyError, IndexError, TypeError):
                return ""
        return value if isinstance(value, str) else ""


def short_path(path: str) -> str:
    """A path without the section that most of them share, as people read it."""
    return path.removeprefix(f"{PROTOCOL}.")


def single(kind: str, module: dict[str, Any], path: str, keys: tuple[str, ...]) -> Iterator[FieldText]:
    """The texts of some keys of a module."""
    for key in keys:
        if text := as_text(module.get(key)):
            yield FieldText(kind, f"{path}.{key}", text)


def listed(kind: str, items: Any, path: str) -> Iterator[FieldText]:
    """The texts of a list."""
    for place, item in enumerate(as_list(items)):
        if text := as_text(item):
            yield FieldText(kind, f"{path}[{place}]", text)


def keyed(kind: str, items: Any, path: str, key: str) -> Iterator[FieldText]:
    """The texts of one key of each object of a list."""
    for place, item in enumerate(as_list(items)):
        if text := as_text(as_object(item).get(key)):
            yield FieldText(kind, f"{path}[{place}].{key}", text)


def party(value: Any) -> Party:
    """A sponsor from its object."""
    found = as_object(value)
    return Party(as_text(found.get("name")), as_text(found.get("class")))


def contacts(role: str, items: Any, path: str, organization: str = "") -> Iterator[Contact]:
    """The people of a list; `organization` is theirs where they state none."""
    for place, item in enumerate(as_list(items)):
        found = as_object(item)
        stated = as_text(found.get("affiliation")) or organization
        yield Contact(role, as_text(found.get("name")), stated, as_text(found.get("email")), f"{path}[{place}]")


def as_object(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def objects_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def texts_of(value: Any) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(text for item in as_list(value) if (text := as_text(item)))


def as_text(value: Any) -> str:
    """The value if it is a string, else ''; half a surrogate pair, which no encoding knows, becomes '?'."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value
    return value.encode("utf-8", "replace").decode("utf-8")

"""A registration as everything here reads it: what it holds, and the path of every text in the record as received."""

from collections.abc import Iterator
from typing import Any

from tasks.registry.parts import (
    CONTACTS,
    PROTOCOL,
    Contact,
    FieldText,
    Location,
    Party,
    Reference,
    contacts,
    keyed,
    listed,
    party,
    single,
)
from tasks.registry.registration import Registration
from tasks.registry.values import as_list, as_object, as_text, objects_of, texts_of

ARMS = f"{PROTOCOL}.armsInterventionsModule"
OUTCOMES = f"{PROTOCOL}.outcomesModule"
PRIMARY_OUTCOMES = f"{OUTCOMES}.primaryOutcomes"
# what curation reads: the kind of text, its module, a list there or '' for a text, and the key of the text or of each
# object of the list, '' for a list of texts
TEXTS = (
    ("title", "identificationModule", "", "briefTitle"),
    ("title", "identificationModule", "", "officialTitle"),
    ("summary", "descriptionModule", "", "briefSummary"),
    ("description", "descriptionModule", "", "detailedDescription"),
    ("condition", "conditionsModule", "conditions", ""),
    ("keyword", "conditionsModule", "keywords", ""),
    ("intervention", "armsInterventionsModule", "interventions", "name"),
    ("intervention_text", "armsInterventionsModule", "interventions", "description"),
    ("arm", "armsInterventionsModule", "armGroups", "label"),
    ("arm_text", "armsInterventionsModule", "armGroups", "description"),
    ("outcome", "outcomesModule", "primaryOutcomes", "measure"),
    ("outcome", "outcomesModule", "secondaryOutcomes", "measure"),
    ("outcome_text", "outcomesModule", "primaryOutcomes", "description"),
)


class Study(Registration):
    """One registration in the shape of ClinicalTrials.gov's API v2.

    Every module may be missing or of another type than the API's document says: that is silence, never an error.
    """

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

    @property
    def locations(self) -> tuple[Location, ...]:
        """The sites, in the record's order; what is no object is passed over and keeps its place in the paths."""
        return tuple([self.site(place) for place in range(len(self._sites))])

    def site(self, place: int) -> Location:
        """The site at a place of the record's list."""
        return Location(as_object(self._sites[place]), place)

    @property
    def site_count(self) -> int:
        """How many sites the record lists."""
        return len(self._sites)

    @property
    def countries(self) -> list[str]:
        """The country of each site as written, '' where none is stated."""
        return [as_text(item.get("country")) if isinstance(item, dict) else "" for item in self._sites]

    @property
    def _sites(self) -> list[Any]:
        return as_list(self._module("contactsLocationsModule").get("locations"))

    @property
    def references(self) -> tuple[Reference, ...]:
        """The papers that the record refers to."""
        items = objects_of(self._module("referencesModule").get("references"))
        fields = ((as_text(item.get(name)) for name in ("type", "pmid", "citation")) for item in items)
        return tuple(Reference(kind or "DERIVED", pmid, citation) for kind, pmid, citation in fields)

    def texts(self) -> Iterator[FieldText]:
        """Every text that curation may read but the eligibility criteria, in the order of `TEXTS`, then other names."""
        for kind, name, items, key in TEXTS:
            module, path = self._module(name), f"{PROTOCOL}.{name}"
            if not items:
                yield from single(kind, module, path, (key,))
            elif key:
                yield from keyed(kind, module.get(items), f"{path}.{items}", key)
            else:
                yield from listed(kind, module.get(items), f"{path}.{items}")
        for place, item in enumerate(as_list(self._module("armsInterventionsModule").get("interventions"))):
            names = as_object(item).get("otherNames")
            yield from listed("other_name", names, f"{ARMS}.interventions[{place}].otherNames")

    def characters(self) -> str:
        """What `texts` reads, one text after another and without the places, which is had in a fraction of the time."""
        found: list[Any] = []
        for _, name, items, key in TEXTS:
            module = self._module(name)
            if not items:
                found.append(module.get(key))
            elif key:
                found += [item.get(key) for item in objects_of(module.get(items))]
            else:
                found += as_list(module.get(items))
        for item in objects_of(self._module("armsInterventionsModule").get("interventions")):
            found += as_list(item.get("otherNames"))
        return as_text("\n".join([text for text in found if text and isinstance(text, str)]))

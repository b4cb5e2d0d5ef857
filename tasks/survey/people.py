"""Whom a registration names, in the order in which the survey would ask them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tasks.papers.words import fold, vocabulary
from tasks.survey.addresses import Address, checked_address


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone whom a registration names, the place where it does, and the address if one is written there."""

    role: str
    name: str
    organization: str
    written_email: str
    place: str

    @property
    def address(self) -> Address:
        """What is written, checked."""
        return checked_address(self.written_email)


@dataclass(frozen=True, slots=True)
class Registration:
    """What one snapshot says of one trial: its sponsor, and whom it names, the first to ask first."""

    nct_id: str
    snapshot_id: str
    sponsor: str
    candidates: tuple[Candidate, ...]


def read_registration(nct_id: str, snapshot_id: str, study: dict[str, Any]) -> Registration:
    """Whom a study names: central contacts, officials, responsible party, site contacts, contact of the results."""
    protocol = record(study.get("protocolSection"))
    parties = record(protocol.get("sponsorCollaboratorsModule"))
    places = record(protocol.get("contactsLocationsModule"))
    more = record(record(study.get("resultsSection")).get("moreInfoModule"))
    candidates = (
        *people("central contact", places.get("centralContacts"), "centralContacts"),
        *people("overall official", places.get("overallOfficials"), "overallOfficials"),
        *responsible(record(parties.get("responsibleParty"))),
        *(c for site in records(places.get("locations")) for c in site_contacts(site)),
        *results_contact(record(more.get("pointOfContact"))),
    )
    named = tuple(candidate for candidate in candidates if candidate.name or candidate.written_email)
    return Registration(nct_id, snapshot_id, text(record(parties.get("leadSponsor")).get("name")), named)


def people(role: str, listed: Any, place: str, organization: str = "") -> Iterator[Candidate]:
    """The people of one list of the registration, in its order."""
    for number, person in enumerate(records(listed)):
        affiliation = text(person.get("affiliation")) or organization
        yield Candidate(role, text(person.get("name")), affiliation, text(person.get("email")), f"{place}[{number}]")


def responsible(party: dict[str, Any]) -> Iterator[Candidate]:
    """The responsible party where it is a person: investigators have a name, sponsors have none."""
    name = text(party.get("investigatorFullName")) or text(party.get("oldNameTitle"))
    organization = text(party.get("investigatorAffiliation")) or text(party.get("oldOrganization"))
    yield Candidate("responsible party", name, organization, "", "responsibleParty")


def site_contacts(site: dict[str, Any]) -> Iterator[Candidate]:
    """The contacts of one site; its facility is their organisation."""
    facility = text(site.get("facility"))
    return people("site contact", site.get("contacts"), f"locations[{facility}].contacts", facility)


def results_contact(contact: dict[str, Any]) -> Iterator[Candidate]:
    """The contact whom posted results name; the registry keeps it after a trial has ended."""
    name, organization = text(contact.get("title")), text(contact.get("organization"))
    yield Candidate("results contact", name, organization, text(contact.get("email")), "pointOfContact")


@lru_cache(maxsize=100_000)
def name_key(name: str) -> tuple[str, ...]:
    """A person's name without titles, degrees and initials, in any order; empty where it is not a full name."""
    titles = set(vocabulary()["titles_of_people"].split())
    head, _, tail = fold(name).replace("，", ",").partition(",")
    for written in (head, f"{head} {tail}"):
        words = written.replace(".", " ").replace(",", " ").replace("'", "").split()
        if len(key := sorted(word for word in words if len(word) > 1 and word not in titles)) > 1:
            return tuple(key)
    return ()


def record(value: Any) -> dict[str, Any]:
    """An object of the registration; an empty one where something else stands there."""
    return value if isinstance(value, dict) else {}


def records(value: Any) -> list[dict[str, Any]]:
    """The objects of a list of the registration; what is no object is passed over."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """A text of the registration on one line; empty where something else stands there."""
    return " ".join(value.split()) if isinstance(value, str) else ""

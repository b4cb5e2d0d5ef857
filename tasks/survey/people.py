"""Whom a registration names, in the order in which the survey would ask them."""

from dataclasses import dataclass

from tasks.papers.names import official_name
from tasks.registry.parts import Contact, short_path
from tasks.registry.study import Study
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


def read_registration(snapshot_id: str, study: Study) -> Registration:
    """Whom a study names: central contacts, officials, responsible party, site contacts, contact of the results."""
    people = (
        *study.central_contacts,
        *study.overall_officials,
        study.responsible_party,
        *(contact for site in study.locations for contact in site.contacts),
        study.results_contact,
    )
    named = tuple(candidate(person) for person in people if person.name or person.email)
    return Registration(study.nct_id, snapshot_id, one_line(study.lead_sponsor.name), named)


def candidate(person: Contact) -> Candidate:
    """A person of the registration as the survey reads it, each text on one line."""
    name, organization, email = map(one_line, (person.name, person.organization, person.email))
    return Candidate(person.role, name, organization, email, short_path(person.path))


def one_line(text: str) -> str:
    """A text without line ends and repeated blanks."""
    return " ".join(text.split())


def name_key(name: str) -> tuple[str, ...]:
    """A person's name without titles, degrees and initials, in any order; empty where it is not a full name."""
    given, surname = official_name(name)
    words = sorted(word.replace("'", "") for word in (*given, *surname) if len(word) > 1)
    return tuple(words) if len(words) > 1 else ()

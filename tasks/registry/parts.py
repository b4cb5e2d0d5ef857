"""What a registration is made of: texts with their paths, parties, people, sites and references."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from tasks.registry.values import as_list, as_object, as_text

PROTOCOL = "protocolSection"
CONTACTS = f"{PROTOCOL}.contactsLocationsModule"


class FieldText(NamedTuple):
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


class Location(NamedTuple):
    """A site and its place in the record's list; read when asked for, as some trials list a thousand."""

    item: dict[str, Any]
    place: int

    @property
    def path(self) -> str:
        """Where the site stands."""
        return f"{CONTACTS}.locations[{self.place}]"

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

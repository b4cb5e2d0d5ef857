"""Several trials of one person become one message."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.survey.choosing import REACHABLE, Choice
from tasks.survey.people import name_key


@dataclass(frozen=True, slots=True)
class Person:
    """One person to write to: the address to use, all that are known, and the choices that led here."""

    email: str
    emails: tuple[str, ...]
    name: str
    choices: tuple[Choice, ...]


def join_people(choices: Iterable[Choice]) -> list[Person]:
    """One person for each address, and one for several addresses of the same full name at the same organisation."""
    by_email: dict[str, list[Choice]] = defaultdict(list)
    for choice in choices:
        if choice.contact_class == REACHABLE:
            by_email[choice.email].append(choice)
    joined: list[list[Choice]] = []
    for _, group in sorted(by_email.items()):
        same = [other for other in joined if is_same_person(group, other)]
        joined = [other for other in joined if other not in same]
        joined.append([choice for other in (*same, group) for choice in other])
    return sorted((person_of(group) for group in joined), key=lambda person: person.email)


def is_same_person(group: list[Choice], other: list[Choice]) -> bool:
    """Whether two addresses are listed for one full name at one organisation."""
    return any(
        key and key == name_key(b.name) and a.organizations & b.organizations
        for a in group
        if (key := name_key(a.name))
        for b in other
    )


def person_of(group: list[Choice]) -> Person:
    """The person of some choices; the address used most often is written to, the first by alphabet among equals."""
    emails, names = Counter(c.email for c in group), Counter(c.name for c in group if c.name)
    ordered = sorted(emails, key=lambda email: (-emails[email], email))
    name = min(names, key=lambda name: (-names[name], name), default="")
    return Person(ordered[0], tuple(ordered), name, tuple(sorted(group, key=lambda choice: choice.nct_id)))

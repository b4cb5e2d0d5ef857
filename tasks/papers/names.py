"""Compares people as registrations and papers write them: order, initials, hyphens, accents, titles, umlauts."""

import re
from dataclasses import dataclass
from functools import cache

from tasks.papers.words import fold, vocabulary

LETTERS = re.compile(r"[a-z']+(?:-[a-z']+)*")
INITIALS = re.compile(r"^[A-ZÀ-Þ](?:[-. ]?[A-ZÀ-Þ]){0,3}\.?$")


@dataclass(frozen=True)
class Person:
    """A person's name, folded for comparison: `surname` in one piece, `given` as initials in order."""

    surname: str
    given: str
    written: str


@cache
def _titles() -> frozenset[str]:
    return frozenset(vocabulary()["titles_of_people"].split())


@cache
def _particles() -> frozenset[str]:
    return frozenset(vocabulary()["particles_of_names"].split())


def key(name: str) -> str:
    """One spelling for Müller, Mueller and Muller, for Xiao-Feng and Xiaofeng, O'Brien and Obrien."""
    plain = re.sub(r"[^a-z]", "", fold(name))
    return plain.replace("ue", "u").replace("oe", "o").replace("ae", "a")


def author_from_text(text: str) -> Person | None:
    """`van der Berg JA` as PubMed prints authors; None for groups and for `NA NA`."""
    words = text.replace(",", " ").split()
    if len(words) < 2 or not key(words[0]) or words == ["NA", "NA"]:
        return None
    if INITIALS.match(words[-1]) or len(words[-1]) <= 2:
        return Person(key("".join(words[:-1])), fold(re.sub(r"[^\w]", "", words[-1])), text)
    return author_from_parts(words[-1], " ".join(words[:-1]), "")


def author_from_parts(last: str, fore: str, initials: str) -> Person | None:
    """An author from the separate fields of PubMed; initials are used where the given name is missing."""
    if not key(last):
        return None
    given = "".join(word[0] for word in re.split(r"[\s-]+", fold(fore)) if word[:1].isalpha()) or fold(initials)
    written = f"{last} {initials or given.upper()}".strip()
    return Person(key(last), given, written)


@cache
def readings(official: str) -> tuple[Person, ...]:
    """The ways to read an investigator's name: Given Surname, Surname Given, two-word surname, `Surname, Given`."""
    head, _, tail = official.partition(",")
    words = _name_words(head)
    if len(words) == 1 and (rest := _name_words(tail)):
        words = [*rest, *words]
    if len(words) < 2:
        return ()
    found = [(words[-1:], words[:-1]), (words[:1], words[1:])]
    if len(words) > 2:
        found.append((words[-2:], words[:-2]))
    start = next((place for place, word in enumerate(words) if word in _particles() and 0 < place < len(words) - 1), 0)
    if start:
        found.append((words[start:], words[:start]))
    return tuple(Person(key("".join(last)), _initials(given), official) for last, given in found)


def _name_words(text: str) -> list[str]:
    words = LETTERS.findall(fold(text.replace(".", " ")))
    return [word for word in words if word not in _titles()]


def _initials(given: list[str]) -> str:
    return "".join(part[0] for word in given for part in word.split("-") if part)


def as_searched(official: str) -> str:
    """`Surname I` as PubMed's author index wants it; empty where only one word is known."""
    head, _, tail = official.partition(",")
    words = _name_words(head)
    if len(words) == 1:
        words = [*_name_words(tail), *words]
    return f"{words[-1]} {words[0][0]}" if len(words) > 1 else ""


def is_same(reading: Person, author: Person) -> bool:
    """Same surname and same first initial, or the initials of a given name written in two parts."""
    if reading.surname != author.surname or not reading.given or not author.given:
        return False
    return reading.given[0] == author.given[0]

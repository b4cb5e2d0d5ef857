"""Compares people as registrations and papers write them: order, initials, hyphens, accents, titles, umlauts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from nameparser import Lexicon, Parser

from tasks.papers.words import fold, vocabulary

LETTERS = re.compile(r"[a-z']+(?:-[a-z']+)*")
NO_LETTER, NO_WORD = re.compile(r"[^a-z]"), re.compile(r"[^\w]")
INITIALS = re.compile(r"^[A-ZÀ-Þ](?:[-. ]?[A-ZÀ-Þ]){0,3}\.?$")


@dataclass(frozen=True)
class Person:
    """A person's name, folded for comparison: `surname` in one piece, `given` as initials in order."""

    surname: str
    given: str
    written: str

    @property
    def identity(self) -> tuple[str, str] | None:
        """What two spellings of a person have in common: the surname and the first initial; None without a given name.

        The given name may be one initial, several, or those of a name written in two parts.
        """
        return (self.surname, self.given[0]) if self.given else None


def key(name: str) -> str:
    """One spelling for Müller, Mueller and Muller, for Xiao-Feng and Xiaofeng, O'Brien and Obrien."""
    plain = fold(name)
    if not (plain.isascii() and plain.isalpha()):
        plain = NO_LETTER.sub("", plain)
    return plain.replace("ue", "u").replace("oe", "o").replace("ae", "a")


@lru_cache(maxsize=50_000)
def author_from_text(text: str) -> Person | None:
    """`van der Berg JA` as PubMed prints authors; None for groups and for `NA NA`."""
    words = text.replace(",", " ").split()
    if len(words) < 2 or not key(words[0]) or words == ["NA", "NA"]:
        return None
    if INITIALS.match(words[-1]) or len(words[-1]) <= 2:
        return Person(key("".join(words[:-1])), fold(NO_WORD.sub("", words[-1])), text)
    return author_from_parts(words[-1], " ".join(words[:-1]), "")


def author_from_parts(last: str, fore: str, initials: str) -> Person | None:
    """An author from the separate fields of PubMed; initials are used where the given name is missing."""
    if not key(last):
        return None
    given = "".join(word[0] for word in re.split(r"[\s-]+", fold(fore)) if word[:1].isalpha()) or fold(initials)
    written = f"{last} {initials or given.upper()}".strip()
    return Person(key(last), given, written)


@lru_cache(maxsize=100_000)
def official_name(written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given names and surname of a person in a registration, folded, without titles and degrees.

    `Given Surname, MD` and `Surname, Given` are both in use: what stands after the comma is read only where a single
    word stands before it.
    """
    written = written.replace("，", ",")
    given, surname = _given_and_surname(written.partition(",")[0])
    return (given, surname) if len(given) + len(surname) > 1 else _given_and_surname(written)


def _given_and_surname(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    name = _parser().parse(text)
    return _words(f"{name.given} {name.middle}"), _words(name.family)


@cache
def _parser() -> Parser:
    """nameparser with our titles in place of its own, among which are given names like Wing and Dean."""
    return Parser(lexicon=replace(Lexicon.default(), titles=_titles(), given_name_titles=frozenset()))


@cache
def _titles() -> frozenset[str]:
    return frozenset(vocabulary()["titles_of_people"].split())


def _words(text: str) -> tuple[str, ...]:
    words = LETTERS.findall(fold(text.replace(".", " ")))
    return tuple(word for word in words if word not in _titles())


@cache
def readings(official: str) -> tuple[Person, ...]:
    """The ways to read an investigator's name: Given Surname, Surname Given, a surname of two or more words."""
    given, surname = official_name(official)
    words = (*given, *surname)
    if len(words) < 2:
        return ()
    found = [(words[-1:], words[:-1]), (words[:1], words[1:])]
    if len(words) > 2:
        found.append((words[-2:], words[:-2]))
    if len(surname) > 1 and given:
        found.append((surname, given))
    return tuple(Person(key("".join(last)), _initials(first), official) for last, first in found)


def _initials(given: Sequence[str]) -> str:
    return "".join(part[0] for word in given for part in word.split("-") if part)


@cache
def identities(official: str) -> frozenset[tuple[str, str]]:
    """Whom an investigator's name may mean, each as the `identity` by which authors are compared."""
    return frozenset(reading.identity for reading in readings(official) if reading.identity)


def as_searched(official: str) -> str:
    """`Surname I` as PubMed's author index wants it; empty where only one word is known."""
    given, surname = official_name(official)
    return f"{' '.join(surname)} {given[0][0]}" if given and surname else ""

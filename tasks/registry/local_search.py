"""The protocol's searches over studies from a file, in the same fields as the registry's own search areas."""

import re
from collections.abc import Container
from typing import Any

import re2

from tasks.errors import CartscapeError
from tasks.registry.searches import Search
from tasks.registry.study import Study

# What each search field of the registry looks at: search field -> paths below the study.
# A path leads through objects and through every element of a list.
SEARCH_AREAS: dict[str, list[str]] = {
    "query.cond": [
        "protocolSection.conditionsModule.conditions",
        "protocolSection.identificationModule.briefTitle",
        "protocolSection.identificationModule.officialTitle",
        "derivedSection.conditionBrowseModule.meshes.term",
        "derivedSection.conditionBrowseModule.ancestors.term",
        "protocolSection.conditionsModule.keywords",
        "protocolSection.identificationModule.nctId",
    ],
    "query.intr": [
        "protocolSection.armsInterventionsModule.interventions.name",
        "protocolSection.armsInterventionsModule.interventions.type",
        "protocolSection.armsInterventionsModule.armGroups.type",
        "protocolSection.armsInterventionsModule.interventions.otherNames",
        "protocolSection.identificationModule.briefTitle",
        "protocolSection.identificationModule.officialTitle",
        "protocolSection.armsInterventionsModule.armGroups.label",
        "derivedSection.interventionBrowseModule.meshes.term",
        "protocolSection.conditionsModule.keywords",
        "derivedSection.interventionBrowseModule.ancestors.term",
        "protocolSection.armsInterventionsModule.interventions.description",
        "protocolSection.armsInterventionsModule.armGroups.description",
    ],
}
PATHS = {field: [path.split(".") for path in paths] for field, paths in SEARCH_AREAS.items()}
TOKEN = re.compile(r"[^\W_]+")
FIELD_END = "\n"
# Chinese registrations write Latin letters and marks as wide as their own
FULL_WIDTH = {0xFF01 + place: chr(ord("!") + place) for place in range(94)}
# around the words of a phrase in a record's bytes: no letter or digit, or a line end as JSON escapes it
EDGE = r"(?:[^0-9A-Za-z]|\\[nrt])"
# letters that become Latin ones: those of full width, and the sign of Kelvin
WIDE_LETTER = r"\xef\xbc[\xa1-\xba]|\xef\xbd[\x81-\x9a]|\xe2\x84\xaa"
# behind which letters may hide; an escaped end of a line is an edge of a word like any other
OTHER_ESCAPE = r"\\[ubf]"
NCT_NUMBER = re.compile(rb"NCT[0-9]{8}")


# a file that a person searched for and downloaded is itself the result of a search: every record of it counts as found
FILE = Search("file", "file", "every record", is_extended=False)


class WholeFile:
    """Counts every record as found, by the person who downloaded the file."""

    searches = (FILE,)

    def hits(self, study: Study, content: bytes | None = None) -> list[Search]:
        """The one search that every record of the file is a result of."""
        return [FILE]


class LocalSearch:
    """Asks all searches of a plan of one study at a time; it has no synonyms, unlike the registry."""

    def __init__(self, searches: list[Search]) -> None:
        unknown = sorted({search.field for search in searches} - SEARCH_AREAS.keys())
        if unknown:
            raise CartscapeError(
                f"landscape.toml: search.fields: {unknown[0]} can't be searched in a file; "
                f"use {' or '.join(SEARCH_AREAS)}"
            )
        self.needles = {
            field: [(search, f" {tokens(search.phrase)} ") for search in searches if search.field == field]
            for field in dict.fromkeys(search.field for search in searches)
        }
        self.searches = tuple(search for needles in self.needles.values() for search, _ in needles)
        self.screen = Screen([search.phrase for search in searches])

    def hits(self, study: Study, content: bytes | None = None) -> list[Search]:
        """The searches that find this study: the phrase's words stand side by side within one field value.

        `content`: the record as received, by which nearly all studies of a whole registry are let go.
        """
        is_as_received = content is not None and study.record is study.received
        if is_as_received and not self.screen.may_hold_phrase(content or b""):
            return []
        found: list[Search] = []
        for field, needles in self.needles.items():
            values = (plain(value) for path in PATHS[field] for value in values_at(study.record, path))
            # few values hold the first word of any phrase: only they are worth taking apart
            firsts = {needle.split()[0] for _, needle in needles}
            worth = [value for value in values if any(first in value for first in firsts)]
            words = FIELD_END.join(f" {tokens(value)} " for value in worth)
            found += [search for search, needle in needles if needle in words]
        return found


class Screen:
    """Tells, from the bytes of a record alone, which of a whole registry's records are worth mapping and searching.

    It lets through more than the searches find, never less: the words of a phrase in any field, letters in full width,
    and the NCT number of a registration that is kept already.
    """

    def __init__(self, phrases: list[str]) -> None:
        """Look for these phrases."""
        words = (map(re.escape, tokens(phrase).split()) for phrase in phrases)
        joined = [EDGE + f"{EDGE}+".join(phrase) + EDGE for phrase in words]
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.case_sensitive = False
        self.pattern = re2.compile("|".join([*joined, WIDE_LETTER]).encode("latin-1", "ignore"), options)
        anything = [*joined, WIDE_LETTER, OTHER_ESCAPE]
        self.pattern_in_json = re2.compile("|".join(anything).encode("latin-1", "ignore"), options)
        self.is_plain = all(phrase.isascii() for phrase in phrases)

    def may_hold_phrase(self, content: bytes) -> bool:
        """Whether a search may find the record with this JSON."""
        return not self.is_plain or self.pattern_in_json.search(content) is not None

    def passes(self, content: bytes, kept: Container[str]) -> bool:
        """Whether a record may be found by a search, or states the number of one that is kept."""
        if self.pattern.search(content):
            return True
        return b"NCT" in content and any(number.decode() in kept for number in NCT_NUMBER.findall(content))


def plain(text: str) -> str:
    """A text in small letters, those of full width made plain."""
    return text.lower() if text.isascii() else text.translate(FULL_WIDTH).lower()


def tokens(text: str) -> str:
    """Lower-case runs of letters and digits with one space between: `CAR-T Cell` becomes `car t cell`."""
    return " ".join(TOKEN.findall(text.lower()))


def values_at(record: dict[str, Any], path: list[str]) -> list[str]:
    """Every text at a path; what is absent, or of another kind than expected, is left out."""
    values: list[Any] = [record]
    for key in path:
        below = [value[key] for value in values if isinstance(value, dict) and key in value]
        values = [element for value in below for element in (value if isinstance(value, list) else [value])]
    return [value for value in values if isinstance(value, str)]

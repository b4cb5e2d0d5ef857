"""The protocol's searches over studies from a file, in the same fields as the registry's own search areas."""

import re
from typing import Any

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


# a file that a person searched for and downloaded is itself the result of a search: every record of it counts as found
FILE = Search("file", "file", "every record", is_extended=False)


class WholeFile:
    """Counts every record as found, by the person who downloaded the file."""

    def hits(self, study: Study) -> list[Search]:
        """The file itself."""
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

    def hits(self, study: Study) -> list[Search]:
        """The searches that find this study: the phrase's words stand side by side within one field value."""
        found: list[Search] = []
        for field, needles in self.needles.items():
            values = (value.lower() for path in PATHS[field] for value in values_at(study.record, path))
            # few values hold the first word of any phrase: only they are worth taking apart
            firsts = {needle.split()[0] for _, needle in needles}
            worth = [value for value in values if any(first in value for first in firsts)]
            words = FIELD_END.join(f" {tokens(value)} " for value in worth)
            found += [search for search, needle in needles if needle in words]
        return found


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

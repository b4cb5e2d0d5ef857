"""The protocol's searches over studies from a file, in the same fields as the registry's own search areas."""

import re
from collections.abc import Iterator
from typing import Any

from tasks.errors import CartscapeError
from tasks.retrieve.searches import Search

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
TOKEN = re.compile(r"[^\W_]+")
FIELD_END = "\n"


class LocalSearch:
    """Asks all searches of a plan of one study at a time; it has no synonyms, unlike the registry."""

    def __init__(self, searches: list[Search]) -> None:
        unknown = sorted({search.field for search in searches} - SEARCH_AREAS.keys())
        if unknown:
            raise CartscapeError(
                f"landscape.toml: search.fields: {unknown[0]} can't be searched in a file; "
                f"use {' or '.join(SEARCH_AREAS)}"
            )
        self.needles = [(search, f" {tokens(search.phrase)} ") for search in searches]
        self.areas = {
            field: [path.split(".") for path in SEARCH_AREAS[field]]
            for field in dict.fromkeys(search.field for search in searches)
        }

    def hits(self, study: dict[str, Any]) -> list[Search]:
        """The searches that find this study: the phrase's words stand side by side within one field value."""
        texts = {field: self._text(study, paths) for field, paths in self.areas.items()}
        return [search for search, needle in self.needles if needle in texts[search.field]]

    @staticmethod
    def _text(study: dict[str, Any], paths: list[list[str]]) -> str:
        return FIELD_END.join(f" {tokens(value)} " for path in paths for value in values_at(study, path))


def tokens(text: str) -> str:
    """Lower-case runs of letters and digits with one space between: `CAR-T Cell` becomes `car t cell`."""
    return " ".join(TOKEN.findall(text.lower()))


def values_at(value: Any, path: list[str]) -> Iterator[str]:
    """Every text at a path; what is absent, or of another kind than expected, is left out."""
    if isinstance(value, list):
        for element in value:
            yield from values_at(element, path)
    elif not path:
        if isinstance(value, str):
            yield value
    elif isinstance(value, dict):
        yield from values_at(value.get(path[0]), path[1:])

"""The searches of the protocol: every phrase in every field, each a search of its own with its own name."""

import re
from dataclasses import dataclass

from tasks.errors import CartscapeError
from tasks.protocol import Search as SearchSettings

# The registry's search engine reads these as instructions, not as words; a bare ALL matches the whole registry.
ESSIE_OPERATORS = {
    "ALL", "AND", "AREA", "CONCEPT", "COVER", "DISTANCE", "EXPANSION", "MAX", "MIN", "MISSING", "NOT", "OR",
    "RANGE", "SEARCH", "TILT",
}  # fmt: skip
ESSIE_PUNCTUATION = set('"()[]')


@dataclass(frozen=True, slots=True)
class Search:
    """One phrase asked in one of the registry's search fields."""

    search_id: str
    field: str
    phrase: str
    is_extended: bool


def plan_searches(settings: SearchSettings) -> list[Search]:
    """Every search in the order of the protocol, named like `cond-01` or, for the extended vocabulary, `intr-x07`."""
    for phrase in settings.phrases + settings.extended_phrases:
        _refuse_operators(phrase)
    searches = _number(settings.fields, settings.phrases, is_extended=False)
    if settings.use_extended_phrases:
        searches += _number(settings.fields, settings.extended_phrases, is_extended=True)
    return searches


def _number(fields: list[str], phrases: list[str], is_extended: bool) -> list[Search]:
    mark = "x" if is_extended else ""
    return [
        Search(f"{field.removeprefix('query.')}-{mark}{number:02d}", field, phrase, is_extended)
        for field in fields
        for number, phrase in enumerate(phrases, 1)
    ]


def _refuse_operators(phrase: str) -> None:
    words = re.findall(r"\w+", phrase)
    misread = [word for word in words if word in ESSIE_OPERATORS] + sorted(ESSIE_PUNCTUATION & set(phrase))
    if misread or not words:
        reason = f"the registry would read {misread[0]} as an instruction" if misread else "it holds no word"
        raise CartscapeError(
            f"landscape.toml: search phrase {phrase!r}: {reason}; write it in small letters or leave it out"
        )

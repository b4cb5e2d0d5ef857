"""The readable texts of a study, cleaned for matching, with a way back to the raw characters."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

ESCAPE = re.compile(r"\\[^\w\s]|&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});")
SENTENCE_END = re.compile(r"[.!?;]\s+(?=[A-Z0-9(*])|\n+|[;。；]")
EXCLUSION_HEADINGS = ("exclusion criteria", "criteria for exclusion", "exclusion:")

# one character for one character, so that offsets stay: dashes, blanks, quotes, full-width marks, nulls
PLAIN = str.maketrans(
    "‐‑‒–—−－\u00a0\u2009\u202f\u3000’‘´＇“”，；：（）／＋。\x00",
    "-------    ''''\"\",;:()/+. ",
)


@dataclass(eq=False)
class Text:
    """One field of a study: its kind (`curation/fields.tsv`), its JSON path, the raw and the cleaned characters."""

    kind: str
    field: str
    raw: str

    @cached_property
    def _cleaned(self) -> tuple[str, list[int] | None]:
        raw = self.raw
        if "\\" not in raw and "&" not in raw:
            return (raw if raw.isascii() and "\x00" not in raw else raw.translate(PLAIN)), None
        pieces: list[str] = []
        origins: list[int] = []
        position = 0
        for escape in ESCAPE.finditer(raw):
            pieces.append(raw[position : escape.start()])
            origins.extend(range(position, escape.start()))
            token = escape.group()
            plain = token[1:] if token[0] == "\\" else html.unescape(token)
            plain = plain if len(plain) == 1 else token
            pieces.append(plain)
            origins.extend([escape.start()] if len(plain) == 1 else range(escape.start(), escape.end()))
            position = escape.end()
        pieces.append(raw[position:])
        origins.extend(range(position, len(raw) + 1))
        return "".join(pieces).translate(PLAIN), origins

    @property
    def clean(self) -> str:
        """The text without Markdown escapes and HTML entities; dashes, blanks and quotes made plain."""
        return self._cleaned[0]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the raw text of a span of the clean text."""
        origins = self._cleaned[1]
        return (start, end) if origins is None else (origins[start], origins[end])

    @cached_property
    def _breaks(self) -> list[int]:
        return [0, *(match.end() for match in SENTENCE_END.finditer(self.clean)), len(self.clean) + 1]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Start and end of the sentence (or list item) around a span of the clean text."""
        breaks = self._breaks
        first = breaks[bisect_right(breaks, start) - 1]
        last = breaks[min(bisect_right(breaks, max(start, end - 1)), len(breaks) - 1)]
        return first, min(last, len(self.clean))


def as_dict(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one: modules may be missing or of another type."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """The value if it is a string, else an empty one; half a surrogate pair, which no encoding knows, becomes '?'."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value
    return value.encode("utf-8", "replace").decode("utf-8")


def protocol(study: Any) -> dict[str, Any]:
    """The protocol section of a study, or an empty one."""
    return as_dict(as_dict(study).get("protocolSection"))


def module(study: Any, name: str) -> dict[str, Any]:
    """A module of the protocol section, or an empty one."""
    return as_dict(protocol(study).get(name))


def nct_id(study: Any) -> str:
    """The NCT number of a study, or '' where it has none."""
    return as_text(module(study, "identificationModule").get("nctId")).strip()


# kind -> module, key; a list in between is written with its items' keys
SINGLE_FIELDS = (
    ("title", "identificationModule", "briefTitle"),
    ("title", "identificationModule", "officialTitle"),
    ("summary", "descriptionModule", "briefSummary"),
    ("description", "descriptionModule", "detailedDescription"),
)
STRING_LISTS = (
    ("condition", "conditionsModule", "conditions"),
    ("keyword", "conditionsModule", "keywords"),
)
OBJECT_LISTS = (
    ("intervention", "armsInterventionsModule", "interventions", "name"),
    ("intervention_text", "armsInterventionsModule", "interventions", "description"),
    ("arm", "armsInterventionsModule", "armGroups", "label"),
    ("arm_text", "armsInterventionsModule", "armGroups", "description"),
    ("outcome", "outcomesModule", "primaryOutcomes", "measure"),
    ("outcome", "outcomesModule", "secondaryOutcomes", "measure"),
    ("outcome_text", "outcomesModule", "primaryOutcomes", "description"),
)


def read_texts(study: Any) -> Iterator[Text]:
    """Every text of a study that curation may read, never its exclusion criteria."""
    for kind, name, key in SINGLE_FIELDS:
        if text := as_text(module(study, name).get(key)):
            yield Text(kind, f"protocolSection.{name}.{key}", text)
    for kind, name, key in STRING_LISTS:
        for position, item in enumerate(as_list(module(study, name).get(key))):
            if text := as_text(item):
                yield Text(kind, f"protocolSection.{name}.{key}[{position}]", text)
    for kind, name, items, key in OBJECT_LISTS:
        for position, item in enumerate(as_list(module(study, name).get(items))):
            if text := as_text(as_dict(item).get(key)):
                yield Text(kind, f"protocolSection.{name}.{items}[{position}].{key}", text)
    yield from other_names(study)
    yield from inclusion_criteria(study)


def other_names(study: Any) -> Iterator[Text]:
    """Synonyms of the interventions."""
    path = "protocolSection.armsInterventionsModule.interventions"
    for position, item in enumerate(as_list(module(study, "armsInterventionsModule").get("interventions"))):
        for place, name in enumerate(as_list(as_dict(item).get("otherNames"))):
            if text := as_text(name):
                yield Text("other_name", f"{path}[{position}].otherNames[{place}]", text)


def inclusion_criteria(study: Any) -> Iterator[Text]:
    """The eligibility text up to its exclusion criteria; offsets hold in the whole field since it is cut at the end."""
    criteria = as_text(module(study, "eligibilityModule").get("eligibilityCriteria"))
    lowered = criteria.lower()
    if len(lowered) != len(criteria):  # a few letters of other scripts grow when lowered
        lowered = criteria
    found = [place for place in map(lowered.find, EXCLUSION_HEADINGS) if place >= 0]
    included = criteria[: min(found, default=len(criteria))]
    if included.strip():
        yield Text("inclusion", "protocolSection.eligibilityModule.eligibilityCriteria", included)

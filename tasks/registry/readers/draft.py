"""A registration of any source in the making: values at their places in the API's shape, each with where it came from.

What every later stage reads is the shape of ClinicalTrials.gov's API v2. A reader never changes a text: what it puts
is a slice of its source's own field, so that evidence in the one points at the same words in the other.
"""

import itertools
import re
from typing import Any

from tasks.registry.readers.spellings import NO_VALUE, spelled
from tasks.registry.registration import REGISTRATION

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
SECTION = "protocolSection"
STRUCTS = {
    "start": "startDateStruct",
    "primary completion": "primaryCompletionDateStruct",
    "completion": "completionDateStruct",
    "first posted": "studyFirstPostDateStruct",
    "results first posted": "resultsFirstPostDateStruct",
    "last update": "lastUpdatePostDateStruct",
}


class Draft:
    """Takes values with their source fields, and becomes a record in the API's shape."""

    def __init__(self, registry: str, number: str, source_format: str, spellings: str = "") -> None:
        """Begin a registration `number` of `registry`; `spellings` names the rows of the vocabularies to read by."""
        self.registry = registry
        self.spellings = spellings or registry
        self.record: dict[str, Any] = {}
        self.fields: dict[str, list[Any]] = {}
        self.unknown: list[dict[str, str]] = []
        self.about: dict[str, Any] = {"registry": registry, "format": source_format}
        self.put("identificationModule.nctId", number, "")

    def put(self, path: str, value: Any, field: str, start: int = 0) -> None:
        """Put a value at a path of the protocol section; nothing where it is empty or None.

        `field` and `start`: the source's own field, and where in its text the value begins.
        """
        if value is None or value in ("", []):
            return
        self._place(f"{SECTION}.{path}", value)
        if field:
            self.fields[f"{SECTION}.{path}"] = [field, start]

    def put_derived(self, path: str, value: Any) -> None:
        """Put a value of the registry's derived section."""
        if value:
            self._place(f"derivedSection.{path}", value)

    def put_all(self, path: str, values: list[tuple[str, int]], field: str) -> None:
        """Put slices of one field as the items of a list; `values` holds each text with its start."""
        for place, (text, start) in enumerate(values):
            self.put(f"{path}[{place}]", text, field, start)

    def put_joined(self, path: str, parts: list[tuple[str, int, str]]) -> None:
        """Put texts of several fields as one, each on a line; `parts`: a text, where it begins in its field, the field.

        The path then tells its fields as [where the part begins in the whole, field, where it begins there].
        """
        self.put(path, "\n".join(text for text, _, _ in parts), "")
        at, told = 0, list[list[Any]]()
        for text, start, field in parts:
            told.append([at, field, start])
            at += len(text) + 1
        if told:
            self.fields[f"{SECTION}.{path}"] = told

    def put_date(self, which: str, date: str | None, field: str, kind: str = "") -> None:
        """Put one of the dates of the status module, as 2019, 2019-03 or 2019-03-15."""
        if date:
            self.put(f"statusModule.{STRUCTS[which]}.date", date, field)
            if kind:
                self.put(f"statusModule.{STRUCTS[which]}.type", kind, field)

    def spell(self, kind: str, written: str, field: str) -> str:
        """What a spelling of this source means; one that no vocabulary knows is noted, and stays as it is written."""
        written = " ".join(written.split())
        if not written:
            return ""
        meant = spelled(kind, self.spellings, written)
        if meant is None:
            self.unknown.append({"kind": kind, "spelling": written, "field": field})
            return written
        return "" if meant == NO_VALUE else meant

    def put_spelled(self, path: str, kind: str, written: str, field: str) -> None:
        """Put what a spelling means."""
        self.put(path, self.spell(kind, written, field), field)

    def put_phases(self, written: str, field: str) -> None:
        """Put the phases that a cell names."""
        if meant := self.spell("phases", written, field):
            self.put("designModule.phases", meant.split("|"), field)

    def finish(self, not_carried: list[str], **about: Any) -> dict[str, Any]:
        """The record: the API's sections, and one that tells registry, source fields and what the source lacks.

        `not_carried`: modules and fields of the API that the source never fills; that is unknown, not 'no'.
        """
        return {
            **self.record,
            REGISTRATION: {
                **self.about,
                **{name: value for name, value in about.items() if value not in (None, "", [])},
                "notCarried": not_carried,
                "unknownSpellings": self.unknown,
                "fields": self.fields,
            },
        }

    def _place(self, path: str, value: Any) -> None:
        steps: list[str | int] = [int(position) if position else name for name, position in STEP.findall(path)]
        holder: Any = self.record
        for step, following in itertools.pairwise(steps):
            empty: Any = [] if isinstance(following, int) else {}
            if isinstance(step, int):
                holder.extend({} if isinstance(empty, dict) else [] for _ in range(step + 1 - len(holder)))
                holder = holder[step]
            else:
                holder = holder.setdefault(step, empty)
        last = steps[-1]
        if isinstance(last, int):
            holder.extend("" for _ in range(last + 1 - len(holder)))
        holder[last] = value


def api_code(word: str) -> str:
    """The API's code of a value in words: 'Single Group Assignment', 'None (Open Label)', 'N/A'; a code stays."""
    if word == "N/A":
        return "NA"
    if word.isupper():
        return word
    return re.sub(r"\W+", "_", word.partition(" (")[0].removesuffix(" Assignment")).strip("_").upper()


def slices(text: str, separator: str) -> list[tuple[str, int]]:
    """The parts of a text between separators, without blanks around them, each with where it starts."""
    found: list[tuple[str, int]] = []
    position = 0
    for part in text.split(separator):
        if part.strip():
            found.append((part.strip(), position + len(part) - len(part.lstrip())))
        position += len(part) + len(separator)
    return found


def trimmed(text: str) -> tuple[str, int]:
    """A text without blanks around it, and where it starts."""
    return text.strip(), len(text) - len(text.lstrip())

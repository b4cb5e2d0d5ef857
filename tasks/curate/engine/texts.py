"""The readable texts of a study, cleaned for matching, with a way back to the raw characters."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tasks.registry.local_search import FULL_WIDTH
from tasks.registry.study import Study

# of Markdown and HTML, and what a spreadsheet makes of a carriage return
ESCAPE = re.compile(r"\\[^\w\s]|&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});|_x000[dD]_|<[bB][rR] ?/?>")
ESCAPE_MARKS = ("\\", "&", "_x000", "<b", "<B")
LINE_BREAK, CARRIAGE_RETURN = "<", "_"
SENTENCE_END = re.compile(r"[.!?;]\s+(?=[A-Z0-9(*])|\n+|[;。；]")
# words of the exclusion criteria that tell whose cells are collected; nothing else is read there
CELLS_COLLECTED = ("pheresis", "cell collection", "blood collection")
EXCLUSION_HEADINGS = ("exclusion criteria", "criteria for exclusion", "exclusion:")

# one character for one character, so that offsets stay: full-width letters and marks, dashes, blanks, quotes, nulls
PLAIN = FULL_WIDTH | str.maketrans(
    "‐‑‒–—−－\u00a0\u2009\u202f\u3000’‘´＇“”，；：（）／＋。\x00",
    "-------    ''''\"\",;:()/+. ",
)


def unescaped(token: str) -> str:
    """The one character that an escape stands for; one that stands for several stays as it is."""
    if token[0] in (LINE_BREAK, CARRIAGE_RETURN):
        return "\n" if token[0] == LINE_BREAK else " "
    plain = token[1:] if token[0] == "\\" else html.unescape(token)
    return plain if len(plain) == 1 else token


@dataclass(eq=False)
class Text:
    """One field of a study: its kind (`curation/fields.tsv`), its path, the raw and the cleaned characters."""

    kind: str
    field: str
    raw: str

    @cached_property
    def _cleaned(self) -> tuple[str, list[int] | None]:
        raw = self.raw
        if not any(mark in raw for mark in ESCAPE_MARKS):
            return (raw if raw.isascii() and "\x00" not in raw else raw.translate(PLAIN)), None
        pieces: list[str] = []
        origins: list[int] = []
        position = 0
        for escape in ESCAPE.finditer(raw):
            pieces.append(raw[position : escape.start()])
            origins.extend(range(position, escape.start()))
            token = escape.group()
            plain = unescaped(token)
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


def read_texts(study: Study) -> Iterator[Text]:
    """Every text of a study that curation may read, of its exclusion criteria only whose cells are collected."""
    for found in study.texts():
        yield Text(found.kind, found.path, found.text)
    yield from inclusion_criteria(study)


def inclusion_criteria(study: Study) -> Iterator[Text]:
    """The eligibility text up to its exclusion criteria; offsets hold in the whole field since it is cut at the end."""
    criteria = study.eligibility_criteria
    lowered = criteria.lower()
    if len(lowered) != len(criteria):  # a few letters of other scripts grow when lowered
        lowered = criteria
    found = [place for place in map(lowered.find, EXCLUSION_HEADINGS) if place >= 0]
    included = criteria[: min(found, default=len(criteria))]
    if included.strip():
        yield Text("inclusion", study.eligibility_path, included)
    if any(lowered.find(word, len(included)) >= 0 for word in CELLS_COLLECTED):
        yield Text("criteria", study.eligibility_path, criteria)

"""The readable texts of a study, cleaned for matching, with a way back to the raw characters."""

import dataclasses
import html
import re
from bisect import bisect_right
from collections.abc import Iterable

from tasks.curate.engine.patterns import AnyOf
from tasks.registry.local_search import FULL_WIDTH
from tasks.registry.study import Study

# of Markdown and HTML, and what a spreadsheet makes of a carriage return
ESCAPE = re.compile(r"\\[^\w\s]|&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});|_x000[dD]_|<[bB][rR] ?/?>")
LINE_BREAK, CARRIAGE_RETURN = "<", "_"
# a full stop before a capital or number, lines, and Chinese full stops; the first character decides, as most are none
SENTENCE_END = re.compile(r"[.!?;\n。；](?:(?<=[.!?;])\s+(?=[A-Z0-9(*])|(?<=\n)\n*|(?<=[;。；]))")
# words of the exclusion criteria that tell whose cells are collected; nothing else is read there
CELLS_COLLECTED = AnyOf(["(?i)pheresis", "(?i)cell collection", "(?i)blood collection"])
EXCLUSION_HEADINGS = AnyOf(["(?i)exclusion criteria", "(?i)criteria for exclusion", "(?i)exclusion:"])

# one character for one character, so that offsets stay: full-width letters and marks, dashes, blanks, quotes, nulls
PLAIN = {chr(wide): plain for wide, plain in FULL_WIDTH.items()} | dict(
    zip(
        "‐‑‒–—−－\u00a0\u2009\u202f\u3000’‘´＇“”，；：（）／＋。\x00",
        "-------    ''''\"\",;:()/+. ",
        strict=True,
    )
)
NOT_PLAIN = re.compile(f"[{re.escape(''.join(PLAIN))}]")
# how letters of full width begin in UTF-8, where they are found faster than among the characters; few others do
WIDE_BYTE = b"\xef"


def made_plain(text: str) -> str:
    """The text with plain letters, dashes, blanks and quotes."""
    is_plain = text.isascii() and "\x00" not in text
    return text if is_plain else NOT_PLAIN.sub(lambda mark: PLAIN[mark.group()], text)


def has_wide_letters(text: str) -> bool:
    """Whether letters or marks of full width may stand in a text."""
    return not text.isascii() and WIDE_BYTE in text.encode()


def unescaped(token: str) -> str:
    """The one character that an escape stands for; one that stands for several stays as it is."""
    if token[0] in (LINE_BREAK, CARRIAGE_RETURN):
        return "\n" if token[0] == LINE_BREAK else " "
    plain = token[1:] if token[0] == "\\" else html.unescape(token)
    return plain if len(plain) == 1 else token


# start and end of an escape in the raw text, and the one character that it stands for
Escape = tuple[int, int, str]


def escapes_in(raw: str) -> tuple[Escape, ...]:
    """The escapes that stand for one character each."""
    if not ("\\" in raw or "&" in raw or "<" in raw or "_x000" in raw):
        return ()
    found = ((match.start(), match.end(), unescaped(match.group())) for match in ESCAPE.finditer(raw))
    return tuple([one for one in found if len(one[2]) == 1])


def without_escapes(raw: str, escapes: Iterable[Escape]) -> str:
    """The text with each escape's character in its place."""
    pieces: list[str] = []
    position = 0
    for start, end, character in escapes:
        pieces += (raw[position:start], character)
        position = end
    return "".join((*pieces, raw[position:]))


@dataclasses.dataclass(eq=False, slots=True)
class Text:
    """One field of a study: its kind (`curation/fields.tsv`), its path, the raw and the cleaned characters.

    `clean` is without Markdown escapes and HTML entities, and has plain dashes, blanks and quotes.
    """

    kind: str
    field: str
    raw: str
    clean: str = dataclasses.field(init=False)
    _escapes: tuple[Escape, ...] = dataclasses.field(init=False)
    _breaks: tuple[int, ...] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Clean the text; its sentences are found when one is asked for."""
        self._escapes = escapes_in(self.raw)
        self.clean = made_plain(without_escapes(self.raw, self._escapes) if self._escapes else self.raw)
        self._breaks = ()

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the raw text of a span of the clean text."""
        before_start = before_end = saved = 0
        for first, last, _ in self._escapes:
            saved += last - first - 1
            if last - saved > end:
                break
            before_end = saved
            if last - saved <= start:
                before_start = saved
        return start + before_start, end + before_end

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Start and end of the sentence (or list item) around a span of the clean text."""
        breaks = self._breaks
        if not breaks:
            ends = [match.end() for match in SENTENCE_END.finditer(self.clean)]
            breaks = self._breaks = (0, *ends, len(self.clean))
        after = bisect_right(breaks, start)
        last = breaks[after]
        return breaks[after - 1], last if end <= last else breaks[bisect_right(breaks, end - 1)]


def read_texts(study: Study) -> list[Text]:
    """Every text of a study that curation may read, of its exclusion criteria only whose cells are collected."""
    path = study.eligibility_path
    return [
        *[Text(found.kind, found.path, found.text) for found in study.texts()],
        *[Text(kind, path, criteria) for kind, criteria in criteria_read(study)],
    ]


def characters_read(study: Study) -> str:
    """The raw characters of all texts of a study, one text a line, without what it takes to read them closely."""
    return "\n".join((study.characters(), *[criteria for _, criteria in criteria_read(study)]))


def criteria_read(study: Study) -> list[tuple[str, str]]:
    """Kind and characters of what is read of the eligibility criteria.

    That is their text up to the exclusion criteria, and all of it where it tells whose cells are collected. Offsets
    hold in the whole field since it is cut at the end.
    """
    criteria = study.eligibility_criteria
    included = criteria[: exclusion_begins(criteria)]
    read = [("inclusion", included)] if included.strip() else []
    if CELLS_COLLECTED.occurs(criteria[len(included) :]):
        read.append(("criteria", criteria))
    return read


def exclusion_begins(criteria: str) -> int:
    """Where the exclusion criteria begin; behind the end where no heading says so."""
    heading = EXCLUSION_HEADINGS.first(criteria)
    return len(criteria) if heading is None else heading

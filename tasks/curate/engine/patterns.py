"""Many patterns over one text: RE2 sets tell which of them occur, and only those are searched for places."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import re2

# Room for the automaton of one set.
SET_MEMORY_BYTES = 64 << 20
# "at most n of these" costs the automaton n states; "any number" finds a little more and costs one.
BOUNDED_GAP = re.compile(r"(?<!\\)\{\d+,(\d+)\}\??")
SHORTEST_GAP = 4
# A pattern with an open gap (A, then anything, then B) doubles the automaton, so few of them share a set; one that
# repeats (any number of blanks) enlarges it, so more do; of mere words many do. A few patterns of any kind share one.
OPEN_GAP = re.compile(r"(?:\[\^[^\]]*\]|\.)[*+]")
REPEATS = re.compile(r"(?<!\\)[*+{]")
PATTERNS_WITH_GAP_PER_SET = 8
PATTERNS_THAT_REPEAT_PER_SET = 64
PATTERNS_OF_WORDS_PER_SET = 265
FEW_PATTERNS = 16
# how RE2 is told that a match may begin anywhere, and tells that there is none
ANYWHERE = re2._Anchor.UNANCHORED
NOWHERE = (-1, -1)
# bytes of UTF-8 that continue a character
INNER_BYTE = re.compile(rb"[\x80-\xbf]")
# start and end in a text
Span = tuple[int, int]
# from a byte of a text to another, the places of a match and of its groups
Search = Callable[[Any, bytes, int, int], list[Span]]


def relaxed(pattern: str) -> str:
    """A pattern that occurs wherever the given one does, with long bounded gaps made unbounded."""
    return BOUNDED_GAP.sub(lambda gap: "*" if int(gap.group(1)) >= SHORTEST_GAP else gap.group(), pattern)


def quiet_options(memory: int = 16 << 20) -> "re2.Options":
    """RE2 options without log lines on stderr."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options


@cache
def compile_error(pattern: str) -> str | None:
    """Why RE2 refuses a pattern, or None; found out once, as a run reads the vocabularies several times."""
    try:
        compiled = re2.compile(pattern, quiet_options())
    except re2.error as error:
        reason = error.args[0] if error.args else error
        return reason.decode() if isinstance(reason, bytes) else str(reason)
    return "it matches the empty text" if compiled.fullmatch("") is not None else None


class PatternSet:
    """An ordered set of patterns that is searched all at once, in time linear in the text."""

    def __init__(self, patterns: Sequence[str], kinds: Sequence[frozenset[str]] = ()) -> None:
        """Compile the sets; where a pattern has a group, the group is the found span, not the whole match.

        `kinds` holds for each pattern the kinds of text that it may be searched in, where that differs.
        """
        self._patterns, self._kinds = patterns, kinds
        loose = [relaxed(pattern) for pattern in patterns]
        self._sets = [
            (chunk, frozenset[str]().union(*[kinds[one] for one in chunk if kinds]), set_searcher(loose, chunk))
            for chunk in sharing_sets(loose, kinds)
        ]

    def __len__(self) -> int:
        """The number of patterns."""
        return len(self._patterns)

    def occurring(self, text: str) -> list[int]:
        """Positions of the patterns that occur in the text, in order.

        A pattern with a bounded gap may be reported where it does not occur: `spans` is exact.
        """
        return sorted([position for _, position in self.occurring_each((text,))])

    def occurring_each(self, texts: Sequence[str]) -> Iterator[tuple[int, int]]:
        """The number of a text and the position of a pattern that occurs there, set by set: see `occurring`.

        Many texts at once cost less than one by one: one set goes through all before the next does, so that its
        automaton stays in the processor's cache.
        """
        return self._occurring([text.encode() for text in texts])

    def _occurring(self, texts: Sequence[bytes], kinds: Sequence[str] = ()) -> Iterator[tuple[int, int]]:
        """With the kind of each text, sets that no such text needs are spared."""
        for chunk, read_in, search in self._sets:
            numbers = [number for number, kind in enumerate(kinds) if kind in read_in] if kinds else range(len(texts))
            for number, hits in zip(numbers, map(search, [texts[number] for number in numbers]), strict=True):
                for hit in hits:
                    yield number, chunk[hit]

    def spans_each(self, texts: Sequence[str], kinds: Sequence[str] = ()) -> Iterator[tuple[int, int, Iterator[Span]]]:
        """The position of a pattern, the number of a text that it may stand in, and its `spans` there.

        Pattern by pattern in their order, of which each goes through all texts before the next does; with the kind of
        each text, only through those that it may be searched in.
        """
        plain = [encoded(text) for text in texts]
        numbers_of: dict[int, list[int]] = {}
        for number, position in self._occurring([data for data, _ in plain], kinds):
            if not kinds or kinds[number] in self._kinds[position]:
                numbers_of.setdefault(position, []).append(number)
        for position, numbers in sorted(numbers_of.items()):
            search = searcher(self._patterns[position])
            for number in numbers:
                yield position, number, found_spans(search, *plain[number])

    def spans(self, position: int, text: str) -> Iterator[Span]:
        """Places of one pattern in the text: of its first group that took part, else of the whole match."""
        return spans(self._patterns[position], text)


def sharing_sets(patterns: Sequence[str], kinds: Sequence[frozenset[str]] = ()) -> Iterator[Sequence[int]]:
    """Positions of the patterns that share a set, so that no automaton outgrows the processor's cache.

    Those for the same kinds of text are neighbours, so that a text is spared the sets of other kinds.
    """
    gapped: list[int] = []
    repeating: list[int] = []
    words: list[int] = []
    for position, pattern in sorted(enumerate(patterns), key=lambda one: sorted(kinds[one[0]]) if kinds else []):
        kind = gapped if OPEN_GAP.search(pattern) else repeating if REPEATS.search(pattern) else words
        kind.append(position)
    if len(patterns) <= FEW_PATTERNS and len(gapped) <= PATTERNS_WITH_GAP_PER_SET:
        yield range(len(patterns))
        return
    for positions, size in (
        (words, PATTERNS_OF_WORDS_PER_SET),
        (repeating, PATTERNS_THAT_REPEAT_PER_SET),
        (gapped, PATTERNS_WITH_GAP_PER_SET),
    ):
        yield from (positions[start : start + size] for start in range(0, len(positions), size))


def spans(pattern: str, text: str) -> Iterator[Span]:
    """Places of a pattern in the text: of its first group that took part, else of the whole match; no empty ones."""
    return found_spans(searcher(pattern), *encoded(text))


def found_spans(search: Search, data: bytes, inner: Sequence[int]) -> Iterator[Span]:
    """The `spans` of a search in a text as `encoded` gives it."""
    begin, length = 0, len(data)
    while begin < length and (found := search(ANYWHERE, data, begin, length))[0] != NOWHERE:
        start, end = found[0]
        begin = max(end, begin + 1)
        # of groups inside of one another the outermost ends last
        if len(found) > 1 and (last := max(found[1:], key=itemgetter(1))) != NOWHERE:
            start, end = last
        if start < end:
            yield (start - bisect_left(inner, start), end - bisect_left(inner, end)) if inner else (start, end)


def encoded(text: str) -> tuple[bytes, tuple[int, ...]]:
    """The text in UTF-8, which RE2 works on, and the bytes there that begin no character: so places are counted."""
    data = text.encode()
    return data, () if text.isascii() else tuple([byte.start() for byte in INNER_BYTE.finditer(data)])


def search_of(compiled: Any) -> Search:
    """RE2's own search of a compiled pattern: re2's methods make objects of each match, which takes longer than it."""
    search: Search = compiled._regexp.Match
    return search


@cache
def searcher(pattern: str) -> Search:
    """The search of a pattern, compiled once, and not before a text may hold it."""
    return search_of(re2.compile(pattern, quiet_options()))


class AnyOf:
    """Many patterns as one that tells only whether any occurs: its automaton need not know which, and is smaller."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile the patterns, each of which minds capitals or not as it says itself."""
        parts = [f"(?i:{one[4:]})" if one.startswith("(?i)") else f"(?:{one})" for one in map(relaxed, patterns)]
        self._search = search_of(re2.compile("|".join(parts), quiet_options(SET_MEMORY_BYTES)))

    def occurs(self, text: str) -> bool:
        """Whether any of the patterns occurs in the text, or comes close with its bounded gaps made unbounded."""
        data = text.encode()
        return self._search(ANYWHERE, data, 0, len(data))[0] != NOWHERE

    def first(self, text: str) -> int | None:
        """Where the first of them begins in the text."""
        data = text.encode()
        place = self._search(ANYWHERE, data, 0, len(data))[0]
        return None if place == NOWHERE else len(data[: place[0]].decode())


def set_searcher(patterns: Sequence[str], chunk: Iterable[int]) -> Callable[[bytes], list[int]]:
    """RE2's own search for some of the patterns anywhere in a text; see `search_of`."""
    compiled = re2.Set.SearchSet(quiet_options(SET_MEMORY_BYTES))
    for position in chunk:
        compiled.Add(patterns[position])
    compiled.Compile()
    search: Callable[[bytes], list[int]] = compiled._set.Match
    return search

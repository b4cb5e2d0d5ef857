"""Many patterns over one text: RE2 sets tell which of them occur, and only those are searched for places."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
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


def relaxed(pattern: str) -> str:
    """A pattern that occurs wherever the given one does, with long bounded gaps made unbounded."""
    return BOUNDED_GAP.sub(lambda gap: "*" if int(gap.group(1)) >= SHORTEST_GAP else gap.group(), pattern)


def quiet_options(memory: int = 16 << 20) -> "re2.Options":
    """RE2 options without log lines on stderr."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options


def compile_error(pattern: str) -> str | None:
    """Why RE2 refuses a pattern, or None."""
    try:
        compiled = re2.compile(pattern, quiet_options())
    except re2.error as error:
        reason = error.args[0] if error.args else error
        return reason.decode() if isinstance(reason, bytes) else str(reason)
    return "it matches the empty text" if compiled.fullmatch("") is not None else None


class PatternSet:
    """An ordered set of patterns that is searched all at once, in time linear in the text."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile the patterns; where a pattern has a group, the group is the found span, not the whole match."""
        self._patterns = [re2.compile(pattern, quiet_options()) for pattern in patterns]
        self._has_groups = [pattern.groups > 0 for pattern in self._patterns]
        loose = [relaxed(pattern) for pattern in patterns]
        self._sets = [
            (chunk, compiled_set([loose[position] for position in chunk]).Match) for chunk in sharing_sets(loose)
        ]

    def __len__(self) -> int:
        """The number of patterns."""
        return len(self._patterns)

    def occurring(self, text: str) -> list[int]:
        """Positions of the patterns that occur in the text, in order.

        A pattern with a bounded gap may be reported where it does not occur: `spans` is exact.
        """
        return self.occurring_each((text,)).get(0, [])

    def occurring_each(self, texts: Sequence[str]) -> dict[int, list[int]]:
        """For each text that any pattern occurs in, by its number, what `occurring` says of it.

        Many texts at once cost less than one by one: one set goes through all before the next does, so that its
        automaton stays in the processor's cache.
        """
        encoded = [text.encode() for text in texts]
        found: dict[int, list[int]] = {}
        for chunk, match in self._sets:
            for number, hits in enumerate(map(match, encoded)):
                if hits:
                    found.setdefault(number, []).extend([chunk[hit] for hit in hits])
        return {number: sorted(positions) for number, positions in sorted(found.items())}

    def spans(self, position: int, text: str) -> Iterator[tuple[int, int]]:
        """Places of one pattern in the text: of its first group that took part, else of the whole match."""
        return spans(self._patterns[position], text, has_groups=self._has_groups[position])


def sharing_sets(patterns: Sequence[str]) -> Iterator[Sequence[int]]:
    """Positions of the patterns that share a set, so that no automaton outgrows the processor's cache."""
    gapped: list[int] = []
    repeating: list[int] = []
    words: list[int] = []
    for position, pattern in enumerate(patterns):
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


def spans(pattern: Any, text: str, *, has_groups: bool = True) -> Iterator[tuple[int, int]]:
    """Places of a compiled pattern in the text: of its first group that took part, else of the whole match."""
    # RE2 works on bytes: what it finds there is counted in characters, if they are not the same
    data, is_ascii = text.encode(), text.isascii()
    bytes_before = characters_before = 0
    for match in pattern.finditer(data):
        start, end = span = match.span((match.lastindex or 0) if has_groups else 0)
        if end <= start:
            continue
        if is_ascii:
            yield span
            continue
        # a group may begin before the match counted last has ended
        if start < bytes_before:
            bytes_before = characters_before = 0
        characters_before += len(data[bytes_before:start].decode())
        bytes_before = start
        yield characters_before, characters_before + len(data[start:end].decode())


class AnyOf:
    """Many patterns as one that tells only whether any occurs: its automaton need not know which, and is smaller."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile the patterns, each of which minds capitals or not as it says itself."""
        parts = [f"(?i:{one[4:]})" if one.startswith("(?i)") else f"(?:{one})" for one in map(relaxed, patterns)]
        self._pattern = re2.compile("|".join(parts), quiet_options(SET_MEMORY_BYTES))

    def occurs(self, text: str) -> bool:
        """Whether any of the patterns occurs in the text, or comes close with its bounded gaps made unbounded."""
        return self._pattern.search(text.encode()) is not None


@cache
def compiled(pattern: str) -> Any:
    """A single pattern, compiled once."""
    return re2.compile(pattern, quiet_options())


def compiled_set(patterns: Sequence[str]) -> "re2.Set":
    """One RE2 set that searches anywhere in a text."""
    compiled = re2.Set.SearchSet(quiet_options(SET_MEMORY_BYTES))
    for pattern in patterns:
        compiled.Add(pattern)
    compiled.Compile()
    return compiled

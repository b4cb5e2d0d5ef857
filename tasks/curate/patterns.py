"""Many patterns over one text: an RE2 set tells which of them occur, and only those are searched for places."""

import re
from collections.abc import Iterator, Sequence

import re2

# Room for the automaton of the set; with too little RE2 falls back to a slower search.
SET_MEMORY_BYTES = 256 << 20
# "at most n of these" costs the automaton n states; "any number" finds a little more and costs one.
BOUNDED_GAP = re.compile(r"(?<!\\)\{\d+,(\d+)\}\??")
SHORTEST_GAP = 4


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
        self._groups = [1 if pattern.groups else 0 for pattern in self._patterns]
        self._set = re2.Set.SearchSet(quiet_options(SET_MEMORY_BYTES))
        for pattern in patterns:
            self._set.Add(relaxed(pattern))
        if patterns:
            self._set.Compile()

    def __len__(self) -> int:
        """The number of patterns."""
        return len(self._patterns)

    def occurring(self, text: str) -> list[int]:
        """Positions of the patterns that occur in the text, in order.

        A pattern with a bounded gap may be reported where it does not occur: `spans` is exact.
        """
        if not self._patterns or not text:
            return []
        found = self._set.Match(text)
        if found is None:  # the automaton outgrew its memory: ask each pattern by itself
            return [position for position, pattern in enumerate(self._patterns) if pattern.search(text)]
        return sorted(found)

    def spans(self, position: int, text: str) -> Iterator[tuple[int, int]]:
        """Places of one pattern in the text."""
        group = self._groups[position]
        for match in self._patterns[position].finditer(text):
            start, end = match.span(group)
            if start < 0:
                start, end = match.span()
            if end > start:
                yield start, end

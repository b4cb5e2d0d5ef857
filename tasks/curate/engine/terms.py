"""Terms and contexts: the rows of the vocabularies, each checked and its pattern ready."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from tasks.curate.engine.patterns import PatternSet, spans
from tasks.curate.engine.rows import (
    Row,
    compiled_pattern,
    joined_pattern,
    read_rows,
)
from tasks.errors import CartscapeError

# texts that name the product
NAMING_KINDS = frozenset({"title", "intervention", "other_name", "arm", "keyword"})
# texts that name many an antigen that is not the CAR's
NOT_OF_CANDIDATES = frozenset({"inclusion", "criteria", "outcome", "outcome_text", "condition"})
# where a context is read: up to the match, from the match on, its whole sentence, the matched words themselves
SIDES = ("before", "after", "sentence", "match")


# how far around a place its spelling is looked for before the whole text is, and for how many places that is remembered
CHARACTERS_AROUND = 24
MOST_LINES = 512


class Levels(dict[str, int]):
    """The level of evidence of each kind of text, and the kinds that only rows that name them read."""

    named_only: frozenset[str] = frozenset()


def read_levels(path: Path) -> Levels:
    """The kinds of text of `fields.tsv`."""
    rows = [row for _, row in read_rows(path)]
    levels = Levels({row["kind"]: int(row["level"]) for row in rows})
    levels.named_only = frozenset(row["kind"] for row in rows if row["named_only"])
    return levels


@dataclass(frozen=True)
class Term:
    """Neighbouring rows of a vocabulary that differ in their spelling only: what they stand for, and where it is read.

    `pattern` finds any of the spellings; `spellings` holds each with its line.
    """

    attribute: str
    value: str
    pattern: str
    kinds: frozenset[str]
    row: Row
    file: str
    spellings: tuple[tuple[int, str], ...]
    lines: dict[tuple[str, int], int] = field(default_factory=dict, compare=False, repr=False)

    def line_of(self, clean: str, start: int, end: int) -> int:
        """The line of the spelling that found a place in a text; characters around it that come again are remembered.

        The text alone decides, whatever was read before it.
        """
        if len(self.spellings) == 1:
            return self.spellings[0][0]
        first = max(0, start - CHARACTERS_AROUND)
        around = clean[first : end + CHARACTERS_AROUND]
        if (line := self.lines.get((around, start - first))) is not None:
            return line
        if (line := self._spelling_at(around, start - first, end - first)) is None:
            return self._spelling_at(clean, start, end) or self.spellings[0][0]
        if len(self.lines) >= MOST_LINES:
            self.lines.clear()
        self.lines[around, start - first] = line
        return line

    def _spelling_at(self, text: str, start: int, end: int) -> int | None:
        found = (line for line, pattern in self.spellings if (start, end) in spans(pattern, text))
        return next(found, None)


@dataclass(frozen=True)
class Context:
    """Words around a match that change what it means: `effect` drop, direct, ... for the named attributes."""

    rule: str
    attributes: frozenset[str]
    kinds: frozenset[str]
    values: frozenset[str]
    side: str
    effect: str
    pattern: str

    def is_for(self, value: str, kind: str) -> bool:
        """Whether it is read around a match of a value in a kind of text."""
        return kind in self.kinds and (not self.values or value in self.values)


@dataclass(frozen=True)
class Refinement:
    """What a general term becomes where the CAR binds one of the targets and one of the codes is named, if any are."""

    targets: frozenset[str]
    codes: frozenset[str]
    into: str


# start and end of a term in a text
Place = tuple[int, int, Term]


class Places(NamedTuple):
    """Where terms stand in a text, and for each place the effects of the contexts around it."""

    places: list[Place]
    effects: list[frozenset[str]]


def read_terms(attribute: str, path: Path, fragments: Mapping[str, str], levels: Levels) -> Iterator[Term]:
    """The terms of one vocabulary file, in its order."""
    seen: dict[tuple[str, str], int] = {}
    rows: list[tuple[int, Row, str]] = []
    for line, row in read_rows(path):
        place = f"{path}:{line}"
        if not row.get("value") or not row.get("pattern"):
            raise CartscapeError(f"{place}: value and pattern are needed; fill them in or delete the row")
        if not row.get("source"):
            raise CartscapeError(f"{place}: no source; name one, or write 'domain knowledge'")
        if (key := (row["value"], row["pattern"])) in seen:
            raise CartscapeError(f"{place}: repeats line {seen[key]}; delete one of them")
        seen[key] = line
        rows.append((line, row, compiled_pattern(row["pattern"], row.get("flags", ""), fragments, place)))
    for _, each in groupby(rows, key=lambda one: but_for_spelling(one[1])):
        alike = list(each)
        line, row, _ = alike[0]
        kinds = read_kinds(row.get("fields", ""), levels, f"{path}:{line}")
        spellings = tuple((line, pattern) for line, _, pattern in alike)
        pattern = joined_pattern(pattern for _, pattern in spellings)
        yield Term(attribute, row["value"], pattern, kinds, row, path.name, spellings)


def symbol_terms(terms: Iterable[Term]) -> Iterator[Term]:
    """Each protein by the symbol of its gene (column `symbol` of targets.tsv), if no row knows it yet.

    A symbol stands for itself where the product is named; short ones (KIT, MET) and those in longer texts need a word
    of the CAR beside them.
    """
    targets = [term for term in terms if term.attribute == "targets"]
    known = PatternSet([term.pattern for term in targets])
    seen: set[str] = set()
    for term in targets:
        symbol = term.row["symbol"]
        phrase = f"anti-{symbol} CAR"
        if term.row["group"] != "protein" or not symbol.isalnum() or symbol in seen:
            continue
        seen.add(symbol)
        if any(next(known.spans(one, phrase), None) for one in known.occurring(phrase)):
            continue
        named = rf"(?:[Aa]nti-|α|[Tt]arget(?:ing|s)? )({symbol})\b|\b({symbol})[\s-](?:CAR|directed|targeted|specific)"
        patterns = [(named, term.kinds)]
        if len(symbol) > len("KIT"):
            patterns.append((rf"\b{symbol}\b", NAMING_KINDS & term.kinds))
        for pattern, kinds in patterns:
            yield Term("targets", term.value, pattern, kinds, term.row, term.file, ((term.spellings[0][0], pattern),))


def read_contexts(path: Path, known: Iterable[str], fragments: Mapping[str, str], levels: Levels) -> Iterator[Context]:
    """The context rules, in their order; neighbouring rows that differ in their words only are one."""
    rows: list[tuple[int, Row, str]] = []
    for line, row in read_rows(path):
        place = f"{path}:{line}"
        if unknown := set(row["attributes"].split("|")) - set(known):
            raise CartscapeError(f"{place}: unknown attribute {sorted(unknown)[0]}; use one of {', '.join(known)}")
        if row["side"] not in SIDES:
            raise CartscapeError(f"{place}: side is {row['side']!r}; use one of {', '.join(SIDES)}")
        rows.append((line, row, compiled_pattern(row["pattern"], row.get("flags", ""), fragments, place)))
    for _, each in groupby(rows, key=lambda one: but_for_spelling(one[1])):
        alike = list(each)
        line, row, _ = alike[0]
        kinds = read_kinds(row.get("fields", ""), levels, f"{path}:{line}")
        values = frozenset(filter(None, row.get("values", "").split("|")))
        attributes = frozenset(row["attributes"].split("|"))
        pattern = joined_pattern(pattern for _, _, pattern in alike)
        yield Context(row["rule"], attributes, kinds, values, row["side"], row["effect"], pattern)


def read_sponsors(path: Path, fragments: Mapping[str, str]) -> Iterator[tuple[PatternSet, str]]:
    """Patterns of sponsors and the country that each means; neighbours of one country are one pattern."""
    rows = [
        (row["country"], compiled_pattern(row["pattern"], "", fragments, f"{path}:{line}"))
        for line, row in read_rows(path)
    ]
    for country, each in groupby(rows, key=lambda one: one[0]):
        yield PatternSet([joined_pattern(pattern for _, pattern in each)]), country


def but_for_spelling(row: Row) -> tuple[str, ...]:
    """What a row says apart from its pattern."""
    return tuple(cell for column, cell in row.items() if column != "pattern")


def read_kinds(cell: str, levels: Levels, place: str) -> frozenset[str]:
    """The kinds of text that a cell names, all of them if it is empty."""
    kinds = frozenset(filter(None, cell.split("|")))
    if unknown := kinds - levels.keys():
        raise CartscapeError(f"{place}: unknown field {sorted(unknown)[0]}; use one of {', '.join(levels)}")
    return kinds or frozenset(kind for kind in levels if kind not in levels.named_only)

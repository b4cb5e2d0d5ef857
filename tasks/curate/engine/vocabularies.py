"""The vocabularies of `curation/*.tsv`, checked row by row and compiled once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

from tasks.curate.engine.attributes import Attribute, fixed_values, read_attributes
from tasks.curate.engine.codes import read_codes
from tasks.curate.engine.decisions import Decision, read_decisions
from tasks.curate.engine.limits import Limits, read_limits
from tasks.curate.engine.open_world import FILES as OPEN_WORLD_FILES
from tasks.curate.engine.open_world import OpenWorld, read_open_world
from tasks.curate.engine.patterns import AnyOf, PatternSet, compiled, spans
from tasks.curate.engine.records import UNSTATED
from tasks.curate.engine.references import check_references
from tasks.curate.engine.rows import (
    CURATION,
    Row,
    compiled_pattern,
    hash_files,
    joined_pattern,
    read_fragments,
    read_rows,
)
from tasks.curate.engine.weights import Weights, read_weights
from tasks.errors import CartscapeError

# tables that a judgement looks things up in, and files with a form of their own
TABLES = ("regions.tsv", "reasons.tsv", "refinements.tsv", "participants.tsv")
OTHER_FILES = (
    "sponsors.tsv",
    "attributes.tsv",
    "confidence.toml",
    "contexts.tsv",
    "decisions.tsv",
    "fields.tsv",
    "fragments.tsv",
    "limits.toml",
)
# texts that name the product
NAMING_KINDS = frozenset({"title", "intervention", "other_name", "arm", "keyword"})
# texts that name many an antigen that is not the CAR's
NOT_OF_CANDIDATES = frozenset({"inclusion", "criteria", "outcome", "outcome_text", "condition"})
# where a context is read: up to the match, from the match on, its whole sentence, the matched words themselves
SIDES = ("before", "after", "sentence", "match")


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
    lines: dict[str, int] = field(default_factory=dict, compare=False)

    def line_of(self, words: str, clean: str, start: int, end: int) -> int:
        """The line of the spelling that found these words there; words seen before are not looked up again."""
        if len(self.spellings) == 1:
            return self.spellings[0][0]
        if (line := self.lines.get(words)) is None:
            line = self.lines[words] = next(
                (line for line, pattern in self.spellings if (start, end) in spans(compiled(pattern), clean)),
                self.spellings[0][0],
            )
        return line


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


@dataclass(frozen=True)
class Refinement:
    """What a general term becomes where the CAR binds one of the targets and one of the codes is named, if any are."""

    targets: frozenset[str]
    codes: frozenset[str]
    into: str


# where a term stands in a text, and the effects and rules of the contexts around it
Place = tuple[int, int, Term, frozenset[str], tuple[str, ...]]


@dataclass(frozen=True)
class Vocabularies:
    """Everything that curation knows, as read from one folder of TSV files.

    `remembered` holds the places found in short texts, by their kind and characters; a copy begins without.
    """

    folder: Path
    sha256: str
    attributes: tuple[Attribute, ...]
    limits: Limits
    levels: Levels
    terms: tuple[Term, ...]
    contexts: tuple[Context, ...]
    tables: Mapping[str, tuple[Row, ...]]
    decisions: tuple[Decision, ...]
    sponsors: tuple[tuple[PatternSet, str], ...]
    open_world: OpenWorld
    weights: Weights
    remembered: dict[tuple[str, str], list[Place]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def regions(self) -> Mapping[str, str]:
        """The region of each country."""
        return {row["country"]: row["region"] for row in self.tables["regions.tsv"]}

    @cached_property
    def refinements(self) -> Mapping[str, tuple[Refinement, ...]]:
        """What a general term of disease becomes, in the order of `refinements.tsv`."""
        found: dict[str, tuple[Refinement, ...]] = {}
        for row in self.tables["refinements.tsv"]:
            targets, codes = (frozenset(filter(None, row[name].split("|"))) for name in ("when_targets", "when_codes"))
            found[row["general"]] = (*found.get(row["general"], ()), Refinement(targets, codes, row["into"]))
        return found

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """Everything that a code of a disease is a kind of."""
        rows = self.by_attribute["diseases"]
        found: dict[str, frozenset[str]] = {}
        for code in rows:
            line: set[str] = set()
            ahead = [code]
            while ahead:
                parents = set(filter(None, rows[ahead.pop()]["parent"].split("|"))) - line
                line |= parents
                ahead.extend(parents)
            found[code] = frozenset(line)
        return found

    @cached_property
    def patterns(self) -> PatternSet:
        """All term patterns in one set."""
        return PatternSet([term.pattern for term in self.terms])

    @cached_property
    def gate(self) -> AnyOf:
        """The patterns of which a CAR-T study shows at least one; the rest of the registry is let go by them."""
        opening = (term for term in self.terms if term.row.get("gate") == "y" or term.attribute == "products")
        return AnyOf([term.pattern for term in opening])

    @cached_property
    def context_sets(self) -> Mapping[str, tuple[tuple[str, PatternSet, tuple[Context, ...]], ...]]:
        """For each attribute, per side of a match that any of its contexts reads: the contexts and their patterns."""
        sets: dict[str, tuple[tuple[str, PatternSet, tuple[Context, ...]], ...]] = {}
        for attribute in (one.name for one in self.attributes if one.vocabulary):
            ours = [context for context in self.contexts if attribute in context.attributes]
            by_side = {side: tuple(one for one in ours if one.side == side) for side in SIDES}
            sets[attribute] = tuple(
                (side, PatternSet([one.pattern for one in rows]), rows) for side, rows in by_side.items() if rows
            )
        return sets

    @cached_property
    def _contexts_by_kind(self) -> dict[tuple[str, str], tuple[tuple[str, PatternSet, tuple[Context, ...]], ...]]:
        return {
            (attribute, kind): tuple(one for one in sides if any(kind in context.kinds for context in one[2]))
            for attribute, sides in self.context_sets.items()
            for kind in self.levels
        }

    def contexts_of(self, attribute: str, kind: str) -> tuple[tuple[str, PatternSet, tuple[Context, ...]], ...]:
        """The sides of a match that some context of the attribute reads in this kind of text."""
        return self._contexts_by_kind[attribute, kind]

    @cached_property
    def by_attribute(self) -> Mapping[str, Mapping[str, Row]]:
        """For each attribute, the first row of each value."""
        first: dict[str, dict[str, Row]] = {}
        for term in self.terms:
            first.setdefault(term.attribute, {}).setdefault(term.value, term.row)
        return first

    @cached_property
    def allowed(self) -> Mapping[str, frozenset[str]]:
        """For each attribute, the values that a decision may give it: fixed ones, or those of its vocabulary."""
        return allowed_values(self.attributes, self.terms)


def allowed_values(attributes: Iterable[Attribute], terms: Iterable[Term]) -> dict[str, frozenset[str]]:
    """For each attribute, its fixed values, else those of its vocabulary; one with neither is left out."""
    known: dict[str, set[str]] = {}
    for term in terms:
        known.setdefault(term.attribute, {UNSTATED}).add(term.value)
    return {name: frozenset(values) for name, values in known.items()} | dict(fixed_values(tuple(attributes)))


def load_vocabularies(folder: Path = CURATION) -> Vocabularies:
    """Read, check and compile `curation/*.tsv`.

    Raises CartscapeError naming file and line for a row that is incomplete, does not compile, repeats another,
    names an unknown field, group or attribute, or gives a code that has no name.
    """
    fragments = read_fragments(folder)
    attributes = read_attributes(folder / "attributes.tsv")
    levels = read_levels(folder / "fields.tsv")
    files = {one.name: one.vocabulary for one in attributes if one.vocabulary}
    terms = tuple(
        term for attribute, name in files.items() for term in read_terms(attribute, folder / name, fragments, levels)
    )
    terms += tuple(symbol_terms(terms))
    check_references(folder)
    read_codes(folder)
    roles = {"target": "targets", "partner": "combinations"}
    known = {role: tuple(one.pattern for one in terms if one.attribute == name) for role, name in roles.items()}
    return Vocabularies(
        folder=folder,
        sha256=hash_files(folder, (*files.values(), *TABLES, *OTHER_FILES, *OPEN_WORLD_FILES)),
        attributes=attributes,
        limits=read_limits(folder / "limits.toml"),
        levels=levels,
        terms=terms,
        contexts=tuple(read_contexts(folder / "contexts.tsv", files.keys(), fragments, levels)),
        tables={name: tuple(row for _, row in read_rows(folder / name)) for name in TABLES},
        sponsors=tuple(read_sponsors(folder / "sponsors.tsv", fragments)),
        open_world=read_open_world(folder, fragments, frozenset(levels) - NOT_OF_CANDIDATES, known),
        weights=read_weights(folder / "confidence.toml"),
        decisions=read_decisions(folder / "decisions.tsv", allowed_values(attributes, terms)),
    )


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

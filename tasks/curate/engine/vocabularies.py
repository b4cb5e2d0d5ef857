"""The vocabularies of `curation/*.tsv`, checked row by row and compiled once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tasks.curate.engine.decisions import Decision, read_decisions
from tasks.curate.engine.patterns import PatternSet
from tasks.curate.engine.references import check_references
from tasks.curate.engine.rows import Row, compiled_pattern, hash_files, read_rows
from tasks.errors import CartscapeError
from tasks.settings import REPOSITORY

CURATION = REPOSITORY / "curation"
# attribute -> file with columns value, pattern, flags, fields, ..., source; the order is that of the pattern set
TERM_FILES = {
    "eligibility": "eligibility.tsv",
    "topic": "topics.tsv",
    "diseases": "diseases.tsv",
    "targets": "targets.tsv",
    "target_valency": "valency.tsv",
    "costimulatory_domains": "costimulatory_domains.tsv",
    "generation_stated": "generations.tsv",
    "vectors": "vectors.tsv",
    "cell_sources": "cell_sources.tsv",
    "gene_edits": "gene_edits.tsv",
    "armouring": "armouring.tsv",
    "combinations": "combinations.tsv",
    "design": "designs.tsv",
    "products": "products.tsv",
    "follow_up_over_five_years": "follow_up.tsv",
}
# tables that a judgement looks things up in, and files with a form of their own
TABLES = ("regions.tsv", "sponsors.tsv", "reasons.tsv", "refinements.tsv")
OTHER_FILES = ("contexts.tsv", "decisions.tsv", "fields.tsv", "spellings.tsv")
# where a context is read: up to the match, from the match on, its whole sentence, the matched words themselves
SIDES = ("before", "after", "sentence", "match")


@dataclass(frozen=True)
class Term:
    """One row of a vocabulary: a pattern, the value that it stands for, and the kinds of text it may be read in."""

    attribute: str
    value: str
    pattern: str
    kinds: frozenset[str]
    row: Row
    file: str
    line: int


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
    file: str
    line: int


@dataclass(frozen=True)
class Vocabularies:
    """Everything that curation knows, as read from one folder of TSV files."""

    folder: Path
    sha256: str
    levels: Mapping[str, int]
    terms: tuple[Term, ...]
    contexts: tuple[Context, ...]
    tables: Mapping[str, tuple[Row, ...]]
    decisions: tuple[Decision, ...]
    macros: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def patterns(self) -> PatternSet:
        """All term patterns in one set."""
        return PatternSet([term.pattern for term in self.terms])

    @cached_property
    def gate(self) -> PatternSet:
        """The patterns of which a CAR-T study shows at least one; the rest of the registry is let go by them."""
        return PatternSet(
            [term.pattern for term in self.terms if term.row.get("gate") == "y" or term.attribute == "products"]
        )

    @cached_property
    def context_sets(self) -> Mapping[str, tuple[tuple[str, PatternSet, tuple[Context, ...]], ...]]:
        """For each attribute, per side of a match that any of its contexts reads: the contexts and their patterns."""
        sets: dict[str, tuple[tuple[str, PatternSet, tuple[Context, ...]], ...]] = {}
        for attribute in TERM_FILES:
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


def values_of(terms: tuple[Term, ...]) -> dict[str, set[str]]:
    """For each attribute, the values that its vocabulary knows."""
    return {attribute: {term.value for term in terms if term.attribute == attribute} for attribute in TERM_FILES}


def load_vocabularies(folder: Path = CURATION) -> Vocabularies:
    """Read, check and compile `curation/*.tsv`.

    Raises CartscapeError naming file and line for a row that is incomplete, does not compile, repeats another
    or names an unknown field, group or attribute.
    """
    macros = {row["name"]: row["expansion"] for _, row in read_rows(folder / "spellings.tsv")}
    levels = {row["kind"]: int(row["level"]) for _, row in read_rows(folder / "fields.tsv")}
    terms = tuple(
        term for attribute, name in TERM_FILES.items() for term in read_terms(attribute, folder / name, macros, levels)
    )
    check_references(folder)
    decisions = read_decisions(folder / "decisions.tsv", values_of(terms))
    return Vocabularies(
        folder=folder,
        sha256=hash_files(folder, (*TERM_FILES.values(), *TABLES, *OTHER_FILES)),
        levels=levels,
        terms=terms,
        contexts=tuple(read_contexts(folder / "contexts.tsv", macros, levels)),
        tables={name: tuple(row for _, row in read_rows(folder / name)) for name in TABLES},
        decisions=decisions,
        macros=macros,
    )


def read_terms(attribute: str, path: Path, macros: Mapping[str, str], levels: Mapping[str, int]) -> Iterator[Term]:
    """The terms of one vocabulary file, in its order."""
    seen: dict[tuple[str, str], int] = {}
    for line, row in read_rows(path):
        place = f"{path}:{line}"
        if not row.get("value") or not row.get("pattern"):
            raise CartscapeError(f"{place}: value and pattern are needed; fill them in or delete the row")
        if not row.get("source"):
            raise CartscapeError(f"{place}: no source; name one, or write 'domain knowledge'")
        if (key := (row["value"], row["pattern"])) in seen:
            raise CartscapeError(f"{place}: repeats line {seen[key]}; delete one of them")
        seen[key] = line
        pattern = compiled_pattern(row["pattern"], row.get("flags", ""), macros, place)
        yield Term(
            attribute, row["value"], pattern, read_kinds(row.get("fields", ""), levels, place), row, path.name, line
        )


def read_contexts(path: Path, macros: Mapping[str, str], levels: Mapping[str, int]) -> Iterator[Context]:
    """The context rules, in their order."""
    for line, row in read_rows(path):
        place = f"{path}:{line}"
        attributes = frozenset(row["attributes"].split("|"))
        if unknown := attributes - TERM_FILES.keys():
            raise CartscapeError(f"{place}: unknown attribute {sorted(unknown)[0]}; use one of {', '.join(TERM_FILES)}")
        if row["side"] not in SIDES:
            raise CartscapeError(f"{place}: side is {row['side']!r}; use one of {', '.join(SIDES)}")
        pattern = compiled_pattern(row["pattern"], row.get("flags", ""), macros, place)
        kinds = read_kinds(row.get("fields", ""), levels, place)
        values = frozenset(filter(None, row.get("values", "").split("|")))
        yield Context(row["rule"], attributes, kinds, values, row["side"], row["effect"], pattern, path.name, line)


def read_kinds(cell: str, levels: Mapping[str, int], place: str) -> frozenset[str]:
    """The kinds of text that a cell names, all of them if it is empty."""
    kinds = frozenset(filter(None, cell.split("|")))
    if unknown := kinds - levels.keys():
        raise CartscapeError(f"{place}: unknown field {sorted(unknown)[0]}; use one of {', '.join(levels)}")
    return kinds or frozenset(levels)

"""The vocabularies of `curation/*.tsv`, checked row by row and compiled once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tasks.curate.engine.attributes import Attribute, fixed_values, read_attributes
from tasks.curate.engine.codes import read_codes
from tasks.curate.engine.criteria import CriteriaWords, criteria_words
from tasks.curate.engine.decisions import Decision, read_decisions
from tasks.curate.engine.limits import Limits, read_limits
from tasks.curate.engine.open_world import FILES as OPEN_WORLD_FILES
from tasks.curate.engine.open_world import OpenWorld, read_open_world
from tasks.curate.engine.patterns import AnyOf, PatternSet
from tasks.curate.engine.records import UNSTATED
from tasks.curate.engine.references import check_references
from tasks.curate.engine.rows import (
    CURATION,
    Row,
    hash_files,
    read_fragments,
    read_pattern_rows,
    read_rows,
)
from tasks.curate.engine.terms import (
    NOT_OF_CANDIDATES,
    SIDES,
    Context,
    Levels,
    Places,
    Refinement,
    Term,
    read_contexts,
    read_levels,
    read_sponsors,
    read_terms,
    symbol_terms,
)
from tasks.curate.engine.weights import Weights, read_weights

# tables that a judgement looks things up in, and files with a form of their own
TABLES = ("regions.tsv", "reasons.tsv", "refinements.tsv")
OTHER_FILES = (
    "sponsors.tsv",
    "attributes.tsv",
    "confidence.toml",
    "contexts.tsv",
    "decisions.tsv",
    "fields.tsv",
    "fragments.tsv",
    "limits.toml",
    "participants.tsv",
)


@dataclass(frozen=True, eq=False)
class Side:
    """A side of a match of one attribute: the contexts that are read there, and their patterns."""

    name: str
    patterns: PatternSet
    contexts: tuple[Context, ...]


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
    criteria_words: CriteriaWords
    decisions: tuple[Decision, ...]
    sponsors: tuple[tuple[PatternSet, str], ...]
    open_world: OpenWorld
    weights: Weights
    remembered: dict[tuple[str, str], Places] = field(default_factory=dict, init=False, compare=False, repr=False)

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
        return PatternSet([term.pattern for term in self.terms], [term.kinds for term in self.terms])

    @cached_property
    def gate(self) -> AnyOf:
        """The patterns of which a CAR-T study shows at least one; the rest of the registry is let go by them."""
        opening = (term for term in self.terms if term.row.get("gate") == "y" or term.attribute == "products")
        return AnyOf([term.pattern for term in opening])

    @cached_property
    def _sides(self) -> Mapping[str, tuple[Side, ...]]:
        found: dict[str, tuple[Side, ...]] = {}
        for attribute in (one.name for one in self.attributes if one.vocabulary):
            ours = [context for context in self.contexts if attribute in context.attributes]
            by_side = {name: tuple(one for one in ours if one.side == name) for name in SIDES}
            found[attribute] = tuple(
                Side(name, PatternSet([one.pattern for one in rows]), rows) for name, rows in by_side.items() if rows
            )
        return found

    @cached_property
    def _sides_of_values(self) -> Mapping[tuple[str, str, str], tuple[Side, ...]]:
        named = {(term.attribute, term.value) for term in self.terms}
        return {
            (attribute, value, kind): tuple(
                side for side in self._sides[attribute] if any(one.is_for(value, kind) for one in side.contexts)
            )
            for attribute, value in named
            for kind in self.levels
        }

    def sides_of(self, term: Term, kind: str) -> tuple[Side, ...]:
        """The sides of a match that some context of the term reads in this kind of text."""
        return self._sides_of_values[term.attribute, term.value, kind]

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
        criteria_words=criteria_words(row for _, row in read_pattern_rows(folder / "participants.tsv", fragments)),
        sponsors=tuple(read_sponsors(folder / "sponsors.tsv", fragments)),
        open_world=read_open_world(folder, fragments, frozenset(levels) - NOT_OF_CANDIDATES, known),
        weights=read_weights(folder / "confidence.toml"),
        decisions=read_decisions(folder / "decisions.tsv", allowed_values(attributes, terms)),
    )

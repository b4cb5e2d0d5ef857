"""What is known of words that no vocabulary has: slots, an open list of genes, endings of drugs, everyday words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tasks.curate.engine.patterns import PatternSet, spans
from tasks.curate.engine.rows import compiled_pattern, read_rows
from tasks.errors import CartscapeError

ROLES = ("target", "partner")
FILES = ("slots.tsv", "gene_symbols.tsv", "not_candidates.tsv")


@dataclass(frozen=True)
class Slot:
    """A phrase in which an unknown antigen or partner stands; a strong one needs no open list to confirm the word."""

    role: str
    is_strong: bool
    pattern: str
    kinds: frozenset[str]
    line: int


@dataclass(frozen=True)
class OpenWorld:
    """Everything that proposes candidates; `known` are the spellings of the vocabularies of both roles."""

    slots: tuple[Slot, ...]
    genes: Mapping[str, str]
    everyday: frozenset[tuple[str, str]]
    drug_ending: str
    known: Mapping[str, tuple[str, ...]]

    @cached_property
    def slot_patterns(self) -> PatternSet:
        """The patterns of the slots in one set."""
        return PatternSet([one.pattern for one in self.slots], [one.kinds for one in self.slots])

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of text that any slot is read in."""
        return frozenset().union(*(one.kinds for one in self.slots))

    @cached_property
    def _known(self) -> Mapping[str, PatternSet]:
        return {role: PatternSet(patterns) for role, patterns in self.known.items()}

    def knows(self, role: str, word: str) -> bool:
        """Whether a vocabulary has the word, alone or as a CAR's."""
        patterns, phrase = self._known[role], f"anti-{word} CAR-T" if role == "target" else word
        return any(next(patterns.spans(one, phrase), None) for one in patterns.occurring(phrase))

    def is_everyday(self, role: str, word: str) -> bool:
        """Whether the word stands in such places without being a candidate."""
        return (role, word.lower()) in self.everyday

    def gene(self, word: str) -> str:
        """The symbol of the gene that a word names, or ''."""
        return next((one for one in (word.upper(), word.upper().replace("-", "")) if one in self.genes), "")

    def is_drug(self, word: str) -> bool:
        """Whether the word ends as nonproprietary names do."""
        return next(spans(self.drug_ending, word.lower()), None) is not None


def read_open_world(
    folder: Path, fragments: Mapping[str, str], kinds: frozenset[str], known: Mapping[str, tuple[str, ...]]
) -> OpenWorld:
    """Read and check the files of the open world; `kinds` are the kinds of text that a slot is read in by default."""
    everyday = {(row["role"], row["word"].lower()) for _, row in read_rows(folder / "not_candidates.tsv")}
    return OpenWorld(
        slots=tuple(read_slots(folder / "slots.tsv", fragments, kinds)),
        genes={row["symbol"].upper(): row["name"] for _, row in read_rows(folder / "gene_symbols.tsv")},
        everyday=frozenset(everyday),
        drug_ending=f"[a-z]{{3}}{fragments['drug_ending']}$",
        known=known,
    )


def read_slots(path: Path, fragments: Mapping[str, str], kinds: frozenset[str]) -> Iterator[Slot]:
    """The slots, in their order."""
    for line, row in read_rows(path):
        place = f"{path}:{line}"
        if row["role"] not in ROLES:
            raise CartscapeError(f"{place}: role is {row['role']!r}; use one of {', '.join(ROLES)}")
        named = frozenset(filter(None, row["fields"].split("|")))
        pattern = compiled_pattern(row["pattern"], "cs", fragments, place)
        yield Slot(row["role"], row["strength"] == "strong", pattern, named or kinds, line)

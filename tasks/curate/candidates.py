"""Antigens and partner drugs that no vocabulary knows, proposed from the places where such are named.

A slot (`curation/slots.tsv`) is a phrase like 'anti-X CAR-T' or 'CAR-T combined with X'. What stands in it is a
candidate unless a vocabulary knows it, it is a product code, or it is an everyday word (`curation/not_candidates.tsv`).
The open list of gene symbols (`curation/gene_symbols.tsv`) confirms an antigen, the ending of its name a drug.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.curate.engine.matching import Matches
from tasks.curate.engine.open_world import OpenWorld, Slot
from tasks.curate.engine.patterns import Span
from tasks.curate.engine.places import Key
from tasks.curate.engine.records import Assertion
from tasks.curate.engine.texts import Text

# letters and three digits or more, or a few with a hyphen or a zero: how sponsors number their products
PRODUCT_CODE = re.compile(
    r"(?!CD\d)(?:[A-Z]{1,6}[a-z]?-?\d{3,}[A-Za-z]?|[A-Z]{1,3}-\d{2,}[A-Z]?|[A-Z]{2,}0\d)(?:[.-].*)?"
)
ATTRIBUTES = {"target": "target_candidates", "partner": "combination_candidates"}
SHORTEST = 3
# what stands in a slot of a text: the slot, start and end
InSlot = tuple[Slot, int, int]


@dataclass(frozen=True)
class Candidate:
    """An unknown word in a slot: the value it would be, where it stands, and whether an open list confirms it."""

    role: str
    value: str
    text: Text
    start: int
    end: int
    is_confirmed: bool
    line: int

    def assertion(self, nct_id: str) -> Assertion:
        """The candidate with its words; no label of antigens or combinations follows from it."""
        start, end = self.text.raw_span(self.start, self.end)
        rule = f"slots.tsv:{self.line} {'confirmed by an open list' if self.is_confirmed else 'in a strong slot'}"
        kind = "stated" if self.is_confirmed else "inferred"
        quote = self.text.raw[start:end]
        return Assertion(nct_id, ATTRIBUTES[self.role], self.value, kind, self.text.field, start, end, quote, rule)


def find_in_slots(texts: Iterable[Text], world: OpenWorld) -> dict[Key, list[InSlot]]:
    """What stands in the slots that are read in each text, slot by slot in their order."""
    read = list({(text.kind, text.clean): None for text in texts if text.kind in world.kinds})
    found: dict[Key, list[InSlot]] = {key: [] for key in read}
    for position, number, spans in world.slot_patterns.spans_each(
        [clean for _, clean in read], [kind for kind, _ in read]
    ):
        found[read[number]] += [(world.slots[position], start, end) for start, end in spans]
    return found


def find_candidates(
    texts: Iterable[Text], in_slots: Mapping[Key, Sequence[InSlot]], matches: Matches, world: OpenWorld
) -> list[Candidate]:
    """The first place of each candidate, the better confirmed first."""
    taken = places_taken(matches)
    found: dict[tuple[str, str], Candidate] = {}
    for text in texts:
        for one in candidates_in(text, in_slots.get((text.kind, text.clean), ()), taken.get(text.field, []), world):
            known = found.get((one.role, one.value))
            if not known or (one.is_confirmed and not known.is_confirmed):
                found[one.role, one.value] = one
    return list(found.values())


def places_taken(matches: Matches) -> dict[str, list[Span]]:
    """Where vocabularies know a word already, dropped matches included, by field."""
    taken: dict[str, list[Span]] = {}
    for kept in (matches.kept, matches.dropped):
        for attribute, each in kept.items():
            if attribute in ("eligibility", "aim", "topic", "target_valency", "follow_up_over_five_years"):
                continue
            for match in each:
                taken.setdefault(match.text.field, []).append((match.start, match.end))
    return taken


def candidates_in(text: Text, in_slots: Iterable[InSlot], taken: list[Span], world: OpenWorld) -> Iterator[Candidate]:
    """The candidates of one text among what stands in its slots."""
    for slot, start, last in in_slots:
        word = text.clean[start:last].rstrip(".-")
        end = start + len(word)
        if any(first < end and start < past for first, past in taken):
            continue
        if value := accepted(word, slot, world):
            confirmed = slot.role == "partner" or bool(world.gene(word))
            yield Candidate(slot.role, value, text, start, end, confirmed, slot.line)


def accepted(word: str, slot: Slot, world: OpenWorld) -> str:
    """The word as the value that it would be, or '' where it is none."""
    if len(word) < SHORTEST or world.is_everyday(slot.role, word):
        return ""
    value = as_value(word, slot, world)
    # what the vocabularies know costs most to ask
    return "" if value and world.knows(slot.role, word) else value


def as_value(word: str, slot: Slot, world: OpenWorld) -> str:
    """The value of a word that no vocabulary knows: a gene, the name of a drug, or what stands in a strong slot."""
    if slot.role == "partner":
        return word.lower() if world.is_drug(word) else ""
    if gene := world.gene(word):
        return gene
    return word.upper() if slot.is_strong and not PRODUCT_CODE.fullmatch(word) else ""

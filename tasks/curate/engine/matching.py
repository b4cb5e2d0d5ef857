"""Where vocabulary terms occur in a study, and what the words around them make of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tasks.curate.engine.limits import Limits
from tasks.curate.engine.records import Assertion
from tasks.curate.engine.terms import Place, Term
from tasks.curate.engine.texts import Text
from tasks.curate.engine.vocabularies import Vocabularies

# attributes whose terms contain one another: mantle cell lymphoma is not also a lymphoma
NESTED = frozenset({"diseases", "targets", "products"})
# effects of which the first cancels the second
WINNERS = (("keep", "drop"), ("meant", "spelt"), ("strong", "weak"))
# positions of the terms that occur in a text, by its cleaned characters
Occurring = Mapping[str, Sequence[int]]
NONE_KNOWN: Occurring = {}
# what the context of most places says
NOTHING: tuple[frozenset[str], tuple[str, ...]] = (frozenset(), ())


@dataclass(frozen=True, slots=True)
class Match:
    """A term at a place of a text, with the effects of its context (`curation/contexts.tsv`)."""

    term: Term
    text: Text
    start: int
    end: int
    level: int
    effects: frozenset[str]
    rules: tuple[str, ...]

    @property
    def value(self) -> str:
        """The value that the term stands for."""
        return self.term.value

    @property
    def is_dropped(self) -> bool:
        """Whether its context says that it is not evidence."""
        return not {"drop", "never"}.isdisjoint(self.effects)

    @property
    def words(self) -> str:
        """The matched characters of the cleaned text."""
        return self.text.clean[self.start : self.end]

    def assertion(self, nct_id: str, attribute: str, value: str, kind: str = "stated", rule: str = "") -> Assertion:
        """The match as evidence for a label."""
        start, end = self.text.raw_span(self.start, self.end)
        place = f"{self.term.file}:{self.term.line_of(self.words, self.text.clean, self.start, self.end)}"
        return Assertion(
            nct_id=nct_id,
            attribute=attribute,
            value=value,
            kind=kind,
            field=self.text.field,
            start=start,
            end=end,
            quote=self.text.raw[start:end],
            rule=f"{place} {rule}".strip(),
        )


class Matches:
    """All matches of a study by attribute, dropped ones kept apart as rejected candidates."""

    def __init__(self, matches: Iterable[Match], limits: Limits) -> None:
        """Sort the matches by level of evidence, then by place."""
        self.limits = limits
        self.kept: dict[str, list[Match]] = defaultdict(list)
        self.dropped: dict[str, list[Match]] = defaultdict(list)
        for match in sorted(matches, key=lambda one: one.level):
            (self.dropped if match.is_dropped else self.kept)[match.term.attribute].append(match)

    def of(self, attribute: str, kinds: Iterable[str] = (), values: Iterable[str] = ()) -> list[Match]:
        """Kept matches of an attribute, of certain kinds of text or values if given."""
        kept = self.kept.get(attribute)
        if not kept:
            return []
        kinds, values = frozenset(kinds), frozenset(values)
        return [
            match
            for match in kept
            if (not kinds or match.text.kind in kinds) and (not values or match.term.value in values)
        ]


def find_matches(texts: Iterable[Text], vocabularies: Vocabularies, occurring: Occurring = NONE_KNOWN) -> Matches:
    """Every term of every vocabulary in every text that it may be read in, judged by its context.

    `occurring` holds the terms that are known to occur in some texts already.
    """
    found: list[Match] = []
    for text in texts:
        found += match_text(text, vocabularies, occurring)
    return Matches(found, vocabularies.limits)


def match_text(text: Text, vocabularies: Vocabularies, occurring: Occurring) -> list[Match]:
    """The matches in one text; those of a short one are remembered, as conditions and names of drugs come again."""
    clean, level = text.clean, vocabularies.levels[text.kind]
    places = vocabularies.remembered.get((text.kind, clean))
    if places is None:
        places = judged_places(text, vocabularies, occurring)
        if len(clean) <= vocabularies.limits.remembered_characters:
            if len(vocabularies.remembered) >= vocabularies.limits.remembered_texts:
                vocabularies.remembered.clear()
            vocabularies.remembered[text.kind, clean] = places
    return [Match(term, text, start, end, level, effects, rules) for start, end, term, effects, rules in places]


def judged_places(text: Text, vocabularies: Vocabularies, occurring: Occurring) -> list[Place]:
    """Every place of a term in the text, with what its context makes of it; kind and characters alone decide."""
    clean = text.clean
    places: dict[str, list[tuple[int, int, Term]]] = defaultdict(list)
    positions = occurring.get(clean)
    for position in vocabularies.patterns.occurring(clean) if positions is None else positions:
        term = vocabularies.terms[position]
        if text.kind in term.kinds:
            for start, end in islice(vocabularies.patterns.spans(position, clean), vocabularies.limits.most_places):
                places[term.attribute].append((start, end, term))
    known: dict[tuple[str, str, str], list[int]] = {}
    return [
        (start, end, term, *judge(text, start, end, term, vocabularies, known))
        for attribute, candidates in places.items()
        for start, end, term in (longest(candidates) if attribute in NESTED else candidates)
    ]


def longest(candidates: list[tuple[int, int, Term]]) -> list[tuple[int, int, Term]]:
    """Without those that lie inside a longer one: EGFR inside EGFRvIII, lymphoma inside mantle cell lymphoma."""
    ordered = sorted(candidates, key=lambda one: (one[0], -one[1]))
    kept: list[tuple[int, int, Term]] = []
    reach = -1
    for start, end, term in ordered:
        if end > reach or (kept and (start, end) == kept[-1][:2] and term.value != kept[-1][2].value):
            kept.append((start, end, term))
            reach = max(reach, end)
    return kept


def judge(
    text: Text,
    start: int,
    end: int,
    term: Term,
    vocabularies: Vocabularies,
    known: dict[tuple[str, str, str], list[int]],
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Effects and rule names of the contexts that hold around a place; `known` are words of this text judged before."""
    sides = vocabularies.contexts_of(term.attribute, text.kind)
    if not sides:
        return NOTHING
    clean = text.clean
    first, last = text.sentence(start, end)
    near, far = vocabularies.limits.context_characters, vocabularies.limits.sentence_characters
    around = {
        "match": clean[start:end],
        "before": clean[max(first, start - near) : start],
        "after": clean[end : min(last, end + near)],
        "sentence": clean[max(first, start - far) : min(last, end + far)],
    }
    effects: set[str] = set()
    rules: list[str] = []
    for side, patterns, contexts in sides:
        if not (words := around[side]):
            continue
        key = (term.attribute, side, words)
        if (occurring := known.get(key)) is None:
            occurring = known[key] = patterns.occurring(words)
        for position in occurring:
            context = contexts[position]
            if text.kind in context.kinds and (not context.values or term.value in context.values):
                effects.add(context.effect)
                rules.append(context.rule)
    if not effects:
        return NOTHING
    for winner, loser in WINNERS:
        if winner in effects:
            effects.discard(loser)
    return frozenset(effects), tuple(rules)

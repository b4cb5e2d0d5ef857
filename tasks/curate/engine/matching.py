"""Where vocabulary terms occur in a study, and what the words around them make of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.curate.engine.limits import Limits
from tasks.curate.engine.records import Assertion
from tasks.curate.engine.texts import Text
from tasks.curate.engine.vocabularies import Term, Vocabularies

# attributes whose terms contain one another: mantle cell lymphoma is not also a lymphoma
NESTED = frozenset({"diseases", "targets", "products"})
# effects of which the first cancels the second
WINNERS = (("keep", "drop"), ("strong", "weak"))


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

    def assertion(
        self, nct_id: str, attribute: str, value: str, kind: str = "stated", confidence: float = 0.9, rule: str = ""
    ) -> Assertion:
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
            confidence=confidence,
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
        kinds, values = frozenset(kinds), frozenset(values)
        return [
            match
            for match in self.kept.get(attribute, ())
            if (not kinds or match.text.kind in kinds) and (not values or match.value in values)
        ]


def find_matches(texts: Sequence[Text], vocabularies: Vocabularies) -> Matches:
    """Every term of every vocabulary in every text that it may be read in, judged by its context."""
    found: list[Match] = []
    for text in texts:
        found += match_text(text, vocabularies)
    return Matches(found, vocabularies.limits)


def match_text(text: Text, vocabularies: Vocabularies) -> list[Match]:
    """The matches in one text."""
    clean = text.clean
    places: dict[str, list[tuple[int, int, Term]]] = defaultdict(list)
    for position in vocabularies.patterns.occurring(clean):
        term = vocabularies.terms[position]
        if text.kind not in term.kinds:
            continue
        for count, (start, end) in enumerate(vocabularies.patterns.spans(position, clean)):
            if count >= vocabularies.limits.most_places:
                break
            places[term.attribute].append((start, end, term))
    level = vocabularies.levels[text.kind]
    matches: list[Match] = []
    known: dict[tuple[str, str, str], list[int]] = {}
    for attribute, candidates in places.items():
        for start, end, term in longest(candidates) if attribute in NESTED else candidates:
            effects, rules = judge(text, start, end, term, vocabularies, known)
            matches.append(Match(term, text, start, end, level, effects, rules))
    return matches


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
    for side, patterns, contexts in vocabularies.contexts_of(term.attribute, text.kind):
        key = (term.attribute, side, around[side])
        if (occurring := known.get(key)) is None:
            occurring = known[key] = patterns.occurring(around[side])
        for position in occurring:
            context = contexts[position]
            if text.kind in context.kinds and (not context.values or term.value in context.values):
                effects.add(context.effect)
                rules.append(context.rule)
    for winner, loser in WINNERS:
        if winner in effects:
            effects.discard(loser)
    return frozenset(effects), tuple(rules)

"""The terms that were found in a study, as evidence for its labels."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from tasks.curate.engine.limits import Limits
from tasks.curate.engine.records import Assertion
from tasks.curate.engine.terms import Places, Term
from tasks.curate.engine.texts import Text
from tasks.curate.engine.vocabularies import Vocabularies

# effects that make a match no evidence
DROPPING = frozenset({"drop", "never"})


@dataclass(eq=False, slots=True)
class Match:
    """A term at a place of a text, with the effects of its context (`curation/contexts.tsv`)."""

    term: Term
    text: Text
    start: int
    end: int
    level: int
    effects: frozenset[str]

    @property
    def value(self) -> str:
        """The value that the term stands for."""
        return self.term.value

    @property
    def is_dropped(self) -> bool:
        """Whether its context says that it is not evidence."""
        return not DROPPING.isdisjoint(self.effects)

    def assertion(self, nct_id: str, attribute: str, value: str, kind: str = "stated", rule: str = "") -> Assertion:
        """The match as evidence for a label."""
        start, end = self.text.raw_span(self.start, self.end)
        place = f"{self.term.file}:{self.term.line_of(self.text.clean, self.start, self.end)}"
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
        """Sort the matches by attribute; they come in the order of their levels of evidence, then of their places."""
        self.limits = limits
        self.kept: dict[str, list[Match]] = defaultdict(list)
        self.dropped: dict[str, list[Match]] = defaultdict(list)
        for match in matches:
            by_attribute = self.dropped if match.effects and match.is_dropped else self.kept
            by_attribute[match.term.attribute].append(match)

    def of(self, attribute: str, kinds: Container[str] = (), values: Container[str] = ()) -> list[Match]:
        """Kept matches of an attribute, of certain kinds of text or values if given."""
        return [
            match
            for match in self.kept.get(attribute, ())
            if (not kinds or match.text.kind in kinds) and (not values or match.term.value in values)
        ]


def find_matches(
    texts: Iterable[Text], places: Mapping[tuple[str, str], Places], vocabularies: Vocabularies
) -> Matches:
    """The matches of a study: the places found in each of its texts, in the order of their levels of evidence."""
    levels = vocabularies.levels
    found: list[Match] = []
    for text in sorted(texts, key=lambda one: levels[one.kind]):
        level = levels[text.kind]
        found += [
            Match(term, text, start, end, level, effects)
            for (start, end, term), effects in zip(*places[text.kind, text.clean], strict=True)
        ]
    return Matches(found, vocabularies.limits)

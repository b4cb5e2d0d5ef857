"""How sure a label is: the chance that an attribute of a study is read as a careful reader would read it.

A logistic model over signals that the reading itself gives: how deep the words stand, whether other values were met and
not taken, whether texts agree, conflicts, candidates, and silence in spite of a cue. Its weights are fitted to hand
labels by `python -m tools.confidence_weights`, which also writes how well they hold in cross-validation.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tasks.curate.engine.matching import Match, Matches
from tasks.curate.engine.records import UNSTATED, Assertion, Curation
from tasks.curate.engine.weights import SIGNALS, WEIGHED, Signals

# attributes without words of their own take those of another
WORDS_OF = {"disease_groups": "diseases", "topic": "aim"}
DEEP = frozenset({"inclusion", "criteria", "description", "outcome", "outcome_text"})
DOUBTFUL = frozenset({"background", "prior", "weak", "choice", "expressed"})
CANDIDATES = {"targets": "target_candidates", "target_valency": "target_candidates"}
CANDIDATES |= {"combinations": "combination_candidates"}
# what an attribute tells of which no word stands in the record
SILENCE = {**dict.fromkeys(SIGNALS, 0.0), "unstated": 1.0}
__all__ = ["CANDIDATES", "WEIGHED", "Reading", "cue_of", "signals_of"]


@dataclass(frozen=True)
class Reading:
    """What the reading of one study found, sorted once for all attributes.

    The last three are signals of every attribute; `log_length` is of the characters of the record.
    """

    matches: Matches
    asserted: Mapping[str, list[Assertion]]
    conflicted: frozenset[str]
    is_boundary: float
    is_other_topic: float
    log_length: float

    @classmethod
    def of(cls, matches: Matches, curation: Curation, length: int) -> "Reading":
        """The reading behind a curation; `length` is the characters of the record."""
        asserted: dict[str, list[Assertion]] = defaultdict(list)
        for one in curation.assertions:
            asserted[one.attribute].append(one)
        last = {attribute: each[-1].value for attribute, each in asserted.items()}
        return cls(
            matches,
            asserted,
            frozenset(one.attribute for one in curation.conflicts),
            float(last.get("eligibility") == "boundary"),
            float(last.get("topic", "treatment") != "treatment"),
            math.log1p(length) / 5,
        )

    def common(self, attribute: str) -> Signals:
        """The signals that no word of the attribute itself gives."""
        return {
            "conflict": float(attribute in self.conflicted),
            "candidate": float(CANDIDATES.get(attribute, "") in self.asserted),
            "boundary": self.is_boundary,
            "other_topic": self.is_other_topic,
            "length": self.log_length,
        }


def signals_of(attribute: str, reading: Reading) -> Signals:
    """The signals of one attribute, each between 0 and about 3."""
    own = [one for one in reading.asserted.get(attribute, ()) if one.value != UNSTATED]
    values, kinds = {one.value for one in own}, {one.kind for one in own}
    words = WORDS_OF.get(attribute, attribute)
    kept, dropped = reading.matches.kept.get(words, []), reading.matches.dropped.get(words, [])
    if not (own or kept or dropped):
        return {**SILENCE, **reading.common(attribute)}
    remaining = matched(own, kept) if own else []
    chosen = [match for match in kept if match.term.value in values] or remaining
    others = {match.term.value for match in (*kept, *dropped)} - values
    return {
        "unstated": float(not own),
        "cue": float(not own and bool(kept or dropped)),
        "rejected": math.log1p(len(others)),
        "values": math.log1p(len(values)),
        "texts": math.log1p(len({match.text.field for match in chosen})),
        "depth": min([match.level for match in remaining], default=0) / 8,
        "deep": float(not DEEP.isdisjoint([match.text.kind for match in remaining])),
        "inferred": float("inferred" in kinds),
        "derived": float("derived" in kinds),
        "product": float("product" in kinds),
        "doubtful": float(is_doubtful(chosen, own)),
        **reading.common(attribute),
    }


def is_doubtful(chosen: list[Match], own: list[Assertion]) -> bool:
    """Whether words in a text of an assertion stand in a doubtful context."""
    doubtful = [match.text.field for match in chosen if match.effects and not DOUBTFUL.isdisjoint(match.effects)]
    return bool(doubtful) and not {one.field for one in own}.isdisjoint(doubtful)


def cue_of(attribute: str, matches: Matches) -> Match | None:
    """A word of the attribute's own vocabulary that was met and not taken."""
    return next(iter((*matches.kept.get(attribute, ()), *matches.dropped.get(attribute, ()))), None)


def matched(assertions: list[Assertion], kept: list[Match]) -> list[Match]:
    """The matches that stand where assertions have their words."""
    places = {(one.field, one.value) for one in assertions}
    exact = [match for match in kept if (match.text.field, match.term.value) in places]
    fields = {one.field for one in assertions}
    return exact or [match for match in kept if match.text.field in fields]

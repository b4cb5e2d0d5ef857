"""How sure a label is: the chance that an attribute of a study is read as a careful reader would read it.

A logistic model over signals that the reading itself gives: how deep the words stand, whether other values were met and
not taken, whether texts agree, conflicts, candidates, and silence in spite of a cue. Its weights are fitted to hand
labels by `python -m tools.confidence_weights`, which also writes how well they hold in cross-validation.
"""

import math
from collections.abc import Iterable

from tasks.curate.engine.matching import Match, Matches
from tasks.curate.engine.records import UNSTATED, Assertion, Conflict
from tasks.curate.engine.weights import WEIGHED, Signals

# attributes without words of their own take those of another
WORDS_OF = {"disease_groups": "diseases", "topic": "aim"}
DEEP = frozenset({"inclusion", "criteria", "description", "outcome", "outcome_text"})
DOUBTFUL = frozenset({"background", "prior", "weak", "choice", "expressed"})
CANDIDATES = {"targets": "target_candidates", "target_valency": "target_candidates"}
CANDIDATES |= {"combinations": "combination_candidates"}
__all__ = ["CANDIDATES", "WEIGHED", "cue_of", "signals_of"]


def signals_of(
    attribute: str, matches: Matches, assertions: Iterable[Assertion], conflicts: Iterable[Conflict], length: int
) -> Signals:
    """The signals of one attribute, each between 0 and about 3; `length` is the characters of the record."""
    every = list(assertions)
    own = [one for one in every if one.attribute == attribute and one.value != UNSTATED]
    values = {one.value for one in own}
    words = WORDS_OF.get(attribute, attribute)
    kept, dropped = matches.kept.get(words, []), matches.dropped.get(words, [])
    chosen = [match for match in kept if match.value in values] or matched(own, kept)
    others = {match.value for match in (*kept, *dropped)} - values
    fields = {one.field for one in own}
    held = {one.attribute: one.value for one in every}
    return {
        "unstated": float(not own),
        "cue": float(not own and bool(kept or dropped)),
        "rejected": math.log1p(len(others)),
        "values": math.log1p(len(values)),
        "texts": math.log1p(len({match.text.field for match in chosen})),
        "depth": min((match.level for match in matched(own, kept)), default=0) / 8,
        "deep": float(any(match.text.kind in DEEP for match in matched(own, kept))),
        "inferred": float(any(one.kind == "inferred" for one in own)),
        "derived": float(any(one.kind == "derived" for one in own)),
        "product": float(any(one.kind == "product" for one in own)),
        "doubtful": float(any(match.effects & DOUBTFUL for match in chosen if match.text.field in fields)),
        "conflict": float(any(one.attribute == attribute for one in conflicts)),
        "candidate": float(CANDIDATES.get(attribute, "") in held),
        "boundary": float(held.get("eligibility") == "boundary"),
        "other_topic": float(held.get("topic", "treatment") != "treatment"),
        "length": math.log1p(length) / 5,
    }


def cue_of(attribute: str, matches: Matches) -> Match | None:
    """A word of the attribute's own vocabulary that was met and not taken."""
    return next(iter((*matches.kept.get(attribute, ()), *matches.dropped.get(attribute, ()))), None)


def matched(assertions: list[Assertion], kept: list[Match]) -> list[Match]:
    """The matches that stand where assertions have their words."""
    places = {(one.field, one.value) for one in assertions}
    fields = {one.field for one in assertions}
    exact = [match for match in kept if (match.text.field, match.value) in places]
    return exact or [match for match in kept if match.text.field in fields]

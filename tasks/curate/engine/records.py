"""What curation produces: assertions with their evidence, conflicts, and the labels that follow from them."""

from dataclasses import dataclass, field
from typing import NamedTuple

UNSTATED = "unstated"


class Assertion(NamedTuple):
    """One label of one study with the words that say so.

    `kind` is stated, derived, product, inferred, decided, or silent: unstated, though words of the attribute stand
    there. `field` is a path in the study's JSON;
    `start` and `end` are character offsets there, and `quote` is exactly `text[start:end]` of the raw field.
    An assertion without words of its own (a decision, a count) has field '' and start = end = 0.
    """

    nct_id: str
    attribute: str
    value: str
    kind: str
    field: str
    start: int
    end: int
    quote: str
    rule: str
    # a chance that no rule gives itself: tasks/curate/study.py takes it from curation/confidence.toml
    confidence: float = 0.0

    def weighed(self, confidence: float) -> "Assertion":
        """The assertion with its confidence."""
        return Assertion._make((*self[:-1], confidence))


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contradiction inside a registration that a person should look at."""

    nct_id: str
    attribute: str
    description: str
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True, slots=True)
class Curation:
    """All labels of one study; an attribute on which the text is silent holds ('unstated',)."""

    nct_id: str
    labels: dict[str, tuple[str, ...]]
    assertions: tuple[Assertion, ...]
    conflicts: tuple[Conflict, ...] = field(default=())
    # for each weighed attribute, what the reading tells of how sure it is, and the chance that it is right
    signals: dict[str, dict[str, float]] = field(default_factory=dict)
    confidences: dict[str, float] = field(default_factory=dict)

    def values(self, attribute: str) -> tuple[str, ...]:
        """The labels of an attribute without 'unstated'."""
        return tuple(value for value in self.labels[attribute] if value != UNSTATED)

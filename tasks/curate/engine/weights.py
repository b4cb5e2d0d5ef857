"""The weights of the confidence of labels, as `curation/confidence.toml` holds them."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.curate.engine.records import Assertion
from tasks.errors import CartscapeError

# what hand labels can tell right from wrong, so that the model is fitted to it; the rest keeps the rule's own figure
WEIGHED = (
    "eligibility",
    "topic",
    "disease_groups",
    "diseases",
    "targets",
    "target_valency",
    "costimulatory_domains",
    "generation_stated",
    "vectors",
    "cell_sources",
    "gene_edits",
    "armouring",
    "combinations",
)
SIGNALS = (
    "unstated",
    "cue",
    "rejected",
    "values",
    "texts",
    "depth",
    "deep",
    "inferred",
    "derived",
    "product",
    "doubtful",
    "conflict",
    "candidate",
    "boundary",
    "other_topic",
    "length",
)
Signals = dict[str, float]
# of the table of what is judged: how it holds for attributes without a row
ANY = "any"


@dataclass(frozen=True)
class Weights:
    """For each fitted attribute, the intercept and the weight of each signal, in log odds of being right.

    `on_unseen` is added to them, as labels of records that no rule was mended with are wrong more often than those that
    the weights are fitted to. `judged` holds, for the attributes of which hand labels tell nothing, the chance of each
    kind of assertion.
    """

    intercepts: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]
    on_unseen: float
    judged: Mapping[str, Mapping[str, float]]

    def confident(self, assertions: Iterable[Assertion], fitted: Mapping[str, float]) -> list[Assertion]:
        """The assertions with their confidence: that of their attribute where it is fitted, else that of their kind."""
        every = self.judged[ANY]
        found: list[Assertion] = []
        for one in assertions:
            if (confidence := fitted.get(one.attribute)) is None:
                confidence = self.judged.get(one.attribute, every).get(one.kind, every[one.kind])
            found.append(one.weighed(confidence))
        return found

    def confidence(self, attribute: str, signals: Signals) -> float:
        """The chance that the attribute is right."""
        weights, odds = self.weights[attribute], self.intercepts[attribute] + self.on_unseen
        odds += sum([weights[name] * value for name, value in signals.items() if value])
        return round(1 / (1 + math.exp(-odds)), 3)


def read_weights(path: Path) -> Weights:
    """Read `curation/confidence.toml`; CartscapeError names the file and the cure."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        intercepts = {name: float(content[name]["intercept"]) for name in WEIGHED}
        weights = {name: {key: float(content[name].get(key, 0.0)) for key in SIGNALS} for name in WEIGHED}
        on_unseen = float(content["on_unseen"]["log_odds"])
        judged = {name: {kind: float(one) for kind, one in row.items()} for name, row in content["judged"].items()}
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise CartscapeError(f"{path}: {error}; fit it anew with python -m tools.confidence_weights") from error
    return Weights(intercepts, weights, on_unseen, judged)

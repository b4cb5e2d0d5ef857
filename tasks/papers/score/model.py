"""What each feature is worth, and how the features of a pair become a score between 0 and 1.

The log odds of a pair are the weighted sum of its features; the score is the share of pairs of such log odds that were
right where people had judged. Both depend on the pair alone, not on what else is in the run.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tasks.papers.features.texts import Floats

WEIGHTS = Path(__file__).parent / "weights.toml"
ALWAYS, WITH_ABSTRACT, WITHOUT_ABSTRACT = "always", "with_abstract", "without_abstract"


@dataclass(frozen=True)
class Weight:
    """What one feature is worth, for which papers, and where the number comes from."""

    name: str
    value: float
    applies: str
    criterion: str
    origin: str
    meaning: str


@dataclass(frozen=True)
class Model:
    """Weights of features, constants, calibration, and the classes of the time from completion to paper."""

    weights: tuple[Weight, ...]
    constants: dict[str, float]
    calibration: dict[str, float]
    years_after_completion: dict[str, list[float]]

    def log_odds(self, features: dict[str, Floats], has_abstract: Floats) -> Floats:
        """Weighted sum of the features of each pair."""
        switches = {ALWAYS: np.ones_like(has_abstract), WITH_ABSTRACT: has_abstract, WITHOUT_ABSTRACT: 1 - has_abstract}
        total = sum(switches[name] * constant for name, constant in self.constants.items())
        for weight in self.weights:
            total = total + weight.value * switches[weight.applies] * features[weight.name]
        return np.asarray(total, dtype=float)

    def score(self, log_odds: Floats) -> Floats:
        """Share of pairs of such log odds that are right, 0 to 1."""
        odds = self.calibration["constant"] + self.calibration["slope"] * log_odds
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=float)


@cache
def load_model(path: Path = WEIGHTS) -> Model:
    """The model of `tasks/papers/score/weights.toml`."""
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    weights = tuple(Weight(**entry) for entry in content["weight"])
    return Model(weights, content["constants"], content["calibration"], content["years_after_completion"])

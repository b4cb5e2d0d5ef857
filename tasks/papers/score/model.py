"""The weights of the evidence, and how a pair's evidence becomes a score between 0 and 1.

Two steps. The evidence of a pair is a weighted sum. Its standing adds how far it leads over the other papers of the
trial and over the other trials of the paper: a paper has one trial it reports, and that one should fit it best.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tasks.papers.features.vectors import Floats, Integers

WEIGHTS = Path(__file__).parent / "weights.toml"
ALWAYS, WITH_ABSTRACT, WITHOUT_ABSTRACT = "always", "with_abstract", "without_abstract"


@dataclass(frozen=True)
class Weight:
    """What one piece of evidence is worth, for which papers, and where the number comes from."""

    name: str
    value: float
    applies: str
    criterion: str
    origin: str
    meaning: str


@dataclass(frozen=True)
class Model:
    """Weights of the evidence, the two constants, and the standing."""

    weights: tuple[Weight, ...]
    constants: dict[str, float]
    standing: dict[str, float]

    def evidence(self, parts: dict[str, Floats], has_abstract: Floats) -> Floats:
        """Weighted sum for each pair, in log odds before standing."""
        switches = {ALWAYS: np.ones_like(has_abstract), WITH_ABSTRACT: has_abstract, WITHOUT_ABSTRACT: 1 - has_abstract}
        total = sum(switches[name] * constant for name, constant in self.constants.items())
        for weight in self.weights:
            total = total + weight.value * switches[weight.applies] * parts[weight.name]
        return np.asarray(total, dtype=float)

    def score(self, evidence: Floats, rows: Integers, columns: Integers) -> Floats:
        """Probability-like score of each pair among all pairs of the run."""
        own, papers, trials = standing(evidence, rows, columns, self.standing["limit"]).T
        odds = self.standing["constant"] + self.standing["evidence"] * own
        odds = (
            odds + self.standing["lead_over_other_papers"] * papers + self.standing["lead_over_other_trials"] * trials
        )
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=float)


def standing(evidence: Floats, rows: Integers, columns: Integers, limit: float) -> Floats:
    """Three columns: the evidence, its lead among the trial's papers, its lead among the paper's trials.

    A lead is the distance to the best other pair, cut at `limit` on both sides; without another pair it is `limit`.
    """
    leads = [np.clip(_lead(evidence, group), -limit, limit) for group in (rows, columns)]
    return np.stack([evidence, *leads], axis=1)


def _lead(evidence: Floats, groups: Integers) -> Floats:
    order = np.lexsort((-evidence, groups))
    sorted_groups, sorted_evidence = groups[order], evidence[order]
    is_first = np.r_[True, sorted_groups[1:] != sorted_groups[:-1]] if len(order) else np.zeros(0, dtype=bool)
    group_of = np.cumsum(is_first) - 1
    best = sorted_evidence[is_first]
    second = np.full(len(best), -np.inf)
    is_second = np.r_[False, is_first[:-1]] & ~is_first if len(order) else is_first
    second[group_of[is_second]] = sorted_evidence[is_second]
    lead = np.empty(len(order))
    lead[order] = sorted_evidence - np.where(is_first, second[group_of], best[group_of])
    return lead


@cache
def load_model(path: Path = WEIGHTS) -> Model:
    """The model of `tasks/papers/score/weights.toml`."""
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    weights = tuple(Weight(**entry) for entry in content["weight"])
    return Model(weights, content["constants"], content["standing"])

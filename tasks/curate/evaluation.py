"""Our labels against hand labels: precision, recall, F1 and the share of studies that are exactly right.

Eligibility is measured over the clear cases, every other field over the studies that the hand calls eligible; true
boundaries are left out.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.curate.engine.vocabularies import Vocabularies
from tasks.curate.labels import COLUMNS
from tasks.errors import CartscapeError

FIELDS = tuple(column for column in COLUMNS if column not in ("nct_id", "eligible", "exclusion_reason"))
SILENT = frozenset({"", "NONE", "UNSTATED"})
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Score:
    """How well one field agrees; `exact` is the share of studies whose whole set of values is right."""

    field: str
    studies: int
    precision: float
    recall: float
    exact: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def read_gold(path: Path) -> list[dict[str, str]]:
    """Hand labels of a CSV file; one that can't be read or lacks a column is a CartscapeError."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
                raise CartscapeError(f"{path}:1: no column {missing[0]}; the columns are {', '.join(COLUMNS)}")
            return list(rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CartscapeError(f"{path}: can't be read ({error}); give a CSV file of hand labels") from error


def evaluate(
    gold: Iterable[Labels], ours: Mapping[str, Labels], kinds: Mapping[str, set[str]] | None = None
) -> list[Score]:
    """One score per field; a study that we lack, or call ineligible, counts as empty.

    `kinds` are the disease codes that each general code is made of (`general_codes`): a general code beside its kinds
    is left out on both sides.
    """
    clear = [row for row in gold if row["eligible"].upper() in ("Y", "N")]
    eligibility = [(said_yes(row), said_yes(ours.get(row["nct_id"], {}))) for row in clear]
    scores = [score("eligible", [({"Y"} if one else set(), {"Y"} if two else set()) for one, two in eligibility])]
    eligible = [row for row in clear if said_yes(row)]
    for field in FIELDS:
        pairs = []
        for row in eligible:
            mine = ours.get(row["nct_id"], {})
            pair = values(row, field), values(mine, field) if said_yes(mine) else set()
            pairs.append(without_general(*pair, kinds or {}) if field == "diseases" else pair)
        scores.append(score(field, pairs))
    return scores


def general_codes(vocabularies: Vocabularies) -> dict[str, set[str]]:
    """For each general disease code that is a label of its own, the codes of its kinds (B-NHL: DLBCL, FL ...)."""
    rows = vocabularies.by_attribute["diseases"]
    always_refined = {
        code
        for code, rows_of_it in vocabularies.refinements.items()
        if any(not one.targets and not one.codes for one in rows_of_it)
    }
    labels = {code for code, row in rows.items() if row["general"]} - always_refined
    return {label: {code for code in rows if label in vocabularies.ancestors[code]} for label in labels}


def without_general(gold: set[str], ours: set[str], kinds: Mapping[str, set[str]]) -> tuple[set[str], set[str]]:
    """Both sides without the general codes that either names beside kinds that both name."""
    named = gold | ours
    general = {code for code, each in kinds.items() if code in named and each & gold and each & ours}
    return gold - general, ours - general


def said_yes(row: Labels) -> bool:
    """Whether a row calls its study eligible."""
    return row.get("eligible", "").upper() == "Y"


def values(row: Labels, field: str) -> set[str]:
    """The values of a cell, without the words for silence."""
    return {value.strip().upper() for value in row.get(field, "").split("|")} - SILENT


def score(field: str, pairs: list[tuple[set[str], set[str]]]) -> Score:
    """Micro precision and recall over values; of nothing said about nothing, both are one."""
    from sklearn.metrics import precision_score, recall_score
    from sklearn.preprocessing import MultiLabelBinarizer

    marked = MultiLabelBinarizer().fit_transform([*(gold for gold, _ in pairs), *(ours for _, ours in pairs)])
    gold, ours = marked[: len(pairs)], marked[len(pairs) :]
    true, said = gold.ravel(), ours.ravel()
    return Score(
        field=field,
        studies=len(pairs),
        precision=float(precision_score(true, said, zero_division=1.0)) if said.any() else 1.0,
        recall=float(recall_score(true, said, zero_division=1.0)) if true.any() else 1.0,
        exact=float((gold == ours).all(axis=1).mean()) if pairs else 1.0,
    )


def score_table(scores: Iterable[Score]) -> str:
    """The scores as a Markdown table."""
    lines = ["| field | studies | precision | recall | F1 | exact |", "| --- | --- | --- | --- | --- | --- |"]
    for one in scores:
        numbers = " | ".join(f"{value:.3f}" for value in (one.precision, one.recall, one.f1, one.exact))
        lines.append(f"| {one.field} | {one.studies} | {numbers} |")
    return "\n".join(lines)

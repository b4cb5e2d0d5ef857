"""Fits the confidence of labels to hand labels: `python -m tools.confidence_weights FOLDER [GOLD.csv ...]`.

FOLDER holds the hand labels as `labels*.csv` (columns as `cartscape curate` writes them, `corpus` besides) and the
records of each corpus as `<corpus>.dev.jsonl.gz`; more hand labels may be named. Writes `curation/confidence.toml` and
prints, cross-validated by study: AUROC for errors, the reliability table, and how many errors a review finds.
"""

import csv
import gzip
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from tasks.curate import Curation, curate_study, label_row, load_vocabularies
from tasks.curate.engine.attributes import LISTED
from tasks.curate.engine.weights import SIGNALS, WEIGHED
from tasks.curate.evaluation import general_codes, values, without_general
from tasks.registry.study import Study
from tasks.settings import REPOSITORY

WEIGHTS = REPOSITORY / "curation" / "confidence.toml"
# begins what is not fitted
JUDGED = "\n# Of these no hand label tells"
PENALTY = 0.5
# signals of one attribute alone count less than those of all, as few errors tell of them
OWN_SHARE = 0.6
FOLDS = 10
ASKED = (0.01, 0.02, 0.05, 0.10, 0.20)
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.001)
Array = np.ndarray[Any, np.dtype[Any]]


def read_gold(paths: Iterable[Path]) -> Iterator[dict[str, str]]:
    """The rows of hand labels."""
    for path in paths:
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def curated(folder: Path, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], Curation]:
    """The curation of each labelled study in the corpus that the hand read."""
    vocabularies, found = load_vocabularies(), dict[tuple[str, str], Curation]()
    for corpus in sorted({corpus for corpus, _ in wanted}):
        with gzip.open(folder / f"{corpus}.dev.jsonl.gz") as lines:
            for line in lines:
                study = Study(orjson.loads(line))
                if (corpus, study.nct_id) in wanted:
                    found[corpus, study.nct_id] = curate_study(study, vocabularies)
    return found


def cells(gold: list[dict[str, str]], found: dict[tuple[str, str], Curation]) -> Iterator[tuple[str, str, Array, int]]:
    """Study, attribute, signals and whether we are wrong, of every cell that a hand labelled."""
    kinds, columns = general_codes(load_vocabularies()), {one.name: one.column for one in LISTED}
    seen: set[tuple[str, str, str]] = set()
    for row in gold:
        curation = found[row["corpus"], row["nct_id"]]
        ours = label_row(curation)
        for attribute, signals in curation.signals.items():
            key, column = (row["corpus"], row["nct_id"], attribute), columns[attribute]
            is_asked = row["eligible"] == "Y" and ours["eligible"] != "N" if attribute != "eligibility" else True
            if key in seen or row.get(column) is None or not is_asked or row["eligible"] == "B":
                continue
            seen.add(key)
            hand, mine = values(row, column), values(ours, column)
            if attribute == "diseases":
                hand, mine = without_general(hand, mine, kinds)
            yield row["nct_id"], attribute, np.array([signals[name] for name in SIGNALS]), int(hand != mine)


def design(attributes: list[str], signals: Array) -> Array:
    """Intercepts for each attribute, signals of all, and signals of each attribute."""
    own = np.array([[attribute == name for name in WEIGHED] for attribute in attributes], dtype=float)
    blocks = [own, signals, *(signals * own[:, [place]] * OWN_SHARE for place in range(len(WEIGHED)))]
    return np.hstack(blocks)


def model() -> LogisticRegression:
    """The model of an error."""
    return LogisticRegression(C=PENALTY, max_iter=5000)


def cross_validated(matrix: Array, wrong: Array, studies: Array) -> Array:
    """The chance of an error in each cell, by models that never saw its study."""
    chance = np.zeros(len(wrong))
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=0).split(matrix, wrong, studies):
        chance[test] = model().fit(matrix[train], wrong[train]).predict_proba(matrix[test])[:, 1]
    return chance


def write_weights(fitted: LogisticRegression) -> None:
    """Write the weights as log odds of being right; what a person judged stays."""
    weights, count, width = -fitted.coef_[0], len(WEIGHED), len(SIGNALS)
    lines = [
        "# Weights of the confidence of labels, in log odds of being right; written by tools/confidence_weights.py."
    ]
    for place, attribute in enumerate(WEIGHED):
        own = weights[count + width * (place + 1) : count + width * (place + 2)]
        both = weights[count : count + width] + OWN_SHARE * own
        lines += ["", f"[{attribute}]", f"intercept = {weights[place] - fitted.intercept_[0]:.3f}"]
        lines += [f"{name} = {weight:.3f}" for name, weight in zip(SIGNALS, both, strict=True)]
    _, mark, judged = WEIGHTS.read_text(encoding="utf-8").partition(JUDGED)
    WEIGHTS.write_text("\n".join(lines) + "\n" + mark + judged, encoding="utf-8")


def report(chance: Array, wrong: Array) -> Iterator[str]:
    """How well the chances hold."""
    yield f"{len(wrong):,} cells, {wrong.sum()} errors, AUROC for an error {roc_auc_score(wrong, chance):.3f}\n"
    yield "| confidence | cells | mean confidence | right |\n| --- | --- | --- | --- |"
    sure = 1 - chance
    for low, high in pairwise(BINS):
        inside = (sure >= low) & (sure < high)
        if inside.any():
            figures = f"{inside.sum():,} | {sure[inside].mean():.3f} | {1 - wrong[inside].mean():.3f}"
            yield f"| {low:.2f} to {min(high, 1):.2f} | {figures} |"
    yield "\n| cells asked | errors found | of all |\n| --- | --- | --- |"
    order = np.argsort(-chance)
    for share in ASKED:
        hits = wrong[order[: int(share * len(wrong))]].sum()
        yield f"| {share:.0%} | {hits} | {hits / wrong.sum():.2f} |"


def main(folder: Path, more: list[Path]) -> None:
    """Fit, report and write."""
    gold = list(read_gold([*sorted(folder.glob("labels*.csv")), *more]))
    found = curated(folder, {(row["corpus"], row["nct_id"]) for row in gold})
    studies, attributes, signals, wrong = zip(*cells(gold, found), strict=True)
    matrix, errors = design(list(attributes), np.array(signals)), np.array(wrong)
    print("\n".join(report(cross_validated(matrix, errors, np.array(studies)), errors)))
    write_weights(model().fit(matrix, errors))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])

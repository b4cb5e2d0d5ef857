"""Labels and their evidence as CSV files, columns as `curation/attributes.tsv` names them."""

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from tasks.curate.engine.attributes import LISTED
from tasks.curate.engine.records import UNSTATED, Curation
from tasks.curate.engine.vocabularies import Vocabularies, load_vocabularies
from tasks.curate.study import curate_studies
from tasks.errors import CartscapeError
from tasks.registry.study import Study

ELIGIBLE = {"eligible": "Y", "ineligible": "N", "boundary": "B"}
IN_FILE = tuple(one for one in LISTED if one.column)
COLUMNS = ("nct_id", *(one.column for one in IN_FILE))
EVIDENCE_COLUMNS = ("nct_id", "attribute", "value", "field", "start", "end", "quote", "rule", "kind")


def label_row(curation: Curation) -> dict[str, str]:
    """The row of a study in the label file; unstated is an empty cell."""
    row = {"nct_id": curation.nct_id}
    for one in IN_FILE:
        if one.form == "code":
            row[one.column] = ELIGIBLE[curation.labels[one.name][0]]
        elif one.form == "flag":
            row[one.column] = "Y" if curation.values(one.name) else ""
        else:
            row[one.column] = joined(curation, one.name)
    return row


def joined(curation: Curation, attribute: str) -> str:
    """The values of an attribute in capitals, joined by '|'."""
    return "|".join(value for value in curation.labels[attribute] if value != UNSTATED).upper()


def write_labels(
    studies: Iterable[Study], out: Path, evidence: Path | None = None, vocabularies: Vocabularies | None = None
) -> int:
    """Write the labels, and the evidence if a path is given, of all studies; returns their number."""
    vocabularies = vocabularies or load_vocabularies()
    with ExitStack() as stack:
        labels = csv.DictWriter(stack.enter_context(opened(out)), COLUMNS)
        labels.writeheader()
        proofs = None
        if evidence:
            proofs = csv.writer(stack.enter_context(opened(evidence)))
            proofs.writerow(EVIDENCE_COLUMNS)
        written = 0
        for curation in curate_studies(studies, vocabularies):
            labels.writerow(label_row(curation))
            if proofs:
                proofs.writerows([getattr(one, column) for column in EVIDENCE_COLUMNS] for one in curation.assertions)
            written += 1
    return written


def opened(path: Path) -> TextIO:
    """A file to write; CartscapeError in one sentence where that can't be."""
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise CartscapeError(
            f"{path}: can't be written ({error.strerror}); name a file in a folder that is there"
        ) from error

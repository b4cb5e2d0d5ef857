"""Labels and their evidence as CSV files, columns as `real/LABELS.md` and `DESIGN.md` say."""

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from tasks.curate.engine.records import UNSTATED, Curation
from tasks.curate.engine.vocabularies import Vocabularies, load_vocabularies
from tasks.curate.study import curate_studies
from tasks.registry.study import Study

ELIGIBLE = {"eligible": "Y", "ineligible": "N", "boundary": "B"}
# column of the label file -> attribute whose values it joins by '|'
JOINED = {
    "topic": "topic",
    "disease_groups": "disease_groups",
    "diseases": "diseases",
    "targets": "targets",
    "target_valency": "target_valency",
    "costimulatory_domains": "costimulatory_domains",
    "generation_stated": "generation_stated",
    "vectors": "vectors",
    "cell_sources": "cell_sources",
}
COLUMNS = ("nct_id", "eligible", "exclusion_reason", *JOINED, "has_gene_edit", "is_armoured", "combinations")
EVIDENCE_COLUMNS = ("nct_id", "attribute", "value", "field", "start", "end", "quote", "rule", "kind")


def label_row(curation: Curation) -> dict[str, str]:
    """The row of a study in the label file; unstated is an empty cell."""
    row = {"nct_id": curation.nct_id, "eligible": ELIGIBLE[curation.labels["eligibility"][0]]}
    row["exclusion_reason"] = joined(curation, "exclusion_reason")
    row |= {column: joined(curation, attribute) for column, attribute in JOINED.items()}
    row["has_gene_edit"] = "Y" if curation.values("gene_edits") else ""
    row["is_armoured"] = "Y" if curation.values("armouring") else ""
    row["combinations"] = joined(curation, "combinations")
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
        labels = csv.DictWriter(stack.enter_context(out.open("w", encoding="utf-8", newline="")), COLUMNS)
        labels.writeheader()
        proofs = None
        if evidence:
            proofs = csv.writer(stack.enter_context(evidence.open("w", encoding="utf-8", newline="")))
            proofs.writerow(EVIDENCE_COLUMNS)
        written = 0
        for curation in curate_studies(studies, vocabularies):
            labels.writerow(label_row(curation))
            if proofs:
                proofs.writerows([getattr(one, column) for column in EVIDENCE_COLUMNS] for one in curation.assertions)
            written += 1
    return written

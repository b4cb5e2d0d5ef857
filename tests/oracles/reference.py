"""The curation files as plain rows, for the oracles."""

import csv
from pathlib import Path

CURATION = Path(__file__).resolve().parents[2] / "curation"


def reference(name: str) -> list[dict[str, str]]:
    """Rows of a curation file."""
    with (CURATION / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = (line for line in lines if not line.startswith("#"))
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))

"""The curation files as plain rows, for the oracles."""

import csv
import re
from functools import cache
from pathlib import Path

CURATION = Path(__file__).resolve().parents[2] / "curation"


def reference(name: str) -> list[dict[str, str]]:
    """Rows of a curation file."""
    with (CURATION / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = (line for line in lines if not line.startswith("#"))
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def spelt_out(pattern: str) -> str:
    """A pattern with each `{fragment}` as the spellings that `fragments.tsv` lists of it."""

    def spellings(found: re.Match[str]) -> str:
        listed = [row["spelling"] for row in reference("fragments") if row["name"] == found[1]]
        return f"(?:{'|'.join(map(spelt_out, listed))})"

    return re.sub(r"\{([a-z]\w*)\}", spellings, pattern)

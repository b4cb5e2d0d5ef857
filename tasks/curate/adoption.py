"""A candidate antigen becomes a row of the vocabulary."""

import datetime
import re
from pathlib import Path

from tasks.curate.engine.rows import CURATION
from tasks.curate.engine.vocabularies import load_vocabularies
from tasks.errors import CartscapeError
from tasks.files import write_file


def adopt_target(candidate: str, symbol: str, reviewer: str, today: datetime.date, folder: Path = CURATION) -> str:
    """Append the antigen to targets.tsv, signed; what is known or no symbol is refused. Returns what was done."""
    value = candidate.strip().upper()
    gene = (symbol or value).strip().upper()
    world = load_vocabularies(folder).open_world
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9.-]{1,19}", value):
        raise CartscapeError(f"{candidate!r} is no name of an antigen; give it as curation names it, like GPR87")
    if world.knows("target", value):
        raise CartscapeError(f"targets.tsv knows {value} already; add a spelling there by hand")
    if gene not in world.genes:
        raise CartscapeError(f"gene_symbols.tsv has no gene {gene}; give its official symbol with --symbol")
    path = folder / "targets.tsv"
    pattern = rf"\b{re.escape(value)}\b"
    source = f"candidate adopted by {' '.join(reviewer.split())} on {today.isoformat()}"
    row = "\t".join([value, gene, pattern, "", "", "protein", world.genes[gene], source])
    write_file(path, (path.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n").encode())
    load_vocabularies(folder)
    return f"{value} ({world.genes[gene]}) added to {path}; 'cartscape build' reads it"

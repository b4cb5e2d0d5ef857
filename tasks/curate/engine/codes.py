"""Names for codes: what each value of a label stands for, and the other words by which people search for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tasks.curate.engine.attributes import read_attributes
from tasks.curate.engine.records import UNSTATED
from tasks.curate.engine.rows import CURATION, Row, read_rows
from tasks.errors import CartscapeError

ADAPTER = "adapter:"
# antigens that are the product of the gene in the column symbol; of others it is an enzyme's, a receptor's or a virus's
OF_ITS_GENE = ("protein", "pMHC", "bait")
# attributes whose values are those of another
NAMED_AS = {"generation_derived": "generation_stated"}
# attributes whose values are names already
NAMES = ("products",)


@dataclass(frozen=True)
class Code:
    """One value of an attribute: its name, and the words that mean it too.

    `symbol` and `gene_name` are those that HGNC approved, of targets only, and '' where the antigen has no human gene.
    """

    attribute: str
    value: str
    name: str
    synonyms: tuple[str, ...]
    group: str = ""
    symbol: str = ""
    gene_name: str = ""


def read_codes(folder: Path = CURATION) -> tuple[Code, ...]:
    """Every value that a vocabulary gives a label, in its order, named by `codes.tsv`, else by its gene, else itself.

    Raises CartscapeError with file and line for a code that is no word and has no name, and for a name of no code.
    """
    genes = {row["symbol"]: row["name"] for _, row in read_rows(folder / "gene_symbols.tsv")}
    path = folder / "codes.tsv"
    said = {(row["attribute"], row["value"]): row for _, row in read_rows(path)}
    found: dict[tuple[str, str], Code] = {}
    for place, attribute, row in valued_rows(folder):
        key = attribute, row["value"].removeprefix(ADAPTER)
        if key not in found:
            found[key] = code_of(place, key, row, said.get((NAMED_AS.get(attribute, attribute), key[1]), {}), genes)
    for line, row in read_rows(path):
        if (row["attribute"], row["value"]) not in found:
            raise CartscapeError(
                f"{path}:{line}: {row['attribute']} has no value {row['value']!r}; correct or delete the row"
            )
    return tuple(found.values())


def valued_rows(folder: Path) -> Iterator[tuple[str, str, Row]]:
    """Place, attribute and row of everything that may become a label: fixed values, rows of vocabularies, reasons."""
    listed = {one.name: one for one in read_attributes(folder / "attributes.tsv") if one.is_label}
    for attribute, one in listed.items():
        for value in sorted(one.values - {UNSTATED}):
            yield f"{folder / 'attributes.tsv'}", attribute, {"value": value}
        file = listed[NAMED_AS.get(attribute, attribute)].vocabulary
        for line, row in read_rows(folder / file) if file and not one.values else ():
            is_adapter = row["value"].startswith(ADAPTER)
            yield f"{folder / file}:{line}", "adapter" if is_adapter else attribute, row
    for line, row in read_rows(folder / "reasons.tsv"):
        yield f"{folder / 'reasons.tsv'}:{line}", "exclusion_reason", {"value": row["reason"]}


def code_of(place: str, key: tuple[str, str], row: Row, said: Row, genes: Mapping[str, str]) -> Code:
    """One code from its vocabulary row, what `codes.tsv` says of it, and the names of genes."""
    attribute, value = key
    group, symbol = (row["group"], row["symbol"]) if attribute == "targets" else ("", "")
    gene_name = genes.get(symbol, "")
    own_gene = (symbol, gene_name) if group in OF_ITS_GENE and gene_name else ()
    name = said.get("name") or (own_gene[1] if own_gene else value.replace("_", " "))
    if not said and name == value and value == value.upper() and attribute not in NAMES:
        raise CartscapeError(
            f"{place}: {value} is a code without a name; add a row to codes.tsv, or the symbol of its gene"
        )
    words = chain(own_gene, filter(None, said.get("synonyms", "").split("|")))
    others = {word.lower(): word for word in words if word.lower() not in (value.lower(), name.lower())}
    return Code(attribute, value, name, tuple(others.values()), group, symbol if gene_name else "", gene_name)

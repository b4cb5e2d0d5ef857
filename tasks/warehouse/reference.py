"""The curation files that SQL joins to, as tables of the meta schema."""

from pathlib import Path

import duckdb
import polars

from tasks.curate.engine.codes import read_codes
from tasks.curate.engine.rows import FRAGMENT, read_fragments, written_out
from tasks.errors import CartscapeError
from tasks.frames import Rows
from tasks.settings import REPOSITORY
from tasks.warehouse.models import quoted

CURATION_FOLDER = REPOSITORY / "curation"
# curation files that SQL joins to, each loaded as the meta table of its name
REFERENCE_TABLES = (
    "phases",
    "statuses",
    "publication_kinds",
    "funding_classes",
    "nct_number_dates",
    "diseases",
    "gene_symbols",
    "countries",
    "sponsor_names",
    "enrollment_bands",
    "start_date_bands",
    "attributes",
    "relapse_strategies",
    "trial_sets",
    "growth_windows",
    "growth_readings",
    "yearly_attributes",
    "why_stopped",
    "populations",
    "province_names",
    "approvals",
    "lines_of_therapy",
    "participants",
    "paper_claims",
    "paper_table4",
    "registries",
    "registration_decisions",
    "suspicion_weights",
    "needed_fields",
)
# columns of theirs that come from elsewhere: names of codes
NAMES_OF_CODES = (("diseases", "name"), ("diseases", "synonyms"))
# of these, those that people write into when there is reason to
MAY_BE_EMPTY = ("registration_decisions",)


def load_reference_tables(connection: duckdb.DuckDBPyConnection, folder: Path = CURATION_FOLDER) -> None:
    """Load the curation files that SQL joins to, an empty cell as null; errors name the file and the cure."""
    for name in REFERENCE_TABLES:
        path = folder / f"{name}.tsv"
        described = connection.execute(f"describe meta.{name}").fetchall()
        columns = ", ".join(f'"{row[0]}"' for row in described if (name, row[0]) not in NAMES_OF_CODES)
        try:
            connection.execute(
                f"insert into meta.{name} by name select distinct {columns}"
                f" from read_csv({quoted(str(path))}, delim = '\t', header = true, quote = '', all_varchar = true,"
                " comment = '#') order by all"
            )
        except duckdb.Error as error:
            raise CartscapeError(f"{path}: {error}; correct the file or restore it from the repository") from error
        if any(row[0] == "pattern" for row in described):
            write_patterns_out(connection, name, path)
        if name not in MAY_BE_EMPTY and not connection.execute(f"select 1 from meta.{name} limit 1").fetchall():
            raise CartscapeError(f"{path}: no row under the header; restore the file from the repository")


def write_patterns_out(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Write out the fragments of a table's patterns, which SQL does not know."""
    rows = connection.execute(f"select distinct pattern from meta.{name}").fetchall()
    shortened = [pattern for (pattern,) in rows if FRAGMENT.search(pattern)]
    fragments = read_fragments(path.parent) if shortened else {}
    for pattern in shortened:
        whole = written_out(pattern, fragments, str(path))
        connection.execute(f"update meta.{name} set pattern = $1 where pattern = $2", [whole, pattern])


def load_codes(connection: duckdb.DuckDBPyConnection, folder: Path = CURATION_FOLDER) -> None:
    """Load the names of codes: of every one, of targets with their genes, and beside the diseases."""
    codes = read_codes(folder)
    rows = [(one.attribute, one.value, one.name, "|".join(one.synonyms) or None) for one in codes]
    frame = polars.DataFrame(rows, ("attribute", "value", "name", "synonyms"), orient="row")
    every = Rows(frame)  # noqa: F841 - read by the query below
    connection.execute("insert into meta.codes by name select * from every")
    genes = [(one.value, one.symbol, one.gene_name, one.group) for one in codes if one.attribute == "targets"]
    genes_named = polars.DataFrame(genes, ("value", "symbol", "gene_name", "kind"), orient="row")
    named = Rows(genes_named)  # noqa: F841 - read by the query below
    connection.execute("""
        insert into meta.targets
        select value, name, nullif(symbol, ''), nullif(gene_name, ''), kind, synonyms
        from named inner join meta.codes using (value) where attribute = 'targets'
    """)
    connection.execute("""
        update meta.diseases set name = codes.name, synonyms = codes.synonyms
        from meta.codes as codes where codes.attribute = 'diseases' and codes.value = diseases.value
    """)

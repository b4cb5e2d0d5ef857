"""AACT's monthly archive of ClinicalTrials.gov taken apart: a zip of pipe-delimited tables, study by study.

The tables go one by one into a database on disk, sorted there, and come out side by side: memory holds one study at a
time.
"""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import orjson

from tasks.errors import CartscapeError
from tasks.protocol import Limits

FORMAT = "aact"
STUDIES = "studies"
TABLES = (
    STUDIES,
    "brief_summaries",
    "browse_conditions",
    "browse_interventions",
    "calculated_values",
    "conditions",
    "design_groups",
    "design_outcomes",
    "designs",
    "detailed_descriptions",
    "eligibilities",
    "facilities",
    "id_information",
    "intervention_other_names",
    "interventions",
    "keywords",
    "overall_officials",
    "responsible_parties",
    "sponsors",
    "study_references",
)
MEMORY, ROWS_AT_ONCE = "1GB", 5_000

Rows = list[dict[str, str]]


def table_entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The tables of an archive that are read here, by name; none where it is no AACT archive."""
    named = {Path(entry.filename).name.removesuffix(".txt"): entry for entry in archive.infolist()}
    return {name: named[name] for name in TABLES if name in named} if STUDIES in named else {}


def records(path: Path, limits: Limits) -> Iterator[tuple[str, bytes, str]]:
    """Every study of an archive by NCT number: position, content, and what is wrong with it."""
    with (
        tempfile.TemporaryDirectory(prefix="cartscape-aact-") as name,
        duckdb.connect(f"{name}/aact.duckdb") as database,
    ):
        database.execute(f"set memory_limit = '{MEMORY}'; set temp_directory = '{name}'; set threads = 1")
        loaded = []
        for table, rejected in load_tables(path, Path(name), database, limits):
            loaded.append(table)
            for line, reason in rejected:
                yield f"{path.name}:{table}.txt:{line}", b"", f"row can't be taken apart: {reason}"
        yield from merged(path.name, database, loaded)


def load_tables(
    path: Path, folder: Path, database: duckdb.DuckDBPyConnection, limits: Limits
) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Load every table, and tell the rows of each that could not be taken apart."""
    with zipfile.ZipFile(path) as archive:
        entries = table_entries(archive)
        if (size := sum(entry.file_size for entry in entries.values())) > limits.largest_file_bytes * 4:
            raise CartscapeError(f"{path}: {size:,} bytes unpacked; raise limits.largest_file_bytes if it is yours")
        for table, entry in entries.items():
            with unpacked(archive, entry, folder / f"{table}.txt") as text:
                try:
                    database.execute(
                        f"create table {table} as select * from read_csv($1, delim = '|', header = true,"
                        " all_varchar = true, quote = '\"', escape = '\"', parallel = false, store_rejects = true,"
                        f" max_line_size = {limits.largest_study_bytes})",
                        [str(text)],
                    )
                except duckdb.Error as error:
                    reason = str(error).splitlines()[0]
                    raise CartscapeError(f"{path}: {table}.txt: {reason}; download the archive again") from error
            columns = {row[0] for row in database.execute(f"describe {table}").fetchall()}
            if "nct_id" not in columns:
                raise CartscapeError(f"{path}: {table}.txt has no column nct_id; give AACT's pipe-delimited archive")
            yield table, rejects(database)


@contextmanager
def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path) -> Iterator[Path]:
    """An entry as a file under a name of ours, gone afterwards."""
    with archive.open(entry) as source, place.open("wb") as target:
        while part := source.read(1 << 20):
            target.write(part)
    try:
        yield place
    finally:
        place.unlink()


def rejects(database: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """The rows that the last table could not take, with line and reason; they are then forgotten."""
    found = database.execute("select line, error_message from reject_errors order by line").fetchall()
    database.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    return [(int(line), str(reason)) for line, reason in found]


def merged(name: str, database: duckdb.DuckDBPyConnection, tables: list[str]) -> Iterator[tuple[str, bytes, str]]:
    """The studies with their rows of every table, by NCT number; rows without a study are told."""
    grouped = {table: groupby(ordered(database, table), key=itemgetter("nct_id")) for table in tables}
    heads = {table: next(groups, None) for table, groups in grouped.items()}
    while waiting := [head[0] for head in heads.values() if head]:
        number = min(waiting)
        rows: dict[str, Rows] = {}
        for table, head in heads.items():
            if head and head[0] == number:
                rows[table] = [{key: value for key, value in row.items() if value is not None} for row in head[1]]
                heads[table] = next(grouped[table], None)
        problem = "" if STUDIES in rows else f"rows in {', '.join(rows)} but none in {STUDIES}"
        yield f"{name}:{number}", orjson.dumps({"registryRecord": FORMAT, "tables": rows}), problem


def ordered(database: duckdb.DuckDBPyConnection, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table by NCT number, in the order in which AACT wrote them."""
    cursor = database.cursor()
    cursor.execute(f"select * from {table} where nct_id is not null order by nct_id, rowid")
    columns = [column[0] for column in cursor.description or []]
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield from (dict(zip(columns, row, strict=True)) for row in rows)

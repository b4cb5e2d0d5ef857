"""The data dictionary in docs/, written from the comments of an empty warehouse: `python -m tools.data_dictionary`.

With `--check` it writes nothing and fails where the file is out of date.
"""

import sys
import tempfile
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import duckdb

from tasks.home import Home
from tasks.process import end_quietly
from tasks.run import Run
from tasks.settings import REPOSITORY, load_protocol
from tasks.stages import make_all
from tasks.statistics import MEASURES as STATISTICS
from tasks.warehouse.building import create_warehouse, open_build
from tasks.warehouse.dictionary import write_dictionary
from tasks.warehouse.views import SCHEMA, define_views, view_models

DICTIONARY = REPOSITORY / "docs" / "data-dictionary.md"
PROGRAM = ".venv/bin/python -m tools.data_dictionary"
SCHEMAS = {
    "landscape": "What the page shows: views of the snapshot shown and the trials of the landscape, to ask first. Every"
    " table of `metrics` is a view here too, under its own name and without `snapshot_id`.",
    "raw": "What the sources said, as they said it.",
    "core": "One row per trial, label, link: what curation and screening made of it.",
    "metrics": "Every count of the page, one model each.",
    "meta": "What the warehouse knows about itself, and the curation files that SQL joins to.",
}


def dictionary_text() -> str:
    """The dictionary as Markdown."""
    with tempfile.TemporaryDirectory() as folder, open_build(Path(folder)) as connection:
        make_empty(connection)
        rows = connection.execute(
            "select table_name, column_name, data_type, meaning from meta.dictionary"
            " order by table_name, column_name nulls first"
        ).fetchall()
        lineage = connection.execute("select model, reads from meta.lineage order by all").fetchall()
    reads = {model: [read for _, read in each] for model, each in groupby(lineage, key=lambda row: row[0])}
    tables = {name: list(each) for name, each in groupby(rows, key=lambda row: row[0])}
    lines = ["# Data dictionary", "", f"Written by `{PROGRAM}` from the SQL headers and comments; do not edit.", ""]
    known = [*SCHEMAS, *sorted({name.split(".")[0] for name in tables} - SCHEMAS.keys() - {"staging"})]
    for schema in known:
        lines += [f"## {schema}", "", SCHEMAS.get(schema, ""), ""]
        for name in (name for name in tables if name.split(".")[0] == schema and not is_metric_shown(name, tables)):
            lines += table_lines(name, tables[name], reads.get(name, []))
    return "\n".join(lines)


def is_metric_shown(name: str, tables: Mapping[str, object]) -> bool:
    """Whether a view only shows the metric of its name, which is described there."""
    schema, table = name.split(".")
    return schema == SCHEMA and f"metrics.{table}" in tables


def make_empty(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every table of the warehouse without a snapshot in it."""
    run = Run(Home("nowhere"), load_protocol())
    create_warehouse(connection, STATISTICS)
    make_all(connection, run)
    define_views(connection)
    write_dictionary(connection, [*run.models, *view_models()])


def table_lines(name: str, rows: list[tuple[str, str | None, str | None, str]], reads: list[str]) -> list[str]:
    """One table: what a row is, what it reads, and its columns."""
    grain, *more = rows[0][3].split("; ")
    lines = [f"### {name}", "", f"{grain[0].upper()}{grain[1:]}.", ""]
    lines += [f"- {sentence}" for sentence in more]
    lines += [f"- reads: {', '.join(reads)}"] if reads else []
    lines += [""] if more or reads else []
    lines += ["| column | type | meaning |", "| --- | --- | --- |"]
    cells = ([str(cell or "").replace("|", "\\|").replace("\n", " ") for cell in row[1:]] for row in rows[1:])
    return [*lines, *(f"| {column} | {kind} | {meaning} |" for column, kind, meaning in cells), ""]


def main(arguments: list[str]) -> int:
    """Write the dictionary, or with --check say whether it is up to date."""
    text = dictionary_text()
    if "--check" not in arguments:
        DICTIONARY.write_text(text, encoding="utf-8")
        return 0
    if DICTIONARY.exists() and DICTIONARY.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{DICTIONARY} is out of date; run {PROGRAM}\n")
    return 1


if __name__ == "__main__":
    end_quietly()
    sys.exit(main(sys.argv[1:]))

"""Exports: one workbook, and the same tables as CSV and Parquet."""

from pathlib import Path

import duckdb
import polars
import xlsxwriter

from tasks.home import Home, writing_folder
from tasks.publish.figures.print import write_figures
from tasks.publish.published import Facts, read_facts, read_table
from tasks.warehouse.publish import open_published

# Excel refuses longer texts in a cell
LONGEST_CELL = 32_000
TRIAL_TABLES = ("trials", "trial_targets", "trial_diseases", "trial_disease_groups", "trial_sponsors", "trial_sites")


def write_exports(home: Home) -> Path:
    """Write the exports of the published warehouse, replacing the last ones, and return the workbook's path."""
    with writing_folder(home.exports) as folder:
        (folder / "csv").mkdir()
        (folder / "parquet").mkdir()
        with open_published(home) as connection:
            facts = read_facts(connection)
            frames = export_frames(connection, facts)
            figures = write_figures(connection, facts, folder / "figures", home)
        write_sheets(frames, about_lines(facts), folder / home.workbook.name)
        for name, frame in frames.items():
            frame.write_csv(folder / "csv" / f"{name}.csv")
            frame.write_parquet(folder / "parquet" / f"{name}.parquet")
        (folder / "README.txt").write_text(readme(facts, frames, figures), encoding="utf-8")
    return home.workbook


def export_frames(connection: duckdb.DuckDBPyConnection, facts: Facts) -> dict[str, polars.DataFrame]:
    """Every metric and the tables of trials of the snapshot shown, by name, and the data dictionary."""
    metrics = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'metrics' order by table_name"
    ).fetchall()
    frames = {name: read_table(connection, f"metrics.{name}", facts.snapshot_id) for (name,) in metrics}
    for name in TRIAL_TABLES:  # in one order, so that the same warehouse gives the same files
        frames[name] = read_table(connection, f"core.{name}", facts.snapshot_id, "order by all")
    frames["data_dictionary"] = connection.sql("select * from meta.dictionary").pl()
    return frames


def write_sheets(frames: dict[str, polars.DataFrame], lines: list[str], path: Path) -> None:
    """One sheet a table, header frozen and filtered; a text that looks like a formula or an address stays text."""
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,  # a coordinate may be written as NaN
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        about = workbook.add_worksheet("about")
        for row, line in enumerate(lines):
            about.write_string(row, 0, line)
        for name, frame in frames.items():
            texts = [column for column, kind in frame.schema.items() if kind == polars.String]
            shortened = frame.with_columns(polars.col(texts).str.slice(0, LONGEST_CELL)) if texts else frame
            shortened.write_excel(workbook, worksheet=name[:31], autofit=frame.height < 200, freeze_panes=(1, 0))


def about_lines(facts: Facts) -> list[str]:
    """What the reader of an export must know."""
    return [
        "SYNTHETIC SAMPLE: these trials do not exist." if facts.is_synthetic else "Source: ClinicalTrials.gov.",
        f"Snapshot {facts.snapshot_id} of {facts.source}, retrieved {facts.finished_at:%Y-%m-%d}.",
        f"Trials first posted until {facts.as_of}." if facts.as_of else "Without a limit on the first-posted date.",
        f"Protocol {facts.protocol_sha256}",
        f"Vocabularies and decisions {facts.curation_sha256}",
        f"Studies {facts.studies_sha256}",
        f"cartscape {facts.code_version}",
    ]


def readme(facts: Facts, frames: dict[str, polars.DataFrame], figures: list[str]) -> str:
    """The text beside the exported files: what they are, from what, and what a row of each table means."""
    meanings = {
        row["table_name"].split(".")[1]: row["meaning"].split(";")[0]
        for row in frames["data_dictionary"].filter(polars.col("column_name").is_null()).to_dicts()
    }
    tables = [
        f"- {name} ({frame.height:,} rows): {meanings.get(name, 'what every table and column means')}"
        for name, frame in frames.items()
    ]
    return "\n".join(
        [
            *about_lines(facts),
            "",
            "landscape.xlsx holds one sheet for each table; csv/ and parquet/ hold the same tables, one file each.",
            "The sheet data_dictionary says what every column means. A cell that begins like a formula is text;",
            "texts longer than 32,000 characters are cut in the workbook and whole in csv/ and parquet/.",
            "csv/ is UTF-8; import it as text where your program reads formulas from CSV.",
            "",
            "Tables:",
            *tables,
            "",
            "figures/: each as SVG and 300 dpi PNG, in colours safe for colour-blind readers, with captions.md:",
            *(f"- {name}" for name in figures),
            "",
        ]
    )

"""Exports: one workbook, and the same tables as CSV and Parquet."""

from pathlib import Path

import duckdb
import polars

from tasks.files import writing_folder
from tasks.frames import frame_of
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.publish.figures.print import write_figures
from tasks.publish.page.trials import held_by_page
from tasks.publish.published import Facts, citation, read_facts, read_table, said_of_sources
from tasks.publish.workbook import write_workbook
from tasks.warehouse.models import quoted
from tasks.warehouse.publish import open_published

# views of what is shown, the wide one first; then the records of the snapshot, with why they are in or out
TRIAL_VIEWS = (
    "trials",
    "trial_targets",
    "trial_diseases",
    "trial_disease_groups",
    "trial_countries",
    "trial_sponsors",
    "trial_sites",
    "trial_papers",
)
RECORDS = "records"
CODES = "codes"
# names of people stay in the warehouse
PERSONAL = ("principal_investigator",)


def write_exports(home: Home, protocol: Protocol) -> Path:
    """Write the exports of the published warehouse, replacing the last ones, and return the workbook's path."""
    with writing_folder(home.exports) as folder:
        (folder / "csv").mkdir()
        (folder / "parquet").mkdir()
        with open_published(home) as connection:
            facts = read_facts(connection)
            frames = export_frames(connection, facts, protocol.page.most_records)
            notes = notes_of(connection, frames, facts)
            write_records(connection, facts, folder / "parquet" / f"{RECORDS}.parquet")
            figures = write_figures(connection, facts, folder / "figures", home)
        cover = cover_lines(facts, protocol)
        write_workbook(folder / home.workbook.name, cover, frames, notes, protocol.review.study_page)
        for name, frame in frames.items():
            frame.write_csv(folder / "csv" / f"{name}.csv")
            if name != RECORDS:
                frame.write_parquet(folder / "parquet" / f"{name}.parquet")
        (folder / "README.txt").write_text(readme(cover, frames, notes, figures), encoding="utf-8")
    return home.workbook


def write_records(connection: duckdb.DuckDBPyConnection, facts: Facts, path: Path) -> None:
    """Write every record of the snapshot shown, however many they are, without holding them.

    Of a whole registry's background number, title and the flags alone; the rest of their columns is null.
    """
    of_snapshot = f"where snapshot_id = {quoted(facts.snapshot_id)}"
    both = f"from core.trials {of_snapshot} union all by name from core.background {of_snapshot}"
    records = f"select * exclude (snapshot_id) from ({both})"
    connection.execute(f"copy ({records} order by nct_id) to {quoted(str(path))} (format parquet)")


def number_of_records(connection: duckdb.DuckDBPyConnection, facts: Facts) -> int:
    """How many records the snapshot shown holds."""
    query = "select count(*) from {} where snapshot_id = $1"
    tables = ("core.trials", "core.background")
    counted = (connection.execute(query.format(table), [facts.snapshot_id]).fetchall() for table in tables)
    return sum(int(rows[0][0]) for rows in counted)


def few_records(connection: duckdb.DuckDBPyConnection, facts: Facts, most: int) -> polars.DataFrame:
    """The records of the snapshot shown; where they are more than `most`, those that the page holds.

    Those of the background are in the Parquet file alone.
    """
    is_few = number_of_records(connection, facts) <= most
    held = "true" if is_few else held_by_page(connection, facts.snapshot_id, most)[0]
    return read_table(connection, "core.trials as trials", facts.snapshot_id, f"and {held} order by nct_id")


def export_frames(connection: duckdb.DuckDBPyConnection, facts: Facts, most: int) -> dict[str, polars.DataFrame]:
    """What is exported, by name: the trials, every metric, at `most` so many other records, the data dictionary."""
    frames: dict[str, polars.DataFrame] = {}
    for name in TRIAL_VIEWS:  # in one order, so that the same warehouse gives the same files
        frame = frame_of(connection.sql(f"from landscape.{name} order by all"))
        frames[name] = frame.drop(PERSONAL, strict=False)
    metrics = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'metrics' order by table_name"
    ).fetchall()
    for (name,) in metrics:
        frames[name] = read_table(connection, f"metrics.{name}", facts.snapshot_id)
    frames[RECORDS] = few_records(connection, facts, most)
    frames[CODES] = frame_of(connection.sql(f"from landscape.{CODES} order by all"))
    frames["data_dictionary"] = frame_of(connection.sql("select * from meta.dictionary"))
    return frames


def notes_of(
    connection: duckdb.DuckDBPyConnection, frames: dict[str, polars.DataFrame], facts: Facts
) -> dict[str, str]:
    """For each export what a row means, what its numbers are a share of, and what its sources do not carry."""
    meanings = dict(
        connection.execute("select table_name, meaning from meta.dictionary where column_name is null").fetchall()
    )
    trials = f"the {facts.trials:,} trials of the landscape"
    said = said_of_sources(connection, facts.snapshot_id)
    notes = {}
    for name in frames:
        parts = meanings.get(f"landscape.{name}", "").split("; ")
        whole = next((part.removeprefix("denominator: ") for part in parts if part.startswith("denominator: ")), trials)
        notes[name] = f"{parts[0][:1].upper()}{parts[0][1:]}. Denominator: {whole}."
        notes[name] += "".join(f" {sentence}." for sentence in said.get(name, []))
    notes[RECORDS] = "One row per record of the snapshot, with the flags that put it into the landscape or out."
    if RECORDS in frames and (left_out := number_of_records(connection, facts) - frames[RECORDS].height):
        notes[RECORDS] += f" {left_out:,} further records are in parquet/{RECORDS}.parquet alone."
    notes[CODES] = "One row per attribute and value: what each code in the other sheets stands for, and words for it."
    notes["data_dictionary"] = "One row per table of the warehouse, and per column."
    return notes


def cover_lines(facts: Facts, protocol: Protocol) -> list[tuple[str, str]]:
    """What the reader of an export must know, by a short name."""
    until = f"first posted until {facts.as_of}" if facts.as_of else "without a limit on the first-posted date"
    day = facts.data_date if facts.is_data_date_stated else "not stated by the source"
    return [
        ("", f"{protocol.landscape.title}: landscape {facts.day}"),
        ("What", f"{facts.trials:,} trials, {until}, with their labels, and every count of the page."),
        *([("SYNTHETIC SAMPLE", "These trials do not exist.")] if facts.is_synthetic else []),
        ("Source", "A synthetic sample." if facts.is_synthetic else f"{facts.origin}."),
        ("Data date", f"{day}; retrieved {facts.finished_at:%Y-%m-%d}; snapshot {facts.snapshot_id}."),
        *(("Terms of the source", terms) for terms in facts.terms_of_use),
        ("Licence", "Labels, counts and program: Apache-2.0."),
        ("How to cite", citation(facts, protocol.landscape.title)),
        ("Protocol", facts.protocol_sha256),
        ("Vocabularies", facts.curation_sha256),
        ("Studies", facts.studies_sha256),
        ("Program", f"cartscape {facts.code_version}"),
    ]


def readme(
    cover: list[tuple[str, str]], frames: dict[str, polars.DataFrame], notes: dict[str, str], figures: list[str]
) -> str:
    """The text beside the exported files: what they are, from what, and what a row of each table means."""
    return "\n".join(
        [
            *(f"{name}: {said}" if name else said for name, said in cover),
            "",
            "landscape.xlsx holds one sheet for each table; csv/ and parquet/ hold the same tables, one file each.",
            "The sheet data_dictionary says what every column means. A cell that begins like a formula is text;",
            "texts longer than 32,000 characters are cut in the workbook and whole in csv/ and parquet/.",
            "csv/ is UTF-8; import it as text where your program reads formulas from CSV.",
            "",
            "Tables:",
            *(f"- {name} ({frame.height:,} rows): {notes[name]}" for name, frame in frames.items()),
            "",
            "figures/: each as SVG and 300 dpi PNG, in colours safe for colour-blind readers, with captions.md:",
            *(f"- {name}" for name in figures),
            "",
        ]
    )

"""Load a warehouse under construction: what snapshots hold, what curation made of it, and the papers looked for."""

from itertools import islice
from pathlib import Path

import duckdb
import orjson
import polars

from tasks.curate import Vocabularies
from tasks.curate.kept import curated_rows
from tasks.curate.snapshot import background_of
from tasks.frames import Rows, frame_of
from tasks.registry.readers import study_of
from tasks.snapshot.read import Snapshot
from tasks.warehouse.kept import KeptRows, take_versions

# where the warehouse keeps what curation makes of a version of a record
LOADED_AS = {
    "labels": "core.registration_labels_by_version",
    "assertions": "core.assertions_by_version",
    "label_conflicts": "core.label_conflicts_by_version",
    "registrations": "raw.registrations_by_version",
    "registration_numbers": "core.registration_numbers_by_version",
    "source_fields": "raw.source_fields_by_version",
    "stated_fields": "raw.stated_fields_by_version",
    "unknown_spellings": "raw.unknown_spellings_by_version",
}
# versions of a snapshot's records that no snapshot before it holds
NEW_VERSIONS = """
    select nct_id from held
    anti join raw.study_versions using (nct_id, content_sha256, is_found_by_search)
"""
LOADED_VERSIONS = """
    insert into raw.study_versions
    select
        (select count(*) from raw.study_versions) + row_number() over (order by nct_id),
        nct_id, study, content_sha256, is_found_by_search, $1
    from batch
"""
HELD_VERSIONS = """
    insert into raw.snapshot_studies
    select $1, nct_id, version from held
    inner join raw.study_versions using (nct_id, content_sha256, is_found_by_search)
    order by nct_id
"""
STUDIES_A_BATCH = 2_000


def load_snapshot(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    volatile_fields: list[str],
    order_number: int = 1,
    background: polars.Series | None = None,
    kept: KeptRows | None = None,
) -> int:
    """Load a verified snapshot into the raw schema, and return its number of studies.

    `order_number`: its place among the snapshots, the earliest 1. `background`: registrations whose records stay in the
    snapshot. `kept`: what the warehouse published before holds already.
    """
    manifest = snapshot.manifest
    connection.execute(
        "insert into raw.snapshots values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        [
            snapshot.id,
            manifest["series"],
            manifest["source"],
            manifest["is_synthetic"],
            manifest.get("api_version"),
            manifest.get("data_timestamp"),
            manifest["started_at"],
            manifest["finished_at"],
            manifest["protocol_sha256"],
            snapshot.studies_sha256,
            orjson.dumps(manifest).decode(),
            order_number,
        ],
    )
    load_searches(connection, snapshot)
    load_quarantine(connection, snapshot)
    take_versions(connection, snapshot.id, kept)
    return load_studies(connection, snapshot, volatile_fields, background)


def load_searches(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Load what each search asked, and what it found."""
    searches = [
        (
            snapshot.id,
            search["search_id"],
            search["field"],
            search["phrase"],
            search["is_extended"],
            search.get("total"),
            search.get("pages"),
            search["studies"],
        )
        for search in snapshot.manifest["searches"]
    ]
    if searches:
        connection.executemany("insert into raw.searches values ($1, $2, $3, $4, $5, $6, $7, $8)", searches)
    hits = Rows(snapshot.search_hits())  # noqa: F841 - read by the query below
    connection.execute(
        "insert into raw.search_hits select $1, search_id, nct_id, rank from hits order by search_id, nct_id",
        [snapshot.id],
    )


def load_quarantine(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Load the records that could not be read, each with its reason."""
    rows = [
        (snapshot.id, row["position"], row.get("nct_id"), row["reason"], row.get("excerpt"))
        for row in snapshot.quarantine()
    ]
    if rows:
        connection.executemany("insert into raw.quarantine values ($1, $2, $3, $4, $5)", rows)


def load_studies(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    volatile_fields: list[str],
    background: polars.Series | None = None,
) -> int:
    """Load which versions the snapshot holds of the studies but those of the background, and the versions not held yet.

    These are read in batches, so that memory does not grow with their number.
    """
    contents, found = snapshot.contents(volatile_fields), snapshot.search_hits()["nct_id"].unique()
    apart = polars.Series([], dtype=polars.String) if background is None else background
    contents = contents.with_columns(is_found_by_search=polars.col("nct_id").is_in(found.implode()))
    loaded = contents.filter(~polars.col("nct_id").is_in(apart.implode()))
    held = Rows(loaded)  # noqa: F841 - read by the queries
    new = frame_of(connection.sql(NEW_VERSIONS))["nct_id"]
    load_versions(connection, snapshot, contents.filter(polars.col("nct_id").is_in(new.implode())))
    connection.execute(HELD_VERSIONS, [snapshot.id])
    return contents.height


def load_versions(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, new: polars.DataFrame) -> None:
    """Load the records of the `new` contents of a snapshot, each with a number of its own."""
    records = snapshot.records(new["nct_id"]) if new.height else iter(())
    for frame in new.iter_slices(STUDIES_A_BATCH):
        texts = [in_shape_of_the_api(record) for record in islice(records, frame.height)]
        batch = Rows(frame.with_columns(study=polars.Series(texts, dtype=polars.String)))  # noqa: F841 - read by the query
        connection.execute(LOADED_VERSIONS, [snapshot.id])


def in_shape_of_the_api(record: bytes) -> str:
    """A record as SQL reads it: as received, or mapped where its source has another shape."""
    if record.startswith(b'{"protocolSection"'):
        return record.decode("utf-8")
    study = study_of(orjson.loads(record))
    return record.decode("utf-8") if study.record is study.received else orjson.dumps(study.record).decode("utf-8")


def load_curation(connection: duckdb.DuckDBPyConnection, snapshot_id: str, folder: Path) -> int:
    """Load what curation made of the versions that the snapshot is the first to hold; returns its number of labels."""
    query = "select nct_id, version from raw.study_versions where first_snapshot_id = $1"
    new = frame_of(connection.sql(query, params=[snapshot_id]))
    for name, table in LOADED_AS.items() if new.height else ():
        rows = curated_rows(folder, name, new).collect().join(new, on="nct_id")
        of_versions = Rows(rows.select("version", polars.exclude("version", "nct_id")))  # noqa: F841 - read by the query
        connection.execute(f"insert into {table} select * from of_versions order by all")
    background = Rows(background_of(folder))  # noqa: F841 - read by the query
    connection.execute("insert into raw.background select $1, * from background order by all", [snapshot_id])
    row = connection.execute(
        "select count(*) from core.registration_labels where snapshot_id = $1", [snapshot_id]
    ).fetchone()
    return int(row[0]) if row else 0


def load_decisions(connection: duckdb.DuckDBPyConnection, vocabularies: Vocabularies) -> None:
    """Load the signed decisions, so that the checks can say which no longer hold."""
    columns = ("nct_id", "attribute", "old_value", "new_value", "reason", "source", "reviewer", "date")
    rows = [
        (f"curation/{Path(decision.place).name}", *(getattr(decision, column) for column in columns))
        for decision in vocabularies.decisions
    ]
    if rows:
        connection.executemany("insert into meta.decisions values ($1, $2, $3, $4, $5, $6, $7, $8, $9)", rows)


def load_publications(
    connection: duckdb.DuckDBPyConnection,
    snapshot_id: str,
    publications: polars.DataFrame,
    searched: polars.DataFrame,
) -> None:
    """Load a snapshot's publications (columns of core.trial_publications) and, in `searched`, the trials looked for.

    `searched` holds nct_id and searched_on: a trial without a row there was not looked for, which is not 'none found'.
    """
    frames = {"core.publication_searches": searched, "core.trial_publications": publications}
    for table, frame in frames.items():
        rows = Rows(frame)  # noqa: F841 - read by the query below
        connection.execute(f"insert into {table} by name select $1 as snapshot_id, * from rows", [snapshot_id])

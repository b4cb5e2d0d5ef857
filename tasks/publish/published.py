"""Read the published warehouse the way the page and the exports show it: one snapshot's rows, in order."""

import datetime
from dataclasses import dataclass
from typing import Any

import duckdb
import polars

from tasks.frames import frame_of
from tasks.warehouse.models import quoted


@dataclass(frozen=True, slots=True)
class Facts:
    """What was published: the snapshot shown, and what the warehouse was built from."""

    snapshot_id: str
    source: str
    series: str
    is_synthetic: bool
    api_version: str | None
    data_timestamp: str | None
    started_at: datetime.datetime
    finished_at: datetime.datetime
    as_of: datetime.date | None
    protocol_sha256: str
    curation_sha256: str
    studies_sha256: str
    code_version: str
    data_date: datetime.date
    is_data_date_stated: bool
    trials: int
    # what those are called whose records were read, and where they are, in the order of the sources
    origins: dict[str, str]
    terms_of_use: tuple[str, ...]

    @property
    def origin(self) -> str:
        """Whose records were read, in words."""
        *others, last = self.origins or ["no source"]
        return f"{', '.join(others)} and {last}" if others else last

    @property
    def day(self) -> str:
        """'of' the day of the data; that of the import never poses as it."""
        if self.is_data_date_stated:
            return f"of {self.data_date}"
        return f"of a day that the source does not state, taken in on {self.data_date}"


def citation(facts: Facts, title: str) -> str:
    """How to cite what is published: what, of which data, from when, by which program."""
    source = "synthetic sample" if facts.is_synthetic else f"{facts.origin} data"
    return (
        f"{title}: a living landscape, {facts.data_date.year}. {source} {facts.day}, "
        f"snapshot {facts.snapshot_id}. cartscape {facts.code_version}."
    )


def source_line(facts: Facts) -> str:
    """Where the numbers come from and of which day, as every figure and every saved file says it."""
    source = "Synthetic sample: these trials do not exist" if facts.is_synthetic else f"Source: {facts.origin}"
    until = f", first posted until {facts.as_of}" if facts.as_of else ""
    hashed = facts.studies_sha256[:12]
    return f"{source}, data {facts.day}{until}; snapshot {facts.snapshot_id}, studies SHA-256 {hashed}."


def with_incomplete_year(frame: polars.DataFrame, until: datetime.date) -> polars.DataFrame:
    """Rows by year of registration, those of a year that the data cover only in part marked as incomplete."""
    if "registration_year" not in frame.columns:
        return frame
    is_whole = (until.month, until.day) == (12, 31)
    return frame.with_columns(is_incomplete=(polars.col("registration_year") == until.year) & (not is_whole))


def read_facts(connection: duckdb.DuckDBPyConnection) -> Facts:
    """The facts of the published snapshot."""
    columns = ", ".join(name for name in Facts.__slots__ if name not in ("origins", "terms_of_use"))
    frame = frame_of(
        connection.sql(
            f"select {columns} from meta.published"
            " inner join (select * exclude (protocol_sha256) from raw.snapshots) using (snapshot_id)"
            " inner join (select snapshot_id, data_date, is_data_date_stated, trials from landscape.published)"
            " using (snapshot_id)"
        )
    )
    sources = connection.execute(
        "select names, addresses, terms_of_use from raw.sources semi join meta.published using (snapshot_id)"
        " order by place"
    ).fetchall()
    origins = {name: address for names, addresses, _ in sources for name, address in zip(names, addresses, strict=True)}
    terms = tuple(dict.fromkeys(terms for _, _, terms in sources if terms))
    return Facts(**frame.row(0, named=True), origins=origins, terms_of_use=terms)


def read_table(
    connection: duckdb.DuckDBPyConnection, table: str, snapshot_id: str, query: str = ""
) -> polars.DataFrame:
    """A table's rows of one snapshot in the order that its model gave them; `query` continues the select."""
    frame: polars.DataFrame = frame_of(
        connection.sql(f"select * exclude (snapshot_id) from {table} where snapshot_id = {quoted(snapshot_id)} {query}")
    )
    return frame


def said_of_sources(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> dict[str, list[str]]:
    """By measure what its sources do not carry, as sentences without a full stop, in the order of the needs."""
    said: dict[str, list[str]] = {}
    frame = read_table(connection, "metrics.not_in_source", snapshot_id, "order by metric, need")
    for metric, sentence in frame.select("metric", "said").rows():
        said.setdefault(metric, []).append(f"{sentence[:1].upper()}{sentence[1:]}")
    return said


def rows_of(frame: polars.DataFrame) -> list[dict[str, Any]]:
    """A frame as a list of rows for a template."""
    return frame.to_dicts()

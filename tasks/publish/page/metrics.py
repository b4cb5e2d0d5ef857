"""Metrics as the page shows them: their rows, what they mean, and the trials behind their counts."""

from dataclasses import dataclass, field

import duckdb
import polars

from tasks.publish.page.links import Linker, link_rows
from tasks.publish.published import Facts, read_table
from tasks.statistics import MEASURES as STATISTICS
from tasks.warehouse.measures import Measure
from tasks.warehouse.models import Model


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of the snapshot shown: its model, its rows, and by row and counting column the trials' address."""

    name: str
    meaning: dict[str, str]
    sql: str
    frame: polars.DataFrame
    links: list[dict[str, str]]
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def linked(self) -> polars.DataFrame:
        """The rows with the address behind `trials` as the column `link`."""
        addresses = [link.get("trials") for link in self.links]
        return self.frame.with_columns(polars.Series("link", addresses, dtype=polars.String))


def read_metrics(
    connection: duckdb.DuckDBPyConnection, facts: Facts, linker: Linker, models: list[Model]
) -> dict[str, Metric]:
    """Every metric that the warehouse holds, by name."""
    described = {model.name: model for model in models if model.schema == "metrics"}
    names = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'metrics' order by table_name"
    ).fetchall()
    metrics = {}
    for (name,) in names:
        frame = read_table(connection, f"metrics.{name}", facts.snapshot_id)
        model = described.get(name)
        metrics[name] = Metric(
            name,
            {"grain": model.grain, **model.header} if model else {},
            model.sql.strip() if model else "",
            frame,
            link_rows(linker, model.measure if model else STATISTICS.get(name, Measure()), frame),
            model.columns if model else {},
        )
    return metrics


def landscape_cells(frame: polars.DataFrame, linker: Linker | None = None) -> polars.DataFrame:
    """Figure 4 as drawn: one row per target and disease with its trials, its latest phase and the trials' address."""
    cells = (
        frame.sort("phase_order", nulls_last=True)
        .group_by("target", "disease", maintain_order=True)
        .agg(
            polars.col("trials").sum(),
            polars.col("phase").filter(polars.col("phase").str.contains("Phase")).last().alias("latest_phase"),
            (polars.col("phase") + ": " + polars.col("trials").cast(polars.String)).str.join(", ").alias("phases"),
        )
        .with_columns(polars.col("latest_phase").fill_null("no phase"))
        .sort("trials", "target", "disease", descending=[True, False, False])
    )
    if linker is None:
        return cells
    wanted = [
        {"topic": "treatment", "targets": target, "diseases": disease}
        for target, disease in cells.select("target", "disease").rows()
    ]
    addresses = linker.addresses(wanted, cells["trials"].to_list())
    return cells.with_columns(polars.Series("link", addresses, dtype=polars.String))

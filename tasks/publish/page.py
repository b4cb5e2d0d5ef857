"""The page: one self-contained HTML file that asks for nothing from anywhere."""

import os
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import polars

from tasks.publish import charts
from tasks.publish.published import Facts, read_facts, read_table, rows_of
from tasks.settings import REPOSITORY, Protocol
from tasks.warehouse.publishing import open_published

TEMPLATES = REPOSITORY / "report"
TABLES_SHOWN = {
    "phases": "Phases",
    "statuses": "Recruitment status",
    "topics": "Topics",
    "funding_by_region": "Funding source by region (Table 1)",
    "sponsor_ranking": "Sponsors and collaborators (Table 2)",
    "countries": "Countries",
    "completeness": "How much the records state",
}
LONGEST_TABLE = 25
TARGETS_A_GROUP = 15


def write_page(home: Path, protocol: Protocol) -> Path:
    """Write `report/index.html` beside the published warehouse, replacing the last one in one step."""
    with open_published(home) as connection:
        text = render(connection, protocol)
    page = home / "report" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    unfinished = page.with_suffix(f".{os.getpid()}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(page)
    return page


def render(connection: duckdb.DuckDBPyConnection, protocol: Protocol) -> str:
    """The page as text; every value from a registry is escaped by the template engine."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["number"] = number
    environment.filters["words"] = words
    facts = read_facts(connection)
    return environment.get_template("page.html").render(
        protocol=protocol,
        facts=facts,
        flow=flow_steps(connection, facts),
        size=rows_of(read_table(connection, "metrics.cohort_size", facts.snapshot_id))[0],
        charts=drawn(connection, facts),
        tables=tables(connection, facts),
        checks=connection.sql("select * from meta.checks order by is_passed, severity, suite, object").pl().to_dicts(),
        quarantine=rows_of(read_table(connection, "raw.quarantine", facts.snapshot_id)),
        duplicates=rows_of(read_table(connection, "core.suspected_duplicates", facts.snapshot_id)),
        snapshots=connection.execute("select count(*) from raw.snapshots").fetchall()[0][0],
    )


def flow_steps(connection: duckdb.DuckDBPyConnection, facts: Facts) -> list[dict[str, Any]]:
    """The flow diagram's steps in order, each with its records and its reasons."""
    frame = read_table(connection, "metrics.screening_flow", facts.snapshot_id, "order by step_order, records desc")
    steps: list[dict[str, Any]] = []
    for row in rows_of(frame):
        if not steps or steps[-1]["step"] != row["step"]:
            steps.append({**row, "records": 0, "reasons": []})
        steps[-1]["records"] += row["records"]
        if row["reason"]:
            steps[-1]["reasons"].append((row["reason"], row["records"]))
    return steps


def drawn(connection: duckdb.DuckDBPyConnection, facts: Facts) -> dict[str, Any]:
    """Charts as SVG."""
    by_region = read_table(connection, "metrics.registrations_by_region", facts.snapshot_id)
    by_group = read_table(connection, "metrics.registrations_by_disease_group", facts.snapshot_id)
    targets = read_table(connection, "metrics.targets_by_disease_group", facts.snapshot_id)
    groups = targets["disease_group"].unique(maintain_order=True).to_list()
    stated = targets.filter(polars.col("target") != "unstated")
    return {
        "by_region": charts.stacked_years(by_region, "region", "Registrations by region"),
        "by_group": charts.stacked_years(by_group, "disease_group", "Registrations by disease group"),
        "targets": [
            charts.ranked_bars(
                stated.filter(polars.col("disease_group") == group).head(TARGETS_A_GROUP),
                "target",
                f"{group}: targets by trials",
                charts.COLOURS[index % len(charts.COLOURS)],
            )
            for index, group in enumerate(groups)
        ],
    }


def tables(connection: duckdb.DuckDBPyConnection, facts: Facts) -> list[dict[str, Any]]:
    """Metrics shown as tables, the first rows of long ones, with what each row means."""
    shown = []
    for name, title in TABLES_SHOWN.items():
        frame = read_table(connection, f"metrics.{name}", facts.snapshot_id)
        meaning = connection.execute(
            "select meaning from meta.dictionary where table_name = $1 and column_name is null", [f"metrics.{name}"]
        ).fetchall()
        shown.append(
            {
                "name": name,
                "title": title,
                "meaning": meaning[0][0],
                "columns": frame.columns,
                "rows": frame.head(LONGEST_TABLE).rows(),
                "more": max(0, frame.height - LONGEST_TABLE),
            }
        )
    return shown


def number(value: Any) -> str:
    """A value as a reader expects it: thousands apart, shares with one decimal, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def words(name: str) -> str:
    """A column's name as words."""
    return name.replace("_", " ")

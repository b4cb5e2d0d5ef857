"""What a run leaves in the Prefect UI: headline numbers, flow diagram, checks, links, and its files as assets."""

from pathlib import Path

import polars
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.assets import Asset, AssetProperties

from tasks.frames import frame_of
from tasks.home import Home
from tasks.publish.flow import read_flow
from tasks.publish.page.headline import headlines
from tasks.publish.published import read_facts
from tasks.warehouse.publish import open_published

NOTE = "**Synthetic sample: these trials do not exist.**\n\n"


def leave_artifacts(home: Home) -> None:
    """Leave the artifacts of the flow run that is under way."""
    with open_published(home) as connection:
        facts = read_facts(connection)
        steps = read_flow(connection, facts)
        numbers = headlines(connection, facts)
        checks = frame_of(
            connection.sql(
                'select suite, "check", object, severity, is_passed, unexpected_rows, examples from meta.checks'
                " order by is_passed, severity, suite, object"
            )
        )
    note = NOTE if facts.is_synthetic else ""
    headline = [{"measure": one.name, "value": one.value, "since the last": one.change} for one in numbers]
    headline.append({"measure": "snapshot", "value": facts.snapshot_id, "since the last": None})
    failed = checks.filter(~checks["is_passed"])
    passed = f"{checks.height - failed.height} of {checks.height} checks passed"
    create_table_artifact(key="headline", table=headline, description=f"{note}Headline numbers")
    create_markdown_artifact(key="screening-flow", markdown=note + flow_diagram(steps), description="Flow diagram")
    create_table_artifact(key="failed-checks", table=failed.to_dicts(), description=f"{note}{passed}")
    for key, path, text in links(home):
        create_link_artifact(key=key, link=path.as_uri(), link_text=text, description=note + text)


def links(home: Home) -> list[tuple[str, Path, str]]:
    """What a person opens after a run."""
    return [
        ("page", home.page, "Open the landscape"),
        ("workbook", home.workbook, "Open the workbook"),
        ("figures", home.exports / "figures", "Open the figures"),
    ]


def flow_diagram(steps: list[dict[str, object]]) -> str:
    """The screening flow as a table in Markdown."""
    frame = polars.DataFrame(steps).select("stage", "step", polars.format("{}", "records").alias("records"))
    with polars.Config(
        tbl_formatting="MARKDOWN",
        tbl_rows=-1,
        tbl_hide_dataframe_shape=True,
        fmt_str_lengths=200,
        tbl_hide_column_data_types=True,
        tbl_width_chars=1_000,
    ):
        return str(frame)


def asset(path: Path, name: str, description: str) -> Asset:
    """A file or folder as an asset."""
    return Asset(key=path.as_uri(), properties=AssetProperties(name=name, description=description, url=path.as_uri()))


def assets(home: Home) -> dict[str, Asset]:
    """What the stages write for others, by the stage that writes it."""
    return {
        "retrieve": asset(home.snapshots, "Snapshots", "Records as the registry sent them, one folder a snapshot"),
        "publish": asset(home.warehouse, "Warehouse", "Every label, link and count, in DuckDB"),
        "page": asset(home.page, "Page", "The landscape to look at"),
        "exports": asset(home.exports, "Exports", "Workbook, CSV, Parquet and figures"),
    }

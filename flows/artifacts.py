"""What a run leaves in the Prefect UI: headline numbers, flow diagram, checks, links, and its files as assets."""

from pathlib import Path

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.cache_policies import NO_CACHE

from tasks.publish.flow import read_flow
from tasks.publish.page.headline import headlines
from tasks.publish.published import Facts, read_facts
from tasks.warehouse.publish import WAREHOUSE, open_published

NOTE = "**Synthetic sample: these trials do not exist.**\n\n"


def leave_artifacts(home: Path, page: Path) -> None:
    """Leave the artifacts and assets of the flow run that is under way."""
    with open_published(home) as connection:
        facts = read_facts(connection)
        steps = read_flow(connection, facts)
        numbers = headlines(connection, facts)
        checks = connection.sql(
            'select suite, "check", object, severity, is_passed, unexpected_rows, examples from meta.checks'
            " order by is_passed, severity, suite, object"
        ).pl()
    note = NOTE if facts.is_synthetic else ""
    headline = [{"measure": one.name, "value": one.value, "since the last": one.change} for one in numbers]
    headline.append({"measure": "snapshot", "value": facts.snapshot_id, "since the last": None})
    failed = checks.filter(~checks["is_passed"])
    passed = f"{checks.height - failed.height} of {checks.height} checks passed"
    create_table_artifact(key="headline", table=headline, description=f"{note}Headline numbers")
    create_markdown_artifact(key="screening-flow", markdown=note + flow_diagram(steps), description="Flow diagram")
    create_table_artifact(key="failed-checks", table=failed.to_dicts(), description=f"{note}{passed}")
    for key, path, text in links(home, page):
        create_link_artifact(key=key, link=path.as_uri(), link_text=text, description=note + text)
    leave_assets(home, page, facts)


def links(home: Path, page: Path) -> list[tuple[str, Path, str]]:
    """What a person opens after a run."""
    return [
        ("page", page, "Open the landscape"),
        ("workbook", home / "exports" / "landscape.xlsx", "Open the workbook"),
        ("figures", home / "exports" / "figures", "Open the figures"),
    ]


def flow_diagram(steps: list[dict[str, object]]) -> str:
    """The screening flow as a table in Markdown."""
    lines = ["| stage | step | records |", "| --- | --- | ---: |"]
    lines += [f"| {step['stage']} | {step['step']} | {step['records']:,} |" for step in steps]
    return "\n".join(lines)


def leave_assets(home: Path, page: Path, facts: Facts) -> None:
    """Record snapshot, warehouse, page and workbook as assets, each with what it was made from."""
    snapshot = asset(home / "snapshots" / facts.snapshot_id, "Snapshot", f"Studies from {facts.source}, as received")
    warehouse = asset(home / WAREHOUSE, "Warehouse", "Every label, link and count, in DuckDB")
    made: tuple[tuple[Asset, list[Asset], dict[str, str]], ...] = (
        (snapshot, [], {"studies_sha256": facts.studies_sha256}),
        (warehouse, [snapshot], {"curation_sha256": facts.curation_sha256, "protocol_sha256": facts.protocol_sha256}),
        (asset(page, "Page", "The landscape to look at"), [warehouse], {}),
        (asset(home / "exports" / "landscape.xlsx", "Workbook", "Every table, and its dictionary"), [warehouse], {}),
    )
    for one, sources, metadata in made:
        record(one, sources, {"snapshot": facts.snapshot_id, "cartscape": facts.code_version, **metadata})


def asset(path: Path, name: str, description: str) -> Asset:
    """A file or folder as an asset."""
    return Asset(key=path.as_uri(), properties=AssetProperties(name=name, description=description, url=path.as_uri()))


def record(made: Asset, sources: list[Asset], metadata: dict[str, str]) -> None:
    """Say that a file was made, and from which others; a task run carries it, as Prefect wants it."""

    def note() -> None:
        add_asset_metadata(made, metadata)

    name = made.properties.name if made.properties else made.key
    materialize(
        made,
        by="cartscape",
        name=f"asset: {name}",
        asset_deps=list(sources),
        cache_policy=NO_CACHE,
        persist_result=False,
    )(note)()

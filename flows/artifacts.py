"""What a run leaves in the Prefect UI: headline numbers, the flow diagram, checks, and a link to the page."""

from pathlib import Path

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from tasks.publish.flow import read_flow
from tasks.publish.published import read_facts, read_table
from tasks.warehouse.publishing import open_published

NOTE = "**Synthetic sample: these trials do not exist.**\n\n"


def leave_artifacts(home: Path, page: Path) -> None:
    """Leave the artifacts of the flow run that is under way."""
    with open_published(home) as connection:
        facts = read_facts(connection)
        steps = read_flow(connection, facts)
        size = read_table(connection, "metrics.cohort_size", facts.snapshot_id).row(0, named=True)
        groups = read_table(connection, "metrics.targets_by_disease_group", facts.snapshot_id)
        checks = connection.sql(
            'select suite, "check", object, severity, unexpected_rows, examples from meta.checks where not is_passed'
        ).pl()
    headline = [
        {"measure": "trials in the landscape", "value": size["trials"]},
        {"measure": "treatment trials", "value": size["treatment_trials"]},
        {"measure": "targets", "value": groups["target"].n_unique()},
        {"measure": "snapshot", "value": facts.snapshot_id},
    ]
    note = NOTE if facts.is_synthetic else ""
    create_table_artifact(key="headline", table=headline, description=f"{note}Headline numbers")
    create_markdown_artifact(key="screening-flow", markdown=note + flow_diagram(steps), description="Flow diagram")
    create_table_artifact(key="failed-checks", table=checks.to_dicts(), description=f"{note}Checks that failed")
    create_link_artifact(key="page", link=page.as_uri(), link_text="Open the landscape", description="The page")


def flow_diagram(steps: list[dict[str, object]]) -> str:
    """The screening flow as a table in Markdown."""
    lines = ["| stage | step | records |", "| --- | --- | ---: |"]
    lines += [f"| {step['stage']} | {step['step']} | {step['records']:,} |" for step in steps]
    return "\n".join(lines)

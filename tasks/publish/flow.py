"""The screening flow as PRISMA draws it: steps in order, each with its records, reasons and trials."""

from typing import Any

import duckdb

from tasks.publish.page.facets import INCLUDED
from tasks.publish.page.links import ANY, Linker, linked
from tasks.publish.published import Facts, read_table

# the steps whose records are counted once for each search
SEARCHES = ("found by a search", "found by an extended search")


def read_flow(
    connection: duckdb.DuckDBPyConnection, facts: Facts, linker: Linker | None = None
) -> list[dict[str, Any]]:
    """The flow diagram's steps in order; a count has an address where exactly its trials are on the page."""
    frame = read_table(connection, "metrics.screening_flow", facts.snapshot_id, "order by step_order, records desc")
    rows = frame.to_dicts()
    steps: list[dict[str, Any]] = []
    for row, link in zip(rows, linked(linker, map(flow_filters, rows), frame["records"]), strict=True):
        if not steps or steps[-1]["step"] != row["step"]:
            steps.append({**row, "records": 0, "reasons": [], "is_aside": row["is_removed"] or row["stage"] == "apart"})
        steps[-1]["records"] += row["records"]
        if row["reason"]:
            steps[-1]["reasons"].append({"reason": row["reason"], "records": row["records"], "link": link})
    wanted = [{} if step["step"] == INCLUDED else {"screening": step["step"]} for step in steps]
    for step, link in zip(steps, linked(linker, wanted, [step["records"] for step in steps]), strict=True):
        step["link"] = None if step["step"] in SEARCHES else link
    return steps


def flow_filters(row: dict[str, Any]) -> dict[str, str]:
    """The filter behind a row of the screening flow."""
    reason = row["reason"]
    if row["step"] in SEARCHES:
        return {"screening": ANY, "search": str(reason)}
    if row["step"] == INCLUDED:
        return {"topic": str(reason)} if reason else {}
    filters = {"screening": str(row["step"])}
    return {**filters, "exclusion_reason": str(reason)} if reason else filters

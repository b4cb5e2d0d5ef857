"""The screening flow as PRISMA draws it: steps in order, each with its records, reasons and trials."""

from typing import Any

import duckdb

from tasks.publish.page.facets import INCLUDED
from tasks.publish.page.links import Linker, address, flow_filters
from tasks.publish.published import Facts, read_table


def read_flow(
    connection: duckdb.DuckDBPyConnection, facts: Facts, linker: Linker | None = None
) -> list[dict[str, Any]]:
    """The flow diagram's steps in order; a count has an address where exactly its trials are on the page."""
    frame = read_table(connection, "metrics.screening_flow", facts.snapshot_id, "order by step_order, records desc")
    steps: list[dict[str, Any]] = []
    for row in frame.to_dicts():
        if not steps or steps[-1]["step"] != row["step"]:
            steps.append({**row, "records": 0, "reasons": []})
        steps[-1]["records"] += row["records"]
        if row["reason"]:
            link = found(linker, flow_filters(row), row["records"])
            steps[-1]["reasons"].append({"reason": row["reason"], "records": row["records"], "link": link})
    for step in steps:
        filters = {} if step["step"] == INCLUDED else {"screening": step["step"]}
        step["link"] = None if step["step_order"] == 1 else found(linker, filters, step["records"])
    return steps


def found(linker: Linker | None, filters: dict[str, str], records: int) -> str | None:
    """The address of the trials that pass the filters, where they are as many as the records."""
    if linker is None or not records or len(linker.trials(filters)) != records:
        return None
    return address(filters)

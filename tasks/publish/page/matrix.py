"""Targets by diseases as a table: a cell for each pair with its trials and phases, diseases under their groups."""

import math
from typing import Any

import duckdb
import polars

from tasks.publish.figures.figure import first_of
from tasks.publish.page.names import Names

UNSTATED = "unstated"
FIRST_TARGETS = 25
MOST_DISEASES = 40
# pixels across of the smallest circle, and of the largest
SMALLEST, LARGEST = 20, 40
LEGEND_SIZES = (1, 10, 50)


def read_matrix(connection: duckdb.DuckDBPyConnection, cells: polars.DataFrame, names: Names) -> dict[str, Any] | None:
    """Rows and columns for the template from cells of target, disease, trials, latest_phase, phases, link."""
    stated = cells.filter((polars.col("target") != UNSTATED) & (polars.col("disease") != UNSTATED))
    if stated.is_empty():
        return None
    columns = grouped_diseases(connection, stated, names)
    order = [one["code"] for group in columns for one in group["diseases"]]
    shown = stated.filter(polars.col("disease").is_in(order))
    most = int(shown["trials"].max())  # type: ignore[arg-type]
    places = {(row["target"], row["disease"]): as_cell(row, most, names) for row in shown.to_dicts()}
    rows = [
        {
            "target": target,
            "name": names.name("targets", target),
            "cells": [places.get((target, code)) for code in order],
        }
        for target in ranked(shown, "target")
    ]
    return {
        "groups": columns,
        "rows": rows[:FIRST_TARGETS],
        "further": rows[FIRST_TARGETS:],
        "phases": [phase for phase in PHASES if phase in set(shown["latest_phase"])],
        "sizes": [{"trials": size, "across": across(size, most)} for size in LEGEND_SIZES if size <= most],
        "caption": f"All {len(rows)} targets that a treatment trial names and "
        f"{first_of(len(order), stated['disease'].n_unique(), 'diseases')}, those with most trials first: area is the "
        "number of trials, colour the latest phase.",
    }


PHASES = (
    "Early Phase 1",
    "Phase 1",
    "Phase 1/2",
    "Phase 2",
    "Phase 2/3",
    "Phase 3",
    "Phase 4",
    "no phase",
)


def ranked(cells: polars.DataFrame, side: str) -> list[str]:
    """The values of one side, those with most trials first."""
    totals = cells.group_by(side).agg(polars.col("trials").sum()).sort("trials", side, descending=[True, False])
    return [str(name) for name in totals[side]]


def grouped_diseases(
    connection: duckdb.DuckDBPyConnection, cells: polars.DataFrame, names: Names
) -> list[dict[str, Any]]:
    """The diseases with most trials under their groups, the larger group first, each with its code and its name."""
    group_of = dict(connection.execute('select value, any_value("group") from meta.diseases group by value').fetchall())
    groups: dict[str, list[dict[str, str]]] = {}
    for code in ranked(cells, "disease")[:MOST_DISEASES]:
        disease = {"code": code, "name": names.name("diseases", code) or code}
        groups.setdefault(group_of.get(code, "other"), []).append(disease)
    return [{"group": group, "diseases": diseases} for group, diseases in groups.items()]


def across(trials: int, most: int) -> int:
    """Pixels across of a circle whose area grows with the trials."""
    part: float = (trials - 1) / max(1, most - 1)
    return round(SMALLEST + (LARGEST - SMALLEST) * math.sqrt(part))


def as_cell(row: dict[str, Any], most: int, names: Names) -> dict[str, Any]:
    """One pair for the template."""
    return {
        "target": names.shown("targets", row["target"]),
        "disease": names.name("diseases", row["disease"]) or row["disease"],
        "trials": row["trials"],
        "across": across(row["trials"], most),
        "phase": row["latest_phase"],
        "phases": row["phases"],
        "link": row.get("link"),
    }

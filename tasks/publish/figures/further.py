"""Figures of what becomes of trials: which metric is drawn how, with its caption."""

from collections.abc import Callable

import polars

from tasks.publish.figures.charts import Drawn
from tasks.publish.figures.figure import Figure, Frames
from tasks.publish.figures.outcomes import (
    ENDINGS,
    EVERY,
    MOST_ROWS,
    SMALLEST_YEAR,
    access_bars,
    approval_points,
    expected_bar,
    first_points,
    incidence_lines,
    move_table,
    outcome_bars,
    overdue_bars,
    stop_bars,
    year_lines,
)

MOST_VALUES = 6


def attribute_figures(frames: Frames) -> list[Figure]:
    """For each attribute followed over the years the values that records state most."""
    frame = frames.get("attributes_by_year")
    if frame is None or frame.is_empty():
        return []
    figures = []
    for attribute in frame["attribute"].unique(maintain_order=True).to_list():
        rows = frame.filter((polars.col("attribute") == attribute) & (polars.col("value") != "unstated"))
        totals = (
            rows.group_by("value").agg(polars.col("trials").sum()).sort("trials", "value", descending=[True, False])
        )
        kept = totals["value"].head(MOST_VALUES).to_list()
        if kept:
            name = str(attribute).replace("_", " ")
            drawn = rows.filter(polars.col("value").is_in(kept)).with_columns(of_trials="year_trials")
            chart = year_lines(drawn, "value", "percentage", "% of the year", str(attribute).removesuffix("s"))
            caption = (
                f"Share of the treatment trials of each year of {SMALLEST_YEAR} or more, "
                f"{len(kept)} of {totals.height} values with enough trials; silent records count as without the value. "
                "Attribute trends tests each."
            )
            title = f"{name.capitalize()} by year"
            figures.append(Figure(f"attributes_by_year_{attribute}", title, "attributes_by_year", caption, chart))
    return figures


Drawing = Callable[[polars.DataFrame], Drawn]
# metric, title, caption, rows that are drawn, drawing
DRAWINGS: tuple[tuple[str, str, str, polars.Expr, Drawing], ...] = (
    (
        "results_due",
        "Results due",
        "Trials whose results were due by the last day observed. docs/results-due.md says how the law is read; trials "
        "whose record does not say whether it applies are left out.",
        (polars.col("dimension") == EVERY) & (polars.col("due_trials") > 0),
        outcome_bars,
    ),
    (
        "attrition_curves",
        "What became of trials",
        "Aalen-Johansen estimate of the share that ended in each way, in years from registration; shaded: confidence "
        "interval. The registry keeps no day of a withdrawal or suspension: the last update stands for it.",
        polars.col("region") == EVERY,
        lambda frame: incidence_lines(frame, "ending", ENDINGS),
    ),
    (
        "stop_reasons",
        "Why trials stopped",
        "As the sponsor's words name it; a trial may name several.",
        polars.lit(True),
        stop_bars,
    ),
    (
        "first_in_class",
        "First in class",
        "Each antigen by the day on which its first trial was registered, and the trials since (logarithmic scale).",
        polars.col("first_registered_date").is_not_null(),
        first_points,
    ),
    (
        "phase_transition_curves",
        "From phase 1 on",
        "Kaplan-Meier estimate of the share of lines of development with a later trial in phase 1/2 or beyond, in "
        "years from the first registration. Inferred from product, or sponsor and targets: no registration says it.",
        polars.lit(True),
        lambda frame: incidence_lines(frame, "development_kind", [EVERY, "product", "sponsor and targets"]),
    ),
    (
        "enrollment_and_slippage",
        "What is due next",
        "Trials under way by phase: read-outs planned within the coming months, and records not updated within a year.",
        (polars.col("dimension") == "phase") & (polars.col("active_trials") > 0),
        overdue_bars,
    ),
    (
        "sponsor_concentration",
        "Share of the ten with most trials",
        f"Share of the ten lead sponsors, centres and countries with most trials, by year of registration; years with "
        f"fewer than {SMALLEST_YEAR} of them are in the numbers alone.",
        (polars.col("disease_group") == EVERY) & polars.col("registration_year").is_not_null(),
        lambda frame: year_lines(
            frame.with_columns(of_trials="holdings"), "holder", "top_ten_percentage", "% of the ten with most"
        ),
    ),
    (
        "site_access",
        "Centres for ten million people",
        f"Countries with most centres for their people, {MOST_ROWS} at most; centres as written in the registry, each "
        "once; dark: those that recruit. Population as curation/populations.tsv states it.",
        polars.col("province").is_null() & polars.col("people").is_not_null() & (polars.col("trials") > 0),
        access_bars,
    ),
    (
        "approvals",
        "Approvals",
        "Approvals of CAR-T products, from curation/approvals.tsv, which is not complete.",
        polars.lit(True),
        approval_points,
    ),
    (
        "registration_nowcast",
        "The year's total, an estimate",
        "Bar: trials submitted this year and posted so far. Point and line: estimate of the whole year, its interval.",
        polars.col("expected_trials").is_not_null(),
        expected_bar,
    ),
    (
        "status_transitions",
        "Moves since the last snapshot",
        "Trials by the status that they left and the one they came to; those that stayed are in the table.",
        polars.col("old_status") != polars.col("new_status"),
        move_table,
    ),
)


def further_figures(frames: Frames) -> list[Figure]:
    """Every figure of these metrics that has rows to draw."""
    figures = attribute_figures(frames)
    for metric, title, caption, drawn_rows, drawing in DRAWINGS:
        frame = frames.get(metric)
        if frame is not None and not (rows := frame.filter(drawn_rows)).is_empty():
            figures.append(Figure(metric, title, metric, caption, drawing(rows)))
    return figures

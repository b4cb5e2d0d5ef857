"""The figures of a landscape: which metrics are drawn how, with their captions."""

from collections.abc import Callable

import polars

from tasks.publish.figures.charts import (
    COLOURS,
    Drawn,
    bars_by_year,
    landscape,
    ranked_bars,
    shares,
    stacked_years,
    world_map,
)
from tasks.publish.figures.curves import curve_figures
from tasks.publish.figures.figure import Figure, Frames

UNSTATED = "unstated"
TARGETS_A_GROUP = 15
CELLS_SIDE = 40


def target_figures(frames: Frames) -> list[Figure]:
    """Figure 3: for each disease group the targets with most trials."""
    frame = frames["targets_by_disease_group"]
    groups = frame["disease_group"].unique(maintain_order=True).to_list()
    figures = []
    for place, group in enumerate(sorted(groups, key=lambda name: -frame.filter(disease_group=name)["trials"].sum())):
        rows = frame.filter((polars.col("disease_group") == group) & (polars.col("target") != UNSTATED))
        if not rows.is_empty():
            first = min(TARGETS_A_GROUP, rows.height)
            caption = f"The first {first} of {rows.height} targets; each target of a trial counts."
            chart = ranked_bars(rows.head(TARGETS_A_GROUP), "target", COLOURS[place % len(COLOURS)])
            figures.append(
                Figure(f"targets_{group}", f"Targets, {group}", "targets_by_disease_group", caption, chart, "Figure 3")
            )
    return figures


def construct_figures(frames: Frames) -> list[Figure]:
    """For each part of the construct the values that records state; most records are silent."""
    frame = frames["constructs"]
    figures = []
    for attribute in frame["attribute"].unique(maintain_order=True).to_list():
        rows = frame.filter((polars.col("attribute") == attribute) & (polars.col("value") != UNSTATED))
        if not rows.is_empty():
            silent = frame.filter((polars.col("attribute") == attribute) & (polars.col("value") == UNSTATED))
            caption = (
                f"Treatment trials; {silent['trials'].sum():,} of {rows['treatment_trials'][0]:,} do not state it."
            )
            chart = ranked_bars(rows.head(TARGETS_A_GROUP), "value", COLOURS[0])
            title = str(attribute).replace("_", " ").capitalize()
            figures.append(Figure(f"constructs_{attribute}", title, "constructs", caption, chart))
    return figures


def landscape_figure(cells: polars.DataFrame) -> Figure:
    """Figure 4: the targets and diseases with most trials, and what they meet in."""
    kept = cells.filter((polars.col("target") != UNSTATED) & (polars.col("disease") != UNSTATED))
    sides = {
        side: kept.group_by(side).agg(polars.col("trials").sum()).sort("trials", side, descending=[True, False])[side]
        for side in ("target", "disease")
    }
    shown = kept.filter(*(polars.col(side).is_in(names.head(CELLS_SIDE).to_list()) for side, names in sides.items()))
    caption = (
        f"Treatment trials by target and disease: area is the number of trials, colour the latest phase. "
        f"{shown['target'].n_unique()} of {sides['target'].len()} targets, "
        f"{shown['disease'].n_unique()} of {sides['disease'].len()} diseases."
    )
    return Figure(
        "target_landscape", "Targets, diseases, phases", "target_landscape", caption, landscape(shown), "Figure 4"
    )


def dated(frame: polars.DataFrame) -> polars.DataFrame:
    """The rows that have a year."""
    return frame.filter(polars.col("registration_year").is_not_null())


Drawing = Callable[[polars.DataFrame], Drawn]
# metric, title, figure of the paper, caption, drawing
DRAWINGS: tuple[tuple[str, str, str, str, Drawing], ...] = (
    (
        "registrations_by_year",
        "Registrations by year",
        "Figure 2",
        "Trials of the landscape by the year in which they were first posted; the last year may be incomplete.",
        lambda frame: bars_by_year(dated(frame)),
    ),
    (
        "registrations_by_region",
        "Registrations by region",
        "Figure 2",
        "By year of registration, and region of most sites, else of the sponsor.",
        lambda frame: stacked_years(dated(frame), "region"),
    ),
    (
        "registrations_by_disease_group",
        "Registrations by disease group",
        "Figure 2",
        "By year of registration; a trial of several groups counts in each.",
        lambda frame: stacked_years(dated(frame), "disease_group"),
    ),
    (
        "countries",
        "Where the trials are",
        "section 3.1",
        "Countries by trials with at least one site there, on a logarithmic scale; a trial counts in each.",
        world_map,
    ),
    (
        "phases",
        "Phases",
        "section 3.1",
        "Trials by phase.",
        lambda frame: ranked_bars(frame, "phase", COLOURS[0], True),
    ),
    (
        "statuses",
        "Recruitment status",
        "section 4.4",
        "Trials by recruitment status, in the order of a trial's life.",
        lambda frame: ranked_bars(frame, "status", COLOURS[2], True),
    ),
    (
        "completeness",
        "What the records state",
        "",
        "For each attribute the share of trials whose record states it.",
        shares,
    ),
)


def figures_of(frames: Frames) -> list[Figure]:
    """Every figure whose metric is there and has rows."""
    figures = []
    for metric, title, paper, caption, drawing in DRAWINGS:
        frame = frames.get(metric)
        if frame is not None and frame.height and (not metric.startswith("registrations") or dated(frame).height):
            figures.append(Figure(metric, title, metric, caption, drawing(frame), paper))
    if "targets_by_disease_group" in frames:
        figures[3:3] = target_figures(frames)
    if "target_landscape" in frames and frames["target_landscape"].height:
        figures.append(landscape_figure(frames["target_landscape"]))
    if "constructs" in frames:
        figures += construct_figures(frames)
    return figures + curve_figures(frames)

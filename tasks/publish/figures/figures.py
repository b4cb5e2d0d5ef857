"""The figures of a landscape: which metrics are drawn how, with their captions."""

from collections.abc import Callable

import altair
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
from tasks.publish.figures.colours import colours_of
from tasks.publish.figures.curves import curve_figures
from tasks.publish.figures.figure import Figure, Frames, first_of
from tasks.publish.figures.further import further_figures
from tasks.publish.figures.outcomes import answer_bars
from tasks.publish.sections import matches, page_sections
from tasks.warehouse.models import load_models

UNSTATED = "unstated"
TARGETS_A_GROUP = 15
CELLS_SIDE = 40


def target_figures(frames: Frames) -> list[Figure]:
    """Figure 3: for each disease group the targets with most trials."""
    frame = frames["targets_by_disease_group"]
    groups = frame["disease_group"].unique(maintain_order=True).to_list()
    figures = []
    for group in sorted(groups, key=lambda name: -frame.filter(disease_group=name)["trials"].sum()):
        rows = frame.filter((polars.col("disease_group") == group) & (polars.col("target") != UNSTATED))
        if not rows.is_empty():
            shown = first_of(min(TARGETS_A_GROUP, rows.height), rows.height, "targets")
            caption = f"{shown[0].upper()}{shown[1:]}; each target of a trial counts."
            chart = ranked_bars(rows.head(TARGETS_A_GROUP), "target", colours_of("disease_group", [group])[0])
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


# how a header may say that its metric is drawn; one that ends with 'by' or 'of' is followed by a column
DRAWINGS: dict[str, Callable[[polars.DataFrame, str], Drawn]] = {
    "years": lambda frame, _: bars_by_year(frame),
    "years by": stacked_years,
    "bars of": lambda frame, column: ranked_bars(frame, column, COLOURS[0], True),
    "world": lambda frame, _: world_map(frame),
    "answers": lambda frame, _: answer_bars(frame),
    "shares": lambda frame, _: shares(frame),
}


def described_figures(frames: Frames) -> list[Figure]:
    """The figures that headers of metrics ask for, of those that have rows to draw."""
    figures = []
    for model in load_models():
        if model.figure and model.name in frames:
            asked = model.figure["figure"]
            kind, column = (asked, "") if asked in DRAWINGS else asked.rsplit(" ", 1)
            frame = dated(frames[model.name]) if kind.startswith("years") else frames[model.name]
            if frame.height:
                title = model.figure.get("title", model.name.replace("_", " ").capitalize())
                paper = model.header.get("paper", "").split(",")[0]
                drawn = DRAWINGS[kind](frame, column)
                figures.append(
                    Figure(
                        model.name,
                        title,
                        model.name,
                        model.figure["caption"],
                        drawn,
                        "" if paper.startswith("none") else paper,
                    )
                )
    return figures


def figures_of(frames: Frames) -> list[Figure]:
    """Every figure whose metric is there and has rows, in the order of the page's sections.

    Altair does not hold each part of a chart to its schema meanwhile, which takes longer than making the charts: all of
    them are drawn, and the tests check them.
    """
    with altair.utils.schemapi.debug_mode(False):
        return sorted(made_figures(frames), key=lambda figure: place_on_page(figure.name))


def made_figures(frames: Frames) -> list[Figure]:
    """The figures in the order in which they are made."""
    figures = described_figures(frames)
    if "targets_by_disease_group" in frames:
        figures += target_figures(frames)
    if "target_landscape" in frames and frames["target_landscape"].height:
        figures.append(landscape_figure(frames["target_landscape"]))
    if "constructs" in frames:
        figures += construct_figures(frames)
    return figures + curve_figures(frames) + further_figures(frames)


def place_on_page(name: str) -> int:
    """Where report/sections.toml shows a figure; one that no section names comes last."""
    patterns = [pattern for section in page_sections() for pattern in section["figures"]]
    return next((place for place, pattern in enumerate(patterns) if matches(name, pattern)), len(patterns))

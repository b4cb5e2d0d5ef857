"""Time to publication as curves: trials that had no time to publish count only as long as they were observed."""

import altair
import polars

from tasks.publish.charts import COLOURS, Drawn
from tasks.publish.figure import Figure, Frames

DAYS_A_YEAR = 365.25


def curve_figures(frames: Frames) -> list[Figure]:
    """For each clock the share published by region, where publications were looked for."""
    frame = frames.get("publication_curves")
    if frame is None or frame.is_empty():
        return []
    figures = []
    for clock in frame["clock"].unique(maintain_order=True).to_list():
        caption = (
            f"Kaplan-Meier estimate of the share of trials with published results, in years from {clock}, by region. "
            "Intervals are in the table."
        )
        chart = published_curve(frame.filter(polars.col("clock") == clock))
        name, title = f"publication_curves_{clock}".replace(" ", "_"), f"Published since {clock}"
        figures.append(Figure(name, title, "publication_curves", caption, chart))
    return figures


def published_curve(frame: polars.DataFrame) -> Drawn:
    """Steps of the share published."""
    rows = frame.select(
        "region",
        "days",
        (polars.col("days") / DAYS_A_YEAR).alias("years"),
        (100 - polars.col("unpublished_percentage")).alias("published_percentage"),
        "at_risk",
    )
    regions = frame["region"].unique(maintain_order=True).to_list()
    colours = altair.Scale(domain=regions, range=COLOURS[: len(regions)])
    return (
        altair.Chart(altair.InlineData(values=rows.to_dicts()))
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=altair.X("years:Q", title="years"),
            y=altair.Y("published_percentage:Q", title="% with published results"),
            color=altair.Color("region:N", title=None, scale=colours),
            tooltip=["region:N", "days:Q", "at_risk:Q", altair.Tooltip("published_percentage:Q", format=".1f")],
        )
    )

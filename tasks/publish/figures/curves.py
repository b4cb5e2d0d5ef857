"""Time to publication as curves: trials that had no time to publish count only as long as they were observed."""

import altair
import polars

from tasks.publish.figures.charts import Drawn, inline, tooltip_of
from tasks.publish.figures.colours import colours_of
from tasks.publish.figures.figure import Figure, Frames
from tasks.publish.figures.names import line_names

DAYS_A_YEAR = 365.25
EVERYWHERE = "all"
# a region with fewer trials has no curve, only its rows in the table
SMALLEST_CURVE = 20


def curve_figures(frames: Frames) -> list[Figure]:
    """For each clock the share published by region, where publications were looked for."""
    frame = frames.get("publication_curves")
    if frame is None or frame.is_empty():
        return []
    # a region has one colour, whichever the clock
    regions = [EVERYWHERE, *sorted(set(frame["region"].to_list()) - {EVERYWHERE, *few(frame)})]
    figures = []
    for clock in frame["clock"].unique(maintain_order=True).to_list():
        rows = frame.filter(polars.col("clock") == clock)
        without = few(rows)
        left_out = f" Fewer than {SMALLEST_CURVE} trials, in the table alone: {', '.join(without)}." if without else ""
        caption = (
            f"Kaplan-Meier estimate of the share of trials with published results, in years from {clock}, by region; "
            f"each line ends at its last publication. Results from before {clock} count at day 0, and trials withdrawn "
            f"before anybody took part are not followed. Shaded: confidence interval of all.{left_out}"
        )
        chart = published_curve(rows.filter(~polars.col("region").is_in(without)), regions)
        name, title = f"publication_curves_{clock}".replace(" ", "_"), f"Published since {clock}"
        figures.append(Figure(name, title, "publication_curves", caption, chart))
    return figures


def few(frame: polars.DataFrame) -> list[str]:
    """The regions with too few trials for a curve, whichever the clock."""
    sizes = frame.group_by("region").agg(polars.col("at_risk").max())
    small = sizes.filter((polars.col("at_risk") < SMALLEST_CURVE) & (polars.col("region") != EVERYWHERE))
    return sorted(small["region"].to_list())


def published_curve(frame: polars.DataFrame, regions: list[str]) -> Drawn:
    """Steps of the share published, from nothing at the start."""
    rows = frame.select(
        "region",
        "days",
        "at_risk",
        (100 - polars.col("unpublished_percentage")).alias("published_percentage"),
        (100 - polars.col("high")).alias("low"),
        (100 - polars.col("low")).alias("high"),
    ).to_dicts()
    for region in frame["region"].unique(maintain_order=True).to_list():
        at_risk = max(row["at_risk"] for row in rows if row["region"] == region)
        start = {"region": region, "days": 0, "at_risk": at_risk, "published_percentage": 0.0, "low": 0.0, "high": 0.0}
        rows.insert(0, start)
    drawn = [{**row, "years": row["days"] / DAYS_A_YEAR} for row in sorted(rows, key=lambda row: row["days"])]
    colours = altair.Scale(domain=regions, range=colours_of("region", regions))
    years = altair.X("years:Q", title="years", axis=altair.Axis(tickCount=6), scale=altair.Scale(nice=False))
    lines = (
        altair.Chart(inline(drawn))
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=years,
            y=altair.Y("published_percentage:Q", title="% with published results"),
            color=altair.Color("region:N", title=None, scale=colours, legend=None),
            tooltip=tooltip_of(
                "region:N", "days:Q", "at_risk:Q", altair.Tooltip("published_percentage:Q", format=".1f")
            ),
        )
    )
    band = (
        altair.Chart(inline([row for row in drawn if row["region"] == EVERYWHERE]))
        .mark_area(interpolate="step-after", opacity=0.15, color=colours_of("region", [EVERYWHERE])[0])
        .encode(x=years, y=altair.Y("low:Q", title="% with published results"), y2=altair.Y2("high:Q"))
    )
    top = max(row[name] or 0 for row in drawn for name in ("published_percentage", "high"))
    return altair.layer(band, lines, *line_names(drawn, "region", "days", "published_percentage", top, colours))

"""Charts of the page: Vega-Lite specifications by Altair, drawn to SVG while the page is written."""

import altair
import polars
import vl_convert

# Okabe and Ito's colours, which people with any colour vision can tell apart
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999", "#F0E442"]


def draw(chart: altair.TopLevelMixin) -> str:
    """A chart as SVG text that scales to its column."""
    configured = (
        chart.configure(font="Arial", background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            grid=True, gridColor="#8883", domainColor="#888", tickColor="#888", labelColor="#777", titleColor="#777"
        )
        .configure_axisX(grid=False)
        .configure_legend(labelColor="#777", titleColor="#777", orient="top")
        .configure_title(color="#777", anchor="start")
    )
    svg: str = vl_convert.vegalite_to_svg(configured.to_json())
    return svg.replace("<svg ", '<svg role="img" ', 1)


def stacked_years(frame: polars.DataFrame, group: str, title: str) -> str:
    """Trials by year of registration, stacked by `group`; a frame without rows draws nothing."""
    dated = frame.filter(polars.col("registration_year").is_not_null())
    if dated.is_empty():
        return ""
    years = list(range(min(dated["registration_year"]), max(dated["registration_year"]) + 1))
    order = dated.group_by(group).agg(polars.col("trials").sum()).sort("trials", descending=True)[group].to_list()
    chart = (
        altair.Chart(altair.InlineData(values=dated.to_dicts()), title=title)
        .mark_bar()
        .encode(
            x=altair.X("registration_year:O", title="year of registration", scale=altair.Scale(domain=years)),
            y=altair.Y("sum(trials):Q", title="trials"),
            color=altair.Color(f"{group}:N", sort=order, title=None, scale=altair.Scale(domain=order, range=COLOURS)),
        )
        .properties(width=560, height=240)
    )
    return draw(chart)


def ranked_bars(frame: polars.DataFrame, label: str, title: str, colour: str = COLOURS[0]) -> str:
    """Horizontal bars of trials, largest first; a frame without rows draws nothing."""
    if frame.is_empty():
        return ""
    base = altair.Chart(altair.InlineData(values=frame.to_dicts()), title=title).encode(
        x=altair.X("trials:Q", title="trials"),
        y=altair.Y(f"{label}:N", sort="-x", title=None),
    )
    bars = base.mark_bar(color=colour)
    numbers = base.mark_text(align="left", dx=3, color="#777").encode(text="trials:Q")
    return draw((bars + numbers).properties(width=280, height={"step": 17}))

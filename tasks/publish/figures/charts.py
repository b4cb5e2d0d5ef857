"""Charts as Altair specifications: the page draws them in the reader's colours, the exports draw them for print."""

from collections.abc import Iterable
from typing import Any

import altair
import polars

from tasks.publish.figures.colours import UNSTATED, colours_of
from tasks.publish.figures.names import name_layers, named_places, stack_middles
from tasks.publish.figures.world import centres, country_codes, outlines

# a chart or layers of charts; Altair's own methods are typed as Any
Drawn = Any

# Okabe and Ito's colours, which people with any colour vision can tell apart
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999", "#F0E442"]
# from early to late, dark enough at both ends to see on white and on black
PHASE_COLOURS = {
    "no phase": "#9a9a9a",
    "Early Phase 1": "#fde3a7",
    "Phase 1": "#f9c15a",
    "Phase 1/2": "#f08f3c",
    "Phase 2": "#d95f2b",
    "Phase 2/3": "#a83a63",
    "Phase 3": "#6f2c91",
    "Phase 4": "#2b1a6b",
}


def inline(rows: Iterable[dict[str, Any]]) -> altair.InlineData:
    """Rows as the data of a chart: a tuple, as Altair copies a list anew for every layer that it goes into."""
    return altair.InlineData(values=tuple(rows))


def tooltip_of(*fields: str | altair.Tooltip) -> list[altair.Tooltip]:
    """What a mark says when it is pointed at.

    Here and in every chart the channels are objects: for a bare string Altair hashes its whole schema anew.
    """
    return [altair.Tooltip(field) if isinstance(field, str) else field for field in fields]


def counted(one: str = "trials") -> altair.Axis:
    """An axis of whole numbers."""
    return altair.Axis(title=one, tickMinStep=1, format=",d")


def names_axis() -> altair.Axis:
    """An axis of names."""
    return altair.Axis(labelLimit=260, labelFontSize=12, ticks=False, domain=False)


def with_marked_year(frame: polars.DataFrame) -> tuple[list[dict[str, Any]], Drawn, Drawn]:
    """Rows by year, the axis that marks a year which the data do not cover whole by *, and the opacity that does."""
    rows = [{"is_incomplete": False, **row} for row in frame.to_dicts()]
    marked = sorted({row["registration_year"] for row in rows if row["is_incomplete"]})
    test = " || ".join(f"datum.value == {year}" for year in marked) or "false"
    axis = altair.Axis(
        labelOverlap="greedy", labelSeparation=6, labelExpr=f"({test}) ? datum.label + '*' : datum.label", labelAngle=0
    )
    faint = altair.OpacityValue(1, condition={"test": "datum.is_incomplete", "value": 0.55})
    return rows, axis, faint


def bars_by_year(frame: polars.DataFrame) -> Drawn:
    """Trials by year of registration, a number on each bar."""
    rows, axis, faint = with_marked_year(frame)
    base = altair.Chart(inline(rows)).encode(
        x=altair.X("registration_year:O", title="year of registration", axis=axis),
        y=altair.Y("trials:Q", axis=counted()),
        tooltip=tooltip_of(
            altair.Tooltip("registration_year:O", title="year"),
            altair.Tooltip("trials:Q"),
            altair.Tooltip("cumulative_trials:Q", title="up to then"),
        ),
    )
    numbers = base.mark_text(dy=-7, fontSize=12).encode(text=altair.Text("trials:Q"))
    return base.mark_bar(color=COLOURS[0], cursor="pointer").encode(opacity=faint) + numbers


def stacked_years(frame: polars.DataFrame, group: str) -> Drawn:
    """Trials by year of registration, stacked by a group, the largest at the bottom and named beside the last year."""
    summed = frame.group_by("registration_year", group, maintain_order=True).agg(
        polars.col("trials").sum(), polars.col("^is_incomplete|link$").first()
    )
    # a link that stood for one of several rows of a bar would open too few
    summed = summed if summed.height == frame.height else summed.drop("link", strict=False)
    order = summed.group_by(group).agg(polars.col("trials").sum()).sort("trials", group, descending=[True, False])
    names = order[group].to_list()
    ranks = {name: place for place, name in enumerate(names)}
    rows, axis, faint = with_marked_year(summed)
    values = [{**row, "rank": ranks[row[group]]} for row in rows]
    years = summed["registration_year"].cast(polars.Int64)
    span = list(range(years.min(), years.max() + 1))  # type: ignore[arg-type, operator]
    scale = altair.Scale(domain=names, range=colours_of(group, names))
    bars = (
        altair.Chart(inline(values))
        .mark_bar(cursor="pointer")
        .encode(
            x=altair.X("registration_year:O", title="year of registration", scale=altair.Scale(domain=span), axis=axis),
            y=altair.Y("trials:Q", axis=counted()),
            color=altair.Color(f"{group}:N", title=None, scale=scale, legend=None),
            opacity=faint,
            order=altair.Order("rank:O"),
            tooltip=tooltip_of(f"{group}:N", altair.Tooltip("registration_year:O", title="year"), "trials:Q"),
        )
    )
    return altair.layer(bars, *name_layers(names_of_stack(rows, group, names), group, "place", scale))


def names_of_stack(rows: list[dict[str, Any]], group: str, names: list[str]) -> list[dict[str, Any]]:
    """For each name its place beside the last year's bar, in trials and in shares of that year."""
    totals: dict[int, int] = {}
    for row in rows:
        totals[row["registration_year"]] = totals.get(row["registration_year"], 0) + row["trials"]
    last = max(totals)
    heights = dict.fromkeys(names, 0)
    heights.update({row[group]: row["trials"] for row in rows if row["registration_year"] == last})
    middles = stack_middles(heights)
    places = named_places(middles, max(totals.values()))
    shares = named_places({name: middle / max(totals[last], 1) for name, middle in middles.items()}, 1)
    return [{group: name, "place": places[name], "share_place": shares[name]} for name in names]


def ranked_bars(frame: polars.DataFrame, label: str, colour: str, ordered: bool = False) -> Drawn:
    """Horizontal bars of trials with their number and share; largest first, or in the frame's own order."""
    frame = frame.with_columns(polars.col(label).fill_null(UNSTATED))
    names = (frame if ordered else frame.sort("trials", label, descending=[True, False]))[label].to_list()
    # room for the number after the longest bar
    room = altair.Scale(domain=[0, 1.12 * max(1, *frame["trials"])], nice=False)
    base = altair.Chart(inline(frame.to_dicts())).encode(
        x=altair.X("trials:Q", axis=None, scale=room),
        y=altair.Y(
            f"{label}:N",
            sort=names,
            title=None,
            axis=names_axis(),
        ),
        tooltip=tooltip_of(f"{label}:N", "trials:Q", altair.Tooltip("percentage:Q", title="%", format=".1f")),
    )
    bars = base.mark_bar(color=colour, cursor="pointer")
    numbers = base.mark_text(align="left", dx=4).encode(text=altair.Text("trials:Q", format=",d"))
    return altair.layer(bars, numbers).properties(height={"step": 19})


def world_map(frame: polars.DataFrame) -> Drawn:
    """Countries coloured by trials with a site there; those too small for an outline as circles."""
    codes, middle = country_codes(), centres()
    rows = [{**row, "code": codes[row["country"]]} for row in frame.to_dicts() if row["country"] in codes]
    drawn = {feature["id"] for feature in outlines()}
    small = [
        {**row, "latitude": middle[row["code"]][0], "longitude": middle[row["code"]][1]}
        for row in rows
        if row["code"] not in drawn and row["code"] in middle
    ]
    scale = altair.Scale(type="log", scheme="blues", domain=[1, max([10, *(row["trials"] for row in rows)])])
    shade = altair.Color("trials:Q", scale=scale, legend=altair.Legend(title="trials", orient="bottom-left"))
    tooltip = tooltip_of("country:N", "trials:Q", "sites:Q")
    by_code = {row["code"]: row for row in rows}
    land = [{"type": "Feature", "geometry": feature["geometry"], "id": feature["id"]} for feature in outlines()]
    known = [{**feature, **by_code[feature["id"]]} for feature in land if feature["id"] in by_code]
    blank = altair.Chart(inline(land)).mark_geoshape(fill="#8882", stroke="#8886", strokeWidth=0.4, aria=False)
    filled = (
        altair.Chart(inline(known))
        .mark_geoshape(stroke="#fff", strokeWidth=0.4, cursor="pointer")
        .encode(color=shade, tooltip=tooltip)
    )
    circles = (
        altair.Chart(inline(small))
        .mark_circle(size=70, stroke="#fff", opacity=1, cursor="pointer")
        .encode(
            longitude=altair.Longitude("longitude:Q"),
            latitude=altair.Latitude("latitude:Q"),
            color=shade,
            tooltip=tooltip,
        )
    )
    return (blank + filled + circles).project("naturalEarth1").properties(height=400)


def shares(frame: polars.DataFrame) -> Drawn:
    """For each attribute the share of trials that state it."""
    rows = [{**row, "attribute": row["attribute"].replace("_", " ")} for row in frame.to_dicts()]
    base = altair.Chart(inline(rows)).encode(
        y=altair.Y(
            "attribute:N",
            sort="-x",
            title=None,
            axis=names_axis(),
        ),
        x=altair.X("stated_percentage:Q", title="% of trials that state it", scale=altair.Scale(domain=[0, 100])),
        tooltip=tooltip_of(
            "attribute:N", "stated_trials:Q", altair.Tooltip("stated_percentage:Q", title="%", format=".1f")
        ),
    )
    return base.mark_bar(color=COLOURS[2], cursor="pointer").properties(height={"step": 17})


def landscape(cells: polars.DataFrame) -> Drawn:
    """Targets by diseases: a circle for each pair, its area the trials, its colour the latest phase reached."""
    totals = {
        side: cells.group_by(side).agg(polars.col("trials").sum()).sort("trials", side, descending=[True, False])[side]
        for side in ("target", "disease")
    }
    targets, diseases = (totals[side].to_list() for side in ("target", "disease"))
    present = [phase for phase in PHASE_COLOURS if phase in set(cells["latest_phase"])]
    colours = altair.Scale(domain=present, range=[PHASE_COLOURS[phase] for phase in present])
    axis = altair.Axis(grid=True, labelLimit=160, gridOpacity=0.35, domain=False, ticks=False)
    return (
        altair.Chart(inline(cells.to_dicts()))
        .mark_circle(opacity=0.95, stroke="#0003", strokeWidth=0.5, cursor="pointer")
        .encode(
            x=altair.X("disease:N", sort=diseases, title=None, axis=axis.copy()),
            y=altair.Y("target:N", sort=targets, title=None, axis=axis),
            size=altair.Size("trials:Q", scale=altair.Scale(type="sqrt", range=[18, 360]), legend=None),
            color=altair.Color("latest_phase:N", scale=colours, title="latest phase"),
            tooltip=tooltip_of("target:N", "disease:N", "trials:Q", "phases:N"),
        )
        .properties(width={"step": 22}, height={"step": 20})
    )

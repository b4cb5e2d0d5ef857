"""Charts of what becomes of trials: results due, endings, plans, firsts, access, approvals and moves of status."""

import math
from typing import Any

import altair
import polars

from tasks.publish.figures.charts import COLOURS, Drawn, counted, inline, tooltip_of, with_marked_year
from tasks.publish.figures.colours import colours_of
from tasks.publish.figures.names import line_names

DAYS_A_YEAR = 365.25
MOST_ROWS = 25
# pixels beside the first and the last point of a line of time, so that neither nor its name stands on the axis
ROOM_AT_ENDS = 20
# trials of a year from which on its shares are drawn: of fewer a single trial moves a line by more than 10%
SMALLEST_YEAR = 10
# targets carry their name where none with more trials stands within these days and this part of a power of ten
ROOM_DAYS, ROOM_POWERS = 1_300, 0.19
EVERY = "all"
# from good to bad, in colours that any colour vision can tell apart
OUTCOMES = {"in time": COLOURS[2], "late": COLOURS[1], "being posted": COLOURS[6], "overdue": COLOURS[5]}
ENDINGS = ["completed", "unknown", "terminated", "withdrawn", "suspended"]
LABELS = altair.Axis(labelLimit=260, ticks=False, domain=False)


def data(frame: polars.DataFrame) -> altair.InlineData:
    """The rows of a frame as a chart holds them, days as text."""
    return inline(frame.with_columns(polars.col(polars.Date).cast(polars.String)).to_dicts())


def outcome_bars(frame: polars.DataFrame) -> Drawn:
    """For each rule the trials whose results are due, by outcome."""
    rows = (
        frame.select("rule", *(f"{name.replace(' ', '_')}_trials" for name in OUTCOMES))
        .unpivot(
            [f"{name.replace(' ', '_')}_trials" for name in OUTCOMES],
            index=["rule"],
            variable_name="outcome",
            value_name="trials",
        )
        .with_columns(
            polars.col("outcome").str.replace("_trials", "").str.replace_all("_", " "),
            polars.col("rule").replace({"law": "under FDAAA 801", "any": "any trial that ended"}),
        )
    )
    colours = altair.Scale(domain=list(OUTCOMES), range=list(OUTCOMES.values()))
    return (
        altair.Chart(data(rows))
        .mark_bar()
        .encode(
            x=altair.X("trials:Q", axis=counted("trials whose results are due")),
            y=altair.Y("rule:N", title=None, axis=LABELS),
            color=altair.Color("outcome:N", title=None, scale=colours),
            tooltip=tooltip_of("rule:N", "outcome:N", "trials:Q"),
        )
        .properties(height={"step": 40})
    )


def stop_bars(frame: polars.DataFrame) -> Drawn:
    """Reasons why trials stopped, by status."""
    return (
        altair.Chart(data(frame))
        .mark_bar(cursor="pointer")
        .encode(
            x=altair.X("trials:Q", axis=counted()),
            y=altair.Y("reason:N", sort="-x", title=None, axis=LABELS),
            color=altair.Color("status:N", title=None, scale=altair.Scale(range=COLOURS)),
            tooltip=tooltip_of(
                "reason:N", "status:N", "trials:Q", altair.Tooltip("percentage:Q", format=".1f", title="%")
            ),
        )
        .properties(height={"step": 19})
    )


def incidence_lines(frame: polars.DataFrame, group: str, order: list[str]) -> Drawn:
    """Steps of a cumulative share over years, a line for each value of a group."""
    shown = [name for name in order if name in set(frame[group].to_list())]
    rows = frame.with_columns((polars.col("days") / DAYS_A_YEAR).alias("years"))
    colours = altair.Scale(domain=shown, range=COLOURS[: len(shown)])
    base = altair.Chart(data(rows)).encode(x=altair.X("years:Q", title="years"))
    shade = altair.Color(f"{group}:N", title=None, scale=colours, legend=None)
    band = base.mark_area(interpolate="step-after", opacity=0.12).encode(
        y=altair.Y("low:Q", title="% of trials"), y2=altair.Y2("high:Q"), color=shade
    )
    lines = base.mark_line(interpolate="step-after", strokeWidth=2).encode(
        y=altair.Y("percentage:Q", title="% of trials"),
        color=shade,
        tooltip=tooltip_of(
            f"{group}:N", "days:Q", "at_risk:Q", altair.Tooltip("percentage:Q", format=".1f", title="%")
        ),
    )
    top = max((row["high"] or row["percentage"] for row in rows.to_dicts()), default=1)
    return altair.layer(band, lines, *line_names(rows.to_dicts(), group, "days", "percentage", top, colours))


def year_lines(frame: polars.DataFrame, group: str, share: str, title: str, kind: str = "") -> Drawn:
    """A share over the years of registration, a line for each value of a group; years of few trials are left out.

    `kind` is what report/colours.toml calls the values.
    """
    rows, axis, _ = with_marked_year(frame.filter(polars.col("of_trials") >= SMALLEST_YEAR))
    names = sorted({row[group] for row in rows})
    colours = altair.Scale(domain=names, range=colours_of(kind or group, names))
    lines = (
        altair.Chart(inline(rows))
        .mark_line(point=True)
        .encode(
            x=altair.X("registration_year:O", title="year of registration", axis=axis),
            y=altair.Y(f"{share}:Q", title=title, scale=altair.Scale(zero=True)),
            color=altair.Color(f"{group}:N", title=None, scale=colours, legend=None),
            tooltip=tooltip_of(
                f"{group}:N", "registration_year:O", altair.Tooltip(f"{share}:Q", format=".1f", title="%")
            ),
        )
    )
    top = max((row[share] for row in rows if row[share] is not None), default=1)
    return altair.layer(lines, *line_names(rows, group, "registration_year", share, top, colours))


def first_points(frame: polars.DataFrame) -> Drawn:
    """Targets by the day of their first trial and the trials since, named where there is room."""
    base = altair.Chart(data(frame)).encode(
        x=altair.X("first_registered_date:T", title="first registered", scale=altair.Scale(padding=ROOM_AT_ENDS)),
        y=altair.Y("trials:Q", title="trials since", scale=altair.Scale(type="log")),
        tooltip=tooltip_of(
            "target:N",
            "first_nct_id:N",
            "first_sponsor:N",
            "first_country:N",
            "trials:Q",
            "sponsors:Q",
            "state:N",
        ),
    )
    points = base.mark_circle(size=60, cursor="pointer").encode(
        color=altair.Color("state:N", title=None, scale=altair.Scale(range=COLOURS))
    )
    predicate = altair.FieldOneOfPredicate("target", names_with_room(frame))
    names = base.transform_filter(predicate).mark_text(dy=-8, fontSize=12, aria=False)
    return points + names.encode(text=altair.Text("target:N"))


def names_with_room(frame: polars.DataFrame) -> list[str]:
    """Targets whose names do not stand over one another, those with most trials first."""
    kept: list[dict[str, Any]] = []
    for row in frame.sort("trials", "target", descending=[True, False]).to_dicts():
        if not any(
            abs((row["first_registered_date"] - one["first_registered_date"]).days) < ROOM_DAYS
            and abs(math.log10(row["trials"] / one["trials"])) < ROOM_POWERS
            for one in kept
        ):
            kept.append(row)
    return [row["target"] for row in kept]


def access_bars(frame: polars.DataFrame) -> Drawn:
    """Centres for ten million people, by country."""
    rows = (
        frame.filter(polars.col("province").is_null() & polars.col("people").is_not_null() & (polars.col("trials") > 0))
        .sort("centres_per_ten_million", descending=True)
        .head(MOST_ROWS)
    )
    base = altair.Chart(data(rows)).encode(
        y=altair.Y("country:N", sort=rows["country"].to_list(), title=None, axis=LABELS)
    )
    tooltip = tooltip_of("country:N", "centres:Q", "recruiting_centres:Q", "people:Q", "population_year:O")
    everywhere = base.mark_bar(color=COLOURS[4]).encode(
        x=altair.X("centres_per_ten_million:Q", title="centres for ten million people"),
        tooltip=tooltip,
    )
    recruiting = base.mark_bar(color=COLOURS[0], size=7).encode(
        x=altair.X("recruiting_centres_per_ten_million:Q"), tooltip=tooltip
    )
    return altair.layer(everywhere, recruiting).properties(height={"step": 17})


def approval_points(frame: polars.DataFrame) -> Drawn:
    """Approvals on a line of time, by product and agency."""
    return (
        altair.Chart(data(frame))
        .mark_point(filled=True, size=90)
        .encode(
            x=altair.X(
                "approved_date:T",
                title=None,
                axis=altair.Axis(format="%Y", tickCount="year", labelBound=True),
                scale=altair.Scale(padding=ROOM_AT_ENDS),
            ),
            y=altair.Y("product:N", sort=altair.EncodingSortField("approved_date", op="min"), title=None, axis=LABELS),
            color=altair.Color("agency:N", title=None, scale=altair.Scale(range=COLOURS)),
            shape=altair.Shape("agency:N"),
            tooltip=tooltip_of(
                "product:N", "agency:N", "approved_date:T", "indication:N", "trials:Q", "later_trials:Q"
            ),
        )
        .properties(height={"step": 24})
    )


def overdue_bars(frame: polars.DataFrame) -> Drawn:
    """By phase the trials under way: read-outs due, and records that are out of date."""
    names = {"read_out_trials": "read-out due", "update_overdue_trials": "update overdue"}
    rows = (
        frame.select("value", "active_trials", *names)
        .unpivot(list(names), index=["value", "active_trials"], variable_name="what", value_name="trials")
        .with_columns(polars.col("what").replace(names))
    )
    return (
        altair.Chart(data(rows))
        .mark_bar()
        .encode(
            x=altair.X("trials:Q", axis=counted()),
            y=altair.Y("value:N", title=None, axis=LABELS),
            yOffset=altair.YOffset("what:N"),
            color=altair.Color("what:N", title=None, scale=altair.Scale(range=COLOURS)),
            tooltip=tooltip_of("value:N", "what:N", "trials:Q", "active_trials:Q"),
        )
        .properties(height={"step": 14})
    )


def move_table(frame: polars.DataFrame) -> Drawn:
    """Trials by the status that they left and the one they came to."""
    moved = frame.filter(polars.col("old_status") != polars.col("new_status"))
    base = altair.Chart(data(moved)).encode(
        x=altair.X("new_status:N", title="now", axis=altair.Axis(labelLimit=160, labelAngle=-40)),
        y=altair.Y("old_status:N", title="before", axis=LABELS),
        tooltip=tooltip_of("old_status:N", "new_status:N", "trials:Q", "status_trials:Q", "undated_trials:Q"),
    )
    cells = base.mark_rect().encode(color=altair.Color("trials:Q", scale=altair.Scale(scheme="blues"), legend=None))
    return cells + base.mark_text().encode(text=altair.Text("trials:Q"), color=altair.ColorValue("#111"))


def expected_bar(frame: polars.DataFrame) -> Drawn:
    """The year's trials posted so far, and the expected total with its interval."""
    base = altair.Chart(data(frame)).encode(y=altair.Y("registration_year:O", title=None))
    tooltip = tooltip_of("posted_trials:Q", altair.Tooltip("expected_trials:Q", format=".0f"))
    posted = base.mark_bar(color=COLOURS[0]).encode(x=altair.X("posted_trials:Q", title="trials"), tooltip=tooltip)
    span = base.mark_rule(strokeWidth=2).encode(x=altair.X("expected_low:Q"), x2=altair.X2("expected_high:Q"))
    point = base.mark_point(filled=True, size=80, color=COLOURS[5]).encode(
        x=altair.X("expected_trials:Q"), tooltip=tooltip
    )
    return altair.layer(posted, span, point).properties(height={"step": 40})


def answer_bars(frame: polars.DataFrame) -> Drawn:
    """For each subject of the criteria the trials by their answer, as shares."""
    answers = sorted(frame["answer"].unique())
    colours = altair.Scale(domain=answers, range=colours_of("answer", answers))
    return (
        altair.Chart(data(frame))
        .mark_bar(cursor="pointer")
        .encode(
            x=altair.X("trials:Q", stack="normalize", title="share of trials", axis=altair.Axis(format="%")),
            y=altair.Y("subject:N", title=None, axis=LABELS),
            color=altair.Color("answer:N", title=None, scale=colours),
            tooltip=tooltip_of(
                "subject:N",
                "answer:N",
                "trials:Q",
                "asked_trials:Q",
                altair.Tooltip("percentage:Q", format=".1f"),
            ),
        )
        .properties(height={"step": 22})
    )

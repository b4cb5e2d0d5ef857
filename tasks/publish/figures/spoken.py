"""What a figure shows, in words made from the rows that it draws: its alternative text for those who do not see it."""

from collections.abc import Sequence
from typing import Any

from tasks.publish.figures.figure import Figure

# things named before the rest is only counted
NAMED = 4
PLACES = ("x", "y")

Row = dict[str, Any]


def spoken(figure: Figure) -> str:
    """A figure's title and what stands out in its rows: extent and highest of years, the largest of ranked things."""
    rows, encoding = drawn_rows(figure.specification())
    measure = field_of(encoding, ("y", "x", "color", "size"), ("quantitative",))
    group = field_of(encoding, ("color",), ("nominal",))
    along = field_of(encoding, PLACES, ("ordinal", "temporal"))
    thing = field_of(encoding, PLACES, ("nominal",)) or next(iter(tooltips(encoding)), None)
    numeric = field_of(encoding, ("x",), ("quantitative",))
    if not rows:
        said = figure.caption
    elif measure and along:
        said = over_time(rows, measure, along, group)
    elif measure and numeric and numeric != measure:
        said = at_the_end(rows, measure, numeric, group)
    elif measure and thing and group and encoding[PLACES[0]].get("stack") == "normalize":
        said = most_frequent(rows, measure, thing, group)
    elif measure and thing:
        said = largest(rows, measure, thing)
    else:
        said = extent(rows, along) if along else figure.caption
    return f"{figure.title}: {said}"


def drawn_rows(spec: dict[str, Any]) -> tuple[list[Row], dict[str, Any]]:
    """The rows and channels of the first layer that tells things apart: one that carries a tooltip."""
    for layer in (spec, *spec.get("layer", [])):
        held = layer.get("data") or spec.get("data")
        encoding = layer.get("encoding", {})
        if held and isinstance(encoding.get("tooltip"), list):
            return held["values"] if "values" in held else spec["datasets"][held["name"]], encoding
    return [], {}


def field_of(encoding: dict[str, Any], channels: Sequence[str], types: Sequence[str]) -> str | None:
    """The field of the first of these channels that holds one of such a type."""
    found = (encoding.get(channel, {}) for channel in channels)
    return next((one["field"] for one in found if "field" in one and one.get("type") in types), None)


def tooltips(encoding: dict[str, Any]) -> list[str]:
    """Names that a mark tells when it is pointed at."""
    return [one["field"] for one in encoding.get("tooltip", []) if one.get("type") == "nominal"]


def number(value: float) -> str:
    """A value with thousands apart, a share with one decimal."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def moment(value: Any) -> str:
    """A year, or the year of a day."""
    return str(value)[:4]


def sums(rows: list[Row], measure: str, by: str) -> dict[Any, float]:
    """The measure summed by a field; a row without a number counts nothing."""
    totals: dict[Any, float] = {}
    for row in rows:
        totals[row[by]] = totals.get(row[by], 0) + (row[measure] or 0)
    return totals


def over_time(rows: list[Row], measure: str, along: str, group: str | None) -> str:
    """From when to when, and each group's highest value with its time."""
    parts = {name: [row for row in rows if row[group] == name] for name in sums(rows, measure, group)} if group else {}
    highest = []
    for name, some in (parts or {"": rows}).items():
        totals = sums(some, measure, along)
        when = max(totals, key=lambda one: totals[one])
        highest.append((totals[when], with_value(name, f"{number(totals[when])} in {moment(when)}")))
    highest.sort(key=lambda one: -one[0])
    return f"{extent(rows, along)} Highest: {listed([text for _, text in highest])}"


def extent(rows: list[Row], along: str) -> str:
    """How many marks stand between the first and the last time."""
    times = sorted(str(row[along]) for row in rows if row[along] is not None)
    first, last = (moment(times[0]), moment(times[-1])) if times else ("no time is known", "")
    return f"{first} to {last}." if last not in ("", first) else f"{first}."


def at_the_end(rows: list[Row], measure: str, along: str, group: str | None) -> str:
    """Where each line ends."""
    ends = {row[group] if group else "": row for row in sorted(rows, key=lambda row: row[along] or 0)}
    said = [with_value(name, f"{number(row[measure])} at {number(row[along])} {along}") for name, row in ends.items()]
    return f"at the end of each line: {listed(said)}"


def largest(rows: list[Row], measure: str, thing: str) -> str:
    """The things with most, and how many more there are."""
    totals = sums(rows, measure, thing)
    names = sorted(totals, key=lambda name: -totals[name])
    return listed([with_value(name, number(totals[name])) for name in names])


def most_frequent(rows: list[Row], measure: str, thing: str, group: str) -> str:
    """Of each thing the group with most, as a share of all of its groups."""
    totals, best = sums(rows, measure, thing), {}
    for row in sorted(rows, key=lambda row: row[measure] or 0):
        best[row[thing]] = row
    said = [with_value(name, f"{row[group]} {row[measure] / max(totals[name], 1):.0%}") for name, row in best.items()]
    return listed(said)


def with_value(name: Any, value: str) -> str:
    """A name with its value, or the value of what needs no name."""
    return f"{name} ({value})" if name != "" else value


def listed(texts: list[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(texts) - NAMED} more" if len(texts) > NAMED else ""
    return ", ".join(texts[:NAMED]) + more + "."

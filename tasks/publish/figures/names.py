"""Names beside what they name: at the end of a line or of the last bar, pushed apart where they would overlap."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair

# pixels that a line of text takes, and the height of a chart whose specification names none
LINE, HEIGHT = 15, 240
# pixels of the longest name; a longer one ends in an ellipsis, and stands in full in the numbers
WIDEST = 150


def pushed_apart(places: Sequence[float], gap: float) -> list[float]:
    """Places in ascending order, moved up by as little as leaves `gap` between neighbours."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else place)
    return moved


def named_places(ends: Mapping[str, float], top: float) -> dict[str, float]:
    """Where each name stands on an axis from 0 to `top`, near its end."""
    names = sorted(ends, key=lambda name: ends[name])
    return dict(zip(names, pushed_apart([ends[name] for name in names], (top or 1) * LINE / HEIGHT), strict=True))


def stack_middles(heights: Mapping[str, float]) -> dict[str, float]:
    """The middle of each part of a stack, the first at the bottom."""
    middles, below = {}, 0.0
    for name, height in heights.items():
        middles[name] = below + height / 2
        below += height
    return middles


def name_layers(rows: list[dict[str, Any]], name: str, y: str, colours: altair.Scale) -> list[Any]:
    """Text at the right edge of a chart: a square in the thing's colour and its name in that of all other text."""
    base = altair.Chart(altair.InlineData(values=tuple(rows))).encode(
        x=altair.XValue("width"),  # type: ignore[no-untyped-call]
        y=altair.Y(f"{y}:Q"),
        tooltip=altair.TooltipValue(None),
    )
    square = base.mark_text(align="left", dx=6, fontSize=12, aria=False).encode(
        text=altair.TextValue("■"), color=altair.Color(f"{name}:N", scale=colours, legend=None)
    )
    words = base.mark_text(align="left", dx=20, fontSize=12, limit=WIDEST, aria=False)
    return [square, words.encode(text=altair.Text(f"{name}:N"))]


def line_names(
    rows: Sequence[Mapping[str, Any]], group: str, along: str, value: str, top: float, colours: altair.Scale
) -> list[Any]:
    """The names of lines, each near the last value of its own."""
    ends = {row[group]: row[value] for row in sorted(rows, key=lambda row: row[along]) if row[value] is not None}
    places = named_places(ends, top)
    return name_layers([{group: name, "place": place} for name, place in places.items()], group, "place", colours)

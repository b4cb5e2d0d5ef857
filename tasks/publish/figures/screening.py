"""Figure 1 for print: the screening flow as boxes, what stays on the left, what leaves on the right."""

import textwrap
from typing import Any

import altair

from tasks.publish.figures.charts import Drawn, inline
from tasks.publish.figures.figure import Figure
from tasks.publish.flow import SEARCHES

# pixels
WIDTH, GAP, BOX, STEM = 520, 38, 241, 120
FONT, LINE, MARGIN, BETWEEN = 11, 13, 8, 9
LETTERS_A_LINE = 40
REASONS_SHOWN = 6
ONCE_A_SEARCH = "A record that several searches find is counted once for each search in the first box."
EVERY_RECORD = "Every record of a downloaded file counts as found."


def screening_figure(steps: list[dict[str, Any]]) -> Figure:
    """Figure 1, of the steps that `tasks/publish/flow.py` reads, with the most frequent reasons of each."""
    return Figure(
        "screening_flow",
        "How the trials were found and screened",
        "screening_flow",
        ONCE_A_SEARCH if any(step["step"] in SEARCHES for step in steps) else EVERY_RECORD,
        drawn(placed(steps)),
        "Figure 1",
    )


def placed(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A box for each step, one below the other, in pixels; `is_joined`: a line leads to it from what stays."""
    boxes: list[dict[str, Any]] = []
    for step in steps:
        said = [f"{step['records']:,} {step['step']}", *(reasons_of(step) if step["is_aside"] else [])]
        lines = [line for sentence in said for line in textwrap.wrap(sentence, LETTERS_A_LINE)]
        top = boxes[-1]["bottom"] + BETWEEN if boxes else 0
        left = BOX + GAP if step["is_aside"] else 0
        boxes.append(
            {
                "left": left,
                "right": left + BOX,
                "top": top,
                "bottom": top + len(lines) * LINE + 2 * MARGIN,
                "text": "\n".join(lines),
                "text_left": left + MARGIN,
                "text_top": top + MARGIN + LINE / 2,
                "is_joined": step["is_removed"],
            }
        )
    return boxes


def reasons_of(step: dict[str, Any]) -> list[str]:
    """The most frequent reasons of a step with their records, and how many records all others make up."""
    shown, others = step["reasons"][:REASONS_SHOWN], step["reasons"][REASONS_SHOWN:]
    lines = [f"{one['reason']}: {one['records']:,}" for one in shown]
    return [*lines, f"other reasons: {sum(one['records'] for one in others):,}"] if others else lines


def drawn(boxes: list[dict[str, Any]]) -> Drawn:
    """The boxes, a line down through those that stay, and one from it to each that was removed on the way."""
    height = max((box["bottom"] for box in boxes), default=1)
    across, down = altair.Scale(domain=[0, WIDTH], nice=False), altair.Scale(domain=[height, 0], nice=False)

    def x(field: str) -> altair.X:
        return altair.X(f"{field}:Q", scale=across, axis=None)

    def y(field: str) -> altair.Y:
        return altair.Y(f"{field}:Q", scale=down, axis=None)

    base, joined = altair.Chart(inline(boxes)), [box for box in boxes if box["is_joined"]]
    ends = [box["text_top"] if box["is_joined"] else box["top"] for box in boxes if box["is_joined"] or not box["left"]]
    stem = [{"stem": STEM, "top": 0, "bottom": max(ends, default=0)}]
    layers = (
        altair.Chart(inline(stem)).mark_rule(color="#555").encode(x=x("stem"), y=y("top"), y2=altair.Y2("bottom:Q")),
        altair.Chart(inline([{**box, "stem": STEM} for box in joined]))
        .mark_rule(color="#555")
        .encode(x=x("stem"), x2=altair.X2("left:Q"), y=y("text_top")),
        base.mark_rect(fill="#f5f7f8", stroke="#555").encode(
            x=x("left"), x2=altair.X2("right:Q"), y=y("top"), y2=altair.Y2("bottom:Q")
        ),
        base.mark_text(align="left", baseline="middle", lineBreak="\n", lineHeight=LINE, fontSize=FONT).encode(
            x=x("text_left"), y=y("text_top"), text=altair.Text("text:N")
        ),
    )
    return altair.layer(*layers).properties(width=WIDTH, height=height)

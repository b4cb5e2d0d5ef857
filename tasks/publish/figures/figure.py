"""What a figure is, whoever draws it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars

from tasks.publish.figures.charts import Drawn

# metrics by name; each has a column `link`, the address of the trials behind a row
Frames = Mapping[str, polars.DataFrame]


def first_of(shown: int, whole: int, things: str) -> str:
    """How many of some things are shown: 'the only target', 'all 3 targets', 'the first 15 of 23 targets'."""
    if whole == 1:
        return f"the only {things.removesuffix('s')}"
    return f"all {whole:,} {things}" if shown == whole else f"the first {shown:,} of {whole:,} {things}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the metric that it shows, its number in the paper, and what it says."""

    name: str
    title: str
    metric: str
    caption: str
    chart: Drawn
    paper: str = ""

    def specification(self) -> dict[str, Any]:
        """The chart as Vega-Lite."""
        specification: dict[str, Any] = self.chart.to_dict(validate=False)
        return specification

"""What a figure is, whoever draws it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars

from tasks.publish.figures.charts import Drawn

# metrics by name; each has a column `link`, the address of the trials behind a row
Frames = Mapping[str, polars.DataFrame]


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

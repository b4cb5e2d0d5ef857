"""The sections of the page that have something to show, by the plan of report/sections.toml."""

from collections.abc import Set
from typing import Any

from tasks.publish.figures.figure import Figure
from tasks.publish.page.findings import finding
from tasks.publish.page.metrics import Metric
from tasks.publish.page.names import Names
from tasks.publish.page.story import Teller
from tasks.publish.page.tables import as_table, title_of
from tasks.publish.sections import matches, page_plan, page_sections


def sections(
    metrics: dict[str, Metric],
    figures: dict[str, Figure],
    names: Names,
    teller: Teller | None = None,
    lacking: Set[str] = frozenset(),
) -> list[dict[str, Any]]:
    """Each section with its figures and tables, so that every metric is in one of them.

    Without a teller no section's title is its finding. `lacking`: metrics whose sources do not carry all that they
    need; those without a row say so in their place.
    """
    unplanned = unnamed(metrics, figures)
    found = []
    for section in page_sections():
        wanted = [
            figure for pattern in section["figures"] for name, figure in figures.items() if matches(name, pattern)
        ]
        tables = [name for pattern in section["tables"] for name in metrics if matches(name, pattern)]
        tables += unplanned if "*" in section["tables"] else []
        folded = [name for name in tables if is_silent(metrics[name], section.get("folded_without"))]
        shown = [as_table(metrics[name], names) for name in tables if metrics[name].frame.height and name not in folded]
        absent = [
            metric
            for pattern in [*section["figures"], *section["tables"]]
            for name, metric in metrics.items()
            if matches(name, pattern) and name in lacking and not metric.frame.height
        ]
        if wanted or shown or absent or (folded and "note" in section):
            found.append(
                {
                    "paper": "",
                    **section,
                    "folded": bool(folded),
                    "finding": finding(teller, section["id"]) if teller else None,
                    "figures": [(figure, as_table(metrics[figure.metric], names)) for figure in wanted],
                    "tables": shown,
                    "absent": [(metric.name, title_of(metric)) for metric in absent],
                }
            )
    return found


def unnamed(metrics: dict[str, Metric], figures: dict[str, Figure]) -> list[str]:
    """The metrics that no section names and no figure draws; they stand under \"More tables\"."""
    drawn = {figure.metric for figure in figures.values()}
    planned = [pattern for section in page_sections() for pattern in section["tables"]]
    left = drawn | {"cohort_size", "screening_flow", *page_plan()["hidden"]}
    return [name for name in metrics if name not in left and not any(matches(name, one) for one in planned)]


def is_silent(metric: Metric, column: str | None) -> bool:
    """Whether a metric says nothing in the column without which its section is one sentence."""
    return column in metric.frame.columns and metric.frame[column].null_count() == metric.frame.height

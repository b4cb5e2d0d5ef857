"""Metrics as tables of the page: which columns, how numbers are written, which counts are links."""

from typing import Any

from tasks.publish.page.metrics import Metric

FIRST_ROWS = 20
MOST_ROWS = 400
# columns that order rows or repeat what a link shows
HIDDEN = ("nct_ids",)
# columns whose values are names of attributes or variables
NAMING = ("dimension", "variable")
# where a column's name would be read as something else: these shares add up down the level, as in the paper
HEADINGS = {
    ("finished_trials_comparison", "published_percentage"): "% of the published",
    ("finished_trials_comparison", "unpublished_percentage"): "% of the unpublished",
}
# what a column says of every row as a matter of course
EXPECTED = {"publications": "looked for"}


def as_table(metric: Metric) -> dict[str, Any]:
    """A metric for the template: its first rows, the rest up to a limit, and each count with its address."""
    named = [name for name in metric.frame.columns if name not in HIDDEN and not name.endswith("_order")]
    empty = [name for name in named if metric.frame[name].null_count() == metric.frame.height]
    columns = [name for name in named if name not in empty and not is_expected(metric, name)]
    linked = list(zip(metric.frame.head(MOST_ROWS).to_dicts(), metric.links, strict=False))
    # rows that say why they have no number come last
    linked.sort(key=lambda pair: bool(pair[0].get("note")))
    rows = [[(name, as_year(row, name), links.get(name)) for name in columns] for row, links in linked]
    return {
        "name": metric.name,
        "title": title_of(metric),
        "meaning": metric.meaning,
        "sql": metric.sql,
        "columns": [
            (
                HEADINGS.get((metric.name, name), name),
                metric.columns.get(name, ""),
                metric.frame.schema[name].is_numeric(),
            )
            for name in columns
        ],
        "rows": rows[:FIRST_ROWS],
        "further": rows[FIRST_ROWS:],
        "empty": [name for name in empty if name != "note"],
        "left_out": max(0, metric.frame.height - MOST_ROWS),
    }


def as_year(row: dict[str, Any], name: str) -> Any:
    """A value of a row whose unit is a year, without a thousands separator; any other value as it is."""
    value = row[name]
    return str(int(value)) if row.get("unit") == "year" and isinstance(value, int | float) else value


def is_expected(metric: Metric, name: str) -> bool:
    """Whether a column says nothing but what goes without saying."""
    return name in EXPECTED and metric.frame[name].unique().to_list() == [EXPECTED[name]]


def title_of(metric: Metric) -> str:
    """A metric's name as a title, with its table of the paper where that is short."""
    paper = metric.meaning.get("paper", "")
    title = words(metric.name).capitalize()
    return f"{title} ({paper})" if paper.startswith(("Table", "Figure")) and len(paper) < 20 else title


def number(value: Any, column: str = "") -> str:
    """A value as a reader expects it: thousands apart, shares with one decimal, P values with three."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if column.endswith("p_value") or column.startswith("p_value"):
            return "< 0.001" if value < 0.001 else f"{value:.3f}"
        if value.is_integer() and "percent" not in column:
            return f"{value:,.0f}"
        return f"{value:,.1f}" if "percent" in column or abs(value) >= 100 else f"{value:.3g}"
    if isinstance(value, int):
        return str(value) if column.endswith("year") else f"{value:,}"
    return words(value) if column in NAMING else str(value)


def words(name: str) -> str:
    """A column's name as words."""
    return name.replace("_", " ")


def percent(name: str) -> str:
    """A column's heading."""
    return words(name).replace("percentage", "%")


FILTERS = {"number": number, "words": words, "heading": percent}

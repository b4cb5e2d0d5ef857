"""Metrics as tables of the page: which columns, how numbers are written, which counts are links."""

import re
from typing import Any

from tasks.publish.page.metrics import Metric
from tasks.publish.page.names import Names

FIRST_ROWS = 20
MOST_ROWS = 400
# columns that order rows or repeat what a link shows
HIDDEN = ("nct_ids",)
# columns whose values are names of attributes or variables
NAMING = ("attribute", "dimension", "variable")
# where a column's name would be read as something else: these shares add up down the level, as in the paper
HEADINGS = {
    ("finished_trials_comparison", "published_percentage"): "% of the published",
    ("finished_trials_comparison", "unpublished_percentage"): "% of the unpublished",
}
# what a column says of every row as a matter of course
EXPECTED = {"publications": "looked for"}
# metrics shown as a cross table: what names a row, what names a group of columns, and the numbers in it
CROSSED = {
    "funding_by_region": (("funding_source",), "region", ("trials", "percentage")),
    "growth": (
        ("dimension", "value"),
        "growth_window",
        ("base_trials", "later_trials", "change_percentage", "paper_percentage"),
    ),
}
# how a number of a cross table is headed
SHORT = {
    "base_trials": "first",
    "later_trials": "then",
    "change_percentage": "change %",
    "paper_percentage": "the paper %",
}


def as_table(metric: Metric, names: Names) -> dict[str, Any]:
    """A metric for the template: its first rows, the rest up to a limit, and each count with its address."""
    if metric.name in CROSSED and metric.frame.height:
        return as_cross_table(metric)
    named = [name for name in metric.frame.columns if name not in HIDDEN and not name.endswith("_order")]
    empty = [name for name in named if metric.frame[name].null_count() == metric.frame.height]
    columns = [name for name in named if name not in empty and not is_expected(metric, name)]
    linked = list(zip(metric.frame.head(MOST_ROWS).to_dicts(), metric.links, strict=False))
    # rows that say why they have no number come last
    linked.sort(key=lambda pair: bool(pair[0].get("note")))
    rows = [[(name, cell_of(row, name, names), links.get(name)) for name in columns] for row, links in linked]
    return {
        "name": metric.name,
        "title": title_of(metric),
        "meaning": metric.meaning,
        "sql": metric.sql,
        "groups": [],
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
        # a text that no row has is not missed
        "empty": [name for name in empty if metric.frame.schema[name].is_numeric()],
        "left_out": max(0, metric.frame.height - MOST_ROWS),
    }


def as_cross_table(metric: Metric) -> dict[str, Any]:
    """A metric whose rows stand under groups of columns; a pair that the metric lacks is an empty cell."""
    keys, across, numbers = CROSSED[metric.name]
    rows, cells = metric.frame.to_dicts(), dict[tuple[Any, ...], Any]()
    for row, links in zip(rows, metric.links, strict=True):
        for name in numbers:
            cells[tuple(row[key] for key in keys), row[across], name] = (name, row[name], links.get(name))
    named = list(dict.fromkeys(tuple(row[key] for key in keys) for row in rows))
    groups = list(dict.fromkeys(row[across] for row in rows))
    if not any(name.endswith("_order") for name in metric.frame.columns):
        groups.sort(key=lambda group: -sum(row[numbers[0]] or 0 for row in rows if row[across] == group))
    # a column that says nothing in a group is left out of it
    told = {
        group: [name for name in numbers if any(row[across] == group and row[name] is not None for row in rows)]
        for group in groups
    }
    heads = {name: (SHORT.get(name, name), metric.columns.get(name, ""), True) for name in numbers}
    lines = [
        [(name, value, None) for name, value in zip(keys, key, strict=True)]
        + [cells.get((key, group, name), (name, None, None)) for group in groups for name in told[group]]
        for key in named
    ]
    return {
        "name": metric.name,
        "title": title_of(metric),
        "meaning": metric.meaning,
        "sql": metric.sql,
        "groups": [("", len(keys)), *((str(group), len(told[group])) for group in groups)],
        "columns": [
            *((key, metric.columns.get(key, ""), False) for key in keys),
            *(heads[name] for group in groups for name in told[group]),
        ],
        "rows": lines[:FIRST_ROWS],
        "further": lines[FIRST_ROWS:],
        "empty": [],
        "left_out": 0,
    }


def cell_of(row: dict[str, Any], name: str, names: Names) -> Any:
    """A value of a row: a code with its name, a year without a thousands separator, any other as it is."""
    value = names.in_row(row, name)
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
    return words(name).replace("percentage", "%").replace("nct id", "NCT number")


def slug(text: str) -> str:
    """A text as a name in a style sheet."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())


def basename(paths: str) -> str:
    """Paths, joined by commas, without the folders of the machine that they were on."""
    return ", ".join(re.split(r"[\\/]", path.rstrip("/"))[-1] for path in paths.split(", "))


FILTERS = {"number": number, "words": words, "heading": percent, "slug": slug, "basename": basename}

"""What a metric counts, read from its header: of which population, a share of which whole, opened by which facets.

-- key: registration_year (undated), region               what a row is known by; in brackets what a null is called
-- among: cohort                                          or '{column}', or 'cohort (treatment when COLUMN is VALUE)'
-- facets: year = {registration_year} and region = {region}           the trials of a row, as the page filters them
-- counts: trials, each trial once, as share of cohort                a count, as metrics.measures lists it
-- links: looked_for_trials where publication = published             a count that only opens its trials
-- needs: eligibilityModule.sex or PATH for COLUMN where subject is women or men    what its source must carry

Of a count all but the column may be missing: 'COLUMN called METRIC (PART) where FACET = VALUE and FACET = VALUE,
each trial once per COLUMN, as share of WHOLE'. A whole is a population, a column, or 'each COLUMN': the sum over it.
A need names fields of curation/needed_fields.tsv, of which any one is enough; without 'for' and 'where' ('is not' for
all other values) the whole measure needs it. tasks/warehouse/needs.py leaves out what no source of the trials can tell.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks.errors import CartscapeError

Facets = tuple[tuple[str, str], ...]
MEASURE_KEYS = ("key", "among", "facets", "counts", "links", "needs")
COUNT = re.compile(
    r"(?P<column>.+?)(?: called (?P<metric>\w+))?(?: \((?P<part>[^)]+)\))?(?: where (?P<where>.+?))?"
    r"(?P<once>, each trial once(?: per (?P<per>\w+))?)?(?:, as share of (?P<whole>(?:each )?\w+))?"
)
POPULATION = re.compile(r"(?P<name>\{?\w+\}?)(?: \((?P<other>\w+) when (?P<column>\w+) is (?P<value>.+)\))?")
NEED = re.compile(
    r"(?P<fields>\S+(?: or \S+)*)(?: for (?P<columns>\w+(?:, \w+)*))?"
    r"(?: where (?P<place>\w+) is (?P<other>not )?(?P<values>.+))?"
)
KEY = re.compile(r"(?P<column>\w+)(?: \((?P<missing>\w+)\))?")
PLACE = re.compile(r"\{(\w+)\}")
# populations of metrics.populations that a whole can name
WHOLES = ("cohort", "treatment", "finished")
MEASURES_HEADER = """
-- one row per snapshot, metric and category
-- paper: every count of it that a query answers
-- numerator: the metric's count of the category
-- denominator: the whole that the count is a share of, null where it is none
-- why: all counts in one shape: paper_comparison reads it, and metrics.share_intervals puts an interval on every share
-- key: metric, category
-- metric: the model that counted
-- category: the values that the count is for, joined by |
-- quantity: trials, antigens or records; null where publications were not looked for
-- whole: denominator of the count, null where it is no share
""".lstrip()


@dataclass(frozen=True, slots=True)
class Count:
    """A counting column: its name among all measures, the facets of its trials, and the whole it is a share of."""

    column: str
    metric: str
    part: str
    facets: Facets
    is_once: bool
    per: str
    whole: str
    is_measure: bool


@dataclass(frozen=True, slots=True)
class Need:
    """Fields any one of which a source must carry, for some columns, or for rows by the values of a column."""

    fields: tuple[str, ...]
    columns: tuple[str, ...]
    place: str
    is_other: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a metric's rows are known by, of which population they count, and their counting columns."""

    key: Facets = ()
    population: str = ""
    counts: tuple[Count, ...] = ()
    needs: tuple[Need, ...] = ()
    # as the header says it
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> set[str]:
        """The columns that the description names, which the metric must have."""
        texts = [self.population, *(text for count in self.counts for pair in count.facets for text in pair)]
        named = {name for text in texts for name in PLACE.findall(text)}
        counted = {word for count in self.counts for word in re.findall(r"[a-z]\w*", f"{count.column} {count.per}")}
        needed = {column for need in self.needs for column in (*need.columns, need.place) if column}
        return named | counted | needed | {column for column, _ in self.key}

    def population_of(self, row: Mapping[str, Any]) -> str:
        """The population that a row counts."""
        stated = matched(POPULATION, self.population, "among")
        if stated["other"] and row[stated["column"]] == stated["value"]:
            return str(stated["other"])
        return filled(stated["name"], row)


def filled(template: str, row: Mapping[str, Any]) -> str:
    """A template with the row's values for {column}, as facets write them."""
    return PLACE.sub(lambda place: text_of(row[place[1]]), template)


def text_of(value: Any) -> str:
    """A value as facets write it."""
    if value is None:
        return "unstated"
    return str(value).lower() if isinstance(value, bool) else str(value)


def matched(form: re.Pattern[str], text: str, key: str) -> re.Match[str]:
    """A header's text in its form, or an error that shows the line."""
    found = form.fullmatch(text)
    if not found:
        raise CartscapeError(f"'-- {key}: {text}' can't be read; tasks/warehouse/measures.py says how to write it")
    return found


def read_measure(name: str, lines: list[tuple[str, str]]) -> Measure:
    """The measure that a header's lines (key, text) describe; one that can't be read is an error with the line."""
    said = dict(lines)
    shared = facets_of(said.get("facets", ""))
    keys = [matched(KEY, each, "key") for each in said["key"].split(", ")] if "key" in said else []
    population = said.get("among", "")
    if population:
        matched(POPULATION, population, "among")
    return Measure(
        tuple((found["column"], found["missing"] or "") for found in keys),
        population,
        tuple(count_of(name, key, text, shared) for key, text in lines if key in ("counts", "links")),
        tuple(need_of(text) for key, text in lines if key == "needs"),
        tuple(lines),
    )


def need_of(text: str) -> Need:
    """One need of a metric."""
    found = matched(NEED, text, "needs")
    columns, values = found["columns"] or "", found["values"] or ""
    return Need(
        fields=tuple(found["fields"].split(" or ")),
        columns=tuple(columns.split(", ")) if columns else (),
        place=found["place"] or "",
        is_other=bool(found["other"]),
        values=tuple(values.split(" or ")) if values else (),
    )


def facets_of(text: str) -> Facets:
    """'FACET = VALUE and FACET = VALUE' in pairs."""
    pairs = [tuple(each.split(" = ", 1)) for each in text.split(" and ")] if text else []
    if any(len(pair) != 2 for pair in pairs):
        raise CartscapeError(f"'{text}' names facets without values; write 'FACET = VALUE and FACET = VALUE'")
    return tuple((pair[0], pair[1]) for pair in pairs)


def count_of(name: str, key: str, text: str, shared: Facets) -> Count:
    """One counting column of a metric."""
    found = matched(COUNT, text, key)
    return Count(
        column=found["column"],
        metric=found["metric"] or name,
        part=found["part"] or "",
        facets=(*shared, *facets_of(found["where"] or "")),
        is_once=bool(found["once"]),
        per=found["per"] or "",
        whole=found["whole"] or "",
        is_measure=key == "counts",
    )


def measures_sql(measures: Mapping[str, Measure]) -> str:
    """The model metrics.measures: every count of the metrics, by table, in one shape."""
    parts = [
        measure_sql(table, measure, count)
        for table, measure in sorted(measures.items())
        for count in measure.counts
        if count.is_measure
    ]
    return MEASURES_HEADER + "\nunion all\n".join(parts) + "\norder by snapshot_id, metric, category\n"


def measure_sql(table: str, measure: Measure, count: Count) -> str:
    """One count of a metric as rows of metrics.measures."""
    values = [
        f"coalesce({column}::varchar, '{missing}')" if missing else column
        for column, missing in measure.key
        if column != "snapshot_id"
    ]
    category = ", ".join(values + ([f"'{count.part}'"] if count.part else []))
    whole = count.whole
    if whole in WHOLES:
        whole = (
            "(select wholes.trials from metrics.populations as wholes"
            f" where wholes.snapshot_id = counted.snapshot_id and wholes.population = '{whole}')"
        )
    elif whole.startswith("each "):
        whole = f"sum({count.column}) over (partition by snapshot_id, {whole.removeprefix('each ')})"
    return (
        f"select snapshot_id, '{count.metric}' as metric, concat_ws(' | ', {category}) as category,"
        f" ({count.column})::bigint as quantity, ({whole or 'null'})::bigint as whole\nfrom {table} as counted"
    )


def sums(table: str, measure: Measure) -> dict[str, str]:
    """Of counts that hold each trial once: what must hold, and the SQL that returns the rows that break it."""
    return {
        f"{count.column} sum to the population{f' for each {count.per}' if count.per else ''}": sum_sql(
            table, measure, count
        )
        for count in measure.counts
        if count.is_once
    }


def sum_sql(table: str, measure: Measure, count: Count) -> str:
    """The sums of a count that differ from its population; a population that a column names has a sum for each."""
    by_column = PLACE.fullmatch(measure.population)
    joined = f" and populations.population = counted.{by_column[1]}" if by_column else ""
    kept = "counted.snapshot_id is not null" if by_column else f"populations.population = '{measure.population}'"
    return f"""
        select
            populations.snapshot_id, {f"counted.{count.per}" if count.per else "'all'"} as part,
            coalesce(sum(counted.{count.column}), 0) as counted_trials, any_value(populations.trials) as trials
        from metrics.populations
        left join {table} as counted on populations.snapshot_id = counted.snapshot_id{joined}
        where {kept}
        group by populations.snapshot_id, part
        having
            coalesce(sum(counted.{count.column}), 0) <> any_value(populations.trials){unless_left_out(table, measure)}
    """


def unless_left_out(table: str, measure: Measure) -> str:
    """The condition that a measure was counted in a snapshot, for the sums over it."""
    if not measure.needs:
        return ""
    return (
        " and populations.snapshot_id not in (select snapshot_id from metrics.not_in_source"
        f" where metric = '{table.removeprefix('metrics.')}' and not is_in_source)"
    )

"""From a number to its trials: the filter that a metric's header names, given where it finds exactly that many."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import polars

from tasks.curate.engine.records import UNSTATED
from tasks.publish.page.facets import INCLUDED, FacetValues
from tasks.warehouse.measures import Count, Measure, filled

Filters = Mapping[str, str]
ANY = "*"
STATED = f"!{UNSTATED}"
# facets of the populations that a metric may count; any other name is a disease group among treatment trials
POPULATIONS: dict[str, dict[str, str]] = {
    "cohort": {},
    "treatment": {"topic": "treatment"},
    "finished": {"is_finished": "true"},
}


class Linker:
    """Finds the trials behind filters, all filters at once."""

    def __init__(self, facets: list[FacetValues]) -> None:
        self.names = {name: one.facet.name for one in facets for name in (one.facet.title, one.facet.name)}
        self.held = {one.facet.name: with_stated(one.trials) for one in facets}

    def addresses(self, wanted: Sequence[Filters], counts: Sequence[int | None]) -> list[str | None]:
        """For each filter its address, where it finds as many trials as the count beside it and at least one."""
        found = self.sizes([{"screening": INCLUDED, **filters} for filters in wanted])
        return [
            address(filters) if count and count == size else None
            for filters, count, size in zip(wanted, counts, found, strict=True)
        ]

    def sizes(self, wanted: Sequence[Filters]) -> list[int]:
        """How many trials pass each filter; none pass one whose facet this warehouse lacks."""
        rows: dict[tuple[str, ...], list[tuple[str | int, ...]]] = {}
        for place, filters in enumerate(wanted):
            set_ones = {name: value for name, value in filters.items() if value != ANY}
            if set_ones and set_ones.keys() <= self.held.keys():
                # the facet that tells rows apart first: the others then have few trials left to look through
                names = tuple(reversed(set_ones))
                rows.setdefault(names, []).append((place, *(set_ones[name] for name in names)))
        sizes = [0] * len(wanted)
        for names, values in rows.items():
            for place, size in self.counted(names, values):
                sizes[place] = size
        return sizes

    def counted(self, names: tuple[str, ...], rows: list[tuple[str | int, ...]]) -> list[tuple[int, int]]:
        """Places of the filters on these facets that find any trials, with how many."""
        schema = {"place": polars.Int64, **dict.fromkeys(names, polars.String)}
        first, *others = names
        found = polars.DataFrame(rows, schema=schema, orient="row").join(
            self.held[first], left_on=first, right_on="value"
        )
        for name in others:
            found = found.join(self.held[name], left_on=[name, "trial"], right_on=["value", "trial"], how="semi")
        return found.group_by("place").len().rows()


def with_stated(trials: polars.DataFrame) -> polars.DataFrame:
    """Trials with their values, and once more with 'stated' where any value is."""
    stated = trials.filter(polars.col("value") != UNSTATED).select("trial", value=polars.lit(STATED)).unique()
    return polars.concat([trials, stated])


def address(filters: Filters) -> str:
    """A filter as the page's address bar writes it."""
    kept = {name: value for name, value in filters.items() if name == "screening" or value != ANY}
    return "#trials?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in kept.items())


def filters_of(measure: Measure, count: Count, row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """The filter behind a count of a row; `names` are the facets by title and name."""
    population = measure.population_of(row)
    filters = dict(POPULATIONS.get(population, {"topic": "treatment", "disease_groups": population}))
    for template, value in count.facets:
        # a dimension that takes all trials together is no facet
        if (facet := filled(template, row)) != "all":
            filters[names.get(facet, facet)] = filled(value, row)
    return filters


def link_rows(linker: Linker, measure: Measure, frame: polars.DataFrame) -> list[dict[str, str]]:
    """For each row of a metric, the address behind each of its counts that finds exactly as many trials."""
    found: list[dict[str, str]] = [{} for _ in range(frame.height)]
    rows = frame.to_dicts()
    for count in measure.counts if measure.population else ():
        if count.column in frame.columns:
            wanted = [filters_of(measure, count, row, linker.names) for row in rows]
            for links, link in zip(found, linker.addresses(wanted, frame[count.column].to_list()), strict=True):
                if link:
                    links[count.column] = link
    return found


def linked(linker: Linker | None, wanted: Iterable[Filters], counts: Iterable[int]) -> list[str | None]:
    """The addresses, or none without a page to lead to."""
    filters, expected = list(wanted), list(counts)
    return linker.addresses(filters, expected) if linker else [None] * len(filters)

"""From a number to its trials: the filter behind a row of a metric, given only where it finds exactly that many."""

from typing import Any
from urllib.parse import quote

import polars

from tasks.curate.engine.records import UNSTATED
from tasks.publish.page.facets import INCLUDED, FacetValues

# column of a metric -> facet that says the same of a trial
FACET_OF_COLUMN = {
    "registration_year": "year",
    "region": "region",
    "disease_group": "disease_groups",
    "disease": "diseases",
    "indication": "diseases",
    "organ_group": "organ_groups",
    "target": "targets",
    "target_valency": "target_valency",
    "valency": "target_valency",
    "phase": "phase",
    "status": "status",
    "topic": "topic",
    "country": "country",
    "sponsor_name": "sponsor",
    "funding_source": "funding_source",
    "combination": "target_combination",
    "strategy": "relapse_strategy",
    "trial_set": "trial_set",
    "flag": "flag",
    "is_finished": "is_finished",
    "follow_up_over_five_years": "follow_up_over_five_years",
}
# what a metric's column `dimension` says -> facet of its column `value`
FACET_OF_DIMENSION = {
    "region": "region",
    "disease group": "disease_groups",
    "phase": "phase",
    "status": "status",
    "funding": "funding_source",
}
# metrics whose column `value` is the value of one attribute
ATTRIBUTE_OF_METRIC = {"follow_up": "follow_up_over_five_years", "combinations": "combinations"}
# column that counts trials -> what holds for them besides the row's own columns
MEASURES: dict[str, dict[str, str]] = {
    "trials": {},
    "treatment_trials": {"topic": "treatment"},
    "published_trials": {"publication": "published"},
    "unpublished_trials": {"publication": "looked for, none found"},
    "base_trials": {},
    "later_trials": {},
    "individual_trials": {"parties": "one party"},
    "cooperative_trials": {"parties": "several parties"},
    "finished_trials": {"is_finished": "true"},
    "stated_trials": {},
    "unstated_trials": {},
    "records": {},
}
# what else a metric may be restricted to, tried in this order
SCOPES: tuple[dict[str, str], ...] = (
    {},
    {"topic": "treatment"},
    {"is_finished": "true"},
    {"topic": "treatment", "is_finished": "true"},
    {"disease_groups": "hematologic", "topic": "treatment"},
    {"disease_groups": "solid", "topic": "treatment"},
)


class Linker:
    """Finds the filter behind a number, and keeps the trials of each value that it has looked up."""

    def __init__(self, facets: list[FacetValues]) -> None:
        self.facets = {one.facet.name: one for one in facets}
        self.known: dict[tuple[str, str], set[int]] = {}

    def trials(self, filters: dict[str, str]) -> set[int]:
        """Places of the trials that pass all filters, of those in the landscape where screening is not among them."""
        filters = {"screening": INCLUDED, **filters}
        found: set[int] | None = None
        for name, value in filters.items():
            if value != "*":
                key = (name, value)
                if key not in self.known:
                    self.known[key] = self.facets[name].trials_with(value)
                found = self.known[key] if found is None else found & self.known[key]
        return set() if found is None else found

    def scope_of(self, rows: list[tuple[dict[str, str], int]]) -> dict[str, str] | None:
        """The scope in which most rows find exactly their trials; none where fewer than half of the rows do."""
        scopes = [scope for scope in SCOPES if scope.keys() <= self.facets.keys()]
        found = [sum(len(self.trials({**scope, **filters})) == count for filters, count in rows) for scope in scopes]
        best = max(found, default=0)
        return scopes[found.index(best)] if best and 2 * best >= len(rows) else None


def address(filters: dict[str, str]) -> str:
    """A filter as the page's address bar writes it."""
    kept = {name: value for name, value in filters.items() if name == "screening" or value != "*"}
    return "#trials?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in kept.items())


def text_of(value: Any) -> str:
    """A metric's value as facets write it."""
    if value is None:
        return UNSTATED
    return str(value).lower() if isinstance(value, bool) else str(value)


def filters_of(metric: str, row: dict[str, Any], measure: str) -> dict[str, str]:
    """The filter that a row's own columns and its counting column make."""
    filters = {FACET_OF_COLUMN[name]: text_of(value) for name, value in row.items() if name in FACET_OF_COLUMN}
    population = row.get("population")
    if population and population != "cohort":
        filters |= {"topic": "treatment"} | ({} if population == "treatment" else {"disease_groups": population})
    if "growth_window" in row:
        filters["growth_window"] = f"{row['growth_window']}: {measure.removesuffix('_trials')}"
    if "attribute" in row:
        chosen = {"stated_trials": "!unstated", "unstated_trials": UNSTATED}.get(measure)
        value = chosen or (text_of(row["value"]) if "value" in row else "*")
        filters[str(row["attribute"])] = value
    elif metric in ATTRIBUTE_OF_METRIC:
        filters[ATTRIBUTE_OF_METRIC[metric]] = text_of(row["value"])
    elif row.get("dimension") in FACET_OF_DIMENSION:
        filters[FACET_OF_DIMENSION[row["dimension"]]] = text_of(row["value"])
    elif "variable" in row and "level" in row:
        filters["characteristic"] = f"{row['variable']}: {row['level']}"
    return {**filters, **MEASURES[measure]}


def flow_filters(row: dict[str, Any]) -> dict[str, str]:
    """The filter behind a row of the screening flow."""
    reason = row["reason"]
    if row["step_order"] == 1:
        return {"screening": "*", "search": str(reason)}
    if row["step"] == INCLUDED:
        return {"topic": str(reason)} if reason else {}
    filters = {"screening": str(row["step"])}
    return {**filters, "exclusion_reason": str(reason)} if reason else filters


def link_rows(linker: Linker, name: str, frame: polars.DataFrame) -> list[dict[str, str]]:
    """For each row of a metric, the address behind each of its counts that finds exactly as many trials."""
    measures = [column for column in frame.columns if column in MEASURES and frame.schema[column].is_integer()]
    found: list[dict[str, str]] = [{} for _ in range(frame.height)]
    for measure in measures:
        groups: dict[str, list[tuple[int, dict[str, str], int]]] = {}
        for place, row in enumerate(frame.to_dicts()):
            filters = flow_filters(row) if name == "screening_flow" else filters_of(name, row, measure)
            if row[measure] and filters.keys() <= linker.facets.keys():
                groups.setdefault(str(row.get("dimension")), []).append((place, filters, row[measure]))
        for rows in groups.values():
            scope = linker.scope_of([(filters, count) for _, filters, count in rows])
            for place, filters, count in rows:
                if scope is not None and len(linker.trials({**scope, **filters})) == count:
                    found[place][measure] = address({**scope, **filters})
    return found

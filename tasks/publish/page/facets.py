"""Facets: the properties that a reader filters trials by, each with its values by trial and its test in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import polars

from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.curate.engine.records import UNSTATED
from tasks.frames import frame_of
from tasks.publish.page.names import Names
from tasks.warehouse.models import quoted

INCLUDED = "trials in the landscape"
# trials that the page holds: all that a search found, and what curation takes for CAR-T without one
SHOWN = "(trials.is_found_by_search or trials.is_eligible or trials.is_boundary)"
COMBINATION = """(select string_agg(several.value, ' + ' order by several.value) from core.labels as several
    where several.snapshot_id = trials.snapshot_id and several.nct_id = trials.nct_id
    and several.attribute = 'targets' having count(*) > 1)"""
# trials in the windows of metrics.growth
WINDOWS = """(
    select dated.snapshot_id, dated.nct_id, windows.growth_window || ': base' as growth_window
    from core.trials as dated inner join meta.growth_windows as windows
        on dated.first_posted_date between coalesce(windows.base_first_day, '0001-01-01') and windows.base_last_day
    union all
    select dated.snapshot_id, dated.nct_id, windows.growth_window || ': later'
    from core.trials as dated inner join meta.growth_windows as windows
        on dated.first_posted_date >= coalesce(windows.later_first_day, '0001-01-01')
        and dated.first_posted_date <= coalesce(windows.later_last_day, '9999-12-31')
)"""
# what Table 4 compares: found of another kind is unpublished there
UNPUBLISHED = """case
    when facet.is_published then 'published' when facet.is_looked_for then 'unpublished' else 'not looked for'
end"""
COUNTRY = "facet.country <> 'unstated' and not facet.is_country_flagged"
PARTIES = """case
    (select count(*) from core.trial_parties as parties
     where parties.snapshot_id = trials.snapshot_id and parties.nct_id = trials.nct_id)
    when 0 then 'unstated' when 1 then 'one party' else 'several parties'
end"""


CODES = {"value": polars.String, "code": polars.Int64}
AGES = """case
    when trials.minimum_age_years is null and trials.maximum_age_years is null then null
    when coalesce(trials.minimum_age_years, 0) >= 18 then 'adults'
    when coalesce(trials.maximum_age_years, 200) < 18 then 'children' else 'children and adults'
end"""
PHASES = "select phase from meta.phases order by phase_order"
STATUSES = "select status from meta.statuses order by status_order"
YEARS = "select distinct registration_year::varchar from core.trials order by 1 desc"
START_YEARS = "select distinct year(start_date)::varchar from core.trials order by 1 desc"


@dataclass(frozen=True, slots=True)
class Facet:
    """A property of trials: an expression on core.trials, or on the rows that another table, `facet`, holds."""

    name: str
    title: str
    column: str
    table: str = ""
    where: str = "true"
    # orders values that have an order of their own; other values come most frequent first
    order: str = ""
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class FacetValues:
    """A facet's values in the order shown, and its trials: a row for each trial's place and value of it."""

    facet: Facet
    values: list[str]
    trials: polars.DataFrame

    @property
    def codes(self) -> list[list[int]]:
        """For each trial the places of its values in the list."""
        places = polars.DataFrame({"value": self.values, "code": range(len(self.values))}, schema=CODES)
        held = self.trials.join(places, on="value").group_by("trial").agg(polars.col("code").sort()).sort("trial")
        return held["code"].to_list()


def label(attribute: str, title: str = "", is_main: bool = False) -> Facet:
    """The facet of a curated attribute; unstated is a label there."""
    where = f"facet.attribute = {quoted(attribute)}"
    return Facet(attribute, title or attribute.replace("_", " "), "facet.value", "core.labels", where, is_main=is_main)


def stated(name: str, condition: str) -> Facet:
    """The facet of a registry field that a record may be silent on."""
    return Facet(name, f"{name.replace('_', ' ')} in the record", f"case when {condition} then 'stated' end")


MAIN = (
    label("diseases", "disease", True),
    label("disease_groups", "disease group", True),
    label("targets", "target", True),
    Facet("phase", "phase", "trials.phase", order=PHASES, is_main=True),
    Facet("status", "status", "trials.status", order=STATUSES, is_main=True),
    label("region", "region", True),
    Facet("sponsor", "sponsor", "facet.party", "core.trial_parties", is_main=True),
    Facet("sponsor_type", "type of lead sponsor", "trials.lead_sponsor_class", is_main=True),
    Facet("country", "country", "facet.country", "core.trial_sites", COUNTRY, is_main=True),
    Facet("ages", "ages taken", AGES, is_main=True),
    Facet("year", "year of registration", "trials.registration_year", order=YEARS, is_main=True),
    Facet("start_year", "year of start", "year(trials.start_date)::varchar", order=START_YEARS, is_main=True),
)
OTHER = (
    Facet("target_combination", "combination of targets", COMBINATION),
    Facet("city", "city", "facet.city || ', ' || facet.country", "core.trial_sites", "facet.city is not null"),
    Facet("lead_sponsor", "lead sponsor", "facet.sponsor_name", "core.trial_sponsors", "facet.sponsor_role = 'lead'"),
    Facet("funding_source", "funding source", "trials.funding_source"),
    Facet("lead_party", "lead party", "facet.party", "core.trial_parties", "facet.is_lead"),
    Facet("funding", "funding class", "facet.funding_class", "core.trial_sponsors"),
    Facet("parties", "sponsor and collaborators", PARTIES),
    Facet("is_finished", "finished", "trials.is_finished"),
    Facet("is_active", "active", "trials.is_active"),
    Facet("has_results", "results in the registry", "trials.has_results"),
    Facet("registration_timing", "registered before it began", "trials.registration_timing"),
    Facet("is_suspected_duplicate", "suspected duplicate", "trials.is_suspected_duplicate"),
    stated("start_date", "trials.start_date is not null"),
    stated("completion_date", "trials.completion_date is not null"),
    stated("enrollment_count", "trials.enrollment_count is not null and not trials.is_enrollment_placeholder"),
    stated("sites", "trials.site_count > 0"),
    stated("first_posted_date", "not trials.is_first_posted_date_estimated"),
    Facet("search", "found by search", "facet.search_field || ': ' || facet.phrase", "core.trial_searches"),
)
# facets of tables that not every warehouse has
OPTIONAL = (
    Facet("relapse_strategy", "strategy against relapse", "facet.strategy", "core.trial_relapse_strategies"),
    Facet("publication", "published results", "facet.publication_status", "core.trial_publication_status"),
    Facet("results", "results in a paper", UNPUBLISHED, "core.trial_publication_status"),
    Facet("paper", "papers", "facet.decision", "core.trial_publications"),
    Facet("publication_kind", "kind of publication", "facet.kind", "core.trial_publication_kinds"),
    Facet("characteristic", "band of Table 4", "facet.variable || ': ' || facet.level", "core.trial_characteristics"),
    Facet("trial_set", "set of the paper", "facet.trial_set", "core.trial_set_members"),
    Facet("growth_window", "window of growth", "facet.growth_window", WINDOWS),
    Facet("flag", "flagged value", "facet.flag", "core.trial_flags"),
    Facet(
        "results_due",
        "results due",
        "facet.rule || ': ' || facet.outcome",
        "core.trial_results_due",
        "facet.applies = 'yes'",
    ),
    Facet("ending", "what became of it", "facet.ending", "core.trial_endings", "facet.left_out is null"),
    Facet("may_take_part", "who may take part", "facet.subject || ': ' || facet.answer", "core.trial_participants"),
    Facet("stop_reason", "why it stopped", "facet.reason", "core.trial_stop_reasons"),
    Facet("read_out", "read-out", "'due'", "core.trial_progress", "facet.is_read_out_due"),
    Facet("update", "update of the record", "'overdue'", "core.trial_progress", "facet.is_update_overdue"),
)
SCREENING = Facet("screening", "screening", "trials.screening_step")
CONFLICTS = Facet("conflict", "contradiction in the record", "facet.attribute", "core.label_conflicts")


def change_since(snapshot_id: str) -> Facet:
    """The facet of what happened to a trial since an earlier snapshot."""
    earlier = (
        "(select case when earlier.content_sha256 = trials.content_sha256 then 'unchanged' else 'changed' end"
        f" from core.trials as earlier where earlier.snapshot_id = {quoted(snapshot_id)}"
        " and earlier.nct_id = trials.nct_id)"
    )
    return Facet("change", "since the last snapshot", f"coalesce({earlier}, 'new')")


def facets_of(connection: duckdb.DuckDBPyConnection, earlier: str | None = None) -> list[Facet]:
    """The facets of this warehouse: screening first, then those that readers want most, then every other label."""
    found = {name for (name,) in connection.execute("select distinct attribute from core.labels").fetchall()}
    named = {facet.name for facet in MAIN}
    labels = [label(attribute) for attribute in ATTRIBUTES if attribute in found - named - {"eligibility"}]
    optional = [one for one in OPTIONAL if one.table == WINDOWS or has_table(connection, one.table, "nct_id")]
    changes = [change_since(earlier)] if earlier else []
    return [
        Facet("screening", "screening", "trials.screening_step"),
        *MAIN,
        *labels,
        *optional,
        *OTHER,
        CONFLICTS,
        *changes,
    ]


def has_table(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    """Whether the warehouse has such a table with such a column."""
    query = "select count(*) from duckdb_columns() where schema_name = $1 and table_name = $2 and column_name = $3"
    return bool(connection.execute(query, [*table.split("."), column]).fetchall()[0][0])


def condition_in_sql(facet: Facet) -> tuple[str, str]:
    """SQL that a row of core.trials must pass, with {values} to fill in, and the test for 'unstated'."""
    if not facet.table:
        return f"{facet.column} in ({{values}})", f"coalesce({facet.column}::varchar, 'unstated') = 'unstated'"
    rows = (
        f"exists (from {facet.table} as facet where facet.snapshot_id = trials.snapshot_id"
        f" and facet.nct_id = trials.nct_id and {facet.where}"
    )
    test = f"{rows} and {facet.column} in ({{values}}))"
    return test, test.format(values="'unstated'") if facet.table == "core.labels" else f"not {rows})"


def read_facets(
    connection: duckdb.DuckDBPyConnection, snapshot_id: str, trials: list[str], facets: Iterable[Facet]
) -> list[FacetValues]:
    """The values of each facet for the trials, in the order of `trials`; a trial without one has 'unstated'."""
    places = polars.DataFrame({"nct_id": trials}, schema={"nct_id": polars.String}).with_row_index("trial")
    return [values_of(connection, snapshot_id, places, facet) for facet in facets]


def values_of(
    connection: duckdb.DuckDBPyConnection, snapshot_id: str, places: polars.DataFrame, facet: Facet
) -> FacetValues:
    """One facet's values, ordered by their own order or by the trials that have them."""
    source = f"{facet.table} as facet" if facet.table else "core.trials as trials"
    rows = frame_of(
        connection.sql(
            f"select distinct nct_id, ({facet.column})::varchar as value from {source}"
            f" where {'facet' if facet.table else 'trials'}.snapshot_id = $1 and {facet.where}",
            params=[snapshot_id],
        )
    )
    held = places.join(rows.drop_nulls(), on="nct_id", how="left", maintain_order="left_right").select(
        "trial", polars.col("value").fill_null(UNSTATED)
    )
    own = connection.execute(facet.order).fetchall() if facet.order else []
    ranks = polars.DataFrame({"value": [value for (value,) in own]}, schema={"value": polars.String})
    named = (
        held.group_by("value")
        .len()
        .join(ranks.with_row_index("rank").unique("value", keep="first"), on="value", how="left")
        .sort(
            polars.col("value") == UNSTATED,
            "rank",
            "len",
            "value",
            descending=[False, False, True, False],
            nulls_last=True,
        )
    )
    return FacetValues(facet, named["value"].to_list(), held)


def for_page(facet_values: FacetValues, names: Names) -> dict[str, Any]:
    """A facet as the page's JSON: trials with one value hold it bare, a value may lack a name or other words."""
    facet, values = facet_values.facet, facet_values.values
    test, unstated = condition_in_sql(facet)
    named = [names.name(facet.name, value) for value in values]
    searched = [names.searched(facet.name, value) for value in values]
    return {
        "name": facet.name,
        "title": facet.title,
        "main": facet.is_main,
        "ordered": bool(facet.order),
        "values": values,
        **({"names": named} if any(named) else {}),
        **({"searched": searched} if any(searched) else {}),
        "codes": [codes[0] if len(codes) == 1 else codes for codes in facet_values.codes],
        "sql": test,
        "unstated": unstated,
    }

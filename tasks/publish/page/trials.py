"""The trials of the page: an index that is filtered at once, and the details that open one by one."""

from typing import Any

import duckdb
import orjson

from tasks.frames import frame_of
from tasks.publish.page.evidence import evidence_of
from tasks.publish.page.facets import SHOWN
from tasks.publish.page.held import OF_HELD, Rows, by_trial, hold, plain
from tasks.publish.page.trial_history import read_history
from tasks.publish.page.trial_papers import read_papers, read_unlikely_papers
from tasks.registry.study import Study

LONGEST_SUMMARY = 700
LISTED_SITES = 12
# what the page lists and sorts by
INDEX_COLUMNS = (
    "nct_id",
    "brief_title",
    "acronym",
    "lead_sponsor_name",
    "phase",
    "status",
    "registration_year",
    "enrollment_count",
)
# what one trial shows, besides its labels
DETAIL_COLUMNS = (
    "official_title",
    "organization_study_id",
    "study_type",
    "primary_purpose",
    "allocation",
    "enrollment_type",
    "is_enrollment_placeholder",
    "first_posted_date",
    "is_first_posted_date_estimated",
    "start_date",
    "primary_completion_date",
    "completion_date",
    "last_update_posted_date",
    "results_first_posted_date",
    "why_stopped",
    "sex",
    "minimum_age",
    "maximum_age",
)

# the registrations of a trial that has several, the one that speaks for it first, with what only some of them say
REGISTRATIONS = """
    with different as (
        select
            snapshot_id, registration_nct_id as nct_id,
            string_agg(
                concat(fact, ' ', lower(replace(replace(replace(value, 'PHASE', ''), '|', '/'), '_', ' '))),
                ', ' order by fact
            ) as said
        from core.registration_conflicts
        group by all
    )
    select
        trial_nct_id as nct_id, registrations.nct_id as number, registry,
        registration_date::varchar as registered, coalesce(said, '') as said
    from core.registrations
    left join different using (snapshot_id, nct_id)
    where snapshot_id = $1 and registrations > 1
    order by place
"""


def held_by_page(connection: duckdb.DuckDBPyConnection, snapshot_id: str, most_records: int) -> tuple[str, int]:
    """Which records the page holds, as a test in SQL, and how many it leaves to the warehouse.

    Where there are more than `most_records`, it is the trials of the landscape alone.
    """
    ((shown, cohort),) = connection.execute(
        f"select count(*), count(*) filter (where is_in_cohort) from core.trials as trials"
        f" where snapshot_id = $1 and {SHOWN}",
        [snapshot_id],
    ).fetchall()
    return (SHOWN, 0) if shown <= most_records else ("trials.is_in_cohort", shown - cohort)


def read_index(connection: duckdb.DuckDBPyConnection, snapshot_id: str, held: str = SHOWN) -> dict[str, list[Any]]:
    """The columns of the list of trials that pass the test `held`, newest registration first."""
    frame = frame_of(
        connection.sql(
            f"select {', '.join(INDEX_COLUMNS)} from core.trials as trials where snapshot_id = $1 and {held}"
            " order by first_posted_date desc nulls last, nct_id desc",
            params=[snapshot_id],
        )
    )
    return {name: frame[name].to_list() for name in frame.columns}


def read_words(connection: duckdb.DuckDBPyConnection, snapshot_id: str, trials: list[str]) -> list[str]:
    """What else the text filter searches: official title, conditions and interventions, in the order of `trials`."""
    hold(connection, trials)
    rows = connection.execute(
        "select nct_id, concat_ws(' ', any_value(official_title), string_agg(distinct name, ' ' order by name)) from ("
        f" select nct_id, official_title, null as name from core.trials {OF_HELD}"
        f" union all select nct_id, null, condition from core.trial_conditions {OF_HELD}"
        f" union all select nct_id, null, intervention_name from core.trial_interventions {OF_HELD}"
        ") group by nct_id",
        [snapshot_id],
    ).fetchall()
    found = dict(rows)
    return [str(found.get(nct_id) or "") for nct_id in trials]


def read_places(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> dict[str, list[float]]:
    """Latitude and longitude of each city as the facet `city` writes it, where the registry gives them."""
    rows = connection.execute(
        "select city || ', ' || country, round(median(latitude), 2), round(median(longitude), 2) from core.trial_sites"
        " where snapshot_id = $1 and latitude is not null and longitude is not null and city is not null"
        " group by all order by all",
        [snapshot_id],
    ).fetchall()
    return {name: [latitude, longitude] for name, latitude, longitude in rows}


def read_details(connection: duckdb.DuckDBPyConnection, snapshot_id: str, trials: list[str]) -> list[dict[str, Any]]:
    """What each trial shows when it is opened, in the order of `trials`; empty values are left out."""
    hold(connection, trials)
    selected = {
        "facts": f"select nct_id, {', '.join(DETAIL_COLUMNS)}, substr(brief_summary, 1, {LONGEST_SUMMARY}) as summary,"
        f" length(brief_summary) > {LONGEST_SUMMARY} as is_summary_shortened from core.trials {OF_HELD}",
        "conditions": f"select nct_id, condition as name from core.trial_conditions {OF_HELD}",
        "interventions": "select nct_id, intervention_name as name, intervention_type as type"
        f" from core.trial_interventions {OF_HELD}",
        "sponsors": "select nct_id, sponsor_name as name, sponsor_role as role, funding_class as class"
        f" from core.trial_sponsors {OF_HELD} order by nct_id, sponsor_role desc, sponsor_name",
        "sites": f"select nct_id, facility, city, country from core.trial_sites {OF_HELD}"
        " order by nct_id, site_position",
        "conflicts": f"select nct_id, attribute, description from core.label_conflicts {OF_HELD}",
        "registrations": REGISTRATIONS,
    }
    tables = {name: by_trial(connection, query, snapshot_id) for name, query in selected.items()}
    tables["papers"] = read_papers(connection, snapshot_id)
    tables["history"] = read_history(connection, snapshot_id)
    unlikely = read_unlikely_papers(connection, snapshot_id)
    evidence = read_evidence(connection, snapshot_id)
    return [
        compact({**detail_of(tables, nct_id), "unlikely_papers": unlikely.get(nct_id), **evidence.get(nct_id, {})})
        for nct_id in trials
    ]


def detail_of(tables: dict[str, Rows], nct_id: str) -> dict[str, Any]:
    """One trial's rows of every table."""
    facts = (tables["facts"].get(nct_id) or [{}])[0]
    sites = tables["sites"].get(nct_id, [])
    return {
        **plain(facts),
        "conditions": [row["name"] for row in tables["conditions"].get(nct_id, [])],
        "interventions": [[row["type"], row["name"]] for row in tables["interventions"].get(nct_id, [])],
        "sponsors": [list(row.values()) for row in tables["sponsors"].get(nct_id, [])],
        "site_count": len(sites),
        "sites": [list(row.values()) for row in sites[:LISTED_SITES]],
        "conflicts": [list(row.values()) for row in tables["conflicts"].get(nct_id, [])],
        "papers": tables["papers"].get(nct_id, []),
        "history": tables["history"].get(nct_id, []),
        "registrations": [list(plain(row).values()) for row in tables["registrations"].get(nct_id, [])],
    }


def compact(detail: dict[str, Any]) -> dict[str, Any]:
    """A detail without what is empty; dates as text."""
    return {name: value for name, value in detail.items() if value not in (None, "", False, [], {})}


def read_evidence(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> dict[str, dict[str, Any]]:
    """For each trial held the fields quoted, and the assertions with their spot in them."""
    rows = by_trial(
        connection,
        'select nct_id, attribute, value, kind, field, start, "end", quote, rule, confidence'
        f" from core.assertions {OF_HELD} order by nct_id, attribute, value, confidence desc, field, start",
        snapshot_id,
    )
    cursor = connection.execute(f"select nct_id, study from raw.studies {OF_HELD}", [snapshot_id])
    found: dict[str, dict[str, Any]] = {}
    while batch := cursor.fetchmany(500):
        for nct_id, study in batch:
            if nct_id in rows:
                found[nct_id] = judged(Study(orjson.loads(study)), rows[nct_id])
    return found


def judged(study: Study, assertions: list[dict[str, Any]]) -> dict[str, Any]:
    """One trial's quoted fields and assertions as the page's JSON."""
    fields, spots = evidence_of(study, assertions)
    return {
        "fields": fields,
        "assertions": [
            [one["attribute"], one["value"], one["kind"], *spot, one["rule"], one["confidence"]]
            + ([one["quote"]] if one["quote"] and spot[0] < 0 else [])
            for one, spot in zip(assertions, spots, strict=True)
        ],
    }

"""The trials of the page: an index that is filtered at once, and the details that open one by one."""

from collections import defaultdict
from typing import Any

import duckdb
import orjson
import polars

from tasks import frames
from tasks.frames import frame_of
from tasks.publish.page.evidence import evidence_of
from tasks.publish.page.facets import SHOWN
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
# what a trial's history over snapshots tells
HISTORY_COLUMNS = ("overall_status", "phase", "enrollment_count", "start_date", "completion_date", "brief_title")

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
# all papers but those that content alone suggested and the criteria rejected
PAPERS_SHOWN = "(decision <> 'reject' or route <> 'content')"

# rows of the trials that `hold` named
OF_HELD = "where snapshot_id = $1 and nct_id in (from held_trials)"

Rows = dict[str, list[dict[str, Any]]]


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


def hold(connection: duckdb.DuckDBPyConnection, trials: list[str]) -> None:
    """Tell the connection which trials the page holds, as queries read it; the snapshot may hold far more."""
    held = polars.DataFrame({"nct_id": trials}, schema={"nct_id": polars.String})
    connection.register("held_trials", frames.Rows(held))


def read_places(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> dict[str, list[float]]:
    """Latitude and longitude of each city as the facet `city` writes it, where the registry gives them."""
    rows = connection.execute(
        "select city || ', ' || country, round(median(latitude), 2), round(median(longitude), 2) from core.trial_sites"
        " where snapshot_id = $1 and latitude is not null and longitude is not null and city is not null"
        " group by all order by all",
        [snapshot_id],
    ).fetchall()
    return {name: [latitude, longitude] for name, latitude, longitude in rows}


def by_trial(connection: duckdb.DuckDBPyConnection, query: str, snapshot_id: str) -> Rows:
    """The rows of a query by trial, the trial's number left out."""
    found: Rows = defaultdict(list)
    for row in frame_of(connection.sql(query, params=[snapshot_id])).to_dicts():
        found[row.pop("nct_id")].append(row)
    return found


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


def read_papers(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> Rows:
    """The papers that may be of a trial, each with the routes that found it and the criteria that judged it.

    Papers that nothing but their content suggested and that were rejected are many, and stay in the warehouse.
    """
    found_by = by_paper(connection, "publication_routes", "route, detail", snapshot_id)
    judged_by = by_paper(connection, "publication_criteria", "criterion, verdict, words", snapshot_id)
    rows = by_trial(
        connection,
        f"select * exclude (snapshot_id) from core.trial_publications where snapshot_id = $1 and {PAPERS_SHOWN}"
        " order by nct_id, decision, score desc, paper_key",
        snapshot_id,
    )
    return {
        nct_id: [
            {
                **plain(row),
                "routes": found_by.get((nct_id, row["paper_key"]), []),
                "criteria": judged_by.get((nct_id, row["paper_key"]), []),
            }
            for row in each
        ]
        for nct_id, each in rows.items()
    }


def by_paper(
    connection: duckdb.DuckDBPyConnection, table: str, columns: str, snapshot_id: str
) -> dict[tuple[str, str], list[list[Any]]]:
    """Some columns of a table about papers, by trial and paper, of the papers that are shown."""
    found: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    shown = f"select nct_id, paper_key from core.trial_publications where snapshot_id = $1 and {PAPERS_SHOWN}"
    for nct_id, paper_key, *row in connection.execute(
        f"select nct_id, paper_key, {columns} from core.{table} semi join ({shown}) using (nct_id, paper_key)"
        f" where snapshot_id = $1 order by nct_id, paper_key, {columns}",
        [snapshot_id],
    ).fetchall():
        found[nct_id, paper_key].append(row)
    return found


def read_unlikely_papers(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> dict[str, int]:
    """How many rejected papers of each trial are not shown."""
    query = "select nct_id, count(*) from core.trial_publications"
    return dict(
        connection.execute(
            f"{query} where snapshot_id = $1 and not {PAPERS_SHOWN} group by nct_id", [snapshot_id]
        ).fetchall()
    )


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON has it: days as text."""
    return {name: str(value) if hasattr(value, "isoformat") else value for name, value in row.items()}


def read_history(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> Rows:
    """What changed of each trial from one kept snapshot of the series to the next."""
    columns = ", ".join(HISTORY_COLUMNS)
    changes = ", ".join(f"lag({name}::varchar) over versions as before_{name}" for name in HISTORY_COLUMNS)
    unions = " union all ".join(
        f"select nct_id, order_number, finished_at, '{name}' as what, before_{name} as before,"
        f" {name}::varchar as after from versions where is_later and before_{name} is distinct from {name}::varchar"
        for name in HISTORY_COLUMNS
    )
    query = f"""
        with series as (
            select * from raw.snapshots where series = (select series from raw.snapshots where snapshot_id = $1)
        ),
        versions as (
            select nct_id, order_number, finished_at::date as finished_at, {columns}, {changes},
                row_number() over versions > 1 as is_later
            from core.trials inner join series using (snapshot_id) semi join held_trials using (nct_id)
            window versions as (partition by nct_id order by series.order_number)
        )
        select * exclude (order_number) from ({unions}) order by nct_id, order_number, what
    """
    rows = by_trial(connection, query, snapshot_id)
    return {nct_id: [plain(row) for row in each] for nct_id, each in rows.items()}

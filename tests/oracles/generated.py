"""Registrations that nobody would write, and a warehouse of them in memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

import duckdb
from hypothesis import strategies as st

from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.home import Home
from tasks.run import Run
from tasks.settings import load_protocol
from tasks.stages import make_all
from tasks.statistics import MEASURES as STATISTICS
from tasks.warehouse.building import create_warehouse, define_macros
from tests.oracles.records import Cohort, Trial

SNAPSHOT_DAY = date(2026, 8, 22)
SEARCHES = {"s1": "query.cond: CAR T", "s2": "query.intr: CAR T"}
FILLED = (
    "raw.snapshots",
    "raw.study_versions",
    "raw.snapshot_studies",
    "raw.registrations_by_version",
    "raw.searches",
    "raw.search_hits",
    "core.registration_labels_by_version",
    "core.publication_searches",
)

# few values each, so that ties, empty cells and crowded ones all happen
PARTIAL_DATES = ("2019", "2019-03", "2019-03-15", "2006-12-31", "2007-01-01", "2013-12", "2020-12-31", "2021-01-01")
ODD_DATES = ("1989-12-31", "1990-01-01", "2060-05", "2026-08-23", "2024-04-30", "2018-01")
SPONSORS = (
    "Kite, A Gilead Company",
    "Gilead Sciences",
    "Novartis",
    "Novartis Pharmaceuticals",
    "City Hospital",
    "KITE PHARMA",
)
STATUSES = ("COMPLETED", "TERMINATED", "RECRUITING", "ON_THE_MOON", "WITHDRAWN", "SUSPENDED", "UNKNOWN")
REASONS = ("Slow accrual", "Business decision, not due to safety", "Lack of efficacy\nand of funding", "We moved")
# two cities of one province, one whose state is not one, and places that have no name
CITIES = (
    ("China", "Beijing Municipality", "Beijing", (39.9, 116.4)),
    ("China", None, "Suzhou", (31.3, 120.6)),
    ("China", "Jiangsu", "Nanjing", (32.1, 118.8)),
    ("United States", "Texas", "Houston", (29.8, -95.4)),
    ("United States", "Elsewhere", None, None),
    ("Korea, Republic of", None, "Seoul", (37.6, 127.0)),
    ("Korea, Republic of", None, "Busan", (3.5e28, 129.0)),  # a slip of the record
    ("Chnia", None, None, None),
    ("", None, "Beijing", None),
    (None, None, None, None),
)
LABELS: dict[str, tuple[str, ...]] = {
    "disease_groups": ("hematologic", "solid", "autoimmune", "other"),
    "diseases": ("B-ALL", "MM", "GLIOMA", "SLE", "SOLID-NOS", "NO-SUCH-CODE"),
    "organ_groups": ("hematologic", "nervous system", "no specific tumour / multiple tumour types", "autoimmune"),
    "targets": ("CD19", "BCMA", "CD22", "B7H3", "MUC1"),
    "costimulatory_domains": ("4-1BB", "CD28", "OX40"),
    "generation_derived": ("2", "3"),
    "vectors": ("lentiviral", "mRNA"),
    "cell_sources": ("autologous", "allogeneic"),
    "gene_edits": ("PDCD1", "TRAC"),
    "armouring": ("IL-15", "IL-12", "checkpoint_antibody"),
    "combinations": ("ICI", "GSI", "IMID", "HSCT"),
    "participants": ("HIV: excluded", "CNS disease: admitted", "ECOG: up to 1"),
    "products": ("tisagenlecleucel",),
    "target_candidates": ("GPR87", "NEWANTIGEN"),
    "combination_candidates": ("zanibosertib",),
}
SINGLE_LABELS: dict[str, tuple[str, ...]] = {
    "eligibility": ("eligible", "eligible", "eligible", "ineligible", "boundary"),
    "exclusion_reason": ("unstated", "other"),
    "topic": ("treatment", "treatment", "toxicity", "other"),
    "target_valency": ("single", "dual", "multi", "panel", "unstated"),
    "generation_stated": ("unstated", "4"),
    "follow_up_over_five_years": ("unstated", "yes", "no"),
    "region": ("China", "United States", "other", "unstated"),
    "center_count": ("single", "multiple", "unstated"),
}


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or none."""
    return st.none() | strategy


@st.composite
def labels(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Every attribute: one value, several, or unstated."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(ATTRIBUTES, ("unstated",))
    if draw(st.booleans()):
        for attribute, values in LABELS.items():
            chosen = draw(st.lists(st.sampled_from(values), unique=True, max_size=3))
            found[attribute] = tuple(chosen) or ("unstated",)
    for attribute, values in SINGLE_LABELS.items():
        found[attribute] = (draw(st.sampled_from(values)),)
    return found


@st.composite
def sites(draw: st.DrawFn) -> dict[str, Any]:
    """A site, more or less stated."""
    country, state, city, place = draw(st.sampled_from(CITIES))
    facility = draw(maybe(st.sampled_from(["First Hospital", "first hospital.", "Clinic"])))
    point = {"lat": place[0], "lon": place[1]} if place and draw(st.booleans()) else None
    status = draw(maybe(st.sampled_from(["RECRUITING", "COMPLETED"])))
    return {
        "country": country,
        "state": state,
        "city": city,
        "facility": facility,
        "status": status,
        "geoPoint": point,
    }


@st.composite
def trials(draw: st.DrawFn, number: int) -> Trial:
    """One registration with its labels and the searches that found it."""
    status: dict[str, Any] = {"overallStatus": draw(maybe(st.sampled_from(STATUSES)))}
    for name in ("startDateStruct", "primaryCompletionDateStruct", "completionDateStruct"):
        written = draw(maybe(st.sampled_from([*PARTIAL_DATES, *ODD_DATES])))
        status[name] = {"date": written, "type": draw(st.sampled_from(["ACTUAL", "ESTIMATED"]))} if written else None
    posted = draw(maybe(st.sampled_from(["2012-05-01", "2020-12-31", "2022-06-30", "2023-01-01", "2027-01-01"])))
    status["studyFirstPostDateStruct"] = {"date": posted} if posted else None
    status["whyStopped"] = draw(maybe(st.sampled_from(REASONS)))
    status["statusVerifiedDate"] = draw(maybe(st.sampled_from(["2023-01", "2025-06-30"])))
    updated = draw(maybe(st.sampled_from(["2020-02-29", "2025-08-22", "2026-08-01", "2027-01-01"])))
    status["lastUpdatePostDateStruct"] = {"date": updated} if updated else None
    status["studyFirstSubmitDate"] = draw(maybe(st.sampled_from(["2019-03-15", "2019-04-05", "2019-04-06"])))
    status["dispFirstSubmitDate"] = draw(maybe(st.sampled_from(["2019-12-31", "2022-01-01"])))
    status["resultsFirstSubmitDate"] = draw(maybe(st.sampled_from(["2020-03-14", "2021-12-31", "2022-02-01"])))
    reported = draw(maybe(st.sampled_from(["2020-03-15", "2020-04-14", "2022-03-01", "2026-09-01"])))
    status["resultsFirstPostDateStruct"] = {"date": reported} if reported else None
    parties = draw(st.lists(st.sampled_from(SPONSORS), unique=True, max_size=4))
    named = [{"name": name, "class": draw(st.sampled_from(["INDUSTRY", "OTHER", "NIH"]))} for name in parties]
    count = draw(maybe(st.sampled_from([0, 49, 50, 100, 101, 150, 151, 99_999_999, -5])))
    locations = draw(st.lists(sites(), max_size=4))
    protocol = {
        "identificationModule": {
            "nctId": f"NCT{number:08d}",
            "briefTitle": draw(
                maybe(st.sampled_from(["CAR-T", "High Affinity CAR-T", "A first-line, low antigen density CAR"]))
            ),
            "nctIdAliases": draw(st.lists(st.sampled_from(["NCT00000003", "NCT99999999"]), unique=True, max_size=1)),
        },
        "statusModule": {key: value for key, value in status.items() if value},
        "sponsorCollaboratorsModule": {"leadSponsor": named[0], "collaborators": named[1:]} if named else {},
        "designModule": {
            "studyType": draw(st.sampled_from(["INTERVENTIONAL", "INTERVENTIONAL", "OBSERVATIONAL"])),
            "phases": draw(maybe(st.sampled_from([[], ["PHASE1"], ["PHASE1", "PHASE2"], ["NA"], ["PHASE9"]]))),
            "enrollmentInfo": {"count": count, "type": draw(maybe(st.sampled_from(["ACTUAL", "ESTIMATED"])))}
            if count is not None
            else None,
            "designInfo": {"allocation": draw(maybe(st.sampled_from(["RANDOMIZED", "NA"])))},
        },
        "contactsLocationsModule": {"locations": locations},
        "eligibilityModule": {
            "minimumAge": draw(maybe(st.sampled_from(["18 Years", "6 Months", "N/A"]))),
            "maximumAge": draw(maybe(st.sampled_from(["65 Years", "75 Years", "80 Years"]))),
            "sex": draw(maybe(st.sampled_from(["ALL", "FEMALE", "MALE"]))),
            "eligibilityCriteria": draw(maybe(st.just("Inclusion Criteria: adults"))),
        },
        "oversightModule": {
            "isFdaRegulatedDrug": draw(maybe(st.booleans())),
            "isUsExport": draw(maybe(st.booleans())),
        },
    }
    searches = draw(st.sets(st.sampled_from(sorted(SEARCHES)), max_size=2))
    study = {"protocolSection": protocol, "hasResults": draw(maybe(st.booleans()))}
    return Trial(study, draw(labels()), searches)


def totals_of(everything: list[Trial]) -> dict[str, int]:
    """How many registrations each search found."""
    return {asked: sum(name in trial.searches for trial in everything) for name, asked in SEARCHES.items()}


@st.composite
def cohorts(draw: st.DrawFn, snapshot_id: str = "generated") -> Cohort:
    """A snapshot of none to a few registrations, some of them looked up in the literature."""
    numbers = draw(st.lists(st.integers(min_value=1, max_value=7_400_000), unique=True, max_size=7))
    found = [draw(trials(number)) for number in numbers]
    searched: dict[str, date] = {}
    publications: list[dict[str, Any]] = []
    for trial in found if draw(st.booleans()) else ():
        if draw(st.booleans()):
            searched[trial.nct_id] = draw(st.sampled_from([date(2024, 4, 30), date(2026, 1, 1)]))
        for paper in range(draw(st.integers(min_value=0, max_value=2))):
            publications.append(
                {
                    "nct_id": trial.nct_id,
                    "paper_key": f"pmid:{paper + 1}",
                    "publication_date": draw(maybe(st.sampled_from([date(2020, 1, 1), date(2025, 1, 1)]))),
                    "decision": draw(st.sampled_from(["accept", "accept", "review", "reject"])),
                    "kind": draw(st.sampled_from(["full results", "letter with results", "preprint", "retracted"])),
                }
            )
    return Cohort(
        found,
        draw(st.sampled_from([None, date(2024, 4, 30), date(2010, 1, 1)])),
        totals_of(found),
        [],
        snapshot_id=snapshot_id,
        snapshot_day=SNAPSHOT_DAY,
        is_day_stated=True,
        is_synthetic=draw(st.booleans()),
        searched=searched,
        publications=publications,
    )


@contextmanager
def empty_warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with its reference tables."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as staging")
        define_macros(connection)
        create_warehouse(connection, STATISTICS)
        yield connection


@cache
def run_as_of(as_of: date | None) -> Run:
    """A run whose protocol and models are read once; it has no home."""
    return Run(Home("nowhere"), load_protocol(), as_of)


def build(connection: duckdb.DuckDBPyConnection, *snapshots: Cohort) -> None:
    """Fill the warehouse with these snapshots only, and make every model and statistic anew."""
    for table in (*FILLED, "core.trial_publications"):
        connection.execute(f"delete from {table}")
    for place, cohort in enumerate(snapshots):
        load(connection, cohort, place)
    make_all(connection, run_as_of(snapshots[0].as_of))


def load(connection: duckdb.DuckDBPyConnection, cohort: Cohort, place: int) -> None:
    """Load one snapshot into the raw and label tables."""
    day = f"{cohort.snapshot_day} 12:{place:02}:00+00"
    name = cohort.snapshot_id
    connection.execute(
        "insert into raw.snapshots values ($1, 'test', 'test', $2, null, $3, $4, $4, '', '', '{}', $5)",
        [name, cohort.is_synthetic, cohort.snapshot_day.isoformat(), day, place],
    )
    for search_id, asked in SEARCHES.items():
        field, phrase = asked.split(": ")
        values = [name, search_id, field, phrase, cohort.search_totals[asked]]
        connection.execute("insert into raw.searches values ($1, $2, $3, $4, false, null, null, $5)", values)
    # every snapshot has versions of its own: that equal ones are one must change nothing
    versions = {t.nct_id: place * 100_000 + number for number, t in enumerate(cohort.everything)}
    studies = [
        (versions[t.nct_id], t.nct_id, json.dumps(t.study), json.dumps(t.study, sort_keys=True), bool(t.searches), name)
        for t in cohort.everything
    ]
    hits = [(name, search, t.nct_id) for t in cohort.everything for search in sorted(t.searches)]
    rows = [
        (versions[t.nct_id], attribute, value)
        for t in cohort.everything
        for attribute, held in t.labels.items()
        for value in held
    ]
    papers = [(name, *paper.values()) for paper in cohort.publications]
    inserts: dict[str, Any] = {
        "insert into raw.study_versions values ($1, $2, $3, $4, $5, $6)": studies,
        "insert into raw.snapshot_studies values ($1, $2, $3)": [(name, *one) for one in versions.items()],
        "insert into raw.registrations_by_version values"
        " ($2, 'ClinicalTrials.gov', $1, 'api', '', '', [], false, false)": list(versions.items()),
        "insert into raw.search_hits values ($1, $2, $3, 1)": hits,
        "insert into core.registration_labels_by_version values ($1, $2, $3)": rows,
        "insert into core.publication_searches values ($1, $2, $3)": [(name, *p) for p in cohort.searched.items()],
        "insert into core.trial_publications by name select $1 as snapshot_id, $2 as nct_id, $3 as paper_key,"
        " $4::date as publication_date, $5 as decision, $6 as kind, 'test' as route": papers,
    }
    for query, values in inserts.items():
        if values:
            connection.executemany(query, values)

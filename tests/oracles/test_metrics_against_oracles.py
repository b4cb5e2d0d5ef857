"""Every metric of sql/metrics equals an independent count, on the sample and on real records."""

from datetime import date
from typing import Any

import duckdb
import pytest

from tasks.frames import frame_of
from tasks.warehouse.models import load_models
from tests.conftest import Built
from tests.oracles.metrics import ORACLES, Rows
from tests.oracles.records import Cohort, Trial

# what is counted by registry says nothing of a landscape of one: test_registries_against_oracles.py counts it
REGISTRY_METRICS = ("registries", "registry_additions", "registry_delays", "unknown_spellings")
METRICS = sorted(
    model.name for model in load_models() if model.schema == "metrics" and model.name not in REGISTRY_METRICS
)
LANDSCAPES = ("sample_landscape", "real_landscape", "complete_landscape", "unmodified_landscape")
# landscapes in which a metric has rows, where that is not all of them
SPEAKING = {
    # papers are looked for in the sample only: the real files come without any
    "publication_routes": ("sample_landscape",),
    # one snapshot has nothing before it: tests/golden/test_history_of_real_records.py has several
    "status_transitions": (),
    "change_log": (),
    # what a source lacks differs from field to field
    "not_in_source": ("real_landscape", "complete_landscape"),
    "funding_by_region": ("sample_landscape", "complete_landscape", "unmodified_landscape"),
    "registration_timing": ("sample_landscape", "complete_landscape", "unmodified_landscape"),
    "results_due": ("sample_landscape", "complete_landscape", "unmodified_landscape"),
    # few complete records of treated people name what no vocabulary knows
    "new_candidates": ("sample_landscape", "real_landscape"),
    # none of the complete CAR-T trials of 2026 had stopped
    "stop_reasons": ("sample_landscape", "real_landscape", "complete_landscape"),
}
# the oracle states less of these metrics than the model: the columns that it does not count
COLUMNS = {
    "screening_flow": "step_order, step, reason, records",
    "not_in_source": "metric, need, fields, is_in_source, carrying_trials, trials",
    "paper_comparison": "claim_id, our_value, value_by_paper_definition, comparability, verdict",
}


def cohort_of(built: Built) -> Cohort:
    """The snapshot's records and labels, with the searches that found each."""
    labels = built.labels()
    hits = built.snapshot.search_hits()
    searches: dict[str, set[str]] = {}
    for search_id, nct_id in hits.select("search_id", "nct_id").rows():
        searches.setdefault(nct_id, set()).add(search_id)
    trials = [
        Trial(study.record, labels[study.nct_id], searches.get(study.nct_id, set()))
        for study in built.snapshot.studies()
    ]
    totals = {f"{s['field']}: {s['phrase']}": s["studies"] for s in built.snapshot.manifest["searches"]}
    reasons = [row["reason"] for row in built.snapshot.quarantine()]
    manifest = built.snapshot.manifest
    stated = manifest.get("data_timestamp")
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        papers = frame_of(connection.sql("select * from core.trial_publications")).to_dicts()
        routes = connection.execute("select nct_id, paper_key, route from core.publication_routes").fetchall()
        searched = dict(connection.execute("select nct_id, searched_on from core.publication_searches").fetchall())
    return Cohort(
        trials,
        date.fromisoformat(built.as_of) if built.as_of else None,
        totals,
        reasons,
        snapshot_id=built.snapshot.id,
        snapshot_day=date.fromisoformat((stated or manifest["finished_at"])[:10]),
        is_day_stated=bool(stated),
        is_synthetic=manifest["is_synthetic"],
        publications=papers,
        publication_routes=routes,
        searched=searched,
    )


@pytest.fixture(scope="session")
def cohorts() -> dict[str, Cohort]:
    """Cohorts by landscape, each made once."""
    return {}


def comparable(rows: Rows) -> list[tuple[str, ...]]:
    """Rows in any order, shares to nine digits."""
    return sorted(tuple(str(round(v, 9)) if isinstance(v, float) else str(v) for v in row) for row in rows)


@pytest.mark.parametrize("landscape", LANDSCAPES)
@pytest.mark.parametrize("metric", METRICS)
def test_metric_equals_independent_count(
    metric: str, landscape: str, cohorts: dict[str, Cohort], request: pytest.FixtureRequest
) -> None:
    built: Built = request.getfixturevalue(landscape)
    if landscape not in cohorts:
        cohorts[landscape] = cohort_of(built)
    cohort = cohorts[landscape]
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        columns = COLUMNS.get(metric, "* exclude (snapshot_id)")
        rows: list[tuple[Any, ...]] = connection.execute(f"select {columns} from metrics.{metric}").fetchall()
    assert comparable(rows) == comparable(ORACLES[metric](cohort))
    is_silent = landscape not in SPEAKING.get(metric, LANDSCAPES)
    assert bool(rows) != is_silent, "an empty metric would prove nothing"

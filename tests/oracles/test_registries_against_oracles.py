"""What is counted by registry equals an independent count, on the sample's registrations of five registries."""

from collections import Counter
from collections.abc import Callable

import duckdb
import pytest

from tests.conftest import Built
from tests.oracles import registries as oracles
from tests.oracles.counted import Rows
from tests.oracles.registries import Registered, Registration, join
from tests.oracles.test_metrics_against_oracles import REGISTRY_METRICS, comparable


@pytest.fixture(scope="module")
def registered(registries_landscape: Built) -> Registered:
    """The registrations joined by plain Python; the cohort is that of the warehouse."""
    labels = registries_landscape.labels()
    hits = registries_landscape.snapshot.search_hits()
    found = set(hits.filter(~hits["is_extended"])["nct_id"])
    registrations, unknown = [], Counter[tuple[str, str, str]]()
    for study in registries_landscape.snapshot.studies():
        one = Registration(study.record, labels[study.nct_id], study.nct_id in found)
        registrations.append(one)
        spellings = study.record.get("registrationSection", {}).get("unknownSpellings", [])
        unknown.update({(one.registry, spelling["kind"], spelling["spelling"]) for spelling in spellings})
    with duckdb.connect(str(registries_landscape.warehouse), read_only=True) as connection:
        cohort = {row[0] for row in connection.execute("select nct_id from core.trials where is_in_cohort").fetchall()}
    return Registered(join(registrations), cohort, unknown)


def test_trials_are_the_groups_that_plain_python_finds(registered: Registered, registries_landscape: Built) -> None:
    with duckdb.connect(str(registries_landscape.warehouse), read_only=True) as connection:
        rows = connection.execute("select nct_id, trial_nct_id from core.registrations").fetchall()
    assert dict(rows) == {one.number: trial for trial, group in registered.trials.items() for one in group}


@pytest.mark.parametrize("metric", REGISTRY_METRICS)
def test_metric_by_registry_equals_independent_count(
    metric: str, registered: Registered, registries_landscape: Built
) -> None:
    oracle: Callable[[Registered], Rows] = getattr(oracles, metric)
    with duckdb.connect(str(registries_landscape.warehouse), read_only=True) as connection:
        rows = connection.execute(f"select * exclude (snapshot_id) from metrics.{metric}").fetchall()
    assert comparable(rows) == comparable(oracle(registered))
    assert rows

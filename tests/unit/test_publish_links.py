"""From a number to its trials: what headers of metrics name are facets, and nearly every count finds its trials."""

import duckdb

from tasks.publish.page.facets import facets_of, read_facets
from tasks.publish.page.links import Linker, filters_of, link_rows
from tasks.publish.page.trials import read_index
from tasks.publish.published import read_facts, read_table
from tasks.warehouse.models import load_models
from tests.conftest import Built

# counts without an address in the sample: a facet says 'unstated' where these metrics say 'none', or no facet says it
WITHOUT = {("flagged_records", "trials"): 1}


def linker_of(connection: duckdb.DuckDBPyConnection) -> Linker:
    """The linker of the snapshot shown, as the page makes it."""
    facts = read_facts(connection)
    trials = read_index(connection, facts.snapshot_id)["nct_id"]
    return Linker(read_facets(connection, facts.snapshot_id, trials, facets_of(connection)))


def test_counts_find_their_trials(sample_landscape: Built) -> None:
    without: dict[tuple[str, str], int] = {}
    linked = 0
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        linker = linker_of(connection)
        for model in (model for model in load_models() if model.measure.population):
            frame = read_table(connection, model.table, sample_landscape.snapshot.id)
            links = link_rows(linker, model.measure, frame)
            for count in (one for one in model.measure.counts if one.column in frame.columns):
                for row, link in zip(frame.to_dicts(), links, strict=True):
                    facets = filters_of(model.measure, count, row, linker.names)
                    assert facets.keys() <= linker.held.keys(), f"{model.table}: {facets} are no facets of the page"
                    linked += count.column in link
                    if row[count.column] and count.column not in link:
                        key = (model.name, count.column)
                        without[key] = without.get(key, 0) + 1
    assert without == WITHOUT
    assert linked > 1000


def test_a_filter_finds_the_trials_that_pass_all_of_it(sample_landscape: Built) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        linker = linker_of(connection)
        (expected,) = connection.execute(
            "select count(*) from core.trials where is_in_cohort and topic = 'treatment' and phase = 'Phase 1'"
        ).fetchall()[0]
    filters = {"topic": "treatment", "phase": "Phase 1"}
    assert linker.addresses([filters], [expected]) == ["#trials?topic=treatment&phase=Phase%201"]
    assert linker.addresses([filters, {"no such facet": "x"}, {}], [expected + 1, 1, None]) == [None, None, None]

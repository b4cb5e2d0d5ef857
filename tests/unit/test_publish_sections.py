"""The sections of the page: one that has nothing to say folds into a sentence with what to run."""

import polars

from tasks.publish.page.metrics import Metric
from tasks.publish.page.names import Names
from tasks.publish.page.sections import sections
from tasks.publish.sections import matches, page_sections
from tasks.warehouse.measures import WHOLES
from tasks.warehouse.models import Model, load_models


def comparison(values: list[float | None]) -> dict[str, Metric]:
    """The paper's comparison with these values of ours."""
    frame = polars.DataFrame({"claim_id": ["C001"] * len(values), "our_value": values}, schema_overrides=SCHEMA)
    return {"paper_comparison": Metric("paper_comparison", {}, "", frame, [{} for _ in values])}


SCHEMA = {"our_value": polars.Float64}


def test_the_paper_folds_where_nothing_is_comparable() -> None:
    (folded,) = (one for one in sections(comparison([None, None]), {}, Names()) if one["id"] == "paper")
    assert (folded["folded"], folded["tables"]) == (True, [])
    assert "cartscape run --as-of" in folded["note"]
    (shown,) = (one for one in sections(comparison([None, 3.0]), {}, Names()) if one["id"] == "paper")
    assert (shown["folded"], len(shown["tables"])) == (False, 1)


def test_a_figure_counts_trials_of_one_population() -> None:
    """A measure that counts now these trials, now those, is a table and no figure; the caption says which."""
    drawn = [model for model in load_models() if model.schema == "metrics" and is_drawn(model)]
    populations = {model.name: model.measure.population for model in drawn if model.measure.counts}
    mixed = {name: population for name, population in populations.items() if population not in WHOLES}
    assert mixed == {"status_transitions": ""}, "moves of trials between two snapshots, which no population holds"
    silent = [
        model.name
        for model in drawn
        if model.figure and model.measure.population == "treatment" and "reatment trials" not in model.figure["caption"]
    ]
    assert silent == []


def is_drawn(model: Model) -> bool:
    """Whether a section of the page draws the model."""
    patterns = [pattern for section in page_sections() for pattern in section["figures"]]
    return any(matches(model.name, pattern) or model.name == pattern.rstrip("_") for pattern in patterns)

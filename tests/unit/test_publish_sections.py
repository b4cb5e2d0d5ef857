"""The sections of the page: one that has nothing to say folds into a sentence with what to run."""

import polars

from tasks.publish.page.metrics import Metric
from tasks.publish.page.page import sections


def comparison(values: list[float | None]) -> dict[str, Metric]:
    """The paper's comparison with these values of ours."""
    frame = polars.DataFrame({"claim_id": ["C001"] * len(values), "our_value": values}, schema_overrides=SCHEMA)
    return {"paper_comparison": Metric("paper_comparison", {}, "", frame, [{} for _ in values])}


SCHEMA = {"our_value": polars.Float64}


def test_the_paper_folds_where_nothing_is_comparable() -> None:
    (folded,) = (one for one in sections(comparison([None, None]), {}) if one["id"] == "paper")
    assert (folded["folded"], folded["tables"]) == (True, [])
    assert "cartscape run --as-of" in folded["note"]
    (shown,) = (one for one in sections(comparison([None, 3.0]), {}) if one["id"] == "paper")
    assert (shown["folded"], len(shown["tables"])) == (False, 1)

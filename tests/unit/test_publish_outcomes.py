"""The figures of what becomes of trials hold only what JSON knows, so that page and print can draw them."""

import json
from datetime import date

import polars

from tasks.publish.figures.further import DRAWINGS, further_figures

DAY = date(2024, 4, 30)
FRAMES = {
    "first_in_class": {
        "target": "CD19",
        "first_nct_id": "NCT00000001",
        "first_registered_date": DAY,
        "first_sponsor": "Clinic",
        "first_country": "China",
        "trials": 3,
        "sponsors": 1,
        "last_registered_date": DAY,
        "state": "new",
    },
    "approvals": {
        "product": "tisagenlecleucel",
        "agency": "FDA",
        "approved_date": DAY,
        "indication": "B-ALL",
        "trials": 1,
        "later_trials": 1,
    },
    "registration_nowcast": {
        "observed_until": DAY,
        "registration_year": 2024,
        "posted_trials": 10,
        "expected_trials": 30.0,
        "expected_low": 20.0,
        "expected_high": 40.0,
    },
    "stop_reasons": {"status": "Terminated", "reason": "funding", "trials": 2, "percentage": 100.0},
}


def test_days_of_figures_are_text() -> None:
    frames = {name: polars.DataFrame([row]) for name, row in FRAMES.items()}
    figures = further_figures(frames)
    assert {figure.name for figure in figures} == FRAMES.keys()
    for figure in figures:
        assert json.dumps(figure.chart.to_dict())


def test_a_metric_without_rows_to_draw_has_no_figure() -> None:
    empty = polars.DataFrame([FRAMES["registration_nowcast"] | {"expected_trials": None}], infer_schema_length=None)
    assert (
        further_figures({"registration_nowcast": empty.with_columns(polars.col("expected_trials").cast(float))}) == []
    )
    assert len(DRAWINGS) == 11

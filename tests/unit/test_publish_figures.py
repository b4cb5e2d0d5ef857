"""What figures say in words, and where their names stand."""

from typing import Any

import polars
import pytest

from tasks.publish.figures.charts import Drawn, bars_by_year, ranked_bars, stacked_years
from tasks.publish.figures.figure import Figure, first_of
from tasks.publish.figures.names import pushed_apart, stack_middles
from tasks.publish.figures.outcomes import answer_bars, first_points, names_with_room, year_lines
from tasks.publish.figures.screening import drawn, placed, reasons_of
from tasks.publish.figures.spoken import spoken
from tasks.publish.page.names import Names

YEARS = [(2022, "China", 5), (2022, "other", 1), (2023, "China", 9), (2023, "other", 4)]
BY_YEAR = polars.DataFrame(YEARS, ["registration_year", "region", "trials"], orient="row")
TARGETS = polars.DataFrame(
    {
        "target": ["CD19", "BCMA", "CD22", "CD20", "CD7", "CD5"],
        "trials": [1614, 185, 117, 80, 62, 37],
        "percentage": 1.0,
    }
)
ANSWERS = polars.DataFrame(
    [
        ("men", "admitted", 9, 90.0),
        ("men", "excluded", 1, 10.0),
        ("HIV", "unstated", 7, 70.0),
        ("HIV", "excluded", 3, 30.0),
    ],
    ["subject", "answer", "trials", "percentage"],
    orient="row",
).with_columns(asked_trials=10)


def said(chart: Drawn) -> str:
    """The words of a figure of this chart."""
    return spoken(Figure("name", "Title", "metric", "Caption.", chart))


def rows_of_layers(chart: Drawn) -> list[list[dict[str, Any]]]:
    """What each layer of a chart draws."""
    spec = Figure("name", "Title", "metric", "Caption.", chart).specification()
    held = [layer["data"] for layer in spec["layer"]]
    return [list(one.get("values") or spec["datasets"][one["name"]]) for one in held]


def test_ranked_bars_say_the_largest_and_how_many_more() -> None:
    assert said(ranked_bars(TARGETS, "target", "#000")) == (
        "Title: CD19 (1,614), BCMA (185), CD22 (117), CD20 (80) and 2 more."
    )


def test_a_bar_without_a_name_is_unstated() -> None:
    frame = polars.DataFrame({"sex": [None, "ALL"], "trials": [1, 2], "percentage": [33.3, 66.7]})
    assert said(ranked_bars(frame, "sex", "#000")) == "Title: ALL (2), unstated (1)."


def test_years_say_from_when_to_when_and_the_highest() -> None:
    years = BY_YEAR.group_by("registration_year", maintain_order=True).agg(polars.col("trials").sum())
    assert said(bars_by_year(years.with_columns(cumulative_trials=1))) == "Title: 2022 to 2023. Highest: 13 in 2023."


def test_stacks_say_the_highest_of_each_part() -> None:
    assert said(stacked_years(BY_YEAR, "region")) == (
        "Title: 2022 to 2023. Highest: China (9 in 2023), other (4 in 2023)."
    )


def test_without_a_row_the_caption_is_said() -> None:
    few = BY_YEAR.with_columns(of_trials=1)
    assert said(year_lines(few, "region", "trials", "trials")) == "Title: Caption."


def test_shares_say_the_most_frequent_answer() -> None:
    assert said(answer_bars(ANSWERS)) == "Title: men (admitted 90%), HIV (unstated 70%)."


def test_names_stand_apart_and_keep_their_order() -> None:
    assert pushed_apart([0.0, 1.0, 9.0], 5) == [0.0, 5.0, 10.0]
    assert pushed_apart([], 5) == []
    assert stack_middles({"below": 4, "above": 2}) == {"below": 2, "above": 5}


def test_a_stack_names_its_parts_at_the_middle_of_the_last_bar() -> None:
    _, squares, names = rows_of_layers(stacked_years(BY_YEAR, "region"))
    assert (
        squares
        == names
        == [
            {"region": "China", "place": 4.5, "share_place": pytest.approx(4.5 / 13)},
            {"region": "other", "place": 11.0, "share_place": pytest.approx(11 / 13)},
        ]
    )


def test_a_stack_sums_rows_of_one_bar() -> None:
    twice = polars.concat([BY_YEAR, BY_YEAR]).with_columns(link=polars.lit("#a"))
    bars, *_ = rows_of_layers(stacked_years(twice, "region"))
    assert [row["trials"] for row in bars] == [10, 2, 18, 8]
    assert not any("link" in row for row in bars)


def test_years_of_few_trials_draw_no_line() -> None:
    frame = BY_YEAR.with_columns(percentage=polars.col("trials") * 1.0, of_trials=polars.Series([9, 9, 10, 10]))
    assert (
        said(year_lines(frame, "region", "percentage", "%"))
        == "Title: 2023. Highest: China (9 in 2023), other (4 in 2023)."
    )


def test_points_that_lie_close_carry_one_name() -> None:
    columns = {"first_registered_date": ["2010-01-01", "2010-06-01", "2019-01-01"], "trials": [100, 90, 80]}
    frame = polars.DataFrame({"target": ["A", "B", "C"], **columns}).with_columns(
        polars.col("first_registered_date").str.to_date(), state=polars.lit("new")
    )
    assert names_with_room(frame) == ["A", "C"]
    assert said(first_points(frame)) == "Title: 2010 to 2019. Highest: new (100 in 2010)."


def test_a_code_is_shown_with_what_it_stands_for() -> None:
    names = Names(
        {("targets", "MESO"): "mesothelin", ("targets", "CD19"): "CD19 molecule"}, {("targets", "MESO"): "MSLN"}
    )
    assert names.shown("targets", "MESO") == "MESO (mesothelin)"
    assert names.shown("targets", "CD19") == "CD19"
    assert names.searched("targets", "MESO") == "mesothelin|MSLN"
    assert names.in_row({"attribute": "targets", "value": "MESO"}, "value") == "MESO (mesothelin)"
    assert names.in_row({"dimension": "region", "value": "MESO"}, "value") == "MESO"


def step(text: str, records: int, stage: str, reason: str | None = None) -> dict[str, Any]:
    """A step of the screening flow as `read_flow` gives it."""
    is_removed = stage == "screening" and reason is not None
    reasons = [{"reason": reason, "records": records}] if reason else []
    aside = is_removed or stage == "apart"
    return {"step": text, "records": records, "reasons": reasons, "is_removed": is_removed, "is_aside": aside}


def test_the_printed_flow_holds_its_texts_and_joins_what_was_removed_alone() -> None:
    long = "not JSON: unexpected end of data: line 1 column 62 (char 61)"
    boxes = placed(
        [
            step("unique records", 10, "screening"),
            step("not CAR-T", 2, "screening", "TIL"),
            step("trials in the landscape", 8, "included"),
            step("could not be read", 1, "apart", long),
        ]
    )
    assert [box["left"] for box in boxes] == [0, 279, 0, 279]
    assert [box["is_joined"] for box in boxes] == [False, True, False, False]
    assert boxes[3]["text"].splitlines() == [
        "1 could not be read",
        "not JSON: unexpected end of data: line 1",
        "column 62 (char 61): 1",
    ]
    assert boxes[3]["bottom"] - boxes[3]["top"] == 3 * 13 + 2 * 8
    (stem,) = rows_of_layers(drawn(boxes))[0]
    assert stem["bottom"] == boxes[2]["top"], "it ends at the trials, from which none leaves"


def test_the_printed_flow_accounts_for_reasons_that_have_no_room() -> None:
    reasons = [{"reason": name, "records": 10 - place} for place, name in enumerate("abcdefgh")]
    lines = reasons_of({**step("not CAR-T", 52, "screening", "a"), "reasons": reasons})
    assert lines == ["a: 10", "b: 9", "c: 8", "d: 7", "e: 6", "f: 5", "other reasons: 7"]


def test_what_is_shown_whole_is_not_called_the_first_of_it() -> None:
    assert first_of(1, 1, "targets") == "the only target"
    assert first_of(3, 3, "targets") == "all 3 targets"
    assert first_of(15, 1_023, "targets") == "the first 15 of 1,023 targets"

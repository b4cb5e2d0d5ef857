"""Time to publication against worked examples of the literature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.statistics.survival import kaplan_meier, log_rank, median_days

# Freireich 1963 by way of Cox and Oakes: weeks in remission of 21 children on 6-mercaptopurine and 21 on placebo
TREATED = [(6, True)] * 3 + [(7, True), (10, True), (13, True), (16, True), (22, True), (23, True)]
TREATED += [(week, False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)]
PLACEBO = [(week, True) for week in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]


def test_curve_of_freireich() -> None:
    steps = kaplan_meier(TREATED)
    assert [(step.days, step.at_risk, step.published) for step in steps] == [
        (6, 21, 3),
        (7, 17, 1),
        (10, 15, 1),
        (13, 12, 1),
        (16, 11, 1),
        (22, 7, 1),
        (23, 6, 1),
    ]
    printed = [85.7, 80.7, 75.3, 69.0, 62.7, 53.8, 44.8]
    assert [round(step.unpublished_percentage, 1) for step in steps] == printed
    assert median_days(steps) == 23


def test_log_rank_of_freireich() -> None:
    """Chi-square of 16.79 with one degree of freedom, as the textbooks print it."""
    test = log_rank(PLACEBO, TREATED)
    assert test.statistic is not None
    assert test.statistic**2 == pytest.approx(16.79, abs=0.005)
    assert test.statistic > 0, "the group that ends sooner has a positive statistic"


def test_nothing_published_has_no_curve_and_no_median() -> None:
    assert kaplan_meier([(10, False), (20, False)]) == []
    assert kaplan_meier([]) == []
    assert median_days([]) is None


@pytest.mark.parametrize(
    ("group", "rest", "note"),
    [
        ([], [(1, True)], "no trial in the group"),
        ([(1, True)], [], "all trials are in the group"),
        ([(1, False)], [(2, False)], "no published trial"),
        ([(1, False)], [(2, True)], "the two can not be told apart"),
    ],
)
def test_groups_that_can_not_be_compared_say_why(
    group: list[tuple[int, bool]], rest: list[tuple[int, bool]], note: str
) -> None:
    test = log_rank(group, rest)
    assert test.note == note
    assert test.p_value is None


durations = st.lists(st.tuples(st.integers(min_value=0, max_value=30), st.booleans()), max_size=25)


@given(durations)
def test_curve_equals_the_product_of_its_steps(trials: list[tuple[int, bool]]) -> None:
    left = 100.0
    days = sorted({day for day, event in trials if event})
    steps = kaplan_meier(trials)
    assert [step.days for step in steps] == days
    for step in steps:
        at_risk = sum(day >= step.days for day, _ in trials)
        events = sum(event and day == step.days for day, event in trials)
        left *= 1 - events / at_risk
        assert step.unpublished_percentage == pytest.approx(left, abs=1e-9)


@given(durations, durations)
def test_log_rank_never_gives_a_number_that_is_none(
    group: list[tuple[int, bool]], rest: list[tuple[int, bool]]
) -> None:
    test = log_rank(group, rest)
    if test.note is None:
        assert test.p_value is not None
        assert 0 <= test.p_value <= 1

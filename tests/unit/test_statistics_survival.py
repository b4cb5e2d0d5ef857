"""Time to publication against worked examples of the literature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from tasks.statistics.survival import kaplan_meier, log_rank, median_days, published_by

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
    test = log_rank([PLACEBO, TREATED])
    assert test.chi_square == pytest.approx(16.79, abs=0.005)
    assert test.degrees_of_freedom == 1


def cross_checked(groups: list[list[tuple[int, bool]]]) -> tuple[float, float]:
    """Chi-square and P value of the same test by statsmodels."""
    days = [day for group in groups for day, _ in group]
    events = [event for group in groups for _, event in group]
    names = [place for place, group in enumerate(groups) for _ in group]
    statistic, p_value = survdiff(days, events, names)
    return float(statistic), float(p_value)


def test_three_groups_as_statsmodels_tests_them() -> None:
    third = [(day + 3, event) for day, event in PLACEBO[::2]] + [(40, False), (0, True)]
    test = log_rank([PLACEBO, TREATED, third])
    assert (test.chi_square, test.p_value) == pytest.approx(cross_checked([PLACEBO, TREATED, third]))
    assert test.degrees_of_freedom == 2


def test_curve_as_statsmodels_draws_it() -> None:
    """With events at day 0, as early papers are."""
    trials = [*TREATED, (0, True), (0, True)]
    other = SurvfuncRight([day for day, _ in trials], [event for _, event in trials])
    assert [step.days for step in kaplan_meier(trials)] == list(other.surv_times)
    assert [step.unpublished_percentage / 100 for step in kaplan_meier(trials)] == pytest.approx(list(other.surv_prob))


def test_share_published_by_a_day() -> None:
    steps = kaplan_meier(TREATED)
    assert published_by(steps, 5) is None
    assert published_by(steps, 9).days == 7  # type: ignore[union-attr]


def test_nothing_published_has_no_curve_and_no_median() -> None:
    assert kaplan_meier([(10, False), (20, False)]) == []
    assert kaplan_meier([]) == []
    assert median_days([]) is None


@pytest.mark.parametrize(
    ("groups", "note"),
    [
        ([], "fewer than two groups"),
        ([[(1, True)]], "fewer than two groups"),
        ([[(1, False)], [(2, False)]], "no published trial"),
        ([[(1, False)], [(2, True)]], "the groups can not be told apart"),
        ([[(1, True)], [(1, True)]], "the groups can not be told apart"),
    ],
)
def test_groups_that_can_not_be_compared_say_why(groups: list[list[tuple[int, bool]]], note: str) -> None:
    test = log_rank(groups)
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


@given(st.lists(durations, max_size=5))
def test_log_rank_never_gives_a_number_that_is_none(groups: list[list[tuple[int, bool]]]) -> None:
    test = log_rank(groups)
    if test.note is None:
        assert test.p_value is not None
        assert 0 <= test.p_value <= 1
        assert log_rank(groups[::-1]).chi_square == pytest.approx(test.chi_square, abs=1e-6)

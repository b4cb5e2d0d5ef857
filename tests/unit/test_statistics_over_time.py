"""Trends, competing risks and the nowcast, each against a second implementation."""

import math
import random
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from tasks.statistics.competing_risks import UNDER_WAY, aalen_johansen
from tasks.statistics.late_entry import recruiting_time
from tasks.statistics.nowcast import nowcast
from tasks.statistics.trend import cochran_armitage
from tests.oracles.recruiting import Spell, median_recruiting, shares_left

YEARS = [(2018, 2, 20), (2019, 5, 30), (2020, 9, 40), (2021, 0, 0), (2022, 20, 50)]


def textbook_trend(counts: list[tuple[int, int, int]]) -> float:
    """Cochran and Armitage's Z as Agresti prints it, by sums over years."""
    whole = sum(n for _, _, n in counts)
    share = sum(part for _, part, _ in counts) / whole
    middle = sum(year * n for year, _, n in counts) / whole
    above = sum((year - middle) * part for year, part, _ in counts)
    spread = share * (1 - share) * sum(n * (year - middle) ** 2 for year, _, n in counts)
    return above / math.sqrt(spread)


def test_trend_is_the_textbooks() -> None:
    trend = cochran_armitage(YEARS)
    expected = textbook_trend(YEARS)
    assert trend.statistic == pytest.approx(expected)
    assert trend.p_value == pytest.approx(math.erfc(abs(expected) / math.sqrt(2)))
    assert trend.years == 4
    # by hand: 140 trials, middle year 2020.2143, 36 with the value
    assert trend.change_per_year == pytest.approx(7.670588, abs=1e-6)
    assert trend.change_per_year and trend.change_low and trend.change_high
    assert 0 < trend.change_low < trend.change_per_year < trend.change_high


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=8))
def test_any_trend_is_the_textbooks_or_says_why_not(pairs: list[tuple[int, int]]) -> None:
    counts = [(2000 + place, min(pair), max(pair)) for place, pair in enumerate(pairs)]
    trend = cochran_armitage(counts)
    part, whole = sum(row[1] for row in counts), sum(row[2] for row in counts)
    if trend.note:
        assert trend.years < 3 or part in (0, whole)
    else:
        assert trend.statistic == pytest.approx(textbook_trend(counts), abs=1e-7)


def test_two_years_are_no_trend() -> None:
    assert cochran_armitage([(2018, 1, 2), (2019, 2, 2)]).note == "fewer than 3 years with trials"


def shares_by_hand(endings: list[tuple[int, str]]) -> dict[tuple[str, int], float]:
    """Cumulative incidence by its definition: what is left the day before times the hazard of the day."""
    left = 1.0
    ended: dict[str, float] = defaultdict(float)
    found: dict[tuple[str, int], float] = {}
    for day in sorted({day for day, _ in endings}):
        at_risk = sum(other >= day for other, _ in endings)
        today = Counter(ending for other, ending in endings if other == day and ending != UNDER_WAY)
        for ending, n in today.items():
            ended[ending] += left * n / at_risk
            found[ending, day] = 100 * ended[ending]
        left *= 1 - sum(today.values()) / at_risk
    return found


ENDED = st.tuples(st.integers(0, 12), st.sampled_from(["completed", "terminated", "unknown", UNDER_WAY]))


@given(st.lists(ENDED, max_size=30))
def test_competing_risks_are_their_definition(endings: list[tuple[int, str]]) -> None:
    steps = aalen_johansen(endings)
    expected = shares_by_hand(endings)
    assert {(step.ending, step.days): pytest.approx(step.percentage, abs=1e-9) for step in steps} == expected
    for step in steps:
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.percentage + 1e-9 and step.percentage - 1e-9 <= step.high <= 100


def test_an_interval_covers_the_share_of_trials_without_censoring() -> None:
    endings = [(day, "completed" if day % 3 else "terminated") for day in range(60)]
    last = next(step for step in aalen_johansen(endings) if (step.days, step.ending) == (30, "terminated"))
    assert (last.percentage, last.at_risk, last.ended) == (pytest.approx(100 * 11 / 60), 30, 1)
    exact = stats.binomtest(11, 60).proportion_ci(0.95, method="wilson")
    assert last.low == pytest.approx(100 * exact.low, abs=1.5)
    assert last.high == pytest.approx(100 * exact.high, abs=1.5)


def submissions(seed: int, rate: float = 1.5) -> list[tuple[date, date]]:
    """Two years of submissions at an even rate, posted after a geometric delay of 20 days on average."""
    chance = random.Random(seed)
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(731)]
    return [
        (day, day + timedelta(days=int(chance.expovariate(1 / 20))))
        for day in days
        for _ in range(int(rate) + (chance.random() < rate % 1))
    ]


def test_nowcast_foresees_the_years_total() -> None:
    within = 0
    for seed in range(40):
        trials = submissions(seed)
        total = sum(submitted.year == 2025 for submitted, _ in trials)
        found = nowcast(trials, date(2025, 7, 1), fewest_trials=10)
        assert found.expected_trials is not None and found.waiting_trials is not None
        assert found.expected_low is not None and found.expected_high is not None
        assert 10 < found.waiting_trials < 60
        within += found.expected_low <= total <= found.expected_high
    assert within >= 36, "an interval of 95% that misses so often is none"


def test_nowcast_without_delays_is_the_rate() -> None:
    trials = [(date(2025, 1, 1) + timedelta(days=day), date(2025, 1, 1) + timedelta(days=day)) for day in range(100)]
    found = nowcast(trials, date(2025, 4, 10), fewest_trials=10)
    assert (found.posted_trials, found.waiting_trials, found.expected_trials) == (100, 0, pytest.approx(365))


def test_nowcast_of_few_trials_says_so() -> None:
    assert nowcast([], date(2025, 4, 10), 5).note == "fewer than 5 trials with both days this year"


def test_recruiting_times_by_hand() -> None:
    """Five trials, of which one was first seen after another had stopped: it is no comfort to those before it."""
    spells = [(0, 100, True), (0, 200, True), (0, 300, False), (150, 250, True), (150, 400, True)]
    # 3 at risk at day 100, then 2 of 3 left; 4 at 200: 1/2; 3 at 250: 1/3
    assert [(day, pytest.approx(left)) for day, left, _ in shares_left(spells)] == [
        (100, 2 / 3),
        (200, 1 / 2),
        (250, 1 / 3),
        (400, 0),
    ]
    found = recruiting_time(spells)
    assert (found.trials, found.stopped_trials, found.median_days, found.note) == (5, 4, 250, None)


def test_trials_that_all_stopped_before_others_came_have_no_median() -> None:
    found = recruiting_time([(0, 10, True), (5, 10, True), (100, 200, True), (100, 300, False)])
    assert (found.trials, found.stopped_trials, found.median_days) == (4, 3, None)
    assert found.note == "all seen recruiting 10 days after their start had stopped, before others came"


def test_none_seen_to_stop_has_no_median() -> None:
    assert recruiting_time([(0, 10, False), (20, 5, True)]).note == "no trial was seen to stop recruiting"


SPELL = st.tuples(st.integers(0, 40), st.integers(1, 60), st.booleans()).map(lambda s: (s[0], s[0] + s[1], s[2]))


@given(st.lists(SPELL, min_size=3, max_size=25))
def test_recruiting_times_are_their_definition(spells: list[Spell]) -> None:
    # where exactly half are left, rounding decides
    assume(all(abs(left - 0.5) > 1e-9 for _, left, _ in shares_left(spells)))
    found = recruiting_time(spells)
    if found.median_days is not None:
        assert (found.median_days, found.median_low, found.median_high) == median_recruiting(spells, 0.95)
    elif found.note and found.note.startswith("fewer than half"):
        assert median_recruiting(spells, 0.95)[0] is None

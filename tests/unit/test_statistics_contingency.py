"""Tests of counts: the paper's Table 4 to its printed digits, and tables that can not be tested."""

import csv
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.settings import REPOSITORY
from tasks.statistics.contingency import adjusted, level_test, variable_test, wilson_interval

TABLE_4 = REPOSITORY / "curation" / "paper_table4.tsv"
TABLES_DRAWN = 9_999
CLAIMS = REPOSITORY.parent / "shared" / "domain" / "paper_claims.csv"


def table_4() -> list[dict[str, str]]:
    with TABLE_4.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def as_printed(p_value: float) -> str:
    """A P value as the paper prints it: three decimals, and '<0.001' below.

    The paper rounds twice, halves up: from 0.05545 over 0.0555 to 0.056. Three of its 25 values show it; rounded once
    they would read 0.055, 0.005 and 0.859.
    """
    once = Decimal(repr(p_value)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    twice = once.quantize(Decimal("0.001"), ROUND_HALF_UP)
    return "<0.001" if twice < Decimal("0.001") else str(twice)


@pytest.mark.parametrize("row", table_4(), ids=lambda row: f"{row['variable']} {row['level']}")
def test_p_value_is_the_one_that_the_paper_prints(row: dict[str, str]) -> None:
    test = level_test(int(row["published_trials"]), int(row["unpublished_trials"]), 195, 484)
    assert test.p_value is not None
    assert as_printed(test.p_value) == row["printed_p_value"]


def test_table_4_is_complete() -> None:
    rows = table_4()
    assert len(rows) == 25
    for variable in {row["variable"] for row in rows}:
        of_variable = [row for row in rows if row["variable"] == variable]
        assert sum(int(row["published_trials"]) for row in of_variable) == 195
        assert sum(int(row["unpublished_trials"]) for row in of_variable) == 484


def test_table_4_holds_the_numbers_of_the_claims() -> None:
    if not CLAIMS.exists():
        pytest.skip(f"claims of the paper not here: {CLAIMS}")
    with Path(CLAIMS).open(encoding="utf-8", newline="") as lines:
        claims = [row["value"] for row in csv.DictReader(lines) if " / " in row["text"] and row["section"] == "Table 4"]
    ours = [row[name] for row in table_4() for name in ("published_trials", "unpublished_trials", "printed_p_value")]
    assert [value.lstrip("0").rstrip("0") for value in ours] == [value.lstrip("0").rstrip("0") for value in claims]


def test_eight_rows_of_table_4_have_an_expected_count_under_five() -> None:
    smallest = [
        level_test(int(row["published_trials"]), int(row["unpublished_trials"]), 195, 484).smallest_expected_count
        for row in table_4()
    ]
    assert sum(value is not None and value < 5 for value in smallest) == 8


def test_tea_tasting_lady() -> None:
    """Fisher's own example: 3 of 4 cups told right, P = 34/70 two-sided."""
    assert level_test(3, 1, 4, 4).fisher_p_value == pytest.approx(34 / 70)


def test_odds_ratio_has_the_interval_of_woolf() -> None:
    """15 of 195 against 8 of 484 with over 150 participants, by the formula of the textbook."""
    test = level_test(15, 8, 195, 484)
    ratio = 15 * 476 / (180 * 8)
    width = 1.959963984540054 * math.sqrt(1 / 15 + 1 / 180 + 1 / 8 + 1 / 476)
    assert test.odds_ratio == pytest.approx(ratio)
    assert test.odds_ratio_low == pytest.approx(ratio * math.exp(-width))
    assert test.odds_ratio_high == pytest.approx(ratio * math.exp(width))


def test_odds_ratio_of_an_empty_cell_has_an_exact_interval() -> None:
    """Phase 4 of Table 4: 0 of 195 against 1 of 484."""
    test = level_test(0, 1, 195, 484)
    assert test.odds_ratio == 0
    assert test.odds_ratio_low == 0
    assert test.odds_ratio_high is not None
    assert test.odds_ratio_high > 1


def test_open_end_of_an_interval_is_null() -> None:
    test = level_test(5, 0, 10, 10)
    assert test.odds_ratio is None
    assert test.odds_ratio_high is None
    assert test.odds_ratio_low is not None


@pytest.mark.parametrize(
    ("counts", "note"),
    [
        ((0, 0, 195, 484), "no trial at this level"),
        ((195, 484, 195, 484), "all trials are at this level"),
        ((0, 3, 0, 10), "no published trial"),
        ((3, 0, 10, 0), "no unpublished trial"),
        ((0, 0, 0, 0), "no published trial"),
    ],
)
def test_a_table_that_can_not_be_tested_says_why(counts: tuple[int, int, int, int], note: str) -> None:
    test = level_test(*counts)
    assert test.note == note
    assert test.p_value is None
    assert test.fisher_p_value is None
    assert test.odds_ratio is None


@pytest.mark.parametrize(
    ("counts", "note"),
    [
        ([], "no trial"),
        ([(0, 0)], "no trial"),
        ([(3, 4), (0, 0)], "a single level"),
        ([(0, 1), (0, 2)], "no published trial"),
    ],
)
def test_a_variable_that_can_not_be_tested_says_why(counts: list[tuple[int, int]], note: str) -> None:
    test = variable_test(counts, TABLES_DRAWN)
    assert test.note == note
    assert test.p_value is None


def test_variable_leaves_out_levels_without_a_trial() -> None:
    assert variable_test([(10, 20), (30, 15), (0, 0)], TABLES_DRAWN) == variable_test(
        [(10, 20), (30, 15)], TABLES_DRAWN
    )


def test_exact_test_of_two_levels_is_fishers_and_of_more_is_drawn_alike_each_time() -> None:
    two = variable_test([(3, 1), (1, 3)], TABLES_DRAWN)
    assert two.exact_p_value == pytest.approx(34 / 70)
    more = [(1, 5), (6, 17), (3, 20)]
    first, again = (variable_test(more, TABLES_DRAWN).exact_p_value for _ in range(2))
    assert first == again == pytest.approx(enumerated(more), abs=0.02)


def enumerated(table: list[tuple[int, int]]) -> float:
    """Fisher's exact P value of a table of three levels, every table with its margins counted."""
    sizes, published = [sum(row) for row in table], sum(row[0] for row in table)

    def ways(parts: tuple[int, ...]) -> int:
        return math.prod(math.comb(size, part) for size, part in zip(sizes, parts, strict=True))

    observed = ways(tuple(row[0] for row in table))
    possible = [
        ways((one, two, published - one - two))
        for one in range(sizes[0] + 1)
        for two in range(sizes[1] + 1)
        if 0 <= published - one - two <= sizes[2]
    ]
    return sum(one for one in possible if one <= observed) / sum(possible)


def test_exact_test_of_fewer_trials_than_cells_is_that_of_all_tables_with_their_margins() -> None:
    # which two of the four trials are published can come in six ways; one of them as observed, one as rare
    test = variable_test([(1, 0), (1, 0), (0, 2)], TABLES_DRAWN)
    assert test.exact_p_value == pytest.approx(1 / 3, abs=0.02)
    assert variable_test([(1, 0), (0, 1), (1, 1)], TABLES_DRAWN).exact_p_value == 1


def test_variable_of_two_levels_is_the_level_test() -> None:
    """Single against multiple centres of Table 4."""
    both = variable_test([(75, 200), (120, 284)], TABLES_DRAWN)
    one = level_test(75, 200, 195, 484)
    assert both.p_value == pytest.approx(one.p_value)
    assert both.degrees_of_freedom == 1
    assert both.cramers_v == pytest.approx(math.sqrt((one.chi_square or 0) / 679))


def test_benjamini_hochberg_of_their_own_example() -> None:
    """Benjamini and Hochberg 1995, section 3.2: 15 P values, of which four are found at 0.05."""
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p_values += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    values = adjusted(p_values)
    assert sum(value is not None and value <= 0.05 for value in values) == 4
    assert values[0] == pytest.approx(0.0015)
    assert values[3] == pytest.approx(0.0095 * 15 / 4)


def test_missing_p_values_are_no_tests() -> None:
    assert adjusted([0.01, None, 0.04]) == [pytest.approx(0.02), None, pytest.approx(0.04)]
    assert adjusted([None]) == [None]


def test_wilson_interval_of_a_textbook() -> None:
    """Newcombe 1998, Table I: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611; 1 of 29 is 0.0061 to 0.1718."""
    for part, whole, low, high in ((81, 263, 25.53, 36.62), (0, 20, 0.0, 16.11), (1, 29, 0.61, 17.18)):
        found = wilson_interval(part, whole)
        assert found is not None
        assert found == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


def test_share_of_nothing_has_no_interval() -> None:
    assert wilson_interval(0, 0) is None
    assert wilson_interval(3, 2) is None


counts = st.integers(min_value=0, max_value=60)


@given(a=counts, b=counts, c=counts, d=counts)
def test_level_and_rest_are_mirror_images(a: int, b: int, c: int, d: int) -> None:
    level, rest = level_test(a, b, a + c, b + d), level_test(c, d, a + c, b + d)
    assert (level.note is None) == (rest.note is None)
    if level.note is None:
        assert level.p_value == pytest.approx(rest.p_value)
        assert level.fisher_p_value == pytest.approx(rest.fisher_p_value)
        n, determinant = a + b + c + d, a * d - b * c
        by_hand = n * determinant**2 / ((a + b) * (c + d) * (a + c) * (b + d))
        assert level.chi_square == pytest.approx(by_hand, abs=1e-9)


@given(part=counts, more=counts)
def test_interval_holds_the_share(part: int, more: int) -> None:
    found = wilson_interval(part, part + more)
    assert (found is None) == (part + more == 0)
    if found:
        assert 0 <= found[0] <= 100 * part / (part + more) + 1e-9
        assert 100 * part / (part + more) - 1e-9 <= found[1] <= 100

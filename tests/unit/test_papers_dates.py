"""Dates as PubMed, Europe PMC and hand-made tables write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tasks.papers.dates import PartialDate, earliest, parse_date


@pytest.mark.parametrize(
    ("written", "iso", "precision"),
    [
        ("2012-Oct-04", "2012-10-04", "day"),
        ("2011-Feb", "2011-02", "month"),
        ("2019", "2019", "year"),
        ("2019 Winter", "2019", "year"),
        ("2019 Nov-Dec", "2019-11", "month"),
        ("2006 Aug-Sep", "2006-08", "month"),
        ("28/06/2022", "2022-06-28", "day"),
        ("06/28/2022", "2022-06-28", "day"),
        ("2019-02-31", "2019-02", "month"),
        ("2019-13", "2019", "year"),
        ("2025 Dec", "2025-12", "month"),
    ],
)
def test_reads_dates_as_people_write_them(written: str, iso: str, precision: str):
    date = parse_date(written)
    assert date == PartialDate(iso) and date.precision == precision


@pytest.mark.parametrize("written", ["", None, "in press", "Winter", "12", 0])
def test_no_year_is_no_date(written: object):
    assert parse_date(written) is None


def test_online_before_print_counts():
    assert earliest([parse_date("2014-Dec"), parse_date("2014-08-13"), None]) == PartialDate("2014-08-13")


def test_a_bare_year_gives_way_to_a_day_in_it():
    assert earliest([PartialDate("2020"), PartialDate("2020-09-01")]) == PartialDate("2020-09-01")


def test_first_day_of_a_partial_date():
    assert [PartialDate(iso).earliest.isoformat() for iso in ("2019", "2019-03", "2019-03-05")] == [
        "2019-01-01",
        "2019-03-01",
        "2019-03-05",
    ]


@given(some.text(max_size=30))
def test_never_stumbles(text: str):
    date = parse_date(text)
    assert date is None or date.earliest.year == int(date.iso[:4])

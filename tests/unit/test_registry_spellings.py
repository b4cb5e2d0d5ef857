"""Dates, registration numbers and sizes, as registries write them."""

import pytest

from tasks.registry.readers.dates import read_date
from tasks.registry.readers.ictrp import target_size
from tasks.registry.readers.spellings import numbers_in, registration_number


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("20200227", "2020-02-27"),
        ("43888", "2020-02-27"),
        ("March 5, 2020", "2020-03-05"),
        ("08/04/2024", "2024-04-08"),
        ("27 May 2024", "2024-05-27"),
        ("06/09/2024 16:01:13", "2024-09-06"),
        ("2024-05-28 08:56:14", "2024-05-28"),
        ("March 2019", "2019-03"),
        ("2019", "2019"),
        ("2019-02-30", None),
        ("12", None),
        ("", None),
    ],
)
def test_dates_as_registries_write_them(text: str, date: str | None) -> None:
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("JPRN-jRCTs031190227", ("JPRN", "jRCTs031190227", "JRCTS031190227")),
        ("EUCTR2020-000890-25-FR", ("EUCTR", "EUCTR2020-000890-25-FR", "2020-000890-25")),
        ("2020-000890-25", ("EUCTR", "2020-000890-25", "2020-000890-25")),
        ("CTIS2023-507385-11-00", ("CTIS", "2023-507385-11-00", "2023-507385-11")),
        ("2023-507385-11-01", ("CTIS", "2023-507385-11-01", "2023-507385-11")),
        ("ChiCTR-OIC-17011180", ("ChiCTR", "ChiCTR-OIC-17011180", "CHICTR-OIC-17011180")),
        ("ACTRN12620000443976p", ("ANZCTR", "ACTRN12620000443976p", "ACTRN12620000443976")),
        ("U1111-1296-5487", ("UTN", "U1111-1296-5487", "U1111-1296-5487")),
    ],
)
def test_numbers_as_registries_write_them(text: str, number: tuple[str, str, str]) -> None:
    found = registration_number(text)
    assert found and (found.registry, found.registration, found.number) == number


def test_numbers_in_a_text_stand_where_they_say() -> None:
    text = "see NCT05697861; EudraCT: 2022-003405-30, XNCT05697861, NCT056978611"
    assert [(one.number, text[one.start : one.end]) for one in numbers_in(text)] == [
        ("NCT05697861", "NCT05697861"),
        ("2022-003405-30", "2022-003405-30"),
    ]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("survival group:200;died:200;", 400),
        ("Case series:40;", 40),
        ("24", 24),
        ("", None),
        ("many", None),
        ("²", None),
    ],
)
def test_sizes_as_chictr_writes_them(text: str, size: int | None) -> None:
    assert target_size(text) == size

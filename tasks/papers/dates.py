"""Reads dates as PubMed, Europe PMC and hand-made tables write them, and keeps how exact they are."""

import re
from dataclasses import dataclass
from datetime import date

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
SEASONS = {"winter": 1, "spring": 4, "summer": 7, "autumn": 10, "fall": 10}
YEAR_FIRST = re.compile(r"^\s*(\d{4})(?:[\s/.-]+([A-Za-z]+|\d{1,2}))?(?:[\s/.-]+(\d{1,2})(?!\d))?")
DAY_FIRST = re.compile(r"^\s*(\d{1,2})[/.](\d{1,2})[/.](\d{4})\s*$")


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date as far as it is known: `iso` is 2019, 2019-03 or 2019-03-05."""

    iso: str

    @property
    def precision(self) -> str:
        """year, month or day."""
        return {4: "year", 7: "month"}.get(len(self.iso), "day")

    @property
    def earliest(self) -> date:
        """The first day it can mean."""
        return date.fromisoformat(self.iso + "-01-01"[len(self.iso) - 4 :])

    @property
    def years(self) -> float:
        """Position on a scale of years, at the middle of the time it can mean."""
        year, _, rest = self.iso.partition("-")
        month, _, day = rest.partition("-")
        if not month:
            return int(year) + 0.5
        return int(year) + (int(month) - 1 + (int(day) - 0.5) / 31 if day else int(month) - 0.5) / 12


def parse_date(text: object) -> PartialDate | None:
    """A date from `2012-Oct-04`, `2019 Winter`, `2015 Nov-Dec`, `28/06/2022`; None where there is no year."""
    written = str(text or "").strip()
    if match := DAY_FIRST.match(written):
        day, month, year = (int(part) for part in match.groups())
        return _build(year, month, day) if month <= 12 else _build(year, day, month)
    match = YEAR_FIRST.match(written)
    if not match:
        return None
    name = (match[2] or "").lower()
    if name in SEASONS:
        return PartialDate(match[1])
    month = int(name) if name.isdigit() else MONTHS.get(name[:3], 0)
    return _build(int(match[1]), month, int(match[3] or 0))


def _build(year: int, month: int, day: int) -> PartialDate | None:
    """The most exact valid date of the parts: 2019-02-31 is known to the month only."""
    if not 1000 <= year <= 2999:
        return None
    if not 1 <= month <= 12:
        return PartialDate(f"{year:04d}")
    try:
        return PartialDate(date(year, month, day).isoformat())
    except ValueError:
        return PartialDate(f"{year:04d}-{month:02d}")


def earliest(dates: list[PartialDate | None]) -> PartialDate | None:
    """The first of several dates; of two that can mean the same day, the more exact one."""
    known = [entry for entry in dates if entry]
    return min(
        known,
        key=lambda entry: (entry.years if entry.precision != "year" else entry.years + 0.5, -len(entry.iso)),
        default=None,
    )

"""Dates as registries and spreadsheets write them, read to as much as they state."""

import re
from datetime import date, datetime, timedelta

SPREADSHEET_DAY_ZERO = date(1899, 12, 30)
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
FIRST_SERIAL, LAST_SERIAL = 25_569, 73_415  # 1970 to 2100
ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[T ].*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: .*)?")
WORDS = (("%B %d, %Y", "day"), ("%d %B %Y", "day"), ("%d %b %Y", "day"), ("%B %Y", "month"), ("%b %Y", "month"))


def read_date(written: str) -> str | None:
    """A date as 2019, 2019-03 or 2019-03-15: ISO, 20190315, a spreadsheet's serial day, day first, or in words.

    None for anything else, among it days that no calendar has.
    """
    written = " ".join(written.split())
    for pattern, order in ((ISO, (1, 2, 3)), (COMPACT, (1, 2, 3)), (DAY_FIRST, (3, 2, 1))):
        if found := pattern.fullmatch(written):
            parts = [found[place] for place in order if found[place]]
            return valid("-".join(part.zfill(2) for part in parts))
    if (found := SERIAL.fullmatch(written)) and (day := serial_day(written)):
        return day.isoformat()
    return in_words(written)


def serial_day(written: str) -> date | None:
    """The day that a spreadsheet's serial number stands for, from 1970 to 2100."""
    if not SERIAL.fullmatch(written) or not FIRST_SERIAL <= float(written) <= LAST_SERIAL:
        return None
    return SPREADSHEET_DAY_ZERO + timedelta(days=int(float(written)))


def valid(written: str) -> str | None:
    """The date if the calendar has it."""
    try:
        date.fromisoformat((written + "-01-01")[:10] if len(written) < 10 else written)
    except ValueError:
        return None
    return written


def in_words(written: str) -> str | None:
    """A date in English words: March 15, 2019, March 2019, 15 March 2019."""
    for form, precision in WORDS:
        try:
            day = datetime.strptime(written, form).date()
        except ValueError:
            continue
        return day.isoformat() if precision == "day" else day.isoformat()[:7]
    return None

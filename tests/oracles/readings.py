"""Readings of a record that several counts share: days, disease groups, and what it can not mean."""

import re
from datetime import date, timedelta
from typing import Any

from tests.oracles.records import COUNTRIES, SETTINGS, Trial


def share(part: int, whole: int) -> float:
    """Percentage, to the digits that two ways of dividing agree on."""
    return round(100 * part / whole, 9)


def percentage(part: int, whole: int) -> float | None:
    return share(part, whole) if whole else None


def written_day(written: Any) -> date | None:
    """'2019', '2019-03' or '2019-03-15' as its first day."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", written or "")
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def status_day(trial: Trial, name: str) -> date | None:
    return written_day(trial.part("statusModule", name, "date"))


def start(trial: Trial) -> date | None:
    return status_day(trial, "startDateStruct")


def last_day(trial: Trial, name: str) -> date | None:
    """Last day that a stated date can mean."""
    day, written = status_day(trial, name), trial.part("statusModule", name, "date")
    if day and len(written) == 4:
        return date(day.year, 12, 31)
    if day and len(written) == 7:
        return (date(day.year + day.month // 12, day.month % 12 + 1, 1)) - timedelta(days=1)
    return day


def groups(trial: Trial) -> list[str]:
    return trial.values("disease_groups")


def flags(trial: Trial, snapshot_day: date) -> set[tuple[str, str]]:
    """What a record can not mean, each with the metric that leaves it out."""
    begun, ended = start(trial), status_day(trial, "completionDateStruct")
    ahead = timedelta(days=SETTINGS["longest_planning_days"])
    is_actual = trial.part("statusModule", "startDateStruct", "type") == "ACTUAL"
    count = trial.part("designModule", "enrollmentInfo", "count")
    ended_by = last_day(trial, "completionDateStruct")
    judged = {
        ("start before the earliest plausible day", "start date bands"): begun
        and begun < SETTINGS["earliest_start_date"],
        ("start too far ahead", "start date bands"): begun and begun > snapshot_day + ahead,
        ("actual start after the snapshot", "start date bands"): begun and is_actual and begun > snapshot_day,
        ("registered after the snapshot", "none"): trial.stated_day and trial.stated_day > snapshot_day,
        ("completion before start", "time to publication"): begun and ended_by and ended_by < begun,
        ("primary completion before start", "time to publication"): begun
        and (first := last_day(trial, "primaryCompletionDateStruct"))
        and first < begun,
        ("completion too far ahead", "time to publication"): ended and ended > snapshot_day + 3 * ahead,
        ("enrollment placeholder", "enrollment bands"): count is not None and count >= 99_999_999,
        ("negative enrollment", "enrollment bands"): count is not None and count < 0,
        ("phase outside the registry's list", "phases"): trial.phase[1].startswith("unknown to "),
        ("status outside the registry's list", "statuses"): trial.status[1].startswith("unknown to "),
        ("country outside the registry's list", "countries"): set(trial.countries) - COUNTRIES - {"unstated"},
    }
    return {flag for flag, holds in judged.items() if holds}

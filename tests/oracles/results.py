"""An independent reading of when a trial was registered and when its results were due: plain Python, no SQL."""

import calendar
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.oracles.counted import Counted, Rows, counted
from tests.oracles.readings import percentage, share, written_day
from tests.oracles.records import SETTINGS, Cohort, Trial
from tests.oracles.trials import party_of

LAW, ANY = "law", "any"


def observed_until(cohort: Cohort) -> date:
    """The day of the data, or the as-of date where that is earlier."""
    updates = [
        written_day(trial.part("statusModule", "lastUpdatePostDateStruct", "date")) for trial in cohort.everything
    ]
    known = [day for day in updates if day and day <= cohort.snapshot_day]
    data_day = cohort.snapshot_day if cohort.is_day_stated or not known else max(known)
    return min(data_day, cohort.as_of or data_day)


def days_meant(written: str | None) -> tuple[date, date] | None:
    """First and last day that a date of the registry can mean."""
    first = written_day(written)
    if first is None or written is None:
        return None
    parts = written.split("-")
    month = int(parts[1]) if len(parts) > 1 else 12
    last = int(parts[2]) if len(parts) > 2 else calendar.monthrange(first.year, month)[1]
    return first, date(first.year, month, last)


def later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def timing(trial: Trial) -> str:
    """Whether a trial was registered before it began, whichever day its stated start means."""
    registered = written_day(trial.part("statusModule", "studyFirstSubmitDate")) or trial.stated_day
    return timing_of(registered, trial.part("statusModule", "startDateStruct", "date"))


def timing_of(registered: date | None, written_start: str | None) -> str:
    """Whether a day lies before a start, soon after it or later; unknown where the start may mean several answers."""
    meant = days_meant(written_start)
    if registered is None or meant is None:
        return "unknown"
    grace = SETTINGS["registration_grace_days"]
    answers = set()
    for begun in meant:
        days = (registered - begun).days
        answers.add("prospective" if days <= 0 else f"within {grace} days" if days <= grace else "after")
    return answers.pop() if len(answers) == 1 else "unknown"


@counted(Counted((0, 1, 2), 3, 4, missing="undated"))
def registration_timing(cohort: Cohort) -> Rows:
    """(year, region, timing, trials, trials of the year and region, percentage)."""
    counts = Counter((t.day.year if t.day else None, t.label("region"), timing(t)) for t in cohort.trials)
    wholes: Counter[tuple[Any, str]] = Counter()
    for (year, region, _), n in counts.items():
        wholes[year, region] += n
    return [(*key, n, wholes[key[:2]], share(n, wholes[key[:2]])) for key, n in counts.items()]


def completed(trial: Trial) -> date | None:
    """Last day that the actual primary completion can mean, else that of the completion."""
    struct = trial.part("statusModule", "primaryCompletionDateStruct") or trial.part(
        "statusModule", "completionDateStruct"
    )
    status = trial.part("statusModule", "overallStatus") or ""
    if not struct or status in ("WITHDRAWN", "WITHHELD"):
        return None
    kind = struct.get("type")
    is_actual = kind == "ACTUAL" or (kind is None and status in ("COMPLETED", "TERMINATED"))
    meant = days_meant(struct.get("date"))
    return meant[1] if is_actual and meant else None


def open_question(trial: Trial) -> str | None:
    """What the law asks and the record does not say."""
    sites = trial.part("contactsLocationsModule", "locations") or []
    is_american = any(site.get("country") == "United States" for site in sites)
    if trial.part("oversightModule", "isFdaRegulatedDrug") is None:
        return "whether the product is regulated by the FDA is not stated"
    if not trial.part("designModule", "phases"):
        return "no phase stated"
    if is_american or trial.part("oversightModule", "isUsExport"):
        return None
    return "no site in the United States; whether under an IND is not public"


def may_be_applicable(trial: Trial, ended: date) -> bool:
    """Whether nothing in the record says that the law does not apply."""
    phases = trial.part("designModule", "phases") or []
    return (
        trial.part("designModule", "studyType") == "INTERVENTIONAL"
        and ended >= SETTINGS["results_law_from"]
        and trial.part("oversightModule", "isFdaRegulatedDrug") is not False
        and phases not in (["PHASE1"], ["EARLY_PHASE1"])
    )


def due_rows(trial: Trial, until: date) -> Iterator[tuple[Any, ...]]:
    """(rule, applies, reason, completed, delayed, due, reported, outcome, days late) under each rule."""
    ended = completed(trial)
    if ended is None:
        return
    usual = later(ended, SETTINGS["results_due_months"])
    certified = written_day(trial.part("statusModule", "dispFirstSubmitDate"))
    yield (ANY, "yes", None, ended, False, usual, *outcome_of(trial, usual, until))
    if may_be_applicable(trial, ended):
        is_delayed = certified is not None and certified <= usual
        due = max(usual, later(certified, SETTINGS["certified_delay_months"])) if certified and is_delayed else usual
        reason = open_question(trial)
        yield (LAW, "unknown" if reason else "yes", reason, ended, is_delayed, due, *outcome_of(trial, due, until))


def outcome_of(trial: Trial, due: date, until: date) -> tuple[date | None, str, int | None]:
    """Day of the report, what became of it, and how many days late."""
    submitted = written_day(trial.part("statusModule", "resultsFirstSubmitDate"))
    posted = written_day(trial.part("statusModule", "resultsFirstPostDateStruct", "date"))
    reported = submitted or posted
    posting = timedelta(days=SETTINGS["results_posting_days"])
    if reported and reported <= until:
        if until <= due:
            return reported, "reported before due", None
        allowed = due if submitted else due + posting
        return (reported, "in time", None) if reported <= allowed else (reported, "late", (reported - due).days)
    if until <= due:
        return reported, "not yet due", None
    held = trial.study.get("hasResults")
    if held is None or (held and reported is None):
        return reported, "unknown", None
    return (reported, "being posted", None) if until <= due + posting else (reported, "overdue", (until - due).days)


def lead_party(trial: Trial) -> str:
    """The lead sponsor under the name that it is counted by."""
    name = trial.part("sponsorCollaboratorsModule", "leadSponsor", "name")
    return party_of(name) if name else "unstated"


@counted(Counted((0, 1, 2), 7, 6, "in time"), Counted((0, 1, 2), 8, 6, "late"), Counted((0, 1, 2), 10, 6, "overdue"))
def results_due(cohort: Cohort) -> Rows:
    """(rule, dimension, value, ten counts, percentage reported, median days late)."""
    until = observed_until(cohort)
    members: dict[tuple[str, str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for trial in cohort.trials:
        for row in due_rows(trial, until):
            for dimension, value in (
                ("all", "all"),
                ("lead party", lead_party(trial)),
                ("funding source", trial.funding),
            ):
                members[row[0], dimension, value].append(row)
    rows: Rows = []
    for key, held in members.items():
        sure = [row for row in held if row[1] == "yes"]
        ended = Counter(row[7] for row in sure)
        due = sum(ended[name] for name in ("in time", "late", "being posted", "overdue"))
        late = [row[8] for row in sure if row[8] is not None]
        rows.append(
            (
                *key,
                len(sure),
                len(held) - len(sure),
                ended["not yet due"] + ended["reported before due"],
                due,
                *(ended[name] for name in ("in time", "late", "being posted", "overdue", "unknown")),
                percentage(ended["in time"] + ended["late"], due),
                float(statistics.median(late)) if late else None,
            )
        )
    return rows

"""Independent counts of what becomes of trials: endings, reasons, plans and slips, moves of status."""

import re
import statistics
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.oracles.counted import Counted, Rows, counted
from tests.oracles.development import is_active
from tests.oracles.readings import percentage, share, status_day, written_day
from tests.oracles.records import SETTINGS, Cohort, Trial, reference
from tests.oracles.reference import spelt_out
from tests.oracles.results import later, observed_until

ENDINGS = ("COMPLETED", "TERMINATED", "WITHDRAWN", "SUSPENDED", "UNKNOWN")


def status(trial: Trial) -> str:
    return trial.part("statusModule", "overallStatus") or ""


def updated(trial: Trial) -> date | None:
    return written_day(trial.part("statusModule", "lastUpdatePostDateStruct", "date"))


def data_day(cohort: Cohort) -> date:
    """The day of the data, whatever the as-of date."""
    return observed_until(replace(cohort, as_of=None))


def ended_on(trial: Trial, day: date) -> date | None:
    """When a trial ended, as far as the record tells."""
    completion = status_day(trial, "completionDateStruct")
    kind = trial.part("statusModule", "completionDateStruct", "type") or "ACTUAL"
    if status(trial) in ("COMPLETED", "TERMINATED") and completion and completion <= day and kind == "ACTUAL":
        return completion
    if status(trial) == "UNKNOWN":
        verified = written_day(trial.part("statusModule", "statusVerifiedDate")) or updated(trial)
        return min(day, later(verified, SETTINGS["status_unknown_months"])) if verified else None
    return updated(trial)


def followed(trial: Trial, day: date, until: date) -> tuple[str, int] | None:
    """A trial's ending and the days to it, None where it can not be followed."""
    name = status(trial).lower() if status(trial) in ENDINGS else "under way" if is_active(trial) else None
    if name is None or trial.day is None:
        return None
    ended = None
    if name != "under way":
        ended = ended_on(trial, day)
        if ended is None:
            return None
    if ended is None or ended > until:
        name, ended = "under way", until
    return (name, (ended - trial.day).days) if ended >= trial.day else None


def dimensions(trial: Trial) -> list[tuple[str, str]]:
    return [
        ("all", "all"),
        ("region", trial.label("region")),
        ("phase", trial.phase[1]),
        ("funding source", trial.funding),
    ]


@counted(Counted((0, 1, 2), 3, 4))
def trial_attrition(cohort: Cohort) -> Rows:
    """(dimension, value, ending, trials, trials followed, percentage, median days)."""
    day, until = data_day(cohort), observed_until(cohort)
    held: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for trial in cohort.trials:
        if ending := followed(trial, day, until):
            for key in dimensions(trial):
                held[key].append(ending)
    rows: Rows = []
    for key, endings in held.items():
        for name, n in Counter(name for name, _ in endings).items():
            median = float(statistics.median(days for other, days in endings if other == name))
            rows.append((*key, name, n, len(endings), share(n, len(endings)), median))
    return rows


def reasons(trial: Trial) -> set[str]:
    """What the sponsor's words name as reasons."""
    words = trial.part("statusModule", "whyStopped")
    if words is None:
        return {"unstated"}
    rules = reference("why_stopped")
    denials = [spelt_out(row["pattern"]) for row in rules if row["reason"] == "not a reason"]
    text = re.sub("|".join(f"(?:{one})" for one in sorted(denials)), " ", re.sub(r"\s+", " ", words), flags=re.I)
    found = {row["reason"] for row in rules if re.search(spelt_out(row["pattern"]), text, re.I)} - {"not a reason"}
    return found or {"other"}


@counted(Counted((0, 1), 2, 3))
def stop_reasons(cohort: Cohort) -> Rows:
    """(status, reason, trials, trials with the status, percentage)."""
    stopped = [trial for trial in cohort.trials if status(trial) in ("TERMINATED", "WITHDRAWN", "SUSPENDED")]
    sizes = Counter(trial.status[1] for trial in stopped)
    counts = Counter((trial.status[1], reason) for trial in stopped for reason in reasons(trial))
    return [(*key, n, sizes[key[0]], share(n, sizes[key[0]])) for key, n in counts.items()]


def participants(trial: Trial) -> int | None:
    count = trial.part("designModule", "enrollmentInfo", "count")
    return count if count is not None and 0 <= count < 99_999_999 else None


def planned(versions: list[Trial], name: str) -> date | None:
    """The date that the earliest version with a plan plans."""
    kinds = ((version, version.part("statusModule", name, "type")) for version in versions)
    dates = (status_day(version, name) for version, kind in kinds if kind == "ESTIMATED")
    return next((day for day in dates if day), None)


def progress(trial: Trial, versions: list[Trial], until: date) -> dict[str, Any]:
    """What a trial planned, what came of it, and what is due."""
    done = participants(trial) if trial.part("designModule", "enrollmentInfo", "type") == "ACTUAL" else None
    plans = [v for v in versions if v.part("designModule", "enrollmentInfo", "type") == "ESTIMATED"]
    plan = next((n for n in map(participants, plans) if n is not None), None)
    ends = status_day(trial, "primaryCompletionDateStruct")
    kind = trial.part("statusModule", "primaryCompletionDateStruct", "type")
    slips = {}
    for name in ("startDateStruct", "primaryCompletionDateStruct"):
        before, now = planned(versions, name), status_day(trial, name)
        slips[name] = (now - before).days if before and now else None
    day, active = updated(trial), is_active(trial)
    return {
        "active": active,
        "read_out": active
        and kind in (None, "ESTIMATED")
        and ends is not None
        and until < ends <= later(until, SETTINGS["read_out_months"]),
        "passed": active and kind == "ESTIMATED" and ends is not None and ends <= until,
        "overdue": active and day is not None and later(day, SETTINGS["update_due_months"]) < until,
        "enrolled": 100 * done / plan if done is not None and plan else None,
        "start": slips["startDateStruct"],
        "completion": slips["primaryCompletionDateStruct"],
    }


@counted(
    Counted((0, 1), 4, 3, "read-outs due"),
    Counted((0, 1), 6, 3, "updates overdue"),
    Counted((0, 1), 8, 7, "short of plan"),
)
def enrollment_and_slippage(cohort: Cohort) -> Rows:
    """One row per dimension and value; see sql/metrics/enrollment_and_slippage.sql."""
    until = observed_until(cohort)
    before = {trial.nct_id: trial for trial in cohort.previous.everything} if cohort.previous else {}
    held: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for trial in cohort.trials:
        versions = [*filter(None, [before.get(trial.nct_id)]), trial]
        for key in dimensions(trial):
            held[key].append(progress(trial, versions, until))
    rows: Rows = []
    for key, found in held.items():
        enrolled = [one["enrolled"] for one in found if one["enrolled"] is not None]
        short = sum(value < 100 for value in enrolled)
        counts = [sum(one[name] for one in found) for name in ("active", "read_out", "passed", "overdue")]
        middle = float(statistics.median(enrolled)) if enrolled else None
        slips: list[Any] = []
        for name in ("start", "completion"):
            known = [one[name] for one in found if one[name] is not None]
            moved = [days for days in known if days > 0]
            slips += [len(known), len(moved), float(statistics.median(moved)) if moved else None]
        rows.append((*key, len(found), *counts, len(enrolled), short, percentage(short, len(enrolled)), middle, *slips))
    return rows


@counted(Counted((2, 3), 4, 5))
def status_transitions(cohort: Cohort) -> Rows:
    """One row per status before and now; see sql/metrics/status_transitions.sql."""
    if cohort.previous is None:
        return []
    days = (data_day(cohort) - data_day(cohort.previous)) // timedelta(days=1)
    before = {trial.nct_id: trial for trial in cohort.previous.everything}
    counted = {trial.nct_id for each in (cohort, cohort.previous) for trial in each.trials}
    pairs = [(before[t.nct_id], t) for t in cohort.everything if t.nct_id in before and t.nct_id in counted]
    moves = Counter((old.status[1], new.status[1]) for old, new in pairs)
    undated = Counter(
        (old.status[1], new.status[1])
        for old, new in pairs
        if old.status[1] != new.status[1] and updated(old) == updated(new)
    )
    sizes = Counter(old.status[1] for old, _ in pairs)
    weekly = {key: 7 * n / days if days else None for key, n in moves.items()}
    about = (cohort.previous.snapshot_id, days)
    return [
        (*about, *key, n, sizes[key[0]], share(n, sizes[key[0]]), weekly[key], undated[key]) for key, n in moves.items()
    ]


@counted()
def change_log(cohort: Cohort) -> Rows:
    """(order, change, nct_id, sentence) since the snapshot before."""
    if cohort.previous is None:
        return []
    before = {trial.nct_id: trial for trial in cohort.previous.everything}
    counted = {trial.nct_id for each in (cohort, cohort.previous) for trial in each.trials}
    rows: Rows = []
    for trial in cohort.everything:
        if trial.nct_id in counted:
            title = trial.part("identificationModule", "briefTitle") or trial.nct_id
            found = changes(before.get(trial.nct_id), trial)
            rows += [(place, kind, trial.nct_id, f"{title}: {words}") for place, kind, words in found]
    return rows


def changes(old: Trial | None, new: Trial) -> list[tuple[int, str, str]]:
    """What changed of a trial, most telling first."""
    if old is None:
        sponsor = new.part("sponsorCollaboratorsModule", "leadSponsor", "name")
        return [(1, "new", f"registered by {sponsor or 'a sponsor that is not named'}")]
    found = (
        [(2, "results", "results posted")] if new.study.get("hasResults") and not old.study.get("hasResults") else []
    )
    ends = [status_day(trial, "primaryCompletionDateStruct") for trial in (old, new)]
    sizes = [trial.part("designModule", "enrollmentInfo", "count") for trial in (old, new)]
    compared = [
        (3, "status", "{} became {}", (old.status[1], new.status[1])),
        (4, "phase", "{} became {}", (old.phase[1], new.phase[1])),
        (5, "completion", "primary completion moved from {} to {}", ends),
        (6, "participants", "{} participants became {}", sizes),
    ]
    for place, kind, words, (one, other) in compared:
        if one is not None and other is not None and one != other:
            found.append((place, kind, words.format(one, other)))
    return found

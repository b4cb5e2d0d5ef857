"""Independent counts of how the field develops: attributes by year, first in class, phases, holders, approvals."""

import re
from collections import Counter, defaultdict
from datetime import date

from tests.oracles.counted import Counted, Rows, counted
from tests.oracles.readings import percentage, share, written_day
from tests.oracles.records import NOT_IN_SOURCE, SETTINGS, Cohort, Trial, reference
from tests.oracles.results import later, lead_party, observed_until
from tests.oracles.trials import plain

FAR = date.max
SILENT = {"unstated", NOT_IN_SOURCE}
ACTIVE = {row["registry_value"] for row in reference("statuses") if row["is_active"] == "true"}
EARLY = {row["phase"] for row in reference("phases") if row["is_early_phase"] == "true"}
LATE = {row["phase"] for row in reference("phases") if row["is_late_phase"] == "true"}


def is_active(trial: Trial) -> bool:
    return (trial.part("statusModule", "overallStatus") or "") in ACTIVE


def funding_classes(trial: Trial) -> list[str]:
    """Funding classes of the parties, each once."""
    return trial.funding.split(", ")


@counted(Counted((0, 1, 2), 3, 4))
def attributes_by_year(cohort: Cohort) -> Rows:
    """(attribute, value, year, trials, trials of the year, those that state it, two percentages)."""
    followed = [row["attribute"] for row in reference("yearly_attributes")]
    dated = [(trial, trial.day.year) for trial in cohort.treatment if trial.day]
    rows: Rows = []
    for attribute in [*followed, "funding"]:
        held: dict[int, list[set[str]]] = defaultdict(list)
        for trial, year in dated:
            values = funding_classes(trial) if attribute == "funding" else trial.labels.get(attribute)
            if values:
                held[year].append(set(values))
        totals = Counter(value for year in held.values() for values in year for value in values)
        for value in (value for value, n in totals.items() if n >= SETTINGS["smallest_trend_trials"]):
            for year, trials in held.items():
                n, stated = sum(value in values for values in trials), sum(bool(values - SILENT) for values in trials)
                of_stated = None if value in SILENT else percentage(n, stated)
                rows.append((attribute, value, year, n, len(trials), stated, share(n, len(trials)), of_stated))
    return rows


def order(trial: Trial) -> tuple[date, str]:
    """Earlier registered first; undated last."""
    return trial.day or FAR, trial.nct_id


def main_country(trial: Trial) -> str:
    """The country of most sites, the first in the alphabet of several."""
    counts = Counter(country for country in trial.countries if country != "unstated")
    return min(counts, key=lambda one: (-counts[one], one)) if counts else "unstated"


@counted(Counted((0,), 5, "treatment"))
def first_in_class(cohort: Cohort) -> Rows:
    """One row per target; see sql/metrics/first_in_class.sql."""
    until = observed_until(cohort)
    recent, before = (later(until, -n * SETTINGS["new_target_months"]) for n in (1, 2))
    stalled = later(until, -SETTINGS["stalled_target_months"])
    members: dict[str, list[Trial]] = defaultdict(list)
    for trial in cohort.treatment:
        for target in set(trial.values("targets")) - {"unstated"}:
            members[target].append(trial)
    rows: Rows = []
    for target, trials in members.items():
        trials.sort(key=order)
        days = [trial.day for trial in trials if trial.day]
        updates = [written_day(trial.part("statusModule", "lastUpdatePostDateStruct", "date")) for trial in trials]
        active = sum(map(is_active, trials))
        known = [trial.phase for trial in trials if "Phase" in trial.phase[1] and trial.phase[0]]
        new, old = sum(day > recent for day in days), sum(before < day <= recent for day in days)
        first, last = min(days, default=None), max(days, default=None)
        state = "rising" if new > old else "steady"
        if last and not active and last <= stalled:
            state = "stalled"
        if first and first > recent:
            state = "new"
        leads = {lead_party(trial) for trial in trials} - {"unstated"}
        about = (trials[0].nct_id, first, lead_party(trials[0]), main_country(trials[0]))
        latest = max(known)[1] if known else "unstated"
        activity = max([*days, *filter(None, updates)], default=None)
        rows.append((target, *about, len(trials), active, len(leads), latest, last, activity, new, old, state))
    return rows


def lines_of(trial: Trial) -> list[tuple[str, str]]:
    """Lines of development that a trial belongs to, each with its kind."""
    products = set(trial.labels.get("products", ())) - {"unstated"}
    if products:
        return [(product, "product") for product in products]
    targets, lead = set(trial.values("targets")) - {"unstated"}, lead_party(trial)
    return [(f"{lead}: {' + '.join(sorted(targets))}", "sponsor and targets")] if targets and lead != "unstated" else []


@counted()
def phase_transitions(cohort: Cohort) -> Rows:
    """One row per line of development; see sql/metrics/phase_transitions.sql."""
    until = observed_until(cohort)
    members: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    for trial in cohort.treatment:
        if trial.phase[1] in EARLY | LATE:
            for line in lines_of(trial):
                members[line].append(trial)
    rows: Rows = []
    for line, trials in members.items():
        trials.sort(key=order)
        first, begun = trials[0], trials[0].day
        moved = next((t for t in trials[1:] if t.day and is_beyond_phase_1(t)), None)
        ended = moved.day if moved and moved.day else until
        why = None
        if begun is None:
            why = "no date"
        elif is_beyond_phase_1(first):
            why = "did not begin in phase 1"
        elif ended < begun:
            why = "registered after the last day observed"
        days = (ended - begun).days if begun and why is None else None
        about = (first.nct_id, begun, moved.nct_id if moved else None, ended, moved is not None)
        rows.append((*line, *about, len(trials), days, why))
    return rows


def is_beyond_phase_1(trial: Trial) -> bool:
    return trial.phase[1] in LATE or trial.phase[1] == "Phase 1/2"


def holders_of(trial: Trial) -> dict[str, set[str]]:
    """Who and where a trial is, by kind of holder."""
    lead, sites = lead_party(trial), trial.part("contactsLocationsModule", "locations") or []
    return {
        "lead sponsor": {lead} - {"unstated"},
        "centre": {
            f"{plain(site['facility'])}, {plain(site['city'])}"
            for site in sites
            if site.get("facility") is not None and site.get("city") is not None
        },
        "country": set(trial.countries) - {"unstated"},
    }


@counted()
def sponsor_concentration(cohort: Cohort) -> Rows:
    """(holder, disease group, year, holders, holdings, Herfindahl, top ten percentage, new holders)."""
    held: dict[tuple[str, str], list[tuple[int | None, str]]] = defaultdict(list)
    for trial in cohort.trials:
        groups = ["all"]
        if trial.label("topic") == "treatment":
            groups += [group for group in trial.values("disease_groups") if group != "unstated"]
        for holder, names in holders_of(trial).items():
            for group in groups:
                held[holder, group] += [(trial.day.year if trial.day else None, name) for name in names]
    rows: Rows = []
    for key, pairs in held.items():
        first: dict[str, int] = {}
        for year, name in pairs:
            if year is not None:
                first[name] = min(year, first.get(name, year))
        for year in {year for year, _ in pairs if year is not None} | ({None} if pairs else set()):
            counts = Counter(name for other, name in pairs if year in (None, other))
            whole = sum(counts.values())
            top = sum(sorted(counts.values(), reverse=True)[:10])
            index = sum((n / whole) ** 2 for n in counts.values())
            new = None if year is None else sum(first[name] == year for name in counts)
            rows.append((*key, year, len(counts), whole, index, share(top, whole), new))
    return rows


@counted()
def approvals(cohort: Cohort) -> Rows:
    """One row per approval; see sql/metrics/approvals.sql."""
    rows: Rows = []
    for row in reference("approvals"):
        day = written_day(row["approved_on"])
        trials = [t for t in cohort.treatment if row["product"] in t.labels.get("products", ())]
        after = [t for t in trials if t.day and day and t.day >= day]
        counts = (
            len(trials),
            sum(bool(t.day and day and t.day < day) for t in trials),
            len(after),
            sum(row["disease"] in t.labels.get("diseases", ()) for t in after),
            sum(names_line(t, "first line") for t in after),
            sum(names_line(t, "second line") for t in after),
            sum(t.part("designModule", "designInfo", "allocation") == "RANDOMIZED" for t in after),
        )
        rows.append((row["product"], row["agency"], day, row["indication"], *counts, row["source"]))
    return rows


def names_line(trial: Trial, line: str) -> bool:
    """Whether a title names the line of therapy."""
    names = trial.part("identificationModule") or {}
    titles = " ".join(filter(None, (names.get("briefTitle"), names.get("officialTitle"))))
    patterns = [row["pattern"] for row in reference("lines_of_therapy") if row["line"] == line]
    return any(re.search(pattern, titles, re.IGNORECASE) for pattern in patterns)

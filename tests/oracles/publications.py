"""Counts of finished trials by what was published of them, and the time until it was."""

from collections import Counter
from datetime import date
from typing import Any

from tests.oracles.counted import Counted, Each, Rows, counted
from tests.oracles.readings import flags, percentage, start, status_day
from tests.oracles.records import PHASES, SETTINGS, Cohort, Trial, reference
from tests.oracles.trials import dimensions


def band(value: Any, name: str, low: str, high: str, read: Any) -> str:
    """The band that a value lies in."""
    for row in reference(name):
        if (not row[low] or value >= read(row[low])) and (not row[high] or value <= read(row[high])):
            return row["band"]
    return "unstated"


def characteristics(trial: Trial, snapshot_day: date) -> dict[str, str]:
    """The trial's level of each variable of Table 4."""
    begun, count = start(trial), trial.part("designModule", "enrollmentInfo", "count")
    wrong = {metric for _, metric in flags(trial, snapshot_day)}
    levels = {"phase": trial.phase[1], "funding": trial.funding, "sites": trial.label("center_count")}
    levels["enrollment"] = "unstated" if count is None else band(count, "enrollment_bands", "minimum", "maximum", int)
    levels["start date"] = (
        "unstated" if begun is None else band(begun, "start_date_bands", "first_day", "last_day", date.fromisoformat)
    )
    if "enrollment bands" in wrong:
        levels["enrollment"] = "implausible"
    if "start date bands" in wrong:
        levels["start date"] = "implausible"
    return levels


def results_of(cohort: Cohort, trial: Trial) -> list[date | None] | None:
    """Dates of the accepted results that count, None where nobody looked."""
    if trial.nct_id not in cohort.searched:
        return None
    return [
        paper["publication_date"]
        for paper in cohort.results_papers.get(trial.nct_id, [])
        if paper["publication_date"] is None or paper["publication_date"] <= cohort.searched[trial.nct_id]
    ]


def looked(cohort: Cohort, trials: list[Trial]) -> str:
    held = [trial.nct_id in cohort.searched for trial in trials]
    return "looked for" if all(held) else "partly looked for" if any(held) else "not looked for"


@counted(
    Counted((0, 1), 3, metric="finished_trials"),
    Counted((0, 1), 5, Each(0), metric="published_finished_trials"),
    Counted((0, 1), 6, Each(0), metric="unpublished_finished_trials"),
)
def finished_trials_comparison(cohort: Cohort) -> Rows:
    finished = [trial for trial in cohort.trials if cohort.is_finished(trial)]
    if not finished:
        return []
    orders: dict[tuple[str, str], int] = {("phase", name): order for order, name in PHASES.values()}
    for variable, name in (("enrollment", "enrollment_bands"), ("start date", "start_date_bands")):
        orders |= {(variable, row["band"]): int(row["band_order"]) for row in reference(name)}
    cells: dict[tuple[str, str], list[Trial]] = {key: [] for key in orders if key[1] != "unstated"}
    for trial in finished:
        for key in characteristics(trial, cohort.snapshot_day).items():
            cells.setdefault(key, []).append(trial)
    results = {trial.nct_id: results_of(cohort, trial) for trial in finished}
    published = {number for number, dates in results.items() if dates}
    unpublished = {number for number, dates in results.items() if dates == []}
    rows: Rows = []
    for key, trials in cells.items():
        yes = sum(trial.nct_id in published for trial in trials)
        no = sum(trial.nct_id in unpublished for trial in trials)
        known = bool(published or unpublished)
        counts = (len(trials), yes + no, yes if known else None, no if known else None)
        shares = (percentage(yes, len(published)), percentage(no, len(unpublished)))
        rows.append((*key, orders.get(key), *counts, *shares, looked(cohort, finished)))
    return rows


def kinds_of(cohort: Cohort, trial: Trial) -> Counter[str]:
    """How many accepted papers of each kind a trial has until its last day observed, and posted results."""
    until = cohort.searched.get(trial.nct_id)
    found: Counter[str] = Counter()
    for paper in cohort.accepted_papers.get(trial.nct_id, []) if until else ():
        day = paper["publication_date"]
        if not (day and until and day > until):
            found[paper["kind"]] += 1
    posted, last = status_day(trial, "resultsFirstPostDateStruct"), until or cohort.as_of
    if trial.study.get("hasResults") and not (posted and last and posted > last):
        found["registry results"] = 1
    return found


def is_published(kinds: Counter[str]) -> bool:
    return any(kind in SETTINGS["published_kinds"] for kind in kinds)


@counted(Counted((1,), 4))
def publication_kinds(cohort: Cohort) -> Rows:
    held = {trial.nct_id: kinds_of(cohort, trial) for trial in cohort.trials}
    is_looked_for = any(number in cohort.searched for number in held)
    rows: Rows = []
    for row in reference("publication_kinds") if held else ():
        kind = row["publication_kind"]
        of_kind = {number: found[kind] for number, found in held.items() if found[kind]}
        alone = [number for number in of_kind if number in cohort.searched and not is_published(held[number])]
        counts = (sum(of_kind.values()), len(of_kind), len(alone))
        known = is_looked_for or kind == "registry results"
        about = (int(row["kind_order"]), kind, kind in SETTINGS["published_kinds"])
        rows.append((*about, *(counts if known else (None, None, None))))
    return rows


@counted(Counted((0, 1), 4, 3))
def publication_rates(cohort: Cohort) -> Rows:
    members: dict[tuple[str, str], list[Trial]] = {}
    for trial in cohort.trials:
        for key in [*dimensions(trial), ("phase", trial.phase[1]), ("status", trial.status[1])]:
            members.setdefault(key, []).append(trial)
    rows: Rows = []
    for key, trials in members.items():
        known = [dates for dates in (results_of(cohort, trial) for trial in trials) if dates is not None]
        yes = sum(bool(dates) for dates in known)
        counts = (len(trials), len(known), yes if known else None, percentage(yes, len(known)))
        rest = [kinds_of(cohort, trial) for trial in trials if results_of(cohort, trial) == []]
        others = (sum(map(bool, rest)), sum(not found for found in rest)) if known else (None, None)
        rows.append((*key, *counts, *others, looked(cohort, trials)))
    return rows


@counted()
def publication_routes(cohort: Cohort) -> Rows:
    within = {trial.nct_id for trial in cohort.trials}
    decisions = {
        (paper["nct_id"], paper["paper_key"]): paper["decision"]
        for paper in cohort.publications
        if paper["nct_id"] in within
    }
    ways: dict[tuple[str, str], set[str]] = {pair: set() for pair in decisions}
    for nct_id, key, route in cohort.publication_routes:
        if (nct_id, key) in decisions:
            ways[nct_id, key].add(route)
    rows: Rows = []
    for route in set().union(*ways.values(), {"any"} if ways else set()):
        pairs = [pair for pair, found in ways.items() if route in (*found, "any")]
        counts = Counter(decisions[pair] for pair in pairs)
        accepted = [pair for pair in pairs if decisions[pair] == "accept"]
        only = None if route == "any" else sum(len(ways[pair]) == 1 for pair in accepted)
        trials = len({nct_id for nct_id, _ in accepted})
        rows.append((route, len(pairs), counts["accept"], counts["review"], counts["reject"], only, trials))
    return rows


@counted()
def time_to_publication(cohort: Cohort) -> Rows:
    rows: Rows = []
    for trial in cohort.trials:
        ended = status_day(trial, "primaryCompletionDateStruct") or status_day(trial, "completionDateStruct")
        clocks = [("start", start(trial), "start date bands")]
        if cohort.is_finished(trial):
            clocks.append(("completion", ended, "time to publication"))
        dates = results_of(cohort, trial)
        published = None if dates is None else bool(dates)
        dated = sorted(day for day in dates or [] if day)
        until = (dated[0] if dated else None) if published else cohort.searched.get(trial.nct_id)
        wrong = {metric for _, metric in flags(trial, cohort.snapshot_day)}
        for clock, begun, metric in clocks:
            why = None
            if trial.part("statusModule", "overallStatus") == "WITHDRAWN":
                why = "withdrawn before anybody took part"
            elif dates is None:
                why = "not looked for"
            elif begun is None:
                why = "no date"
            elif metric in wrong:
                why = "implausible date"
            elif until is None:
                why = "publication without a date"
            elif until < begun and not published:
                why = "clock starts after observation"
            days = max((until - begun).days, 0) if why is None and until and begun else None
            is_early = bool(why is None and published and until and begun and until < begun)
            about = (trial.nct_id, trial.label("region"), trial.funding, trial.phase[1])
            rows.append((clock, *about, begun, until, published, is_early, days, why))
    return rows

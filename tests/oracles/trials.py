"""Counts of registrations: screening, years, places, phases, sponsors, what records state and can not mean."""

from collections import Counter

from tests.oracles.counted import Counted, Each, Rows, counted
from tests.oracles.readings import flags, groups, percentage, share, written_day
from tests.oracles.records import COUNTRIES, FUNDING, SETTINGS, Cohort, Trial, reference


@counted(Counted((), 0, part="all"))
def cohort_size(cohort: Cohort) -> Rows:
    return [(len(cohort.trials), len(cohort.treatment))]


@counted(Counted((1, 2), 3))
def screening_flow(cohort: Cohort) -> Rows:
    """(step_order, step, reason, records); steps without records do not appear, but searches without hits do."""
    rows: Rows = [
        (1, "in a downloaded file" if search.startswith("file: ") else "found by a search", search, total)
        for search, total in cohort.search_totals.items()
    ]
    found = [trial for trial in cohort.everything if trial.searches]
    if found:
        rows.append((2, "found again by another search", None, sum(len(t.searches) for t in found) - len(found)))
        rows.append((4, "unique records", None, len(found)))
    rows += [(10, "could not be read", why, n) for why, n in Counter(cohort.quarantine_reasons).items()]
    outcomes = Counter(
        (
            cohort.outcome(trial),
            {"included": trial.label("topic"), "late": None, "alias": None, "found by no search": None}.get(
                cohort.outcome(trial), trial.label("exclusion_reason")
            ),
        )
        for trial in cohort.everything
    )
    steps = {
        "found by no search": (10, "found by no search"),
        "alias": (5, "number is an alias of another record"),
        "late": (6, "after the as-of date"),
        "excluded": (7, "not CAR-T"),
        "boundary": (8, "boundary, counted apart"),
        "included": (9, "trials in the landscape"),
    }
    return rows + [(*steps[outcome], reason, n) for (outcome, reason), n in outcomes.items()]


@counted(Counted((0,), 1, "cohort", missing="undated"))
def registrations_by_year(cohort: Cohort) -> Rows:
    years = Counter(trial.day.year if trial.day else None for trial in cohort.trials)
    estimated = Counter(trial.day.year if trial.day else None for trial in cohort.trials if not trial.stated_day)
    dated = sorted(year for year in years if year)
    rows: Rows = []
    total = 0
    for year in range(dated[0], dated[-1] + 1) if dated else []:
        total += years[year]
        rows.append((year, years[year], total, estimated[year]))
    return rows + ([(None, years[None], None, estimated[None])] if years[None] else [])


@counted(Counted((0, 1), 2, "cohort", missing="undated"))
def registrations_by_region(cohort: Cohort) -> Rows:
    counts = Counter((trial.day.year if trial.day else None, trial.label("region")) for trial in cohort.trials)
    return [(*key, n) for key, n in counts.items()]


@counted(Counted((0, 1), 2, "cohort", missing="undated"))
def registrations_by_disease_group(cohort: Cohort) -> Rows:
    counts = Counter(
        (trial.day.year if trial.day else None, group)
        for trial in cohort.trials
        for group in trial.values("disease_groups")
    )
    return [(*key, n) for key, n in counts.items()]


@counted(Counted((1,), 2, "cohort"))
def phases(cohort: Cohort) -> Rows:
    counts = Counter(trial.phase for trial in cohort.trials)
    return [(*phase, n, share(n, len(cohort.trials))) for phase, n in counts.items()]


@counted(Counted((1,), 3, "cohort"))
def statuses(cohort: Cohort) -> Rows:
    counts = Counter(trial.status for trial in cohort.trials)
    return [(*status, n, share(n, len(cohort.trials))) for status, n in counts.items()]


@counted(Counted((0,), 1, "cohort"))
def countries(cohort: Cohort) -> Rows:
    counted_ones = {id(t): [c for c in t.countries if c in COUNTRIES or c == "unstated"] for t in cohort.trials}
    trials = Counter(country for listed in counted_ones.values() for country in set(listed or ["unstated"]))
    sites = Counter(country for listed in counted_ones.values() for country in listed)
    return [(country, n, sites[country] or None, share(n, len(cohort.trials))) for country, n in trials.items()]


@counted(Counted((1, 0), 2, Each(1)))
def funding_by_region(cohort: Cohort) -> Rows:
    counts = Counter((trial.funding, trial.label("region")) for trial in cohort.trials)
    regions = Counter(trial.label("region") for trial in cohort.trials)
    return [(funding, region, n, share(n, regions[region])) for (funding, region), n in counts.items()]


@counted(Counted((0,), 1, "cohort"))
def topics(cohort: Cohort) -> Rows:
    counts = Counter(trial.label("topic") for trial in cohort.trials)
    return [(topic, n, share(n, len(cohort.trials))) for topic, n in counts.items()]


@counted(Counted((0,), 2, 1))
def completeness(cohort: Cohort) -> Rows:
    if not cohort.trials:
        return []
    stated: Counter[str] = Counter()
    attributes = set(cohort.trials[0].labels) - {"eligibility", "exclusion_reason", "topic"}
    for trial in cohort.trials:
        count = trial.part("designModule", "enrollmentInfo", "count")
        stated.update(attribute for attribute in attributes if trial.values(attribute) != ["unstated"])
        stated["start_date"] += bool(trial.part("statusModule", "startDateStruct", "date"))
        stated["completion_date"] += bool(trial.part("statusModule", "completionDateStruct", "date"))
        stated["enrollment_count"] += count is not None and count < 99_999_999
        stated["phase"] += trial.phase[1] != "unstated"
        stated["sites"] += bool(trial.countries)
        stated["first_posted_date"] += trial.stated_day is not None
    names = attributes | {"start_date", "completion_date", "enrollment_count", "phase", "sites", "first_posted_date"}
    size = len(cohort.trials)
    return [(name, size, stated[name], size - stated[name], share(stated[name], size)) for name in names]


def party_of(name: str) -> str:
    known = sorted(row["party"] for row in reference("sponsor_names") if plain(row["sponsor_name"]) == plain(name))
    return known[0] if known else name


def plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalpha() or letter.isnumeric())


@counted(
    Counted((1,), 2, 4, part="individual"),
    Counted((1,), 3, 4, part="cooperative"),
    Counted((1,), 4, "cohort", part="total"),
)
def sponsor_ranking(cohort: Cohort) -> Rows:
    alone: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for trial in cohort.trials:
        parties = {party_of(name) for name in trial.parties}
        (alone if len(parties) == 1 else together).update(parties)
    totals = alone + together
    better = sorted(totals.values(), reverse=True)
    return [(better.index(n) + 1, name, alone[name], together[name], n) for name, n in totals.items()]


@counted(Counted((0, 1), 2))
def leading_sponsors(cohort: Cohort) -> Rows:
    """(how many lead, kind, sponsors)."""
    classes: dict[str, set[str | None]] = {}
    for trial in cohort.trials:
        for name, kind in trial.parties.items():
            classes.setdefault(party_of(name), set()).add(kind)
    counts: Counter[tuple[int, str]] = Counter()
    ranking = sponsor_ranking(cohort)
    for leading in SETTINGS["leading_sponsors"]:
        for rank, name, *_ in ranking:
            named = {FUNDING.get(kind or "", "unstated") for kind in classes[name]}
            kind = "company" if "Industry" in named else "unknown" if named <= {"unstated"} else "other"
            counts[leading, kind] += rank <= leading
    return [(*key, n) for key, n in counts.items() if n]


@counted()
def sponsor_names(cohort: Cohort) -> Rows:
    counts = Counter(name for trial in cohort.trials for name in trial.parties)
    return [(party_of(name), name, party_of(name) != name, n) for name, n in counts.items()]


def dimensions(trial: Trial) -> list[tuple[str, str]]:
    """Dimensions of growth and of publication rates that do not depend on one of them."""
    found = [("all", "all"), ("region", trial.label("region"))]
    if trial.label("topic") == "treatment":
        found += [("disease group", group) for group in groups(trial)]
    return found


@counted(
    Counted((1, 3, 4), 5, part="base"),
    Counted((1, 3, 4), 6, part="later"),
    Counted((1, 3, 4), 6, part="change", less=5),
)
def growth(cohort: Cohort) -> Rows:
    rows: Rows = []
    claims = {row["claim_id"]: float(row["value"]) for row in reference("paper_claims") if row["value"]}
    printed = {
        (row["growth_window"], row["dimension"], row["value"]): claims[row["claim_id"]]
        for row in reference("growth_readings")
    }
    for window in reference("growth_windows"):
        days = [written_day(window[name]) for name in ("base_first_day", "base_last_day")]
        later_days = [written_day(window[name]) for name in ("later_first_day", "later_last_day")]
        members: dict[tuple[str, str], list[Trial]] = {}
        for trial in cohort.trials:
            for key in dimensions(trial):
                members.setdefault(key, []).append(trial)
        for key, trials in members.items():
            dated = [trial.day for trial in trials if trial.day]
            base = sum((not days[0] or day >= days[0]) and (not days[1] or day <= days[1]) for day in dated)
            later = sum(
                (not later_days[0] or day >= later_days[0]) and (not later_days[1] or day <= later_days[1])
                for day in dated
            )
            change = percentage(later - base, base)
            order, name = int(window["window_order"]), window["growth_window"]
            about = (order, name, window["definition"], *key)
            rows.append((*about, base, later, len(trials) - len(dated), change, printed.get((name, *key))))
    return rows


@counted(Counted((0,), 2, "cohort"))
def flagged_records(cohort: Cohort) -> Rows:
    chosen = {id(trial) for trial in cohort.trials}
    everything: Counter[tuple[str, str]] = Counter()
    within: Counter[tuple[str, str]] = Counter()
    for trial in cohort.found:
        found = flags(trial, cohort.snapshot_day) or {("none", "none")}
        everything.update(found)
        within.update(found if id(trial) in chosen else ())
    size = len(cohort.trials)
    return [(*flag, within[flag], n, percentage(within[flag], size)) for flag, n in everything.items()]


@counted()
def snapshot_changes(cohort: Cohort) -> Rows:
    if cohort.previous is None:
        return [(None, len(cohort.found), None, None, None, None, None)]
    now = {trial.nct_id: trial.study for trial in cohort.found}
    before = {trial.nct_id: trial.study for trial in cohort.previous.found}
    counted, counted_before = ({t.nct_id for t in c.trials} for c in (cohort, cohort.previous))
    changed = sum(now[number] != before[number] for number in now.keys() & before.keys())
    moved = (len(counted - counted_before), len(counted_before - counted))
    return [
        (cohort.previous.snapshot_id, len(now), len(now.keys() - before), len(before.keys() - now), changed, *moved)
    ]

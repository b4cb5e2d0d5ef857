"""An independent count of every metric: plain Python over the records as received, no SQL, no shared code.

Each function takes the same `Cohort` and returns the metric's rows, without snapshot_id, as a list of tuples.
"""

import csv
import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

CURATION = Path(__file__).resolve().parents[2] / "curation"


def reference(name: str) -> list[dict[str, str]]:
    """Rows of a curation file."""
    with (CURATION / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = (line for line in lines if not line.startswith("#"))
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


SETTINGS = tomllib.loads((CURATION.parent / "landscape.toml").read_text(encoding="utf-8"))["metrics"]
COUNTRIES = {row["country"] for row in reference("countries")}
PHASES = {row["registry_value"]: (int(row["phase_order"]), row["phase"]) for row in reference("phases")}
STATUSES = {
    row["registry_value"]: (int(row["status_order"]), row["status"], row["is_finished"] == "true")
    for row in reference("statuses")
}
FUNDING = {row["registry_value"]: row["funding_class"] for row in reference("funding_classes")}
KNOWN_DAYS = [
    (int(row["first_nct_number"]), date.fromisoformat(row["first_posted_from"]))
    for row in reference("nct_number_dates")
]


@dataclass
class Trial:
    """One record with its labels and what found it."""

    study: dict[str, Any]
    labels: Mapping[str, tuple[str, ...]]
    searches: set[str] = field(default_factory=set)

    def part(self, *path: str) -> Any:
        """A value of the protocol section, None where the record lacks it."""
        found: Any = self.study["protocolSection"]
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        return found

    @property
    def nct_id(self) -> str:
        return str(self.part("identificationModule", "nctId"))

    def label(self, attribute: str) -> str:
        """The value of a label that has only one."""
        return self.labels[attribute][0]

    def values(self, attribute: str) -> list[str]:
        """Values of a label, or unstated."""
        return sorted(set(self.labels[attribute]) - {"unstated"}) or ["unstated"]

    @property
    def stated_day(self) -> date | None:
        written = self.part("statusModule", "studyFirstPostDateStruct", "date")
        return date.fromisoformat(written) if written else None

    @property
    def day(self) -> date | None:
        """First-posted day, else read off the NCT number between two known days."""
        if self.stated_day:
            return self.stated_day
        number = int(self.nct_id[3:])
        for (low, start), (high, end) in itertools.pairwise(KNOWN_DAYS):
            if low <= number < high:
                return start + timedelta(days=(end - start).days * (number - low) // (high - low))
        return KNOWN_DAYS[-1][1] if number >= KNOWN_DAYS[-1][0] else None

    @property
    def parties(self) -> dict[str, str | None]:
        """Lead sponsor and collaborators by name, with their classes."""
        lead = self.part("sponsorCollaboratorsModule", "leadSponsor") or {}
        named: dict[str, str | None] = {}
        for party in [lead, *(self.part("sponsorCollaboratorsModule", "collaborators") or [])]:
            if party.get("name"):
                named.setdefault(party["name"], party.get("class"))
        return named

    @property
    def funding(self) -> str:
        return ", ".join(sorted({FUNDING.get(kind or "", "unstated") for kind in self.parties.values()})) or "unstated"

    @property
    def countries(self) -> list[str]:
        """Country of each site, unstated where a site or the record states none."""
        sites = self.part("contactsLocationsModule", "locations") or []
        return [(site.get("country") or "").strip() or "unstated" for site in sites]

    @property
    def phase(self) -> tuple[int | None, str]:
        listed = self.part("designModule", "phases")
        return PHASES.get("|".join(listed) if listed else "", (None, "unknown to the registry's API"))

    @property
    def status(self) -> tuple[int | None, str, bool]:
        written = self.part("statusModule", "overallStatus") or ""
        return STATUSES.get(written, (None, "unknown to the registry's API", False))


@dataclass
class Cohort:
    """Everything a snapshot held, with what is in the landscape of it."""

    everything: list[Trial]
    as_of: date | None
    search_totals: dict[str, int]
    quarantine_reasons: list[str]
    snapshot_id: str = ""
    snapshot_day: date = date.max
    # whether the source itself states that day; else it is the day of the import
    is_day_stated: bool = False
    is_synthetic: bool = False
    searched: dict[str, date] = field(default_factory=dict)
    publications: list[dict[str, Any]] = field(default_factory=list)
    publication_routes: list[tuple[str, str, str]] = field(default_factory=list)
    previous: "Cohort | None" = None

    @cached_property
    def aliases(self) -> set[str]:
        """Numbers that another record calls its own former ones."""
        return {
            alias
            for trial in self.everything
            for alias in (trial.part("identificationModule", "nctIdAliases") or [])
            if alias != trial.nct_id
        }

    def outcome(self, trial: Trial) -> str:
        """The step at which a record leaves the flow, or 'included'."""
        if not trial.searches:
            return "found by no search"
        if trial.nct_id in self.aliases:
            return "alias"
        if self.as_of and not (trial.day and trial.day <= self.as_of):
            return "late"
        return {"eligible": "included", "boundary": "boundary"}.get(trial.label("eligibility"), "excluded")

    @cached_property
    def results_papers(self) -> dict[str, list[dict[str, Any]]]:
        """Accepted papers with results, by trial."""
        papers: dict[str, list[dict[str, Any]]] = {}
        for paper in self.publications:
            if paper["decision"] == "accept" and paper["is_results"]:
                papers.setdefault(paper["nct_id"], []).append(paper)
        return papers

    @cached_property
    def found(self) -> list[Trial]:
        """Records that a search found."""
        return [trial for trial in self.everything if trial.searches]

    @cached_property
    def trials(self) -> list[Trial]:
        return [trial for trial in self.everything if self.outcome(trial) == "included"]

    @cached_property
    def treatment(self) -> list[Trial]:
        return [trial for trial in self.trials if trial.label("topic") == "treatment"]


Rows = list[tuple[Any, ...]]


def share(part: int, whole: int) -> float:
    """Percentage, to the digits that two ways of dividing agree on."""
    return round(100 * part / whole, 9)


def cohort_size(cohort: Cohort) -> Rows:
    return [(len(cohort.trials), len(cohort.treatment))]


def screening_flow(cohort: Cohort) -> Rows:
    """(step_order, step, reason, records); steps without records do not appear, but searches without hits do."""
    rows: Rows = [(1, "found by a search", search, total) for search, total in cohort.search_totals.items()]
    found = [trial for trial in cohort.everything if trial.searches]
    if found:
        rows.append((2, "found again by another search", None, sum(len(t.searches) for t in found) - len(found)))
        rows.append((4, "unique records", None, len(found)))
    rows += [(3, "could not be read", why, n) for why, n in Counter(cohort.quarantine_reasons).items()]
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
        "found by no search": (3, "found by no search"),
        "alias": (5, "number is an alias of another record"),
        "late": (6, "after the as-of date"),
        "excluded": (7, "not CAR-T"),
        "boundary": (8, "boundary, counted apart"),
        "included": (9, "trials in the landscape"),
    }
    return rows + [(*steps[outcome], reason, n) for (outcome, reason), n in outcomes.items()]


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


def registrations_by_region(cohort: Cohort) -> Rows:
    counts = Counter((trial.day.year if trial.day else None, trial.label("region")) for trial in cohort.trials)
    return [(*key, n) for key, n in counts.items()]


def registrations_by_disease_group(cohort: Cohort) -> Rows:
    counts = Counter(
        (trial.day.year if trial.day else None, group)
        for trial in cohort.trials
        for group in trial.values("disease_groups")
    )
    return [(*key, n) for key, n in counts.items()]


def phases(cohort: Cohort) -> Rows:
    counts = Counter(trial.phase for trial in cohort.trials)
    return [(*phase, n, share(n, len(cohort.trials))) for phase, n in counts.items()]


def statuses(cohort: Cohort) -> Rows:
    counts = Counter(trial.status for trial in cohort.trials)
    return [(*status, n, share(n, len(cohort.trials))) for status, n in counts.items()]


def countries(cohort: Cohort) -> Rows:
    trials = Counter(country for trial in cohort.trials for country in set(trial.countries or ["unstated"]))
    sites = Counter(country for trial in cohort.trials for country in trial.countries)
    return [(country, n, sites[country] or None, share(n, len(cohort.trials))) for country, n in trials.items()]


def funding_by_region(cohort: Cohort) -> Rows:
    counts = Counter((trial.funding, trial.label("region")) for trial in cohort.trials)
    regions = Counter(trial.label("region") for trial in cohort.trials)
    return [(funding, region, n, share(n, regions[region])) for (funding, region), n in counts.items()]


def sponsor_ranking(cohort: Cohort) -> Rows:
    alone: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for trial in cohort.trials:
        parties = {party_of(name) for name in trial.parties}
        (alone if len(parties) == 1 else together).update(parties)
    totals = alone + together
    better = sorted(totals.values(), reverse=True)
    return [(better.index(n) + 1, name, alone[name], together[name], n) for name, n in totals.items()]


def targets_by_disease_group(cohort: Cohort) -> Rows:
    counts: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    for trial in cohort.treatment:
        for group in trial.values("disease_groups"):
            sizes[group] += 1
            counts.setdefault(group, Counter()).update(trial.values("targets"))
    rows: Rows = []
    for group, targets in counts.items():
        ranked = sorted((n for target, n in targets.items() if target != "unstated"), reverse=True)
        for target, n in targets.items():
            rank = None if target == "unstated" else ranked.index(n) + 1
            rows.append((group, target, n, sizes[group], share(n, sizes[group]), rank))
    return rows


def topics(cohort: Cohort) -> Rows:
    counts = Counter(trial.label("topic") for trial in cohort.trials)
    return [(topic, n, share(n, len(cohort.trials))) for topic, n in counts.items()]


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


# ---- sets, groups and bands


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


def groups(trial: Trial) -> list[str]:
    return trial.values("disease_groups")


def populations_of(trial: Trial) -> set[str]:
    """Denominators that a trial of the cohort belongs to."""
    return {"cohort"} | ({"treatment", *groups(trial)} if trial.label("topic") == "treatment" else set())


def populations(cohort: Cohort) -> Rows:
    sizes = Counter(name for trial in cohort.trials for name in populations_of(trial))
    return [(name, sizes[name]) for name in {"cohort", "treatment", *sizes}]


def matches(trial: Trial, attribute: str, wanted: str) -> bool:
    """Whether a trial states the value of a label, a phase or a status; * is any stated value."""
    if attribute in ("phase", "status"):
        held = [trial.phase[1] if attribute == "phase" else trial.status[1]]
    else:
        held = list(trial.labels.get(attribute, ()))
    return any(value != "unstated" and wanted in ("*", value) for value in held)


def in_set(trial: Trial, rules: list[dict[str, str]]) -> bool:
    for rule in rules:
        day = start(trial)
        low, high = written_day(rule["started_from"]), written_day(rule["started_until"])
        if (low and not (day and day >= low)) or (high and not (day and day <= high)):
            continue
        if matches(trial, rule["attribute"], rule["value"]):
            return True
    return False


def percentage(part: int, whole: int) -> float | None:
    return share(part, whole) if whole else None


def trial_sets(cohort: Cohort) -> Rows:
    rows: Rows = []
    rules = reference("trial_sets")
    sizes = dict(populations(cohort))
    for name in {rule["trial_set"] for rule in rules}:
        own = [rule for rule in rules if rule["trial_set"] == name]
        population = own[0]["population"]
        n = sum(population in populations_of(trial) and in_set(trial, own) for trial in cohort.trials)
        rows.append((name, population, n, sizes.get(population, 0), percentage(n, sizes.get(population, 0))))
    return rows


def disease_column(key: str, column: str) -> dict[str, str]:
    """Disease or organ group -> disease group, the first in alphabetical order."""
    found: dict[str, set[str]] = {}
    for row in vocabulary("diseases"):
        if row[key]:
            found.setdefault(row[key], set()).add(row[column])
    return {name: min(values) for name, values in found.items()}


def vocabulary(name: str) -> list[dict[str, str]]:
    """Rows of a vocabulary, whose comment lines begin with #."""
    with (CURATION / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        kept = (line for line in lines if not line.startswith("#"))
        return list(csv.DictReader(kept, delimiter="\t", quoting=csv.QUOTE_NONE))


def indications(cohort: Cohort) -> Rows:
    group_of = disease_column("value", "group")
    counts = Counter(
        (group_of.get(disease, "unstated"), disease)
        for trial in cohort.treatment
        for disease in set(trial.labels.get("diseases", ())) - {"unstated"}
    )
    sizes = dict(populations(cohort))
    rows: Rows = []
    for (group, disease), n in counts.items():
        better = sum(m > n for (other, _), m in counts.items() if other == group)
        rows.append((group, disease, n, sizes.get(group, 0), percentage(n, sizes.get(group, 0)), better + 1))
    return rows


def organ_groups(cohort: Cohort) -> Rows:
    group_of = disease_column("organ_group", "group")
    counts = Counter(
        (group_of.get(organ, "unstated"), organ) for trial in cohort.treatment for organ in trial.values("organ_groups")
    )
    sizes = dict(populations(cohort))
    return [(*key, n, sizes.get(key[0], 0), percentage(n, sizes.get(key[0], 0))) for key, n in counts.items()]


def target_overlap(cohort: Cohort) -> Rows:
    used: dict[str, set[str]] = {}
    for trial in cohort.treatment:
        targets = set(trial.values("targets")) - {"unstated"}
        for group in [*(group for group in groups(trial) if group != "unstated"), "any"]:
            used.setdefault(group, set()).update(targets)
    rows: Rows = []
    for one, other in itertools.combinations_with_replacement(sorted(used), 2):
        both = used[one] & used[other]
        if both and (one == other or "any" not in (one, other)):
            rows.append((one, other, len(both), ", ".join(sorted(both))))
    return rows


def target_combinations(cohort: Cohort) -> Rows:
    counts: Counter[tuple[str, str, str, int]] = Counter()
    for trial in cohort.treatment:
        targets = sorted(set(trial.values("targets")))
        if len(targets) > 1:
            counts.update((g, trial.label("target_valency"), " + ".join(targets), len(targets)) for g in groups(trial))
    sizes: Counter[str] = Counter()
    for (group, *_), n in counts.items():
        sizes[group] += n
    return [
        (*key, n, sizes[key[0]], share(n, sizes[key[0]]), 1 + sum(m > n for k, m in counts.items() if k[0] == key[0]))
        for key, n in counts.items()
    ]


def target_valency(cohort: Cohort) -> Rows:
    counts = Counter((group, trial.label("target_valency")) for trial in cohort.treatment for group in groups(trial))
    sizes = dict(populations(cohort))
    return [(*key, n, sizes[key[0]], share(n, sizes[key[0]])) for key, n in counts.items()]


def target_landscape(cohort: Cohort) -> Rows:
    counts = Counter(
        (target, disease, *trial.phase)
        for trial in cohort.treatment
        for target in trial.values("targets")
        for disease in trial.values("diseases")
    )
    return [(*key, n) for key, n in counts.items()]


def constructs(cohort: Cohort) -> Rows:
    rows: Rows = []
    for attribute in (row["attribute"] for row in reference("attributes") if row["construct_order"]):
        counts = Counter(value for trial in cohort.treatment for value in set(trial.labels.get(attribute, ())))
        with_label = sum(attribute in trial.labels for trial in cohort.treatment)
        stated = sum(matches(trial, attribute, "*") for trial in cohort.treatment)
        for value, n in counts.items():
            of_stated = None if value == "unstated" else share(n, stated)
            rows.append((attribute, value, n, with_label, stated, share(n, with_label), of_stated))
    return rows


def label_shares(cohort: Cohort, attribute: str) -> Rows:
    counts = Counter(value for trial in cohort.trials for value in set(trial.labels.get(attribute, ())))
    size = len(cohort.trials)
    return [(value, n, size, share(n, size)) for value, n in counts.items()]


def combinations(cohort: Cohort) -> Rows:
    return label_shares(cohort, "combinations")


def follow_up(cohort: Cohort) -> Rows:
    return label_shares(cohort, "follow_up_over_five_years")


def relapse_strategies(cohort: Cohort) -> Rows:
    rules = reference("relapse_strategies")
    rows: Rows = []
    for key in {(int(rule["strategy_order"]), rule["mechanism"], rule["strategy"]) for rule in rules}:
        own = [rule for rule in rules if rule["strategy"] == key[2]]
        members = sorted(
            trial.nct_id
            for trial in cohort.treatment
            if any(matches(trial, rule["attribute"], rule["value"]) for rule in own if rule["attribute"] != "text")
            or (any(rule["attribute"] == "text" for rule in own) and says_threshold(trial))
        )
        size = len(cohort.treatment)
        rows.append((*key, len(members), size, percentage(len(members), size), ", ".join(members) or None))
    return rows


def says_threshold(trial: Trial) -> bool:
    names = trial.study["protocolSection"].get("identificationModule", {})
    summary = trial.part("descriptionModule", "briefSummary")
    texts = (names.get("briefTitle"), names.get("officialTitle"), summary)
    return any(re.search(SETTINGS["antigen_threshold_words"], (text or "").lower()) for text in texts)


# ---- sponsors, growth, flags, changes


def plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalpha() or letter.isnumeric())


def party_of(name: str) -> str:
    known = sorted(row["party"] for row in reference("sponsor_names") if plain(row["sponsor_name"]) == plain(name))
    return known[0] if known else name


def sponsor_names(cohort: Cohort) -> Rows:
    counts = Counter(name for trial in cohort.trials for name in trial.parties)
    return [(party_of(name), name, party_of(name) != name, n) for name, n in counts.items()]


def dimensions(trial: Trial) -> list[tuple[str, str]]:
    """Dimensions of growth and of publication rates that do not depend on one of them."""
    found = [("all", "all"), ("region", trial.label("region"))]
    if trial.label("topic") == "treatment":
        found += [("disease group", group) for group in groups(trial)]
    return found


def growth(cohort: Cohort) -> Rows:
    rows: Rows = []
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
            changes = (percentage(later, base), percentage(later - base, base))
            order, name = int(window["window_order"]), window["growth_window"]
            rows.append((order, name, *key, base, later, len(trials) - len(dated), *changes))
    return rows


def last_day(trial: Trial, name: str) -> date | None:
    """Last day that a stated date can mean."""
    day, written = status_day(trial, name), trial.part("statusModule", name, "date")
    if day and len(written) == 4:
        return date(day.year, 12, 31)
    if day and len(written) == 7:
        return (date(day.year + day.month // 12, day.month % 12 + 1, 1)) - timedelta(days=1)
    return day


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
        ("completion too far ahead", "time to publication"): ended and ended > snapshot_day + 3 * ahead,
        ("enrollment placeholder", "enrollment bands"): count is not None and count >= 99_999_999,
        ("negative enrollment", "enrollment bands"): count is not None and count < 0,
        ("phase outside the registry's list", "phases"): trial.phase[1].startswith("unknown to "),
        ("status outside the registry's list", "statuses"): trial.status[1].startswith("unknown to "),
        ("country outside the registry's list", "countries"): set(trial.countries) - COUNTRIES - {"unstated"},
    }
    return {flag for flag, holds in judged.items() if holds}


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


# ---- publications


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


def finished_trials_comparison(cohort: Cohort) -> Rows:
    finished = [trial for trial in cohort.trials if trial.status[2]]
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
        rows.append((*key, *counts, looked(cohort, trials)))
    return rows


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


def time_to_publication(cohort: Cohort) -> Rows:
    rows: Rows = []
    for trial in cohort.trials:
        ended = status_day(trial, "primaryCompletionDateStruct") or status_day(trial, "completionDateStruct")
        clocks = [("start", start(trial), "start date bands")]
        if trial.status[2]:
            clocks.append(("completion", ended, "time to publication"))
        dates = results_of(cohort, trial)
        published = None if dates is None else bool(dates)
        dated = sorted(day for day in dates or [] if day)
        until = (dated[0] if dated else None) if published else cohort.searched.get(trial.nct_id)
        wrong = {metric for _, metric in flags(trial, cohort.snapshot_day)}
        for clock, begun, metric in clocks:
            why = None
            if dates is None:
                why = "not looked for"
            elif begun is None:
                why = "no date"
            elif metric in wrong:
                why = "implausible date"
            elif until is None:
                why = "publication without a date"
            elif until < begun:
                why = "published before the clock starts" if published else "clock starts after observation"
            days = (until - begun).days if why is None and until and begun else None
            about = (trial.nct_id, trial.label("region"), trial.funding, trial.phase[1])
            rows.append((clock, *about, begun, until, published, days, why))
    return rows


# ---- all counts in one shape, and the paper's beside them


def measures(cohort: Cohort) -> Rows:
    size = len(cohort.trials)
    regions = Counter(trial.label("region") for trial in cohort.trials)
    year = {None: "undated"}
    rows: Rows = [("cohort_size", "all", size, None)]
    rows += [("populations", name, n, None) for name, n in populations(cohort)]
    rows += [("screening_flow", " | ".join(filter(None, row[1:3])), row[3], None) for row in screening_flow(cohort)]
    rows += [("registrations_by_year", str(year.get(r[0], r[0])), r[1], size) for r in registrations_by_year(cohort)]
    for name, oracle in (
        ("registrations_by_region", registrations_by_region),
        ("registrations_by_disease_group", registrations_by_disease_group),
    ):
        rows += [(name, f"{year.get(row[0], row[0])} | {row[1]}", row[2], size) for row in oracle(cohort)]
    rows += [("topics", topic, n, size) for topic, n, _ in topics(cohort)]
    rows += [("phases", name, n, size) for _, name, n, _ in phases(cohort)]
    rows += [("statuses", name, n, size) for _, name, _, n, _ in statuses(cohort)]
    rows += [("countries", name, n, size) for name, n, _, _ in countries(cohort)]
    rows += [("funding_by_region", f"{r[1]} | {r[0]}", r[2], regions[r[1]]) for r in funding_by_region(cohort)]
    for _, name, alone, together, total in sponsor_ranking(cohort):
        rows += [("sponsor_ranking", f"{name} | individual", alone, total)]
        rows += [("sponsor_ranking", f"{name} | cooperative", together, total)]
        rows += [("sponsor_ranking", f"{name} | total", total, size)]
    rows += [("indications", f"{r[0]} | {r[1]}", r[2], r[3]) for r in indications(cohort)]
    rows += [("organ_groups", f"{r[0]} | {r[1]}", r[2], r[3]) for r in organ_groups(cohort)]
    rows += [("targets_by_disease_group", f"{r[0]} | {r[1]}", r[2], r[3]) for r in targets_by_disease_group(cohort)]
    rows += [("target_overlap", f"{r[0]} | {r[1]}", r[2], None) for r in target_overlap(cohort)]
    rows += [("target_valency", f"{r[0]} | {r[1]}", r[2], r[3]) for r in target_valency(cohort)]
    rows += [("target_combinations", f"{r[0]} | {r[1]} | {r[2]}", r[4], r[5]) for r in target_combinations(cohort)]
    rows += [("constructs", f"{r[0]} | {r[1]}", r[2], r[3]) for r in constructs(cohort)]
    rows += [("combinations", r[0], r[1], r[2]) for r in combinations(cohort)]
    rows += [("follow_up", r[0], r[1], r[2]) for r in follow_up(cohort)]
    rows += [("relapse_strategies", r[2], r[3], r[4]) for r in relapse_strategies(cohort)]
    rows += [("trial_sets", r[0], r[2], r[3]) for r in trial_sets(cohort)]
    rows += [("completeness", r[0], r[2], r[1]) for r in completeness(cohort)]
    rows += [("flagged_records", r[0], r[2], size) for r in flagged_records(cohort)]
    for _, window, dimension, value, base, later, *_ in growth(cohort):
        name = f"{window} | {dimension} | {value} | "
        counts = {"base": base, "later": later, "change": later - base}
        rows += [("growth", name + part, n, None) for part, n in counts.items()]
    rows += [("publication_rates", f"{r[0]} | {r[1]}", r[4], r[3]) for r in publication_rates(cohort)]
    return rows + finished_measures(finished_trials_comparison(cohort))


def finished_measures(compared: Rows) -> Rows:
    """Finished trials, published and unpublished, each of all levels of the variable."""
    rows: Rows = []
    for variable, level, _, n, _, yes, no, *_ in compared:
        of_variable = [row for row in compared if row[0] == variable]
        rows.append(("finished_trials", f"{variable} | {level}", n, None))
        for name, count, place in (("published", yes, 5), ("unpublished", no, 6)):
            whole = None if count is None else sum(row[place] for row in of_variable)
            rows.append((f"{name}_finished_trials", f"{variable} | {level}", count, whole))
    return rows


def paper_comparison(cohort: Cohort) -> Rows:
    """(claim_id, our_value, comparability, whether a reason for a difference is given)."""
    counted = measures(cohort)
    unknown = {metric for metric, _, quantity, _ in counted if quantity is None}
    rows: Rows = []
    for claim in reference("paper_claims"):
        verdict = "comparable"
        if claim["metric"] in unknown:
            verdict = "not comparable: publications were not looked for"
        if cohort.is_synthetic:
            verdict = "not comparable: synthetic sample"
        elif cohort.as_of is None:
            verdict = "not comparable: no as-of date"
        elif abs((cohort.as_of - SETTINGS["paper_as_of"]).days) > SETTINGS["comparable_days"]:
            verdict = "not comparable: other as-of date"
        value = claimed(claim, counted) if verdict == "comparable" else None
        rows.append((claim["claim_id"], value, verdict, value is not None))
    return rows


def claimed(claim: dict[str, str], counted: Rows) -> float | None:
    """Our value of a claim, from the measures that its patterns name."""

    def matching(metric: str, pattern: str) -> list[tuple[str, int]]:
        return [(c, q) for m, c, q, _ in counted if m == metric and re.fullmatch(pattern, c)]

    found = matching(claim["metric"], claim["numerator"])
    if claim["unit"] == "year":
        years = [int(category) for category, n in found if n and category.isdigit()]
        return float(min(years)) if years else None
    total = sum(n for _, n in found)
    if not claim["denominator"]:
        return float(total)
    return percentage(total, sum(n for _, n in matching(claim["denominator_metric"], claim["denominator"])))

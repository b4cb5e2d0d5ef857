"""An independent count of every metric: plain Python over the records as received, no SQL, no shared code.

Each function takes the same `Cohort` and returns the metric's rows, without snapshot_id, as a list of tuples.
"""

import csv
import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

CURATION = Path(__file__).resolve().parents[2] / "curation"


def reference(name: str) -> list[dict[str, str]]:
    """Rows of a curation file."""
    with (CURATION / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


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
    labels: dict[str, tuple[str, ...]]
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
        (alone if len(trial.parties) == 1 else together).update(trial.parties.keys())
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

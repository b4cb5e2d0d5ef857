"""Registrations and trials counted by plain Python: numbers are joined by union, not by SQL."""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.oracles.counted import Rows
from tests.oracles.readings import share, written_day
from tests.oracles.records import SETTINGS, part_of
from tests.oracles.results import timing_of

# the numbers of the sample, each with the part that names the trial
NUMBERS = (
    ("ClinicalTrials.gov", re.compile(r"NCT\d{8}")),
    ("CTIS", re.compile(r"20\d{2}-5\d{5}-\d{2}")),
    ("EUCTR", re.compile(r"20\d{2}-0\d{5}-\d{2}")),
    ("ChiCTR", re.compile(r"ChiCTR\d{10}")),
    ("JPRN", re.compile(r"jRCT\d{10}")),
)
ORDER = ["ClinicalTrials.gov", "CTIS", "EUCTR", "ChiCTR", "JPRN"]
# how the sample's follow-ups begin their titles
FOLLOWED = re.compile(r"long-term follow-up\b", re.IGNORECASE)
POSTED = ("statusModule", "studyFirstPostDateStruct", "date")
# from the best to none; a trial with several registrations in a registry counts with its best
TIMINGS = ["prospective", f"within {SETTINGS['registration_grace_days']} days", "after", "unknown"]
SENTENCE = re.compile(r"\b(?:follow-up|participants|extension)\b")


def numbers(text: str) -> Iterator[tuple[str, str]]:
    """Registry and number of every number in a text."""
    for registry, pattern in NUMBERS:
        yield from ((registry, found) for found in pattern.findall(text))


@dataclass
class Registration:
    """One registration: its record in the API's shape, its labels, and whether the paper's searches found it."""

    study: dict[str, Any]
    labels: dict[str, tuple[str, ...]]
    is_found: bool
    trial: str = ""
    others: set[str] = field(default_factory=set)

    def part(self, *path: str) -> Any:
        """A value of the protocol section, None where the record lacks it."""
        return part_of(self.study, *path)

    @property
    def number(self) -> str:
        return str(self.part("identificationModule", "nctId"))

    @property
    def registry(self) -> str:
        return next(numbers(self.number))[0]

    @property
    def stated(self) -> set[str]:
        """Its own number, and those that stand in a field for numbers without a sentence around them."""
        texts = [self.part("identificationModule", "orgStudyIdInfo", "id") or ""]
        texts += [one.get("id", "") for one in self.part("identificationModule", "secondaryIdInfos") or []]
        named = {number for text in texts if not SENTENCE.search(text) for _, number in numbers(text)}
        return named | {next(numbers(self.number))[1]}

    @property
    def is_follow_up(self) -> bool:
        """Whether it follows the participants of another trial, whose number it may state."""
        return bool(FOLLOWED.match(self.part("identificationModule", "briefTitle") or ""))

    @property
    def eligibility(self) -> str:
        return self.labels["eligibility"][0]

    def day(self, name: str) -> date | None:
        """A whole day of the status module; the first of a month or year stated alone."""
        written = self.part("statusModule", name, "date")
        return date.fromisoformat((written + "-01-01")[:10]) if written else None

    @property
    def rank(self) -> tuple[Any, ...]:
        """Which of a trial's registrations speaks for it first."""
        updated = self.day("lastUpdatePostDateStruct")
        return (
            ["eligible", "boundary", "ineligible"].index(self.eligibility),
            ORDER.index(self.registry),
            -(updated.toordinal() if updated else 0),
            self.number,
        )


def join(registrations: list[Registration]) -> dict[str, list[Registration]]:
    """The registrations of each trial, the one that speaks for it first."""
    bearing: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(registrations):
        for number in one.stated:
            bearing[number].append(place)
    parent = list(range(len(registrations)))

    def root(place: int) -> int:
        while parent[place] != place:
            place = parent[place]
        return place

    for places in bearing.values():
        for first in places:
            for second in places:
                one, other = registrations[first], registrations[second]
                is_same_number = next(numbers(one.number)) == next(numbers(other.number))
                is_follow_up_of_other = one.is_follow_up != other.is_follow_up
                if is_same_number or (one.registry != other.registry and not is_follow_up_of_other):
                    parent[root(first)] = root(second)
    groups: dict[int, list[Registration]] = defaultdict(list)
    for place, one in enumerate(registrations):
        groups[root(place)].append(one)
    found = (sorted(group, key=lambda one: one.rank) for group in groups.values())
    return {group[0].number: group for group in found}


@dataclass
class Registered:
    """The trials with their registrations, and those of the cohort."""

    trials: dict[str, list[Registration]]
    cohort: set[str]
    unknown: Counter[tuple[str, str, str]]

    def days(self, trial: str) -> dict[str, date]:
        """The first day of registration in each registry."""
        days: dict[str, date] = {}
        for one in self.trials[trial]:
            if day := one.day("studyFirstPostDateStruct"):
                days[one.registry] = min(day, days.get(one.registry, day))
        return days


def registries(registered: Registered) -> Rows:
    """(registry, registrations, found, merged, trials, percentage, only here, prospective, within grace, later)."""
    rows: Rows = []
    everything = [(one, group[0]) for group in registered.trials.values() for one in group]
    for registry in sorted({one.registry for one, _ in everything}):
        ours = [(one, first) for one, first in everything if one.registry == registry]
        timing: dict[str, set[str]] = defaultdict(set)
        for one, first in ours:
            if first.number in registered.cohort:
                day = one.part("statusModule", "studyFirstSubmitDate") or one.part(*POSTED)
                start = one.part("statusModule", "startDateStruct", "date")
                timing[first.number].add(timing_of(written_day(day), start))
        bests = [min(found, key=TIMINGS.index) for found in timing.values()]
        alone = [trial for trial in timing if len({one.registry for one in registered.trials[trial]}) == 1]
        found = [(one, first) for one, first in ours if one.is_found]
        rows.append((
            registry,
            len(ours),
            len(found),
            sum(one is not first for one, first in found),
            len(timing),
            share(len(timing), len(registered.cohort)),
            len(alone),
            *(sum(best == wanted for best in bests) for wanted in TIMINGS[:3]),
        ))  # fmt: skip
    return rows


def registry_delays(registered: Registered) -> Rows:
    """(first registry, later registry, trials, shortest, median, longest days)."""
    waits: dict[tuple[str, str], list[int]] = defaultdict(list)
    for trial in registered.cohort:
        days = registered.days(trial)
        ordered = sorted((day, registry) for registry, day in days.items())
        for day, registry in ordered[1:]:
            waits[ordered[0][1], registry].append((day - ordered[0][0]).days)
    return [
        (*key, len(days), min(days), float(statistics.median(days)), max(days)) for key, days in sorted(waits.items())
    ]


def registry_additions(registered: Registered) -> Rows:
    """(registry, dimension, category, trials, only here)."""
    trials: Counter[tuple[str, str, str]] = Counter()
    alone: Counter[tuple[str, str, str]] = Counter()
    for trial in registered.cohort:
        group = registered.trials[trial]
        first, held = group[0], {one.registry for one in group}
        sites = first.part("contactsLocationsModule", "locations") or []
        categories = {("country", (site.get("country") or "").strip() or "unstated") for site in sites}
        categories |= {("target", target) for target in first.labels["targets"] if target != "unstated"}
        if day := first.day("studyFirstPostDateStruct"):
            categories.add(("registration year", str(day.year)))
        for registry in held:
            for category in categories:
                trials[registry, *category] += 1
                alone[registry, *category] += len(held) == 1
    return [(*key, n, alone[key]) for key, n in trials.items()]


def unknown_spellings(registered: Registered) -> Rows:
    """(registry, kind, spelling, registrations)."""
    return [(*key, n) for key, n in registered.unknown.items()]

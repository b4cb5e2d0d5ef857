"""Registrations as received, with their labels, read by plain Python: no SQL, no code shared with the pipeline."""

import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from tests.oracles.reference import CURATION, reference
from tests.oracles.sources import note_what_sources_lack

SETTINGS = tomllib.loads((CURATION.parent / "landscape.toml").read_text(encoding="utf-8"))["metrics"]
COUNTRIES = {row["country"] for row in reference("countries")}
PHASES = {row["registry_value"]: (int(row["phase_order"]), row["phase"]) for row in reference("phases")}
STATUSES = {
    row["registry_value"]: (int(row["status_order"]), row["status"], row["is_finished"] == "true")
    for row in reference("statuses")
}
FUNDING = {row["registry_value"]: row["funding_class"] for row in reference("funding_classes")}
NOT_IN_SOURCE = "not in this source"
KNOWN_DAYS = [
    (int(row["first_nct_number"]), date.fromisoformat(row["first_posted_from"]))
    for row in reference("nct_number_dates")
]


def part_of(study: dict[str, Any], *path: str) -> Any:
    """A value of a record's protocol section, None where the record lacks it."""
    found: Any = study["protocolSection"]
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found


@dataclass
class Trial:
    """One record with its labels and what found it."""

    study: dict[str, Any]
    labels: Mapping[str, tuple[str, ...]]
    searches: set[str] = field(default_factory=set)
    # fields that the source of the record does not carry
    lacks: frozenset[str] = frozenset()

    def part(self, *path: str) -> Any:
        """A value of the protocol section, None where the record lacks it."""
        return part_of(self.study, *path)

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
        lead = (self.part("sponsorCollaboratorsModule", "leadSponsor") or {}).get("name")
        unknown = {
            "leadSponsor.class" if name == lead else "collaborators.class"
            for name, kind in self.parties.items()
            if kind is None
        }
        unknown |= {"collaborators"} if self.parties else set()
        if any(f"sponsorCollaboratorsModule.{name}" in self.lacks for name in unknown):
            return NOT_IN_SOURCE
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


def first_day(written: str) -> str:
    """The first day that a date can mean, as text; empty where it is no date."""
    padded = {4: f"{written}-01-01", 7: f"{written}-01"}.get(len(written), written)
    try:
        return date.fromisoformat(padded).isoformat()
    except ValueError:
        return ""


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
    # what oracles counted of it, by metric: measures and the comparison with the paper count all of them
    counted: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Publications count until the as-of date, where that is earlier than the search for them."""
        note_what_sources_lack(self.everything)
        if self.as_of:
            self.searched = {name: min(day, self.as_of) for name, day in self.searched.items()}

    @cached_property
    def aliases(self) -> set[str]:
        """Numbers that another record calls its own former ones."""
        return {
            alias
            for trial in self.everything
            for alias in (trial.part("identificationModule", "nctIdAliases") or [])
            if alias != trial.nct_id
        }

    def is_finished(self, trial: Trial) -> bool:
        """Whether its status says so, unless the trial was completed after the day that counts."""
        completed = trial.part("statusModule", "completionDateStruct", "date")
        is_dated = trial.part("statusModule", "overallStatus") in ("COMPLETED", "TERMINATED")
        if self.as_of and is_dated and completed and first_day(completed):
            return trial.status[2] and first_day(completed) <= self.as_of.isoformat()
        return trial.status[2]

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
    def accepted_papers(self) -> dict[str, list[dict[str, Any]]]:
        """Accepted papers, by trial."""
        papers: dict[str, list[dict[str, Any]]] = {}
        for paper in self.publications:
            if paper["decision"] == "accept":
                papers.setdefault(paper["nct_id"], []).append(paper)
        return papers

    @cached_property
    def results_papers(self) -> dict[str, list[dict[str, Any]]]:
        """Accepted papers of a kind that counts as published, by trial."""
        return {
            nct_id: [paper for paper in papers if paper["kind"] in SETTINGS["published_kinds"]]
            for nct_id, papers in self.accepted_papers.items()
        }

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

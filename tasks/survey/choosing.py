"""One contact for each trial, with the reason; and the class of those whom nobody can write to."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tasks.papers.words import fold
from tasks.survey.people import Candidate, Registration, name_key

REACHABLE = "reachable"
NO_CONTACT_NAMED = "unable to contact: nobody named"
ADDRESS_NOT_FOUND = "unable to contact: address not found"
ADDRESS_INVALID = "unable to contact: address invalid"
NOT_TO_BE_ASKED = "unable to contact: asked not to be asked"


NOBODY = Candidate("unnamed contact", "", "", "", "nowhere in the record")


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to ask about a trial, or why nobody; `route` says where the address comes from."""

    nct_id: str
    contact_class: str
    why: str
    email: str = ""
    role: str = ""
    name: str = ""
    organizations: frozenset[str] = frozenset()
    route: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A valid address that some registration gives for a person."""

    email: str
    nct_id: str
    snapshot_id: str
    recency: int
    organizations: frozenset[str]


class Directory:
    """Every address in every snapshot: the registry drops a trial's contacts once it stops recruiting."""

    def __init__(self, snapshots: Iterable[Iterable[Registration]]) -> None:
        """Read snapshots in the order of their age, the newest last."""
        self.listings: dict[tuple[str, ...], list[Listing]] = defaultdict(list)
        self.by_trial: dict[str, list[Registration]] = defaultdict(list)
        for recency, registrations in enumerate(snapshots):
            for registration in registrations:
                self.by_trial[registration.nct_id].append(registration)
                self.add(registration, recency)

    def add(self, registration: Registration, recency: int) -> None:
        """Remember the valid addresses of a registration under the names that it gives with them."""
        for candidate in registration.candidates:
            key = name_key(candidate.name) if candidate.written_email else ()
            if key and (email := candidate.address.email):
                organizations = organizations_of(registration, candidate)
                listing = Listing(email, registration.nct_id, registration.snapshot_id, recency, organizations)
                self.listings[key].append(listing)

    def find(self, registration: Registration, candidate: Candidate) -> Listing | None:
        """The person's address elsewhere: the same name at the same organisation, this trial and the newest first."""
        organizations = organizations_of(registration, candidate)
        found = [
            listing
            for listing in self.listings.get(name_key(candidate.name), [])
            if listing.nct_id == registration.nct_id or listing.organizations & organizations
        ]
        best = sorted(found, key=lambda x: (x.nct_id != registration.nct_id, -x.recency, x.nct_id, x.email))
        return best[0] if best else None

    def earlier(self, registration: Registration) -> list[Registration]:
        """What earlier snapshots say of the same trial, the newest first."""
        same = self.by_trial[registration.nct_id]
        return [other for other in reversed(same) if other.snapshot_id != registration.snapshot_id]


def organizations_of(registration: Registration, candidate: Candidate) -> frozenset[str]:
    """The organisations that a person is named with, in one spelling."""
    return frozenset(fold(name) for name in (candidate.organization, registration.sponsor) if name)


def choose(
    registration: Registration, directory: Directory, may_ask: Callable[[str], bool], found_by_hand: str = ""
) -> Choice:
    """The first candidate, in the order of roles, whose address is written or found and who may be asked."""
    passed: list[tuple[str, str]] = []
    for stage in (registration, *directory.earlier(registration)):
        is_earlier = stage is not registration
        for candidate in stage.candidates:
            email, route, problem = address_of(stage, candidate, directory, is_earlier)
            if email and may_ask(email):
                return chosen(stage, candidate, email, route, passed)
            passed.append((candidate.role, NOT_TO_BE_ASKED if email else problem))
    if found_by_hand and may_ask(found_by_hand):
        named = next((candidate for candidate in registration.candidates if candidate.name), NOBODY)
        return chosen(registration, named, found_by_hand, "found by hand", passed)
    contact_class = worst(passed)
    return Choice(registration.nct_id, contact_class, described(passed) or "the record names nobody")


def address_of(
    stage: Registration, candidate: Candidate, directory: Directory, is_earlier: bool
) -> tuple[str, str, str]:
    """A candidate's address, where it comes from, and where there is none the class that says why."""
    if candidate.written_email and (email := candidate.address.email):
        return email, f"in snapshot {stage.snapshot_id}" if is_earlier else "in the record", ""
    if listing := directory.find(stage, candidate):
        return listing.email, f"in {listing.nct_id} of snapshot {listing.snapshot_id}", ""
    return "", "", ADDRESS_INVALID if candidate.written_email else ADDRESS_NOT_FOUND


def chosen(stage: Registration, candidate: Candidate, email: str, route: str, passed: list[tuple[str, str]]) -> Choice:
    """The choice with its reason in words."""
    why = f"{candidate.role} ({candidate.place}); address {route}"
    if before := described(passed):
        why += f"; before that: {before}"
    organizations = organizations_of(stage, candidate)
    return Choice(stage.nct_id, REACHABLE, why, email, candidate.role, candidate.name, organizations, route)


def described(passed: list[tuple[str, str]]) -> str:
    """The candidates passed over, each role and reason once."""
    return ", ".join(dict.fromkeys(f"{role}: {reason.partition(': ')[2]}" for role, reason in passed))


def worst(passed: list[tuple[str, str]]) -> str:
    """The class of a trial whose candidates all failed: a refusal, then an invalid address, say more than none."""
    reasons = {reason for _, reason in passed}
    order = (NOT_TO_BE_ASKED, ADDRESS_INVALID, ADDRESS_NOT_FOUND)
    return next((reason for reason in order if reason in reasons), NO_CONTACT_NAMED)

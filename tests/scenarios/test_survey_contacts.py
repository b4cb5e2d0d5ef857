"""Whom to ask: the order of roles, where addresses come from, the classes, and one message a person."""

from typing import Any

import pytest

from tasks.registry.study import Study
from tasks.survey.choosing import Choice, Directory, choose
from tasks.survey.joining import join_people
from tasks.survey.people import name_key, read_registration

NCT = "NCT91000001"
OTHER = "NCT91000002"


def study(sponsor: str = "Northlight Pharma", results: dict[str, str] | None = None, **modules: Any) -> dict[str, Any]:
    parties = {"leadSponsor": {"name": sponsor}}
    if "responsible" in modules:
        parties["responsibleParty"] = modules.pop("responsible")
    protocol = {"sponsorCollaboratorsModule": parties, "contactsLocationsModule": modules}
    return {"protocolSection": protocol, "resultsSection": {"moreInfoModule": {"pointOfContact": results or {}}}}


def person(name: str, email: str = "", **more: str) -> dict[str, str]:
    return {"name": name, **({"email": email} if email else {}), **more}


def numbered(nct_id: str, record: dict[str, Any]) -> Study:
    """The study of a record, under that number."""
    protocol = {**record["protocolSection"], "identificationModule": {"nctId": nct_id}}
    return Study({**record, "protocolSection": protocol})


def chosen(*snapshots: dict[str, dict[str, Any]], refused: str = "", by_hand: str = "") -> Choice:
    """The choice for the first trial of the newest snapshot."""
    read = [
        [read_registration(f"s{age}", numbered(n, s)) for n, s in snap.items()] for age, snap in enumerate(snapshots)
    ]
    newest = next(registration for registration in read[-1] if registration.nct_id == NCT)
    return choose(newest, Directory(read), lambda email: email != refused, by_hand)


EVERYBODY: dict[str, Any] = {
    "centralContacts": [person("Ann Central", "ann@a.org")],
    "overallOfficials": [person("Bea Official", "bea@a.org", affiliation="A Hospital")],
    "responsible": {"type": "PRINCIPAL_INVESTIGATOR", "investigatorFullName": "Cid Responsible"},
    "locations": [{"facility": "D Clinic", "contacts": [person("Dora Site", "dora@a.org")]}],
}
CID_ELSEWHERE = {OTHER: study(centralContacts=[person("Cid Responsible, MD", "cid@a.org")])}


@pytest.mark.parametrize(
    ("without", "role", "email"),
    [
        ([], "central contact", "ann@a.org"),
        (["centralContacts"], "overall official", "bea@a.org"),
        (["centralContacts", "overallOfficials"], "responsible party", "cid@a.org"),
        (["centralContacts", "overallOfficials", "responsible"], "site contact", "dora@a.org"),
        (["centralContacts", "overallOfficials", "responsible", "locations"], "results contact", "eve@a.org"),
    ],
)
def test_contact_is_the_first_of_the_order(without: list[str], role: str, email: str) -> None:
    named = {key: value for key, value in EVERYBODY.items() if key not in without}
    choice = chosen({NCT: study(results={"title": "Eve Results", "email": "eve@a.org"}, **named), **CID_ELSEWHERE})
    assert (choice.contact_class, choice.role, choice.email) == ("reachable", role, email)


def test_invalid_address_is_passed_over_and_the_reason_says_so() -> None:
    record = study(
        centralContacts=[person("Ann Central", "call 555-0100 @ office")],
        locations=[{"facility": "D", "contacts": [person("Dora Site", "dora@a.org")]}],
    )
    choice = chosen({NCT: record})
    assert choice.email == "dora@a.org"
    assert choice.why == (
        "site contact (contactsLocationsModule.locations[0].contacts[0]); address in the record; "
        "before that: central contact: address invalid"
    )


def test_address_is_found_in_an_earlier_snapshot_when_the_registry_has_removed_it() -> None:
    recruiting = {NCT: study(centralContacts=[person("Ann Central", "ann@a.org")])}
    choice = chosen(recruiting, {NCT: study(overallOfficials=[person("Bea Official")])})
    assert (choice.role, choice.email, choice.route) == ("central contact", "ann@a.org", "in snapshot s0")


def test_official_is_found_where_another_trial_names_the_same_person_at_the_same_organisation() -> None:
    elsewhere = study(sponsor="A Hospital", centralContacts=[person("Prof. Bea M. Official", "bea@a.org")])
    record = study(overallOfficials=[person("Official, Bea, MD PhD", affiliation="A Hospital")])
    choice = chosen({NCT: record, OTHER: elsewhere})
    assert (choice.email, choice.route) == ("bea@a.org", f"in {OTHER} of snapshot s0")


def test_namesake_at_another_organisation_is_not_asked() -> None:
    elsewhere = study(sponsor="B Hospital", centralContacts=[person("Bea Official", "bea@b.org")])
    choice = chosen({NCT: study(overallOfficials=[person("Bea Official", affiliation="A")]), OTHER: elsewhere})
    assert choice.contact_class == "unable to contact: address not found"


def test_role_is_not_a_person_to_look_for() -> None:
    elsewhere = study(centralContacts=[person("Study Director", "director@a.org")])
    choice = chosen({NCT: study(overallOfficials=[person("Study Director")]), OTHER: elsewhere})
    assert choice.contact_class == "unable to contact: address not found"


@pytest.mark.parametrize(
    ("record", "contact_class"),
    [
        (study(), "unable to contact: nobody named"),
        (study(responsible={"type": "SPONSOR"}), "unable to contact: nobody named"),
        (study(overallOfficials=[person("Bea Official")]), "unable to contact: address not found"),
        (study(centralContacts=[person("Ann Central", "ann at a.org")]), "unable to contact: address invalid"),
        (study(centralContacts=[person("Ann Central", "ann@localhost")]), "unable to contact: address invalid"),
        (study(centralContacts=["hostile", None, {"name": 7}], locations="none"), "unable to contact: nobody named"),
    ],
)
def test_class_of_a_trial_that_nobody_can_be_asked_about(record: dict[str, Any], contact_class: str) -> None:
    assert chosen({NCT: record}).contact_class == contact_class


def test_forgotten_person_is_passed_over() -> None:
    record = study(centralContacts=[person("Ann Central", "Ann@A.org")])
    assert chosen({NCT: record}, refused="ann@a.org").contact_class == "unable to contact: asked not to be asked"
    with_site = {**EVERYBODY, "overallOfficials": [], "responsible": {}}
    assert chosen({NCT: study(**with_site)}, refused="ann@a.org").email == "dora@a.org"


def test_address_found_by_hand_is_the_last_resort() -> None:
    choice = chosen({NCT: study(overallOfficials=[person("Bea Official")])}, by_hand="bea@a.org")
    assert (choice.name, choice.email, choice.route) == ("Bea Official", "bea@a.org", "found by hand")


def test_trials_of_one_person_become_one_message() -> None:
    hospital, company = frozenset({"a hospital"}), frozenset({"b"})
    choices = [
        Choice("N1", "reachable", "", "ann@a.org", "r", "Ann Lee, MD", hospital),
        Choice("N2", "reachable", "", "ann@a.org", "r", "A. Lee", company),
        Choice("N3", "reachable", "", "ann.lee@mail.org", "r", "Lee Ann", hospital),
        Choice("N4", "reachable", "", "other@b.org", "r", "Ann Lee", company),
        Choice("N5", "unable to contact: nobody named", ""),
    ]
    people = join_people(choices)
    assert [(p.email, p.emails, [c.nct_id for c in p.choices]) for p in people] == [
        ("ann@a.org", ("ann@a.org", "ann.lee@mail.org"), ["N1", "N2", "N3"]),
        ("other@b.org", ("other@b.org",), ["N4"]),
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Wyndham H Wilson, M.D.", ("wilson", "wyndham")),
        ("Prof. Dr. Jürgen Müller", ("jurgen", "muller")),
        ("Cheng Qian, MD，PhD", ("cheng", "qian")),
        ("Qian, Cheng", ("cheng", "qian")),
        ("Medical Monitor", ("medical", "monitor")),
        ("Study Director", ()),
        ("Wilson", ()),
        ("", ()),
    ],
)
def test_name_without_titles_degrees_and_initials(name: str, key: tuple[str, ...]) -> None:
    assert name_key(name) == key

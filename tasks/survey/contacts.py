"""From the published warehouse to whom to ask: the finished trials, one contact for each, one message a person."""

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb
import orjson

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.registry.study import Study
from tasks.survey.choosing import Choice, Directory, choose
from tasks.survey.joining import Person, join_people
from tasks.survey.people import Registration, read_registration
from tasks.survey.sheets import write_sheets
from tasks.survey.store import address_hash, insert, open_survey, record_facts, salt_of, value_of
from tasks.warehouse.building import macros
from tasks.warehouse.publish import open_published

# whom a record names, cut out of it so that its other texts need not be read; of records that did not change, the last
NAMED_SQL = """
    select studies.snapshot_id, people_named_in(study) as named
    from raw.studies inner join raw.snapshots using (snapshot_id)
    cross join (select snapshot_id as shown_id from meta.published)
    where order_number <= (select max(order_number) from raw.snapshots where snapshot_id = shown_id)
    qualify row_number() over (
        partition by nct_id, content_sha256 order by snapshot_id = shown_id desc, order_number desc) = 1
    order by snapshot_id = shown_id, order_number, nct_id
"""
TRIALS_SQL = """
    select nct_id, brief_title, status, coalesce(region, 'unstated'), funding_source, is_looked_for, is_published
    from core.trials
    inner join meta.published using (snapshot_id)
    inner join core.trial_publication_status using (snapshot_id, nct_id)
    where is_finished and is_eligible and not is_alias_of_another and ($1 or is_in_cohort)
    order by nct_id
"""
GROUPS_SQL = """
    select nct_id, disease_group from core.trial_disease_groups
    inner join meta.published using (snapshot_id)
    order by all
"""


@dataclass(frozen=True, slots=True)
class Contacts:
    """How many finished trials are in each class, how many people there are to ask, and where the sheets lie."""

    classes: dict[str, int]
    people: int
    folder: Path
    is_synthetic: bool


def make_contacts(home: Home, with_all_eligible: bool = False) -> Contacts:
    """Choose a contact for every finished trial of the cohort, or of all eligible records, and write the sheets."""
    with open_survey(home) as connection:
        with open_published(home) as warehouse:
            snapshot_id, is_synthetic = copy_trials(warehouse, connection, with_all_eligible)
            registrations = [list(group) for group in read_registrations(warehouse)]
        record_facts(connection, snapshot_id, is_synthetic)
        choices = choose_all(connection, registrations)
        store_choices(connection, choices, join_people(choices))
        write_sheets(connection, home)
        people = value_of(connection, "select count(distinct respondent_id) from survey.contacts")
    classes = dict(sorted(Counter(choice.contact_class for choice in choices).items()))
    return Contacts(classes, people, home.survey_private, is_synthetic)


def copy_trials(
    warehouse: duckdb.DuckDBPyConnection, connection: duckdb.DuckDBPyConnection, with_all_eligible: bool
) -> tuple[str, bool]:
    """Copy what the survey needs of each finished trial, and return the snapshot's id and whether it is synthetic."""
    published = warehouse.execute(
        "select snapshot_id, is_synthetic from raw.snapshots inner join meta.published using (snapshot_id)"
    ).fetchall()
    if not published:
        raise CartscapeError("the published warehouse names no snapshot; run 'cartscape build' to make it anew")
    connection.execute("delete from survey.trials")
    connection.execute("delete from survey.trial_disease_groups")
    trials = warehouse.execute(TRIALS_SQL, [with_all_eligible]).fetchall()
    insert(connection, "trials", trials)
    kept = {row[0] for row in trials}
    insert(connection, "trial_disease_groups", [r for r in warehouse.execute(GROUPS_SQL).fetchall() if r[0] in kept])
    snapshot_id, is_synthetic = published[0]
    return snapshot_id, is_synthetic


def read_registrations(warehouse: duckdb.DuckDBPyConnection) -> Iterator[Iterator[Registration]]:
    """Whom each snapshot names, the oldest snapshot first, the published one last."""
    warehouse.execute(macros("temp macro"))
    rows = warehouse.execute(NAMED_SQL).fetchall()
    for _, group in groupby(rows, key=lambda row: row[0]):
        yield (read_registration(snapshot_id, Study(orjson.loads(named))) for snapshot_id, named in group)


def choose_all(connection: duckdb.DuckDBPyConnection, snapshots: list[list[Registration]]) -> list[Choice]:
    """A choice for each finished trial; nobody is chosen who was forgotten."""
    salt = salt_of(connection)
    refused = {row[0] for row in connection.execute("select address_hash from survey.not_to_be_asked").fetchall()}
    found = dict(connection.execute("select nct_id, email from survey.found_addresses").fetchall())
    directory = Directory(snapshots)
    newest = {registration.nct_id: registration for registration in snapshots[-1]}
    trials = [row[0] for row in connection.execute("select nct_id from survey.trials order by 1").fetchall()]

    def may_ask(email: str) -> bool:
        return address_hash(email, salt) not in refused

    return [choose(newest[nct_id], directory, may_ask, found.get(nct_id, "")) for nct_id in trials]


def store_choices(connection: duckdb.DuckDBPyConnection, choices: list[Choice], people: list[Person]) -> None:
    """Replace the contacts; a person who was known by any address keeps the respondent id."""
    ids: dict[str, str] = {}
    for person in people:
        respondent_id = store_person(connection, person)
        ids |= {choice.nct_id: respondent_id for choice in person.choices}
    connection.execute("delete from survey.contacts")
    rows = [(c.nct_id, c.contact_class, ids.get(c.nct_id), c.role, c.name, c.why) for c in choices]
    insert(connection, "contacts", rows)


def store_person(connection: duckdb.DuckDBPyConnection, person: Person) -> str:
    """Add or renew a person and return the respondent id, which is random."""
    same = "select min(respondent_id) from survey.addresses where list_contains($1, email)"
    respondent_id = value_of(connection, same, [list(person.emails)]) or f"R{secrets.token_hex(5)}"
    connection.execute("delete from survey.people where respondent_id = $1", [respondent_id])
    insert(connection, "people", [(respondent_id, person.email, person.name)])
    connection.execute("delete from survey.addresses where list_contains($1, email)", [list(person.emails)])
    insert(connection, "addresses", [(email, respondent_id) for email in person.emails])
    return respondent_id

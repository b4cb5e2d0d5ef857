"""The survey over published warehouses: the sample, the real records of 2018, privacy, forgetting."""

import csv
import json
import os
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.settings import load_protocol
from tasks.survey.contacts import make_contacts
from tasks.survey.forget import forget
from tasks.survey.store import open_survey
from tasks.survey.summary import summarize
from tests.conftest import Built
from tests.survey_home import NOW, aggregates, sheet, take_in

NOON = datetime(2026, 6, 1, 12)


def home_of(built: Built, folder: Path) -> Path:
    """A home of its own over the same warehouse, so that tests do not meet."""
    os.link(built.warehouse, folder / "warehouse.duckdb")
    return folder


def sheet_of(home: Path, name: str) -> list[dict[str, str]]:
    with (home / "survey" / "private" / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_finished_trial_of_the_sample_has_a_class_and_each_person_one_message(
    sample_landscape: Built, tmp_path: Path
) -> None:
    home = home_of(sample_landscape, tmp_path)
    found = make_contacts(Home(home))
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        sql = "select count(*) from core.trials where is_in_cohort and is_finished"
        finished = connection.execute(sql).fetchall()[0][0]
    tracking, merge = sheet_of(home, "tracking.csv"), sheet_of(home, "mail_merge.csv")
    assert sum(found.classes.values()) == len(tracking) == len({row["nct_id"] for row in tracking}) == finished
    assert found.is_synthetic and found.people == len(merge) == len({row["email"] for row in merge}) > 0
    assert sum(int(row["trial_count"]) for row in merge) == found.classes["reachable"]
    assert all(row["why"] for row in tracking)
    assert all(row["email"].endswith("@example.org") for row in merge)


def test_contact_classes_of_the_real_records_of_2018(complete_landscape: Built, tmp_path: Path) -> None:
    # all eligible finished records of the file, not only those found by a search; the registry has removed the
    # contacts of each, and one official is a contact of another trial of the same centre
    found = make_contacts(Home(home_of(complete_landscape, tmp_path)), with_all_eligible=True)
    assert found.classes == {"reachable": 1, "unable to contact: address not found": 6}
    (row,) = (row for row in sheet_of(tmp_path, "tracking.csv") if row["contact_class"] == "reachable")
    assert (row["nct_id"], row["role"]) == ("NCT01475058", "overall official")
    assert "address in NCT03103971" in row["why"]


def test_contacts_again_keep_respondent_ids(sample_landscape: Built, tmp_path: Path) -> None:
    home = home_of(sample_landscape, tmp_path)
    make_contacts(Home(home))
    before = sheet_of(home, "mail_merge.csv")
    make_contacts(Home(home))
    assert sheet_of(home, "mail_merge.csv") == before


def test_names_and_addresses_are_readable_by_their_owner_alone(sample_landscape: Built, tmp_path: Path) -> None:
    home = home_of(sample_landscape, tmp_path)
    make_contacts(Home(home))
    summarize(Home(home), NOON, load_protocol())
    private = [home / "survey.duckdb", *(home / "survey" / "private").iterdir()]
    assert len(private) == 3
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}
    assert (home / "survey" / "private").stat().st_mode & 0o777 == 0o700


def test_aggregates_name_nobody(sample_landscape: Built, tmp_path: Path) -> None:
    home = home_of(sample_landscape, tmp_path)
    make_contacts(Home(home))
    summarize(Home(home), NOON, load_protocol())
    people = sheet_of(home, "mail_merge.csv")
    for path in (home / "survey").glob("survey*"):
        text = path.read_text(encoding="utf-8")
        assert "@" not in text and "NCT9" not in text
        assert not any(row["name"] in text or row["respondent_id"] in text for row in people)
    assert aggregates(home)["snapshot"] == [{"snapshot_id": sample_landscape.snapshot.id, "is_synthetic": True}]


def test_forgotten_person_is_nowhere_and_is_not_asked_again(sample_landscape: Built, tmp_path: Path) -> None:
    home = home_of(sample_landscape, tmp_path)
    make_contacts(Home(home))
    gone, *others = sheet_of(home, "mail_merge.csv")
    take_in(home, "sent.csv", [{"email": gone["email"], "event": "sent", "at": "2026-03-01T09:00Z"}])
    (home / "sent.csv").unlink()
    summarize(Home(home), NOON, load_protocol())
    assert forget(Home(home), gone["email"].upper(), NOON, load_protocol())
    for path in [home / "survey.duckdb", *(p for p in (home / "survey").rglob("*") if p.is_file())]:
        content = path.read_bytes()
        assert gone["email"].encode() not in content and gone["respondent_id"].encode() not in content, path
    assert (home / "survey.duckdb").stat().st_mode & 0o777 == 0o600
    make_contacts(Home(home))
    assert sheet_of(home, "mail_merge.csv") == others
    (row,) = (row for row in sheet_of(home, "tracking.csv") if row["nct_id"] == gone["nct_ids"])
    assert row["contact_class"] == "unable to contact: asked not to be asked"
    assert not forget(Home(home), gone["email"], NOON, load_protocol())


def test_hand_found_address_makes_a_trial_reachable(sample_landscape: Built, tmp_path: Path) -> None:
    home = home_of(sample_landscape, tmp_path)
    before = make_contacts(Home(home))
    first, second = [row for row in sheet_of(home, "tracking.csv") if not row["email"]][:2]
    rows = [{**first, "found_email": "found@example.org"}, {**second, "found_email": "no address"}]
    imported = take_in(home, "tracking.csv", rows)
    assert imported.added == 1 and imported.reasons == {"invalid address": 1}
    assert make_contacts(Home(home)).people == before.people + 1
    (row,) = (row for row in sheet_of(home, "tracking.csv") if row["nct_id"] == first["nct_id"])
    assert row["email"] == "found@example.org" and "found by hand" in row["why"]


def test_formula_in_a_registered_name_is_harmless_in_a_spreadsheet(sample_landscape: Built, tmp_path: Path) -> None:
    home = home_of(sample_landscape, tmp_path)
    make_contacts(Home(home))
    with open_survey(Home(home)) as connection:
        from tasks.survey.sheets import write_sheets

        connection.execute("update survey.people set name = '=HYPERLINK(1)'")
        write_sheets(connection, Home(home))
    assert {row["name"] for row in sheet_of(home, "mail_merge.csv")} == {"'=HYPERLINK(1)"}


def test_import_before_contacts_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(CartscapeError, match="run 'cartscape survey contacts' first"):
        take_in(tmp_path, "sent.csv", [{"email": "a@b.org", "event": "sent", "at": NOW.isoformat()}])


def test_contacts_without_warehouse_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(CartscapeError, match="run 'cartscape run' first"):
        make_contacts(Home(tmp_path))


def make_warehouse(home: Path, snapshots: dict[str, dict[str, list[dict[str, str]]]], shown: str) -> None:
    """A warehouse with what the survey reads: by snapshot, in the order of time, each trial's central contacts."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("""
            create schema raw; create schema core; create schema meta;
            create table raw.snapshots (snapshot_id varchar, is_synthetic boolean, order_number integer);
            create table raw.studies (snapshot_id varchar, nct_id varchar, study json, content_sha256 varchar);
            create table meta.published (snapshot_id varchar);
            create table core.trial_disease_groups (snapshot_id varchar, nct_id varchar, disease_group varchar);
            create table core.trials (
                snapshot_id varchar, nct_id varchar, brief_title varchar, status varchar, region varchar,
                funding_source varchar, is_finished boolean, is_eligible boolean, is_in_cohort boolean,
                is_alias_of_another boolean);
            create table core.trial_publication_status (
                snapshot_id varchar, nct_id varchar, is_looked_for boolean, is_published boolean)
        """)
        connection.execute("insert into meta.published values ($1)", [shown])
        for age, (snapshot_id, trials) in enumerate(snapshots.items()):
            values = [snapshot_id, age + 1]
            connection.execute("insert into raw.snapshots values ($1, true, $2)", values)
            for nct_id, contacts in trials.items():
                modules = {
                    "identificationModule": {"nctId": nct_id},
                    "contactsLocationsModule": {"centralContacts": contacts},
                }
                study = json.dumps({"protocolSection": modules})
                connection.execute("insert into raw.studies values ($1, $2, $3, md5($3))", [snapshot_id, nct_id, study])
                connection.execute(
                    "insert into core.trials values ($1, $2, '', $3, 'China', 'Other', true, true, true, false)",
                    [snapshot_id, nct_id, "Completed"],
                )
                connection.execute(
                    "insert into core.trial_publication_status values ($1, $2, false, null)", [snapshot_id, nct_id]
                )


ANN, BOB = {"name": "Ann Lee", "email": "ann@example.org"}, {"name": "Bob Ray", "email": "bob@example.org"}


def test_contacts_that_the_registry_removed_come_from_the_last_snapshot_that_had_them(tmp_path: Path) -> None:
    snapshots = {
        "s1": {"NCT91000001": [BOB], "NCT91000002": [BOB]},
        "s2": {"NCT91000001": [ANN], "NCT91000002": [BOB]},
        "s3": {"NCT91000001": [], "NCT91000002": [BOB]},
        "s4": {"NCT91000001": [{**BOB, "email": "later@example.org"}]},
    }
    make_warehouse(tmp_path, snapshots, shown="s3")
    make_contacts(Home(tmp_path))
    found = [(row["nct_id"], row["email"], row["why"].partition("; ")[2]) for row in sheet_of(tmp_path, "tracking.csv")]
    assert sorted(found) == [
        ("NCT91000001", "ann@example.org", "address in snapshot s2"),
        ("NCT91000002", "bob@example.org", "address in the record"),
    ]


def test_publications_found_later_come_into_the_gap(tmp_path: Path) -> None:
    make_warehouse(tmp_path, {"s1": {f"NCT9100000{n}": [ANN] for n in range(1, 6)}}, shown="s1")
    make_contacts(Home(tmp_path))
    (person,) = sheet_of(tmp_path, "mail_merge.csv")
    take_in(tmp_path, "log.csv", [{"email": "ann@example.org", "event": "sent", "at": "2026-03-01T09:00Z"}])
    rows = [
        {**sheet(n, publication_status="article"), "respondent_id": person["respondent_id"], "nct_id": f"NCT9100000{n}"}
        for n in range(1, 6)
    ]
    assert take_in(tmp_path, "answers.csv", rows).added == 5
    (before,) = summarize(Home(tmp_path), NOON, load_protocol()).tables["survey_publication_gap"].to_dicts()
    assert (before["found"], before["trials"]) == ("not looked for", 5)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("update core.trial_publication_status set is_looked_for = true, is_published = true")
    (after,) = summarize(Home(tmp_path), NOON, load_protocol()).tables["survey_publication_gap"].to_dicts()
    assert (after["found"], after["reading"], after["trials"]) == ("results found", "agree", 5)

"""The sample's registrations of other registries against its own truth: merges right, wrong, and left to a person."""

import csv
from collections import Counter

import duckdb
import pytest

from sample.other_registries import CTIS, ICTRP, TRUTH, write
from tasks.publish.page.trials import read_details
from tasks.registry.study import Study
from tests.conftest import Built


@pytest.fixture(scope="module")
def judged(registries_landscape: Built) -> Counter[tuple[str, str]]:
    """Registrations by how their trial can be known and what was made of them."""
    with duckdb.connect(str(registries_landscape.warehouse), read_only=True) as connection:
        trial_of = dict(connection.execute("select nct_id, trial_nct_id from core.registrations").fetchall())
        suspected = {
            frozenset(pair)
            for pair in connection.execute("select nct_id, other_nct_id from core.suspected_registrations").fetchall()
        }
    found: Counter[tuple[str, str]] = Counter()
    groups: dict[str, set[str]] = {}
    for number, trial in trial_of.items():
        groups.setdefault(trial, set()).add(number)
    with TRUTH.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    truth = {row["registration"]: row["trial"] for row in rows}
    for row in rows:
        group = groups[trial_of[row["registration"]]] - {row["registration"]}
        trials = {truth.get(other, other) for other in group}
        # of a trial of its own, any pair is one that a person looks at for nothing, or for its parent
        sought = {row["registration"], row["trial"]}
        is_suspected = any(sought <= pair for pair in suspected)
        if trials - {row["trial"]}:
            verdict = "merged wrongly"
        elif row["trial"] in group:
            verdict = "merged"
        else:
            verdict = "suspected" if is_suspected else "apart"
        found[row["known_by"], verdict] += 1
    return found


def test_registrations_are_merged_as_the_truth_says(judged: Counter[tuple[str, str]]) -> None:
    assert judged["number", "merged"] == sum(n for (how, _), n in judged.items() if how == "number") == 128
    assert not [how for how, verdict in judged if verdict == "merged wrongly"]
    # a follow-up that states its parent's number as if it were its own is known by its title
    assert judged["parent", "suspected"] == 3
    # CTIS and the register before it name the same EudraCT number, so of each three one is enough to suspect
    assert judged["similarity", "suspected"] >= 30
    assert judged["mention", "suspected"] == 5


def test_a_trial_shows_its_registrations_and_what_they_say_differently(registries_landscape: Built) -> None:
    with duckdb.connect(str(registries_landscape.warehouse), read_only=True) as connection:
        (number, snapshot_id), *_ = connection.execute(
            "select nct_id, snapshot_id from core.registration_conflicts where registry = 'CTIS' and fact = 'status'"
            " and nct_id like 'NCT%' order by nct_id"
        ).fetchall()
        (detail,) = read_details(connection, snapshot_id, [number])
    assert [row[1] for row in detail["registrations"]] == ["ClinicalTrials.gov", "CTIS", "EUCTR", "EUCTR"]
    assert detail["registrations"][0][0] == number
    assert "status recruiting" in detail["registrations"][1][3]


def test_evidence_points_at_the_words_of_the_source(registries_landscape: Built) -> None:
    received = {one.nct_id: one for one in registries_landscape.snapshot.studies() if one.received is not one.record}
    with duckdb.connect(str(registries_landscape.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select nct_id, field, quote, source_field, source_start from landscape.evidence where quote <> ''"
        ).fetchall()
    of_source = [row for row in rows if row[3]]
    assert len(of_source) > 500
    assert {row[0] for row in of_source} == {row[0] for row in rows} & received.keys()
    for number, field, quote, source_field, start in of_source:
        record = received[number].received
        # ICTRP's columns have names with blanks; CTIS's fields are paths
        text = record["fields"][source_field] if "fields" in record else Study(record).text_at(source_field)
        assert text[start : start + len(quote)] == quote, (number, field)


def test_the_same_words_and_seed_give_the_same_bytes(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("sample")
    for written, bundled in zip(write(folder), (ICTRP, CTIS, TRUTH), strict=True):
        assert written.read_bytes() == bundled.read_bytes()

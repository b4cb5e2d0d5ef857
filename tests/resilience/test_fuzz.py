"""Mutated real records through retrieve to export: no crash, and every one is in a table or in quarantine."""

import random
from pathlib import Path

import duckdb
import pytest

from tests.conftest import build_landscape
from tests.resilience.articles import read_mutated_answers, read_mutated_articles
from tests.resilience.fuzzing import Account, account_of, real_records
from tests.resilience.mutations import CHANGES, double_key, mutated_studies, renumbered

RECORDS, SEED = 300, 1


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return account_of(tmp_path_factory.mktemp("fuzz"), RECORDS, SEED)


def test_every_mutated_record_is_in_a_table_or_in_quarantine(account: Account) -> None:
    assert account.lost == 0
    assert account.sent > 0.99 * RECORDS
    # the mutations neither leave all records readable nor spoil most of them
    assert 0.6 * RECORDS < account.in_tables < 0.9 * RECORDS
    assert account.in_quarantine > 0.1 * RECORDS


def test_mutations_are_the_same_by_seed_and_change_nearly_every_record() -> None:
    records = real_records()[:50]
    first, second = list(mutated_studies(records, 50, 3)), list(mutated_studies(records, 50, 3))
    assert first == second
    assert first != list(mutated_studies(records, 50, 4))
    assert len(CHANGES) == 7


def test_mutated_articles_are_read_and_matched(tmp_path: Path) -> None:
    assert read_mutated_articles(tmp_path, 200, SEED) > 100


def test_mutated_answers_of_europe_pmc_are_read() -> None:
    assert read_mutated_answers(300, SEED) > 100


def test_a_key_that_stands_twice_gives_every_reader_the_same_trial(tmp_path: Path) -> None:
    draw = random.Random(2)
    lines = [b'{"protocolSection": {"identificationModule": {"nctId": "NCT71000001", "nctId": "NCT71000002"}}}']
    for number in range(40):
        study = renumbered({"protocolSection": {"identificationModule": {"briefTitle": "CAR-T"}}}, 72_000_000 + number)
        lines.append(double_key(str(study).replace("'", '"').encode(), draw))
    (tmp_path / "twice.jsonl").write_bytes(b"\n".join(lines))
    built = build_landscape(tmp_path / "home", tmp_path / "twice.jsonl", accept_loss=True)
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        found = connection.execute("""
            select
                count(*) filter (where nct_id = 'NCT71000002'),
                count(*) + (select count(*) from raw.quarantine)
            from core.trials
        """).fetchone()
    assert found == (1, 41)

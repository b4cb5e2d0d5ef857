"""Suspected pairs of registrations go out as a workbook, signed decisions come back, and a deleted row undoes one."""

import datetime
import shutil
from pathlib import Path

import openpyxl
import pytest

from tasks.errors import CartscapeError
from tasks.warehouse.registration_review import (
    COLUMNS,
    DECISIONS,
    export_registrations,
    import_registrations,
    suspected_pairs,
)
from tests.conftest import Built

TODAY = datetime.date(2026, 11, 27)
PAIR = dict.fromkeys(COLUMNS, "") | {"nct_id": "NCT00000001", "other_nct_id": "ChiCTR2000000001"}
OTHER = PAIR | {"other_nct_id": "ChiCTR2000000002"}


def answered(path: Path, pairs: list[dict[str, str]], decision: str, reviewer: str = "A. Reader") -> Path:
    """The exported pairs, the first of them decided."""
    export_registrations(pairs, path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for name, value in (("decision", decision), ("reason", "one protocol"), ("reviewer", reviewer)):
        sheet.cell(2, 1 + header.index(name), value)
    workbook.save(path)
    return path


def decisions_in(folder: Path) -> Path:
    """A copy of the repository's decisions."""
    return Path(shutil.copy(DECISIONS, folder))


def test_the_suspected_pairs_of_the_sample_tell_what_a_person_compares(registries_landscape: Built) -> None:
    pairs = suspected_pairs(registries_landscape.home)
    assert len(pairs) > 100
    assert float(pairs[0]["score"]) > 0.8
    assert all(pair["title"] and pair["other_title"] and pair["sponsor"] for pair in pairs)
    followed = next(pair for pair in pairs if "parent and follow-up" in pair["what_agrees"])
    assert followed["other_title"].startswith("Long-term follow-up after")
    assert followed["page"] == f"https://clinicaltrials.gov/study/{followed['nct_id']}"


def test_a_decision_on_two_registrations_comes_back_signed_and_once(tmp_path: Path) -> None:
    decisions = decisions_in(tmp_path)
    before = decisions.read_text(encoding="utf-8")
    assert import_registrations(answered(tmp_path / "pairs.xlsx", [PAIR, OTHER], "Same"), decisions, TODAY) == 1
    row = "NCT00000001\tChiCTR2000000001\tsame\tone protocol\tpairs.xlsx\tA. Reader\t2026-11-27\n"
    assert decisions.read_text(encoding="utf-8") == before + row
    # the other way round it is the same pair
    turned = OTHER | {"nct_id": "ChiCTR2000000001", "other_nct_id": "NCT00000001"}
    with pytest.raises(CartscapeError, match=r"pairs\.xlsx:2: .* are decided in .*registration_decisions\.tsv:3"):
        import_registrations(answered(tmp_path / "pairs.xlsx", [turned], "different"), decisions, TODAY)
    assert decisions.read_text(encoding="utf-8") == before + row


@pytest.mark.parametrize(
    ("pair", "decision", "reviewer", "trouble"),
    [
        (PAIR, "perhaps", "A. Reader", "decision is 'perhaps'; write same or different"),
        (PAIR, "same", "", "unsigned or without reason"),
        (PAIR | {"other_nct_id": "NCT00000001"}, "same", "A. Reader", "are not two registrations"),
        (PAIR | {"other_nct_id": "X-1"}, "same", "A. Reader", "are not two registrations"),
    ],
)
def test_an_answer_that_can_t_be_taken_is_named_and_nothing_is_written(
    tmp_path: Path, pair: dict[str, str], decision: str, reviewer: str, trouble: str
) -> None:
    decisions = decisions_in(tmp_path)
    before = decisions.read_bytes()
    with pytest.raises(CartscapeError, match=rf"pairs\.xlsx:2: .*{trouble}"):
        import_registrations(answered(tmp_path / "pairs.xlsx", [pair], decision, reviewer), decisions, TODAY)
    assert decisions.read_bytes() == before


def test_signed_rows_of_a_tsv_are_taken_and_an_undated_one_is_named(tmp_path: Path) -> None:
    decisions, rows = decisions_in(tmp_path), tmp_path / "signed.tsv"
    header = "nct_id\tother_nct_id\tdecision\treason\tsource\treviewer\tdate\n"
    row = "NCT00000001\tChiCTR2000000001\tdifferent\ttwo protocols\tthe registries\tA. Reader\t"
    rows.write_text(f"{header}{row}2026-11-27\n", encoding="utf-8")
    assert import_registrations(rows, decisions, TODAY) == 1
    rows.write_text(f"{header}{row}\n", encoding="utf-8")
    with pytest.raises(CartscapeError, match=r"signed\.tsv:2: '' is no date"):
        import_registrations(rows, decisions_in(tmp_path), TODAY)

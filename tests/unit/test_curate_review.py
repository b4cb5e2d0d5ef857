"""The review loop: questions out, signed decisions in, reviewers compared; and scores against hand labels."""

import csv
import datetime
import shutil
from pathlib import Path

import openpyxl
import pytest

from tasks.curate import Curation, curate_study, load_vocabularies
from tasks.curate.engine.rows import CURATION
from tasks.curate.evaluation import evaluate, score_table
from tasks.curate.review import compare_reviewers, export_queue, import_answers, questions
from tasks.errors import CartscapeError
from tasks.registry.study import Study
from tasks.settings import load_protocol
from tests.scenarios.test_curation_builder import curate, study
from tests.vocabularies import shipped_vocabularies

TODAY = datetime.date(2026, 11, 22)
REVIEW = load_protocol().review.model_copy(
    update={"asked_share": 0.05, "words_beside": 20, "study_page": "https://registry.example/study/"}
)


def slip() -> list[tuple[Study, Curation]]:
    """A study whose title and intervention name different antigens."""
    record = study("CAR-T for CD19+ Lymphoma", intervention="anti-EpCAM CAR-T cells")
    return [(Study(record), curate("CAR-T for CD19+ Lymphoma", intervention="anti-EpCAM CAR-T cells"))]


def answered(path: Path, decision: str, reviewer: str = "M. B.") -> Path:
    """The exported queue with every question answered alike."""
    export_queue(questions(slip(), REVIEW), path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 9, decision if sheet.cell(row, 2).value == "targets" else None)
        sheet.cell(row, 10, "letter of the sponsor")
        sheet.cell(row, 11, reviewer)
    workbook.save(path)
    return path


def test_a_decision_goes_the_whole_round(tmp_path: Path) -> None:
    folder = tmp_path / "curation"
    shutil.copytree(CURATION, folder)
    path = answered(tmp_path / "queue.xlsx", "CD19")
    assert import_answers(path, folder / "decisions.tsv", TODAY, {}) == 1
    record = study("CAR-T for CD19+ Lymphoma", intervention="anti-EpCAM CAR-T cells")
    decided = curate_study(Study(record), load_vocabularies(folder))
    assert decided.values("targets") == ("CD19",)
    assert {one.kind for one in decided.assertions if one.attribute == "targets"} == {"decided"}
    asked = questions([(Study(record), decided)], REVIEW)
    assert "targets" not in {one.attribute for one in asked}, "an answer closes its question"


def test_a_conflict_is_asked_with_its_candidates_and_quotes() -> None:
    asked = {one.attribute: one for one in questions(slip(), REVIEW)}
    assert set(asked["targets"].candidates.split("|")) == {"CD19", "EPCAM"}
    assert "CAR-T for [CD19]+ Lymphoma" in asked["targets"].quote
    assert "anti-[EpCAM] CAR-T cells" in asked["targets"].quote
    assert asked["targets"].link.endswith("NCT90000001")


def test_the_most_doubtful_labels_are_asked_first() -> None:
    clear = study("CD19 CAR-T in Lymphoma", condition="B-cell lymphoma")
    doubtful = study("CD19/ADGRE1 Dual CAR-T in Leukemia", condition="Acute Lymphoblastic Leukemia")
    read = [(Study(one), curate_study(Study(one), shipped_vocabularies())) for one in (clear, doubtful)]
    asked = questions(read, REVIEW.model_copy(update={"asked_share": 0.08}))
    assert {one.attribute for one in asked} == {"targets", "target_valency"}
    assert all("ADGRE1" in one.candidates.split("|") for one in asked)
    assert [float(one.confidence) for one in asked] == sorted(float(one.confidence) for one in asked)


def test_rows_signed_on_the_page_are_taken_as_they_are(tmp_path: Path) -> None:
    decisions, rows = tmp_path / "decisions.tsv", tmp_path / "corrections.tsv"
    shutil.copy(CURATION / "decisions.tsv", decisions)
    header = decisions.read_text(encoding="utf-8").splitlines()[0]
    row = "NCT04000001\ttargets\tCD19\tCD19|CD22\ttandem CAR\tofficial title\tM. B.\t2026-11-22"
    rows.write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert import_answers(rows, decisions, TODAY, {}) == 1
    assert decisions.read_text(encoding="utf-8").splitlines()[-1] == row


def test_an_unsigned_answer_changes_nothing(tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.tsv"
    shutil.copy(CURATION / "decisions.tsv", decisions)
    before = decisions.read_bytes()
    with pytest.raises(CartscapeError, match=r"queue.xlsx:\d+: unsigned"):
        import_answers(answered(tmp_path / "queue.xlsx", "CD19", reviewer=""), decisions, TODAY, {})
    assert decisions.read_bytes() == before


def test_two_reviewers_are_compared(tmp_path: Path) -> None:
    one, two = answered(tmp_path / "one.xlsx", "CD19|EPCAM"), answered(tmp_path / "two.xlsx", "EPCAM|CD19")
    (targets,) = compare_reviewers(one, two)
    assert (targets.attribute, targets.agreement, targets.kappa) == ("targets", 1.0, 1.0)
    (differ,) = compare_reviewers(one, answered(tmp_path / "three.xlsx", "CD19"))
    assert (differ.agreement, differ.kappa) == (0.0, 0.0)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "queue.xlsx").write_text("not a workbook")
    with pytest.raises(CartscapeError, match="not a workbook"):
        compare_reviewers(tmp_path / "queue.xlsx", tmp_path / "queue.xlsx")


def test_scores_are_those_of_the_shared_program() -> None:
    empty = dict.fromkeys(("topic", "disease_groups", "diseases", "targets"), "")
    gold = [
        {"nct_id": "A", "eligible": "Y", **empty, "targets": "CD19|CD20"},
        {"nct_id": "B", "eligible": "Y", **empty, "targets": "BCMA"},
        {"nct_id": "C", "eligible": "N", **empty},
        {"nct_id": "D", "eligible": "B", **empty, "targets": "CD7"},
    ]
    ours = {
        "A": {"eligible": "Y", "targets": "CD19"},
        "B": {"eligible": "N", "targets": "BCMA"},
        "C": {"eligible": "Y"},
    }
    scores = {one.field: one for one in evaluate(gold, ours)}
    assert (scores["eligible"].precision, scores["eligible"].recall) == (0.5, 0.5)
    assert (scores["targets"].precision, scores["targets"].recall) == (1.0, 1 / 3)
    assert scores["targets"].exact == 0.0
    assert "| targets | 2 | 1.000 | 0.333 | 0.500 | 0.000 |" in score_table(scores.values())


def test_decisions_stay_one_row_each(tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.tsv"
    shutil.copy(CURATION / "decisions.tsv", decisions)
    import_answers(answered(tmp_path / "queue.xlsx", "CD19"), decisions, TODAY, {})
    with decisions.open(newline="") as lines:
        (row,) = csv.DictReader(lines, delimiter="\t")
    assert (row["old_value"], row["new_value"], row["date"]) == ("CD19|EPCAM", "CD19", "2026-11-22")

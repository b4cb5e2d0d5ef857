"""A second reader's values: taken with words that stand there, refused without; agreement and dispute told apart."""

import datetime
import json
import shutil
from pathlib import Path

import pytest

from tasks.curate import Curation, curate_study, load_vocabularies
from tasks.curate.adoption import adopt_target
from tasks.curate.engine.rows import CURATION
from tasks.curate.evaluation import read_gold
from tasks.curate.labels import write_labels
from tasks.curate.proposals import COLUMNS, Proposal, compared, read_proposals, verified
from tasks.errors import CartscapeError
from tasks.registry.study import Study
from tests.scenarios.test_curation_builder import study
from tests.vocabularies import shipped_vocabularies

VOCABULARIES = shipped_vocabularies()
TITLE = "protocolSection.identificationModule.briefTitle"
RECORD = Study(study("CD19 CAR-T for Lymphoma"))
TODAY = datetime.date(2026, 11, 22)


def proposal(attribute: str, value: str, quote: str, field: str = TITLE, reader: str = "model") -> Proposal:
    return Proposal("NCT90000001", attribute, value, field, quote, reader, "reading.csv:2")


def ours() -> Curation:
    return curate_study(RECORD, VOCABULARIES)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (proposal("targets", "CD19", "CD19 CAR-T"), ""),
        (proposal("targets", "CD19", "anti-CD19"), "quote does not stand"),
        (proposal("targets", "CD19", ""), "quote does not stand"),
        (proposal("targets", "NOSUCH", "CD19"), "no vocabulary has the value 'NOSUCH'"),
        (proposal("colour", "red", "CD19"), "unknown attribute"),
        (proposal("targets", "CD19", "CD19", reader=""), "no reader"),
        (proposal("vectors", "unstated", ""), ""),
    ],
)
def test_a_proposal_is_taken_only_with_words_that_stand_there(one: Proposal, reason: str) -> None:
    taken, refused = verified([one], {"NCT90000001": RECORD}, VOCABULARIES.allowed)
    assert bool(taken) == (not reason)
    assert all(reason in each.reason for each in refused)


def test_agreement_makes_surer_and_changes_no_label() -> None:
    after = compared(ours(), RECORD, [proposal("targets", "CD19", "CD19")], agreement=0.5)
    assert after.confidences["targets"] > ours().confidences["targets"]
    assert (after.labels, after.conflicts) == (ours().labels, ())


def test_disagreement_is_a_question_with_its_words_and_changes_no_label() -> None:
    after = compared(ours(), RECORD, [proposal("diseases", "DLBCL", "Lymphoma")], agreement=0.5)
    (conflict,) = after.conflicts
    assert (conflict.attribute, conflict.description) == ("diseases", "model reads DLBCL, we B-NHL")
    assert [one.quote for one in conflict.assertions] == ["Lymphoma"]
    assert after.labels == ours().labels


def test_proposals_are_read_from_csv_and_json_lines(tmp_path: Path) -> None:
    cells = ("NCT90000001", "targets", "CD19", TITLE, "CD19", "model")
    (tmp_path / "one.csv").write_text(f"{','.join(COLUMNS)}\n{','.join(cells)}\n")
    (tmp_path / "two.jsonl").write_text(json.dumps(dict(zip(COLUMNS, cells, strict=True))) + "\n")
    one, two = (next(read_proposals(tmp_path / name)) for name in ("one.csv", "two.jsonl"))
    assert (one.value, one.quote) == (two.value, two.quote) == ("CD19", "CD19")
    (tmp_path / "three.jsonl").write_text('{"nct_id": "NCT90000001"}\n')
    with pytest.raises(CartscapeError, match=r"three.jsonl:1: no attribute"):
        list(read_proposals(tmp_path / "three.jsonl"))
    with pytest.raises(CartscapeError, match="can't be read"):
        list(read_proposals(tmp_path / "nosuch.csv"))


def test_a_candidate_is_adopted_into_the_vocabulary(tmp_path: Path) -> None:
    folder = tmp_path / "curation"
    shutil.copytree(CURATION, folder)
    record = Study(study("Anti-GPR87 CAR-T in Sarcoma"))
    assert curate_study(record, load_vocabularies(folder)).values("target_candidates") == ("GPR87",)
    assert "added" in adopt_target("gpr87", "", "M. B.", TODAY, folder)
    assert curate_study(record, load_vocabularies(folder)).values("targets") == ("GPR87",)
    with pytest.raises(CartscapeError, match="knows CD19 already"):
        adopt_target("CD19", "", "M. B.", TODAY, folder)
    with pytest.raises(CartscapeError, match="has no gene NOSUCH1"):
        adopt_target("NOSUCH1", "", "M. B.", TODAY, folder)


def test_bad_paths_give_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CartscapeError, match="can't be read"):
        read_gold(tmp_path / "nosuch.csv")
    with pytest.raises(CartscapeError, match="can't be written"):
        write_labels([RECORD], tmp_path / "nosuch" / "labels.csv")

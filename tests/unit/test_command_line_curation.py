"""Curating, scoring and reviewing on the command line."""

import csv
import json
import re
from pathlib import Path

from cli.main import app
from tests.command_line import one_sentence, runner
from tests.conftest import Built


def test_curate_writes_labels_and_evidence_and_counts_the_unreadable(tmp_path: Path) -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT01234567", "briefTitle": "CD19 CAR-T Cells in Lymphoma"},
            "conditionsModule": {"conditions": ["B-cell Lymphoma"]},
            "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "CD19 CAR-T cells"}]},
        }
    }
    (tmp_path / "studies.jsonl").write_text(json.dumps(study) + "\n<html>busy</html>\n")
    arguments = ["curate", str(tmp_path / "studies.jsonl"), "--out", str(tmp_path / "labels.csv")]
    result = runner.invoke(app, [*arguments, "--evidence", str(tmp_path / "evidence.csv")])
    assert result.exit_code == 0
    assert "1 studies labelled" in result.output
    assert "1 could not be read" in result.output
    with (tmp_path / "labels.csv").open(newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["nct_id"], row["eligible"], row["targets"]) == ("NCT01234567", "Y", "CD19")
    with (tmp_path / "evidence.csv").open(newline="") as lines:
        quotes = {found["quote"] for found in csv.DictReader(lines) if found["attribute"] == "targets"}
    assert "CD19" in quotes


def test_evaluate_scores_the_curation_against_hand_labels(tmp_path: Path) -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT01234567", "briefTitle": "CD19 CAR-T Cells in Lymphoma"},
            "conditionsModule": {"conditions": ["B-cell Lymphoma"]},
        }
    }
    (tmp_path / "studies.json").write_text(json.dumps([study]))
    runner.invoke(app, ["curate", str(tmp_path / "studies.json"), "--out", str(tmp_path / "gold.csv")])
    gold = (tmp_path / "gold.csv").read_text().replace("CD19", "CD22")
    (tmp_path / "gold.csv").write_text(gold)
    result = runner.invoke(app, ["evaluate", str(tmp_path / "gold.csv"), str(tmp_path / "studies.json")])
    assert result.exit_code == 0
    assert "| eligible | 1 | 1.000 | 1.000 | 1.000 | 1.000 |" in result.output
    assert "| targets | 1 | 0.000 | 0.000 | 0.000 | 0.000 |" in result.output
    assert "1 of 1 hand-labelled studies found" in result.output


def test_review_goes_out_and_comes_back(sample_landscape: Built, tmp_path: Path) -> None:
    queue, decisions = tmp_path / "queue.xlsx", tmp_path / "decisions.tsv"
    result = runner.invoke(app, ["review", "export", str(queue), "--home", str(sample_landscape.home)])
    assert result.exit_code == 0
    assert re.search(r"[1-9][\d,]* questions in", result.output)
    unanswered = runner.invoke(app, ["review", "import", str(queue), "--decisions", str(decisions)])
    assert unanswered.exit_code == 1
    assert "no row holds a decision; fill in the column 'decision'" in one_sentence(unanswered.output)

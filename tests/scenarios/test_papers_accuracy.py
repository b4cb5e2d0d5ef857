"""Matching on links that people made: the figures of docs/how-matching-works.md."""

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.papers.match import match, match_files
from tasks.papers.sources.files import read_articles, read_trials
from tasks.settings import load_protocol


@pytest.fixture(scope="module")
def made_by_people(shared_file: Callable[[str], Path]) -> Path:
    """The folder of links that people made."""
    return shared_file("real/publication_links")


@pytest.fixture(scope="module")
def links(made_by_people: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("matching") / "links.csv"
    match_files(made_by_people / "trials.jsonl", made_by_people / "articles.jsonl", out, load_protocol().matching)
    return out


def test_known_papers_are_found_and_accepted_ones_are_right(
    links: Path, made_by_people: Path, shared_file: Callable[[str], Path]
):
    program = shared_file("tools/score_matching.py")
    scorer = [sys.executable, str(program), str(made_by_people / "links.csv"), str(links)]
    printed = subprocess.run(scorer, capture_output=True, text=True, check=True).stdout
    figures = {line.split()[0]: float(line.split()[-1]) for line in printed.splitlines() if line.startswith("recall")}
    words = next(line for line in printed.splitlines() if line.startswith("accepted")).split()
    # by the pair alone: that another trial fits a paper better no longer moves its score
    assert figures["recall@1"] >= 0.83 and figures["recall@10"] >= 0.935
    assert float(words[4]) >= 0.98, "precision of accepted links"
    assert float(words[-1]) >= 0.59, "recall of accepted links"


def test_unrelated_trials_and_papers_change_no_score_and_no_decision(
    made_by_people: Path, shared_file: Callable[[str], Path]
):
    matching = load_protocol().matching
    trials, papers = read_trials(made_by_people / "trials.jsonl")[:60], read_articles(made_by_people / "articles.jsonl")
    others = read_trials(shared_file("real/registry-v2-2026.dev.jsonl.gz"))[:300]
    alone = [link[:4] for link in match(trials, papers, matching)]
    known = {trial.nct_id for trial in trials}
    together = [link[:4] for link in match([*others, *trials], papers, matching) if link[0] in known]
    assert {tuple(link) for link in together} == {tuple(link) for link in alone}
    assert {link[3] for link in alone} == {"accept", "review", "reject"}


def test_accepted_candidates_are_kept_and_others_rejected(made_by_people: Path, tmp_path: Path):
    trials, judged, out = (
        made_by_people / "candidate_trials.jsonl.gz",
        made_by_people / "candidates.csv.gz",
        tmp_path / "links.csv",
    )
    match_files(trials, judged, out, load_protocol().matching)
    with out.open(newline="") as file:
        decisions = {(row["nct_id"], row["pmid"]): row["decision"] for row in csv.DictReader(file)}
    with gzip.open(judged, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = {name: [row for row in rows if row["is_results_paper"] == name] for name in "01"}
    share = {
        name: sum(decisions.get((row["nct_id"], row["pmid"]), "reject") != "reject" for row in listed) / len(listed)
        for name, listed in kept.items()
    }
    assert share["1"] >= 14 / 15
    assert share["0"] <= 0.10


def test_columns_are_those_of_the_contract(links: Path):
    with links.open(newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    names = list(reader.fieldnames or ())
    assert names[:5] == ["nct_id", "pmid", "score", "decision", "paper_key"]
    assert {"study_design", "indication", "primary_purpose", "principal_investigator"} <= set(names)
    assert {row["decision"] for row in rows} == {"accept", "review", "reject"}
    assert all(0 <= float(row["score"]) <= 1 for row in rows)
    assert {row["principal_investigator"] for row in rows} == {"pass", "fail", "unknown"}
    assert all(row["dates_words"] for row in rows if row["dates"] != "unknown")


def test_a_known_pair_says_why(links: Path):
    with links.open(newline="") as file:
        (row,) = [r for r in csv.DictReader(file) if (r["nct_id"], r["pmid"]) == ("NCT00491036", "22920912")]
    assert row["decision"] == "accept"
    assert row["principal_investigator_words"] == "Holger Thiele, MD: first author"
    assert row["dates_words"] == "started 2009-06-01, published 2012-08-26, 49 months before completion 2016-10-01"


def test_sparse_and_full_records_are_read_alike(tmp_path: Path):
    """A trial with nothing but a number and a title is matched too."""
    trial = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": "GPC3 CAR-T in Liver Cancer"}
        }
    }
    papers = [{"pmid": "1", "title": "GPC3 CAR-T cells in liver cancer"}, {"pmid": "2", "title": "Stents in angina"}]
    (tmp_path / "trials.jsonl").write_text(json.dumps(trial))
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, papers)))
    trials, articles, out = tmp_path / "trials.jsonl", tmp_path / "articles.jsonl", tmp_path / "out.csv"
    assert match_files(trials, articles, out, load_protocol().matching) >= 1
    with (tmp_path / "out.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["pmid"] == "1"

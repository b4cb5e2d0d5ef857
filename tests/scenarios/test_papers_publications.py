"""From trials to their papers by every route, with criteria, decisions of people, and what could not be found."""

import gzip
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sample.generate import Registry, build
from tasks.errors import CartscapeError
from tasks.papers.article import Article, article_from_json
from tasks.papers.judge.criteria import judge
from tasks.papers.judge.decisions import DECISIONS, LinkDecision, decide, read_link_decisions
from tasks.papers.judge.kinds import FULL_RESULTS, Kind
from tasks.papers.judge.routes import HandFind, read_hand_finds
from tasks.papers.publications import Publications, find_publications
from tasks.papers.trial import Trial, trial_from_study
from tasks.registry.study import Study
from tasks.settings import load_protocol
from tasks.warehouse.publications import FRAMES
from tests.conftest import Built

MATCHING, METRICS = load_protocol().matching, load_protocol().metrics
HAS_RESULTS = (pl.col("decision") == "accept") & pl.col("kind").is_in([*METRICS.published_kinds, "interim results"])
RESULTS = Kind(FULL_RESULTS, "no sign of another kind")
HEADER = "nct_id\tpaper_key\told_value\tnew_value\treason\tsource\treviewer\tdate\n"


@cache
def registry() -> Registry:
    return build()


@pytest.fixture(scope="module")
def sample(sample_landscape: Built) -> Publications:
    """The judged papers of the sample, as its landscape was made of them."""
    (folder,) = sample_landscape.home.cached("publications", "").iterdir()
    candidates, routes, lost = (pl.read_parquet(folder / f"{name}.parquet") for name in FRAMES)
    return Publications(candidates, routes, lost)


def study(aliases: tuple[str, ...] = (), **modules: Any) -> Study:
    identification = {
        "nctId": "NCT90000001",
        "briefTitle": "GPC3 CAR-T Cells for Hepatocellular Carcinoma",
        "nctIdAliases": list(aliases),
    }
    return Study({"protocolSection": {"identificationModule": identification, **modules}})


def paper(**fields: Any) -> Article:
    return article_from_json(
        {"pmid": "94000001", "title": "GPC3 CAR-T cells in hepatocellular carcinoma: a phase 1 trial", **fields}
    )


def decision(old_value: str, new_value: str) -> LinkDecision:
    return LinkDecision(
        "NCT90000001", "pmid:94000001", old_value, new_value, "read in full", "A. Reader", "2026-11-22", "file:3"
    )


def test_published_trials_of_the_sample_are_found(sample: Publications):
    accepted = set(sample.candidates.filter(HAS_RESULTS)["nct_id"])
    published = {plan.nct_id for plan in registry().plans if plan.is_published}
    assert len(accepted & published) / len(published) >= 0.95
    assert len(accepted & published) / len(accepted) >= 0.95


def test_every_candidate_keeps_all_its_routes(sample: Publications):
    routes = sample.routes.group_by("nct_id", "paper_key").agg(pl.col("route").n_unique().alias("ways"))
    joined = sample.candidates.join(routes, on=["nct_id", "paper_key"])
    assert joined.height == sample.candidates.height
    assert (joined["routes"].str.split("|").list.len() == joined["ways"]).all()
    assert {"accession number", "title or abstract", "full text", "content"} <= set(sample.routes["route"])


def test_a_reference_to_a_paper_that_does_not_exist_is_kept_as_such(sample: Publications):
    assert sample.lost["paper_key"].to_list() == ["pmid:99999999"]


def test_reviews_attached_to_several_trials_are_no_results(sample: Publications):
    reviews = sample.candidates.filter(pl.col("article_type_words").str.contains("review"))
    assert reviews.height > 20 and not (reviews["decision"] == "accept").any()


def test_publication_before_start_is_not_results():
    trial = study(statusModule={"startDateStruct": {"date": "2022-01"}})
    found = find_publications([trial], [paper(electronic_date="2019-05-01", nct_ids=["NCT90000001"])], MATCHING)
    row = found.candidates.row(0, named=True)
    assert (row["dates"], row["decision"]) == ("fail", "review")
    assert row["dates_words"] == "started 2022-01, published 2019-05-01"


def test_a_paper_that_names_an_old_number_of_the_trial_is_found():
    trial = study(aliases=("NCT90000099",))
    (row,) = find_publications([trial], [paper(nct_ids=["NCT90000099"])], MATCHING).candidates.to_dicts()
    assert row["route"] == "accession number" and row["intervention_words"] == "names NCT90000099"


def test_another_antigen_is_not_accepted():
    trial = trial_from_study(study())
    article = article_from_json({"pmid": "1", "title": "CD19 CAR-T cells in lymphoma"})
    verdicts = judge(trial, article, RESULTS, MATCHING)
    assert verdicts["target"].verdict == "fail" and "GPC3" in verdicts["target"].words
    assert decide(0.99, verdicts, {"accession number"}, "full results", MATCHING).value == "review"


def test_an_absent_investigator_leaves_similar_wording_to_a_person():
    trial = Trial("NCT90000001", brief_title="GPC3 CAR-T", investigators=("Elise Ashgrovian",))
    verdicts = judge(trial, paper(authors=["Haldanesson T", "Iyerajan P"]), RESULTS, MATCHING)
    assert verdicts["principal_investigator"].verdict == "fail"
    assert decide(0.99, verdicts, {"content"}, "full results", MATCHING).value == "review"
    assert decide(0.0, verdicts, {"content", "accession number"}, "full results", MATCHING).value == "accept"


def test_signed_decisions_win_while_the_old_value_holds():
    studies, papers = [study()], [paper()]
    before = find_publications(studies, papers, MATCHING).candidates.row(0, named=True)["decision"]
    found = find_publications(studies, papers, MATCHING, decisions=[decision(before, "reject")])
    row = found.candidates.row(0, named=True)
    assert (row["decision"], row["decided_by"]) == ("reject", "A. Reader, 2026-11-22")
    assert not found.warnings


def test_a_decision_holds_when_a_paper_gets_its_pmid():
    by_doi = replace(decision("accept", "reject"), paper_key="doi:10.1000/abc")
    indexed = paper(doi="10.1000/abc", nct_ids=["NCT90000001"])
    (row,) = find_publications([study()], [indexed], MATCHING, decisions=[by_doi]).candidates.to_dicts()
    assert (row["paper_key"], row["decision"]) == ("pmid:94000001", "reject")


def test_a_decision_whose_ground_has_changed_says_so_and_does_nothing():
    found = find_publications([study()], [], MATCHING, decisions=[decision("review", "accept")])
    assert found.candidates.height == 0
    assert found.warnings == [
        "file:3: NCT90000001 and pmid:94000001: expected review, found none: "
        "registry, paper or matching changed; delete or renew the row"
    ]


def test_hand_finds_come_in_by_title_and_are_seen_by_a_person(tmp_path: Path):
    table = tmp_path / "finds.csv"
    title = "GPC3 CAR-T cells in hepatocellular carcinoma: A phase 1 trial."
    table.write_text(f'nct_id,pmid,doi,title,found_by,found_on\nNCT90000001,,,"{title}",AR,2026-11-01\n')
    found = find_publications([study()], [paper()], MATCHING, hand_finds=read_hand_finds(table))
    row = found.candidates.row(0, named=True)
    assert row["route"] == "hand find" and row["decision"] in ("accept", "review")
    lost = find_publications(
        [study()], [paper()], MATCHING, [HandFind("NCT90000001", "5", "", "", "AR", "2026-11-01")]
    ).lost
    assert lost["paper_key"].to_list() == ["pmid:5"]


@pytest.mark.parametrize("row", ["NCT1,,,t,AR,2026-11-01", "NCT90000001,,,,AR,2026-11-01", "NCT90000001,5,,,,"])
def test_an_incomplete_hand_find_is_named_with_its_line(tmp_path: Path, row: str):
    (tmp_path / "finds.csv").write_text(f"nct_id,pmid,doi,title,found_by,found_on\n{row}\n")
    with pytest.raises(CartscapeError, match=r"finds\.csv:2"):
        read_hand_finds(tmp_path / "finds.csv")


def test_the_decisions_of_this_repository_are_sound():
    assert isinstance(read_link_decisions(DECISIONS), list)


@pytest.mark.parametrize(
    "row",
    [
        "NCT9\t1\treview\taccept\tr\ts\tA\t2026-01-01",
        "NCT90000001\t1\tmaybe\taccept\tr\ts\tA\t2026-01-01",
        "NCT90000001\t1\treview\taccept\tr\ts\t\t2026-01-01",
        "NCT90000001\t1\treview\taccept\tr\ts\tA\t2026-01-01\nNCT90000001\t1\treview\treject\tr\ts\tA\t2026-01-01",
    ],
)
def test_an_unsigned_or_impossible_decision_stops_with_its_line(tmp_path: Path, row: str):
    (tmp_path / "decisions.tsv").write_text(f"{HEADER}{row}\n")
    with pytest.raises(CartscapeError, match=r"decisions\.tsv:[23]"):
        read_link_decisions(tmp_path / "decisions.tsv")


def test_no_trials_or_no_papers_give_empty_tables(sample: Publications):
    assert find_publications([], [], MATCHING).candidates.height == 0
    assert find_publications([study()], [], MATCHING).candidates.columns == sample.candidates.columns


def test_bundled_articles_are_those_of_the_generator():
    path = Path("sample/articles.jsonl.gz")
    assert [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()] == registry().articles

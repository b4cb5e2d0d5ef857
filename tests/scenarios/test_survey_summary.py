"""Counts of answers: the paper's own numbers, denominators, groups that are too small, and the publication gap."""

from datetime import datetime
from pathlib import Path
from typing import Any

import polars
import pytest
from scipy.stats import binomtest

from tasks.home import Home
from tasks.settings import load_protocol
from tasks.survey.store import insert, open_survey
from tasks.survey.summary import summarize
from tests.survey_home import aggregates, ask_all, make_home, respondent, sheet, take_in, trial

LATER = datetime(2026, 6, 1)

# claim of the paper (domain/paper_claims.csv), question, option, how many of 22, percentage as printed, its digits
PAPER = [
    ("C277", "obstacles", "funding", 14, 63.64, 2),
    ("C278", "stopping_reasons", "funding", 12, 54.55, 2),
    ("C279", "nonpublication_reasons", "confidentiality", 12, 54.55, 2),
    ("C280", "nonpublication_reasons", "negative_results", 5, 22.73, 2),
    ("C281", "suggestions", "alliances", 19, 86.4, 1),
    ("C282", "suggestions", "cost_and_indications", 15, 68.2, 1),
    ("C283", "suggestions", "policy_and_funding", 13, 59.1, 1),
]
COMPLETE = 18  # C284: 81.8% valid responses


def answered(home: Path, rows: list[dict[str, str]]) -> dict[str, polars.DataFrame]:
    """The tables after everybody was asked and these rows were imported."""
    ask_all(home, len({row["respondent_id"] for row in rows}))
    assert take_in(home, "answers.csv", rows).quarantined == []
    return summarize(Home(home), LATER, load_protocol()).tables


def paper_rows() -> list[dict[str, str]]:
    """22 people whose answers add up to the paper's counts; the last four leave one question out."""
    rows = []
    for person in range(1, 23):
        answers: dict[str, str] = {"publication_status": "unpublished"}
        for _, question, option, count, _, _ in PAPER:
            if person <= count:
                answers[question] = f"{answers.get(question, '')};{option}"
            else:
                answers.setdefault(question, "other")
        if person <= COMPLETE:
            answers["publication_intention"] = "undecided"
        rows.append(sheet(person, **answers))
    return rows


def found(table: polars.DataFrame, **where: Any) -> dict[str, Any]:
    """The one row of a table that fits."""
    return table.filter(**where).row(0, named=True) if table.filter(**where).height == 1 else {}


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, polars.DataFrame]]:
    home = make_home(tmp_path_factory.mktemp("paper"), people=22)
    return home, answered(home, paper_rows())


@pytest.mark.parametrize(("claim", "question", "option", "count", "printed", "digits"), PAPER)
def test_number_of_the_paper_comes_out(
    paper: tuple[Path, dict[str, polars.DataFrame]],
    claim: str,
    question: str,
    option: str,
    count: int,
    printed: float,
    digits: int,
) -> None:
    row = found(paper[1]["survey_answers"], question=question, option=option, breakdown="all")
    assert (row["answers"], row["could_answer"], round(row["percentage"], digits)) == (count, 22, printed), claim
    interval = binomtest(count, 22).proportion_ci(0.95, method="wilson")
    assert (row["percentage_low"], row["percentage_high"]) == pytest.approx((100 * interval.low, 100 * interval.high))


def test_wilson_interval_of_14_of_22_is_the_published_formula(
    paper: tuple[Path, dict[str, polars.DataFrame]],
) -> None:
    n, p, z = 22, 14 / 22, 1.959963984540054
    centre, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    row = found(paper[1]["survey_answers"], question="obstacles", option="funding", breakdown="all")
    low, high = (100 * (centre + sign * half) / (1 + z * z / n) for sign in (-1, 1))
    assert (row["percentage_low"], row["percentage_high"]) == pytest.approx((low, high))


def test_valid_responses_of_the_paper_come_out(paper: tuple[Path, dict[str, polars.DataFrame]]) -> None:
    row = found(paper[1]["survey_response"], population="people who answered", step="complete")
    assert (row["quantity"], row["population_size"], round(row["percentage"], 1)) == (18, 22, 81.8)
    row = found(paper[1]["survey_response"], population="people to ask", step="answered")
    assert (row["quantity"], row["population_size"]) == (22, 22)


def test_paper_numbers_are_exported_where_at_least_five(paper: tuple[Path, dict[str, polars.DataFrame]]) -> None:
    exported = {
        (row["question"], row["option"]): row["answers"]
        for row in aggregates(paper[0])["survey_answers"]
        if row["breakdown"] == "all"
    }
    assert all(exported[question, option] == count for _, question, option, count, _, _ in PAPER)


def test_denominator_is_who_could_answer_whether_they_did_or_not(tmp_path: Path) -> None:
    rows = [sheet(n, publication_status="unpublished", nonpublication_reasons="time") for n in range(1, 6)]
    rows += [sheet(6, publication_status="unpublished"), sheet(7, publication_status="article")]
    table = answered(make_home(tmp_path, people=7), rows)["survey_answers"]
    row = found(table, question="nonpublication_reasons", option="time", breakdown="all")
    assert (row["answers"], row["answered"], row["could_answer"]) == (5, 5, 6)
    row = found(table, question="publication_status", option="article", breakdown="all")
    assert (row["answers"], row["answered"], row["could_answer"]) == (1, 7, 7)


def test_group_with_fewer_than_five_answers_is_left_out(tmp_path: Path) -> None:
    home = make_home(tmp_path, people=15, regions=["China"] * 6 + ["United States"] * 5 + ["other"] * 4)
    table = answered(home, [sheet(n, obstacles="funding") for n in range(1, 16)])["survey_answers"]
    regions = table.filter(breakdown="region", option="funding").select("level", "answers").rows()
    assert regions == [("China", 6), ("United States", 5)]


def test_groups_are_not_exported_where_their_sum_gives_the_rest_away(tmp_path: Path) -> None:
    # China has 6, the total 9: three answers of the United States would be known by subtraction
    home = make_home(tmp_path, people=9, regions=["China"] * 6 + ["United States"] * 3)
    answered(home, [sheet(n, obstacles="funding") for n in range(1, 10)])
    assert {row["breakdown"] for row in aggregates(home)["survey_answers"]} == {
        "all",
        "disease group",
        "funding source",
    }


def test_few_answers_are_not_exported_nor_what_the_sum_would_give_away(tmp_path: Path) -> None:
    choices = ["article"] * 6 + ["unpublished"] * 8 + ["abstract"] * 2
    home = make_home(tmp_path, people=16)
    table = answered(home, [sheet(n, publication_status=c) for n, c in enumerate(choices, 1)])["survey_answers"]
    assert found(table, question="publication_status", option="abstract", breakdown="all")["answers"] == 2
    exported = {
        row["option"]: (row["answers"], row["percentage"])
        for row in aggregates(home)["survey_answers"]
        if row["question"] == "publication_status" and row["breakdown"] == "all"
    }
    assert exported["abstract"] == exported["article"] == (None, None)
    assert exported["unpublished"] == (8, 50.0)
    assert exported["under_review"] == (0, 0.0)


def test_free_words_are_never_exported(tmp_path: Path) -> None:
    home = make_home(tmp_path, people=6)
    answered(home, [sheet(n, obstacles="other", obstacles_other="Dr Secret left") for n in range(1, 7)])
    for path in (home / "survey").glob("survey*"):
        assert "Secret" not in path.read_text(encoding="utf-8")


def test_late_answer_is_told_and_not_counted(tmp_path: Path) -> None:
    home = make_home(tmp_path, people=6)
    ask_all(home, 6)
    second = {"respondent_id": respondent(6), "event": "second message", "at": "2026-03-08T09:00Z"}
    assert take_in(home, "log.csv", [second]).added == 1
    rows = [sheet(n, obstacles="funding") for n in range(1, 7)]
    rows[5]["answered_at"] = "2026-03-22T09:00:00.000001Z"
    tables = answered_without_asking(home, rows)
    assert found(tables["survey_answers"], question="obstacles", option="funding", breakdown="all")["answers"] == 5
    steps = tables["survey_response"].filter(population="people to ask").select("step", "quantity").rows()
    assert steps == [("answered", 5), ("answered late", 1)]


def answered_without_asking(home: Path, rows: list[dict[str, str]]) -> dict[str, polars.DataFrame]:
    """The tables after these rows were imported, where messages are logged already."""
    assert take_in(home, "answers.csv", rows).quarantined == []
    return summarize(Home(home), LATER, load_protocol()).tables


def test_person_with_trials_in_two_regions_counts_in_both_and_once_for_all(tmp_path: Path) -> None:
    home = make_home(tmp_path, people=10, regions=["China"] * 5 + ["United States"] * 5)
    with open_survey(Home(home)) as connection:
        # the first person leads trial 10 as well
        connection.execute("delete from survey.people where respondent_id = $1", [respondent(10)])
        update = "update survey.contacts set respondent_id = $1 where nct_id = $2"
        connection.execute(update, [respondent(1), trial(10)])
    rows = [sheet(n, obstacles="funding") for n in range(1, 10)]
    rows.append(sheet(1, obstacles="funding") | {"nct_id": trial(10)})
    table = answered(home, rows)["survey_answers"].filter(question="obstacles", option="funding")
    counts = {(row["breakdown"], row["level"]): row["could_answer"] for row in table.to_dicts()}
    assert counts["all", "all"] == 9
    assert (counts["region", "China"], counts["region", "United States"]) == (5, 5)


def test_publication_gap_sets_what_they_say_beside_what_we_found(tmp_path: Path) -> None:
    home = make_home(tmp_path, people=5)
    findings = {1: (True, True), 2: (True, False), 3: (True, True), 4: (True, False), 5: (False, None)}
    with open_survey(Home(home)) as connection:
        for number, (is_looked_for, is_published) in findings.items():
            sql = "update survey.trials set is_looked_for = $1, is_published = $2 where nct_id = $3"
            connection.execute(sql, [is_looked_for, is_published, trial(number)])
    said = ["article", "article", "unpublished", "in_preparation", "article"]
    tables = answered(home, [sheet(n, publication_status=answer) for n, answer in enumerate(said, 1)])
    columns = ["said", "found", "reading", "trials", "percentage"]
    assert tables["survey_publication_gap"].select(columns).rows() == [
        ("article", "none found", "said published but none found", 1, 20.0),
        ("article", "not looked for", "can not be compared", 1, 20.0),
        ("article", "results found", "agree", 1, 20.0),
        ("in_preparation", "none found", "agree", 1, 20.0),
        ("unpublished", "results found", "found though said unpublished", 1, 20.0),
    ]
    assert {row["trials"] for row in aggregates(home)["survey_publication_gap"]} == {None}


def test_survey_without_answers_has_tables_without_rows(tmp_path: Path) -> None:
    tables = summarize(Home(make_home(tmp_path)), LATER, load_protocol()).tables
    assert tables["survey_answers"].height == tables["survey_publication_gap"].height == 0
    steps = tables["survey_response"].select("population", "step", "quantity").rows()
    assert steps == [("finished trials", "reachable", 3), ("people to ask", "not asked yet", 3)]


def test_survey_without_anybody_is_counted_too(tmp_path: Path) -> None:
    with open_survey(Home(tmp_path)) as connection:
        insert(connection, "facts", [("none", False, "salt")])
    assert summarize(Home(tmp_path), LATER, load_protocol()).tables["survey_response"].height == 0

"""Pairs of trial and paper go out by strata, and come back as precision, recall and signed decisions."""

import datetime
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from cli.main import app
from tasks.curate.sheets import ANSWER_COLUMNS
from tasks.errors import CartscapeError
from tasks.papers.judge.decisions import DECISIONS, HEADER, read_link_decisions
from tasks.papers.review import COLUMNS, HIDDEN, Pair, drawn, export_pairs, import_pairs, shares_of
from tasks.settings import load_protocol
from tasks.statistics.contingency import wilson_interval
from tasks.warehouse.review_queue import published_pairs
from tests.conftest import Built

TODAY = datetime.date(2026, 11, 22)
BANDS = [0.1, 0.35]
# accepted by number 90, of which 3 are judged; rejected by content 10, of which 2 are judged
ANSWERS = {"pmid:1": "accept", "pmid:2": "accept", "pmid:3": "reject", "pmid:101": "accept", "pmid:102": "reject"}


def pair(number: int, route: str = "accession number", score: float = 0.99, decision: str = "accept") -> Pair:
    told = ("trial", "=paper", "journal", "2022-05-01", "full results", "words", "target: pass", "https://r.example/")
    return Pair("NCT90000001", f"pmid:{number}", *told, route, score, decision)


PAIRS = [pair(number) for number in range(1, 91)]
PAIRS += [pair(number, "content", 0.05, "reject") for number in range(101, 111)]


def judged(path: Path, answers: dict[str, str] = ANSWERS, reviewer: str = "A. Reader", reason: str = "read") -> Path:
    """The exported workbook with answers filled in."""
    export_pairs(drawn(PAIRS, BANDS, 100), path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    column = {str(cell.value): number for number, cell in enumerate(sheet[1], 1)}
    for row in range(2, sheet.max_row + 1):
        if said := answers.get(str(sheet.cell(row, column["paper_key"]).value)):
            for name, value in zip(ANSWER_COLUMNS, (said, reason, reviewer), strict=True):
                sheet.cell(row, column[name], value)
    workbook.save(path)
    return path


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    path = tmp_path / "publication_decisions.tsv"
    path.write_bytes(DECISIONS.read_bytes())
    return path


def test_rare_strata_are_drawn_as_often_as_common_ones_and_the_same_every_time() -> None:
    chosen = drawn(PAIRS, BANDS, 12)
    assert sorted((one.stratum, one.stratum_pairs) for one in chosen) == [
        *[("accession number, score 0.35 to 1.00, accept", 90)] * 6,
        *[("content, score 0.00 to 0.10, reject", 10)] * 6,
    ]
    assert drawn(reversed(PAIRS), BANDS, 12) == chosen
    assert len(drawn(PAIRS, BANDS, 1000)) == 100


def test_the_workbook_shows_words_and_criteria_and_hides_what_the_program_thinks(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(judged(tmp_path / "pairs.xlsx")).worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert header == [*COLUMNS[: -len(HIDDEN)], *ANSWER_COLUMNS, *HIDDEN]
    hidden = {
        name for name in header if sheet.column_dimensions[sheet.cell(1, header.index(name) + 1).column_letter].hidden
    }
    assert hidden == {HIDDEN[0]}, "openpyxl tells of a group of columns by its first"
    assert sheet.cell(2, header.index("paper") + 1).data_type == "s", "a text that looks like a formula stays a text"


def test_precision_and_recall_weigh_each_answer_by_its_stratum(tmp_path: Path, decisions: Path) -> None:
    found = import_pairs(judged(tmp_path / "pairs.xlsx"), decisions, TODAY)
    precision, recall, *by_route = shares_of(found.answers, 0.95)
    assert precision.share == pytest.approx(2 / 3) and precision.judged == 3
    plain = wilson_interval(2, 3)
    assert plain and (precision.low, precision.high) == pytest.approx((plain[0] / 100, plain[1] / 100))
    # 60 right ones are accepted and 5 are not
    assert recall.share == pytest.approx(60 / 65) and recall.judged == 3
    assert [(one.what, one.share) for one in by_route] == [
        ("right by route: accession number", pytest.approx(2 / 3)),
        ("right by route: content", 0.5),
    ]
    assert found.silent_strata == []


def test_only_what_the_program_did_not_decide_becomes_a_signed_decision(tmp_path: Path, decisions: Path) -> None:
    path = judged(tmp_path / "pairs.xlsx")
    import_pairs(path, decisions, TODAY)
    rows = {one.paper_key: vars(one) | {"place": ""} for one in read_link_decisions(decisions)}
    assert rows.keys() == {"pmid:3", "pmid:101"}
    signed = ("NCT90000001", "pmid:3", "accept", "reject", "read", "pairs.xlsx", "A. Reader", "2026-11-22")
    assert tuple(rows["pmid:3"][name] for name in HEADER) == signed
    before = decisions.read_bytes()
    with pytest.raises(CartscapeError, match=r"pmid:\d+ are decided in .*publication_decisions.tsv:\d; delete one"):
        import_pairs(path, decisions, TODAY)
    assert decisions.read_bytes() == before


@pytest.mark.parametrize(
    ("answers", "signature", "trouble"),
    [
        ({"pmid:1": "perhaps"}, {}, "decision is 'perhaps'; write accept, reject"),
        ({"pmid:1": "accept"}, {"reviewer": ""}, "unsigned; fill in the reviewer"),
        ({"pmid:1": "reject"}, {"reason": ""}, "no reason, though the program says accept"),
    ],
)
def test_a_wrong_answer_names_its_row_and_nothing_is_taken(
    answers: dict[str, str], signature: dict[str, str], trouble: str, tmp_path: Path, decisions: Path
) -> None:
    before = decisions.read_bytes()
    path = judged(tmp_path / "pairs.xlsx", ANSWERS | answers, **signature)
    with pytest.raises(CartscapeError, match=rf"pairs.xlsx:\d+: {trouble}"):
        import_pairs(path, decisions, TODAY)
    assert decisions.read_bytes() == before


def test_strata_without_an_answer_are_named(tmp_path: Path, decisions: Path) -> None:
    path = judged(tmp_path / "pairs.xlsx", {"pmid:1": "accept"})
    result = CliRunner().invoke(app, ["review", "import", str(path), "--decisions", str(decisions)])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "precision of accepted pairs: 1.000 (0.207 to 1.000), 1 judged",
        "recall of accepted pairs: 1.000 (0.207 to 1.000), 1 judged",
        "right by route: accession number: 1.000 (0.207 to 1.000), 1 judged",
        "no answer, and so not in these shares: content, score 0.00 to 0.10, reject",
        f"0 decisions appended to {decisions}; 'cartscape build' applies them",
    ]


def test_rows_signed_on_the_page_are_taken(tmp_path: Path, decisions: Path) -> None:
    row = ["NCT90000001", "pmid:5", "review", "accept", "read", "the paper", "A. Reader", "2026-11-22"]
    path = tmp_path / "paper-corrections.tsv"
    path.write_text("\t".join(HEADER) + "\n" + "\t".join(row) + "\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["review", "import", str(path), "--decisions", str(decisions)])
    assert result.exit_code == 0 and result.output.startswith("1 decisions appended")
    assert decisions.read_text(encoding="utf-8").splitlines()[-1].split("\t") == row


def test_the_pairs_of_a_landscape_are_its_own_with_every_criterion(sample_landscape: Built) -> None:
    pairs = published_pairs(sample_landscape.home, load_protocol().review)
    assert len(pairs) == load_protocol().review.judged_pairs
    assert {"accept", "reject"} <= {one.decision_by_program for one in pairs}
    assert all(one.criteria.count("\n") >= 10 and one.words and one.trial for one in pairs)
    assert all(one.trial_page.endswith(one.nct_id) for one in pairs)


def test_two_judges_are_compared_on_the_pairs_that_both_judged(tmp_path: Path) -> None:
    one = judged(tmp_path / "one.xlsx")
    two = judged(tmp_path / "two.xlsx", {**ANSWERS, "pmid:2": "reject", "pmid:3": "", "pmid:9": "accept"})
    result = CliRunner().invoke(app, ["review", "compare", str(one), str(two)])
    # of four pairs three alike; by chance half would be
    assert result.output.splitlines() == ["attribute  questions  agreement  kappa", "papers  4  0.750  0.500"]

"""Files that come back: what is taken in, and what is named, quarantined and counted."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.settings import load_protocol
from tasks.survey.importing import import_file
from tasks.survey.store import open_survey
from tests.survey_home import ANSWERED, NOW, SENT, ask_all, make_home, reasons, respondent, sheet, take_in, write_csv


def stored(home: Path, sql: str) -> list[tuple[object, ...]]:
    with open_survey(Home(home)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three people, one terminated trial each, all asked."""
    make_home(tmp_path)
    ask_all(tmp_path, 3)
    return tmp_path


def test_answers_are_kept_by_code_in_the_order_of_options(home: Path) -> None:
    row = sheet(1, obstacles="Recruitment; too little money", publication_status="No")
    assert take_in(home, "answers.csv", [row | {"obstacles": "recruitment;Too little money"}]).added == 1
    found = stored(home, "select nct_id, question, answer from survey.answers order by all")
    assert found == [
        ("", "obstacles", "funding"),
        ("", "obstacles", "recruitment"),
        ("NCT91000001", "publication_status", "unpublished"),
    ]


def test_file_imported_again_adds_nothing(home: Path) -> None:
    rows = [sheet(1, obstacles="funding"), sheet(2, obstacles="nonsense")]
    first, again = take_in(home, "answers.csv", rows), take_in(home, "answers.csv", rows)
    assert (first.added, first.already_known, len(first.quarantined)) == (1, 0, 1)
    assert (again.added, again.already_known, len(again.quarantined)) == (0, 1, 1)
    assert stored(home, "select count(*) from survey.quarantined") == [(1,)]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"respondent_id": "R9999999999"}, "not asked"),
        ({"respondent_id": "", "email": "stranger@example.org"}, "not asked"),
        ({"respondent_id": ""}, "not asked"),
        ({"nct_id": "NCT91000002"}, "not asked"),
        ({"instrument_version": "2"}, "other instrument version"),
        ({"instrument_version": ""}, "other instrument version"),
        ({"answered_at": "05/03/2026 10:00"}, "not a time"),
        ({"answered_at": "2026-03-05"}, "not a time"),
        ({"answered_at": ""}, "not a time"),
        ({"answered_at": "2026-03-05T10:00"}, "no time zone"),
        ({"answered_at": "2026-06-01T00:00:00.000001Z"}, "time in the future"),
        ({"answered_at": "2026-03-01T08:59:59Z"}, "not asked"),
        ({"obstacles": "weather"}, "unknown option"),
        ({"obstacles": "funding;weather"}, "unknown option"),
        ({"publication_status": "article;abstract"}, "several options"),
        ({"obstacles": ""}, "no answer"),
        ({"publication_status": "article", "nonpublication_reasons": "time"}, "question not asked"),
    ],
)
def test_bad_answer_is_named_and_the_good_one_beside_it_kept(home: Path, changed: dict[str, str], kind: str) -> None:
    imported = take_in(home, "answers.csv", [sheet(1, obstacles="funding") | changed, sheet(2, obstacles="staff")])
    assert reasons(imported) == [("2", kind)]
    assert imported.added == 1
    assert stored(home, "select source, position, kind from survey.quarantined") == [("answers.csv", "2", kind)]


def test_question_of_stopping_is_not_for_completed_trials(tmp_path: Path) -> None:
    home = make_home(tmp_path, status="Completed")
    ask_all(home, 3)
    assert reasons(take_in(home, "a.csv", [sheet(1, stopping_reasons="funding")])) == [("2", "question not asked")]


def test_second_answer_of_one_person_is_quarantined_and_the_first_stands(home: Path) -> None:
    late = sheet(1, obstacles="staff") | {"answered_at": "2026-03-06T10:00Z"}
    imported = take_in(home, "answers.csv", [late, sheet(1, obstacles="funding")])
    assert reasons(imported) == [("2", "two answers")]
    assert "answers.csv:3" in imported.quarantined[0].reason
    assert stored(home, "select answer from survey.answers") == [("funding",)]


def test_person_who_answers_otherwise_for_another_trial_is_quarantined(home: Path) -> None:
    with open_survey(Home(home)) as connection:
        connection.execute("update survey.contacts set respondent_id = $1", [respondent(1)])
    second = sheet(1, obstacles="staff", comments="again") | {"nct_id": "NCT91000002"}
    third = sheet(1, obstacles="funding", comments="more") | {"nct_id": "NCT91000003"}
    imported = take_in(home, "answers.csv", [sheet(1, obstacles="funding", comments="first"), second, third])
    assert reasons(imported) == [("3", "two answers")]
    assert stored(home, "select count(*) from survey.answers where question = 'obstacles'") == [(1,)]


def test_sole_trial_of_a_person_may_be_left_out(home: Path) -> None:
    assert take_in(home, "answers.csv", [sheet(1, obstacles="funding") | {"nct_id": ""}]).added == 1


def test_renamed_question_is_told(home: Path) -> None:
    imported = take_in(home, "answers.csv", [sheet(1, obstacles="funding", obstacle="staff")])
    assert imported.unknown_columns == ["obstacle"]


def test_line_in_another_encoding_is_quarantined(home: Path) -> None:
    path = write_csv(home / "answers.csv", [sheet(1, comments="Müller"), sheet(2, comments="Müßte")])
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_bytes(b"\xef\xbb\xbf" + "".join(lines[:2]).encode() + lines[2].encode("cp1252"))
    imported = import_file(Home(home), path, NOW, load_protocol().limits)
    assert reasons(imported) == [("3", "other encoding")]
    assert imported.added == 1


def test_line_with_too_many_cells_is_quarantined(home: Path) -> None:
    path = write_csv(home / "answers.csv", [sheet(1, obstacles="funding")])
    path.write_text(path.read_text().replace("funding", "funding,staff"))
    assert reasons(import_file(Home(home), path, NOW, load_protocol().limits)) == [("2", "too many cells")]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "no header in its first row"),
        (b"PK\x03\x04 damaged", "no readable workbook"),
        ("a,b".encode("utf-16"), "UTF-16; give a CSV in UTF-8"),
        (b"name,age\nAnn,5\n", "neither answers"),
        (b"email,email,event,at\n", "the column email stands twice"),
    ],
)
def test_file_that_is_nothing_of_ours_is_one_sentence(home: Path, content: bytes, error: str) -> None:
    (home / "file.csv").write_bytes(content)
    with pytest.raises(CartscapeError, match=error):
        import_file(Home(home), home / "file.csv", NOW, load_protocol().limits)


def test_workbook_times_have_no_zone_and_need_one(home: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["respondent_id", "event", "at"])
    workbook.active.append([respondent(1), "Second message", datetime(2026, 3, 10, 9, 30)])
    workbook.save(home / "log.xlsx")
    assert reasons(import_file(Home(home), home / "log.xlsx", NOW, load_protocol().limits)) == [("2", "no time zone")]
    assert import_file(Home(home), home / "log.xlsx", NOW, load_protocol().limits, "Asia/Shanghai").added == 1
    sql = "select occurred_at from survey.events where event = 'second message'"
    assert stored(home, sql) == [(datetime(2026, 3, 10, 1, 30),)]


def test_german_csv_with_semicolons_is_read(home: Path) -> None:
    (home / "log.csv").write_text(f"Email;Event;At\nPERSON1@example.org;bounced;{ANSWERED}\n")
    assert import_file(Home(home), home / "log.csv", NOW, load_protocol().limits).added == 1


@pytest.mark.parametrize(
    ("event", "at", "kind"),
    [
        ("sent", ANSWERED, "sent twice"),
        ("opened", ANSWERED, "unknown event"),
        ("second message", "2026-02-28T09:00Z", "not asked"),
        ("bounced", "2026-02-28T09:00Z", "not asked"),
        ("answered", "2026-03-05", "not a time"),
    ],
)
def test_event_that_can_not_be_is_quarantined(home: Path, event: str, at: str, kind: str) -> None:
    row = {"respondent_id": respondent(1), "event": event, "at": at}
    assert reasons(take_in(home, "log.csv", [row])) == [("2", kind)]


def test_third_message_and_second_answer_are_quarantined(home: Path) -> None:
    days = [("second message", 10), ("second message", 11), ("answered", 12), ("answered", 13)]
    rows = [{"respondent_id": respondent(1), "event": event, "at": f"2026-03-{day}T09:00Z"} for event, day in days]
    assert reasons(take_in(home, "log.csv", rows)) == [("3", "sent twice"), ("5", "two answers")]


def test_tracking_sheet_gives_events_once_a_person(tmp_path: Path) -> None:
    make_home(tmp_path)
    row = {"respondent_id": respondent(1), "sent_at": SENT, "second_message_at": "", "answered_at": ANSWERED}
    imported = take_in(tmp_path, "tracking.csv", [row, row, {"respondent_id": "", "sent_at": ""}])
    assert (imported.kind, imported.added, imported.already_known) == ("tracking sheet", 2, 2)
    assert imported.quarantined == []


def test_nobody_is_asked_before_a_log_says_so(tmp_path: Path) -> None:
    make_home(tmp_path)
    assert reasons(take_in(tmp_path, "a.csv", [sheet(1, obstacles="funding")])) == [("2", "not asked")]


def test_import_does_not_look_at_the_clock(home: Path) -> None:
    path = write_csv(home / "answers.csv", [sheet(1, obstacles="funding")])
    early = datetime(2026, 3, 4, tzinfo=UTC)
    assert reasons(import_file(Home(home), path, early, load_protocol().limits)) == [("2", "time in the future")]


CELLS = st.one_of(
    st.sampled_from(
        ["", respondent(1), respondent(2), "NCT91000001", "1", ANSWERED, "funding", "other", "no;no", "\x00"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
COLUMNS = [*sheet(1), "obstacles", "publication_status", "comments"]


@settings(max_examples=15)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELLS)), max_size=8), st.integers(0, 8))
def test_every_row_is_added_known_or_quarantined(home: Path, rows: list[dict[str, str]], good: int) -> None:
    written = [*rows[:good], sheet(3, obstacles="funding"), *rows[good:]]
    imported = take_in(home, "any.csv", written)
    read = [row for row in written if any(cell.strip() for cell in row.values())]
    assert imported.added + imported.already_known + len(imported.quarantined) == len(read)
    assert len({row.position for row in imported.quarantined}) == len(imported.quarantined)


def test_import_that_breaks_off_leaves_nothing_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device", str(home))

    monkeypatch.setattr("tasks.survey.importing.keep_quarantined", full_disk)
    with pytest.raises(CartscapeError, match="No space left on device"):
        take_in(home, "answers.csv", [sheet(1, obstacles="funding")])
    assert stored(home, "select count(*) from survey.sheets") == [(0,)]


def test_database_that_another_program_holds_is_one_sentence(home: Path) -> None:
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holder, str(home / "survey.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        with pytest.raises(CartscapeError, match="close the program that has it open"):
            take_in(home, "answers.csv", [sheet(1, obstacles="funding")])
        process.communicate()

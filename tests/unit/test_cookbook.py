"""Each question of docs/cookbook.md runs on the sample, and the data dictionary is up to date."""

import re

import duckdb
import pytest

from tasks.settings import REPOSITORY
from tests.conftest import Built
from tools.data_dictionary import DICTIONARY, PROGRAM, dictionary_text

COOKBOOK = (REPOSITORY / "docs" / "cookbook.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^## (\d+\. .+?)\n+```sql\n(.+?)```", COOKBOOK, flags=re.MULTILINE | re.DOTALL)
# questions to which the sample may well answer: none
MAY_BE_EMPTY = ("4.", "5.", "9.", "11.", "13.", "16.", "19.", "22.", "25.", "39.", "40.")
SHORT_QUESTIONS = 10


def test_the_cookbook_holds_40_questions() -> None:
    assert [int(title.split(".")[0]) for title, _ in QUESTIONS] == list(range(1, 41))


def test_the_first_ten_questions_take_at_most_four_lines() -> None:
    for title, query in QUESTIONS[:SHORT_QUESTIONS]:
        assert len(query.strip().splitlines()) <= 4, title


def test_the_readme_s_first_query_is_one_line_and_has_an_answer(sample_landscape: Built) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    query = re.search(r'cartscape query "(.+)"$', readme, flags=re.MULTILINE)
    assert query is not None
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        assert connection.execute(query[1]).fetchall()


@pytest.mark.parametrize(("title", "query"), QUESTIONS, ids=[title for title, _ in QUESTIONS])
def test_a_question_has_an_answer(sample_landscape: Built, title: str, query: str) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        rows = connection.execute(query).fetchall()
    assert rows or title.startswith(MAY_BE_EMPTY), title


def test_the_data_dictionary_is_up_to_date() -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == dictionary_text(), f"run {PROGRAM}"


def test_every_table_and_column_says_what_it_means() -> None:
    assert "no description" not in DICTIONARY.read_text(encoding="utf-8")

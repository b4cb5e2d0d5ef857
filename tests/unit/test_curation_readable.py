"""What a person who edits the vocabularies relies on: short rows, sources that are here, fragments that are used."""

import re
from pathlib import Path

import pytest

from tasks.curate.engine.attributes import LISTED
from tasks.curate.engine.rows import CURATION, FRAGMENT, read_rows
from tasks.settings import REPOSITORY

LONGEST_PATTERN = 140
# what stands outside of this repository, and would leave a reader with nothing
ELSEWHERE = re.compile(r"(?<!/RULES)(?<!RULES)\b(?:rules\.md|LABELS\.md|DESIGN\.md)|\.\./shared|\bissue #?\d")
VOCABULARIES = {one.vocabulary for one in LISTED if one.vocabulary}
VOCABULARIES |= {"contexts.tsv", "fragments.tsv", "slots.tsv", "sponsors.tsv"}
VOCABULARIES |= {"participants.tsv", "publication_kind_signs.tsv", "why_stopped.tsv"}
FOLDERS = ("curation", "tasks", "cli", "docs", "bench", "expectations", "sql", "tools", "flows", "sample", "report")
TEXTS = (".py", ".tsv", ".toml", ".sql", ".md", ".yaml", ".js", ".html", ".css")


def texts() -> list[Path]:
    """Every text of the repository but its tests, which may read the real records beside it."""
    found = [path for folder in FOLDERS for path in (REPOSITORY / folder).rglob("*") if path.suffix in TEXTS]
    return [*found, REPOSITORY / "README.md", REPOSITORY / "landscape.toml"]


def test_no_text_refers_to_what_is_not_in_this_repository() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ELSEWHERE.search(line)
    ]
    assert found == []


def test_every_rule_that_a_row_cites_is_written() -> None:
    sections = set(re.findall(r"^## (\d+)\.", (CURATION / "RULES.md").read_text(encoding="utf-8"), re.MULTILINE))
    for path in CURATION.glob("*.tsv"):
        cited = re.findall(r"RULES\.md sections? (\d+)", path.read_text(encoding="utf-8"))
        assert set(cited) <= sections, path.name


@pytest.mark.parametrize("name", sorted(VOCABULARIES))
def test_a_row_holds_one_spelling_that_can_be_read(name: str) -> None:
    path = CURATION / name
    for line, row in read_rows(path):
        spelling = row.get("pattern") or row.get("spelling") or ""
        assert len(spelling) <= LONGEST_PATTERN, f"{path.name}:{line}: take a fragment out, or write two rows"


def test_every_fragment_is_used() -> None:
    rows = [(name, row) for name in VOCABULARIES for _, row in read_rows(CURATION / name)]
    used = {name for _, row in rows for text in row.values() for name, _ in FRAGMENT.findall(text)}
    named = {row["name"] for file, row in rows if file == "fragments.tsv"}
    assert named == used & named

"""What the documents name is there: tests, and files of this repository."""

import re
from pathlib import Path

import pytest

from tasks.settings import REPOSITORY

DOCUMENTS = [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md"), REPOSITORY / "curation" / "RULES.md"]
FOLDERS = r"bench|cli|curation|deploy|docs|expectations|flows|report|sample|sql|tasks|tests|tools"


@pytest.fixture(scope="module")
def tests() -> str:
    """The names of all test modules, and all that they hold."""
    modules = sorted((REPOSITORY / "tests").rglob("test_*.py"))
    return "\n".join(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in modules)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_and_file_that_a_document_names_is_there(document: Path, tests: str) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+(?:\.py)?)`", text))
    assert [name for name in sorted(named) if not re.search(rf"\b{re.escape(name)}\b", tests)] == []
    paths = set(re.findall(rf"`((?:{FOLDERS})/[\w./-]*\w\.\w+)`", text))
    assert [path for path in sorted(paths) if not (REPOSITORY / path).exists()] == []

"""The README's pictures: there, small, and the architecture as its program draws it."""

import re

from tasks.settings import REPOSITORY
from tools.architecture import architecture
from tools.pictures import PICTURES

LARGEST_BYTES = 300_000


def test_the_architecture_is_as_its_program_draws_it() -> None:
    drawn = (PICTURES / "architecture.svg").read_text(encoding="utf-8")
    assert drawn == architecture(), "run python -m tools.pictures HOME"


def test_the_readme_shows_pictures_that_are_there_and_small() -> None:
    named = re.findall(r"!\[[^\]]{20,}\]\(([^)]+)\)", (REPOSITORY / "README.md").read_text(encoding="utf-8"))
    assert sorted(named) == sorted(str(path.relative_to(REPOSITORY)) for path in PICTURES.iterdir())
    assert all((REPOSITORY / name).stat().st_size < LARGEST_BYTES for name in named)

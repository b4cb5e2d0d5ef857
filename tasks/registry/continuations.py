"""Whether a registration is of a study that goes on with another's participants: its numbers may be its parent's."""

from functools import cache
from typing import Any

import re2

from tasks.registry.readers.spellings import FOLDER, read_table
from tasks.registry.study import Study


def is_continuation(study: Study) -> bool:
    """Whether a title says that the participants of another study are followed or treated on."""
    return any(map(tells_of_parent, (study.brief_title, study.official_title)))


def tells_of_parent(text: str) -> bool:
    """Whether a text has words of a study that goes on with the participants of another."""
    return bool(text) and any(pattern.search(text) for pattern in patterns())


@cache
def patterns() -> tuple[Any, ...]:
    """The words, from `curation/registries/continuations.tsv`."""
    return tuple(re2.compile(f"(?i){row['pattern']}") for row in read_table(FOLDER / "continuations.tsv"))

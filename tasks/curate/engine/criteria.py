"""The words of eligibility criteria that tell who may take part, as `curation/participants.tsv` lists them."""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.curate.engine.patterns import AnyOf, PatternSet
from tasks.curate.engine.rows import Row

DENIAL, EXCEPTION, MISREADING = "denial", "exception", "misreading"
JUDGING = (DENIAL, EXCEPTION, MISREADING)


@dataclass(frozen=True)
class CriteriaWords:
    """The subjects, each with the answer that its words give by themselves, and what judges a mention of one."""

    subjects: tuple[Row, ...]
    patterns: PatternSet
    denials: AnyOf
    exceptions: AnyOf
    misreadings: AnyOf


def criteria_words(rows: Iterable[Row]) -> CriteriaWords:
    """The rows of the table with their patterns ready; case does not count."""
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row["subject"] if row["subject"] in JUDGING else "", []).append(row)
    patterns = {kind: [f"(?i){row['pattern']}" for row in each] for kind, each in by_kind.items()}
    return CriteriaWords(tuple(by_kind[""]), PatternSet(patterns[""]), *(AnyOf(patterns[kind]) for kind in JUDGING))

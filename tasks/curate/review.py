"""The review loop: what is uncertain goes out as a workbook, signed decisions come back, reviewers are compared."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.curate.confidence import CANDIDATES
from tasks.curate.engine.decisions import HEADER, Decision, checked, read_decisions
from tasks.curate.engine.records import UNSTATED, Assertion, Curation
from tasks.curate.sheets import append_rows, read_sheet, write_sheet
from tasks.protocol import Review
from tasks.registry.study import Study

QUEUE_COLUMNS = ("nct_id", "attribute", "current", "candidates", "quote", "why", "confidence", "link")
# signals of doubt in the words of a question
DOUBTS = {
    "cue": "unstated, though words of it stand there",
    "rejected": "other values are named",
    "deep": "read from criteria or description",
    "inferred": "judged, not stated",
    "doubtful": "the sentence may speak of something else",
    "candidate": "an unknown antigen or drug stands beside",
}


@dataclass(frozen=True)
class Question:
    """One trial and attribute that a person should look at."""

    nct_id: str
    attribute: str
    current: str
    candidates: str
    quote: str
    why: str
    link: str
    confidence: str


def questions(read: Iterable[tuple[Study, Curation]], review: Review) -> list[Question]:
    """The queue: conflicts and the most doubtful labels, those most likely wrong first.

    A label that a person decided is not asked again.
    """
    cells: list[tuple[float, Study, Curation, str, str]] = []
    asked: list[tuple[float, Study, Curation, str, str]] = []
    for study, curation in read:
        if curation.labels["eligibility"] == ("ineligible",):
            continue
        conflicts = {conflict.attribute: conflict.description for conflict in curation.conflicts}
        for attribute, confidence in curation.confidences.items():
            why = conflicts.get(attribute) or doubt(curation, attribute)
            cell = (confidence, study, curation, attribute, why)
            (asked if attribute in conflicts else cells).append(cell)
    cells = [cell for cell in cells if cell[0] < 1]
    cells.sort(key=lambda cell: (cell[0], cell[2].nct_id, cell[3]))
    asked += cells[: round(review.asked_share * (len(cells) + len(asked)))]
    asked.sort(key=lambda cell: (cell[0], cell[2].nct_id, cell[3]))
    return [question(study, curation, attribute, why, review) for _, study, curation, attribute, why in asked]


def doubt(curation: Curation, attribute: str) -> str:
    """What speaks against a label, in words."""
    signals = curation.signals.get(attribute, {})
    said = [words for name, words in DOUBTS.items() if signals.get(name)]
    return f"right in {curation.confidences[attribute]:.0%} of such cases: {', '.join(said) or 'no single reason'}"


def question(study: Study, curation: Curation, attribute: str, why: str, review: Review) -> Question:
    """The question about one attribute, with the values in conflict as candidates and the words around each quote."""
    conflicting = [one for conflict in curation.conflicts for one in conflict.assertions]
    proposals = CANDIDATES.get(attribute, "")
    every = (*curation.assertions, *conflicting)
    seen: list[Assertion] = [one for one in every if one.attribute in (attribute, proposals)]
    return Question(
        nct_id=curation.nct_id,
        attribute=attribute,
        current="|".join(curation.labels[attribute]),
        candidates="|".join(dict.fromkeys(one.value for one in seen)),
        quote=" ... ".join(dict.fromkeys(around(study, one, review.words_beside) for one in seen if one.quote)),
        why=why,
        link=review.study_page + curation.nct_id,
        confidence=f"{curation.confidences[attribute]:.2f}",
    )


def around(study: Study, assertion: Assertion, beside: int) -> str:
    """The quote in brackets, with the words to either side of it."""
    text = study.text_at(assertion.field)
    before = text[max(0, assertion.start - beside) : assertion.start]
    return " ".join(f"{before}[{assertion.quote}]{text[assertion.end : assertion.end + beside]}".split())


def export_queue(queue: Iterable[Question], path: Path) -> int:
    """Write the queue as a workbook with empty columns for decision, reason and reviewer; returns its length."""
    return write_sheet(path, QUEUE_COLUMNS, ([getattr(one, name) for name in QUEUE_COLUMNS] for one in queue))


def read_answers(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows of a returned workbook that hold a decision, with their row numbers."""
    return ((number, row) for number, row in read_sheet(path, QUEUE_COLUMNS) if row["decision"])


def import_answers(path: Path, decisions: Path, today: datetime.date, values: Mapping[str, frozenset[str]]) -> int:
    """Check every answer, then append them all to the decisions; none is written if one is wrong."""
    if path.suffix == ".tsv":  # rows that a reader of the page signed, in the columns of the decisions themselves
        accepted = list(read_decisions(path, values))
    else:
        accepted = [checked(answered(path, number, row, today), values) for number, row in read_answers(path)]
    append_rows(decisions, ([getattr(one, name) for name in HEADER] for one in accepted))
    return len(accepted)


def answered(path: Path, number: int, row: Mapping[str, str], today: datetime.date) -> Decision:
    """The decision that a row of the workbook holds."""
    return Decision(
        nct_id=row["nct_id"],
        attribute=row["attribute"],
        old_value=row["current"],
        new_value=row["decision"],
        reason=row["reason"],
        source=path.name,
        reviewer=row["reviewer"],
        date=today.isoformat(),
        place=f"{path}:{number}",
    )


@dataclass(frozen=True)
class Agreement:
    """How two reviewers agree on one attribute: share of equal answers, and Cohen's kappa beyond chance."""

    attribute: str
    questions: int
    agreement: float
    kappa: float


def compare_reviewers(one: Path, two: Path) -> list[Agreement]:
    """Agreement for each attribute over the questions that both reviewers answered."""
    first, second = (
        {(row["nct_id"], row["attribute"]): normal(row["decision"]) for _, row in read_answers(path)}
        for path in (one, two)
    )
    shared = sorted(first.keys() & second.keys())
    attributes = sorted({attribute for _, attribute in shared})
    return [agreement(name, [(first[key], second[key]) for key in shared if key[1] == name]) for name in attributes]


def normal(decision: str) -> str:
    """A decision as a sorted set of values, so that CD19|CD20 equals CD20|CD19."""
    return "|".join(sorted(part.strip() for part in decision.split("|") if part.strip())) or UNSTATED


def agreement(attribute: str, pairs: list[tuple[str, str]]) -> Agreement:
    """Cohen's kappa of the pairs; one where both reviewers gave one and the same answer throughout."""
    from sklearn.metrics import cohen_kappa_score

    first, second = zip(*pairs, strict=True)
    same_throughout = len({*first, *second}) == 1
    kappa = 1.0 if same_throughout else float(cohen_kappa_score(first, second))
    return Agreement(attribute, len(pairs), sum(one == two for one, two in pairs) / len(pairs), kappa)

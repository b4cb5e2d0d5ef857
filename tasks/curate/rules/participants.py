"""Who may take part: what the criteria say of prior CAR-T, infections, CNS disease, pregnancy and ECOG status.

Source: curation/participants.tsv.
"""

from dataclasses import dataclass
from functools import lru_cache

from tasks.curate.engine.patterns import PatternSet
from tasks.curate.engine.records import Assertion
from tasks.curate.engine.rows import Row
from tasks.curate.engine.texts import EXCLUSION_HEADINGS, Text
from tasks.curate.engine.vocabularies import Vocabularies
from tasks.registry.study import Study

ATTRIBUTE = "participants"
TABLE = "participants.tsv"
DENIAL, EXCEPTION, MISREADING = "denial", "exception", "misreading"
JUDGING = (DENIAL, EXCEPTION, MISREADING)
# answers that follow from where the words stand; of several mentions of a subject the first of these counts
WITH_EXCEPTIONS, EXCLUDED, ADMITTED = "excluded with exceptions", "excluded", "admitted"
PRECEDENCE = (WITH_EXCEPTIONS, EXCLUDED, ADMITTED)
# 'HIV antibody negative' denies as much as 'no HIV'
CHARACTERS_AFTER = 120
LONGEST_QUOTE = 400


@dataclass(frozen=True, slots=True)
class Mention:
    """A subject named at a place of the criteria, and what is said of it."""

    subject: str
    answer: str
    start: int
    end: int

    @property
    def rank(self) -> tuple[int, int]:
        """Which mention of a subject counts: a number's highest, else by precedence; then the earliest."""
        place = PRECEDENCE.index(self.answer) if self.answer in PRECEDENCE else -int(self.answer.split()[-1])
        return place, self.start


def judge_participants(study: Study, number: str, vocabularies: Vocabularies) -> list[Assertion]:
    """For each subject that the criteria name, who of it may take part, with the sentence that says so."""
    text = Text("criteria", study.eligibility_path, study.eligibility_criteria)
    if not text.raw.strip():
        return []
    counted: dict[str, Mention] = {}
    for mention in mentions(text, vocabularies.tables[TABLE]):
        held = counted.setdefault(mention.subject, mention)
        if mention.rank < held.rank:
            counted[mention.subject] = mention
    return [assertion(text, number, mention) for mention in counted.values()]


def mentions(text: Text, rows: tuple[Row, ...]) -> list[Mention]:
    """Every mention of a subject in the criteria."""
    subjects = tuple(row for row in rows if row["subject"] not in JUDGING)
    patterns = compiled(tuple(row["pattern"] for row in subjects))
    denials, exceptions, misreadings = (
        compiled(tuple(row["pattern"] for row in rows if row["subject"] == kind)) for kind in JUDGING
    )
    exclusion = exclusion_begins(text.clean)
    found = []
    for position in patterns.occurring(text.clean):
        row = subjects[position]
        for start, end in patterns.spans(position, text.clean):
            if misreadings.occurring(text.clean[start:end]):
                continue
            answer = row["answer"] or placed_answer(text, start, end, exclusion, denials, exceptions)
            found.append(Mention(row["subject"], answer, start, end))
    return found


@lru_cache(maxsize=8)
def compiled(patterns: tuple[str, ...]) -> PatternSet:
    """The patterns in one set; case does not count."""
    return PatternSet([f"(?i){pattern}" for pattern in patterns])


def exclusion_begins(clean: str) -> int:
    """Where the exclusion criteria begin; behind the end where no heading says so."""
    lowered = clean.lower()
    found = [place for place in map(lowered.find, EXCLUSION_HEADINGS) if place >= 0]
    return min(found, default=len(clean))


def placed_answer(text: Text, start: int, end: int, exclusion: int, denials: PatternSet, exceptions: PatternSet) -> str:
    """What the place of a mention says of it: behind the exclusion heading or denied is excluded, else admitted."""
    first, last = text.sentence(start, end)
    around = f"{text.clean[first:start]} {text.clean[end : min(last, end + CHARACTERS_AFTER)]}"
    if start < exclusion and not denials.occurring(around):
        return ADMITTED
    return WITH_EXCEPTIONS if exceptions.occurring(text.clean[first:last]) else EXCLUDED


def assertion(text: Text, number: str, mention: Mention) -> Assertion:
    """A mention as evidence, quoting its sentence where that is short enough."""
    first, last = text.sentence(mention.start, mention.end)
    sentence = text.clean[first:last]
    if len(sentence) <= LONGEST_QUOTE:
        first += len(sentence) - len(sentence.lstrip())
        last = first + len(sentence.strip())
    else:
        first, last = mention.start, mention.end
    start, end = text.raw_span(first, last)
    value = f"{mention.subject}: {mention.answer}"
    return Assertion(number, ATTRIBUTE, value, "stated", text.field, start, end, text.raw[start:end], TABLE)

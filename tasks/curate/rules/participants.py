"""Who may take part: what the criteria say of prior CAR-T, infections, CNS disease, pregnancy and ECOG status.

Source: curation/participants.tsv.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.curate.engine.criteria import CriteriaWords
from tasks.curate.engine.records import Assertion
from tasks.curate.engine.texts import Text, exclusion_begins
from tasks.registry.study import Study

ATTRIBUTE = "participants"
TABLE = "participants.tsv"
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


@dataclass(frozen=True, slots=True)
class Criteria:
    """The eligibility criteria of a study with every mention of a subject there."""

    text: Text
    mentions: list[Mention]


def read_criteria(studies: Iterable[Study], words: CriteriaWords) -> dict[str, Criteria]:
    """The criteria of some studies by their raw characters; blank ones are left out."""
    read = {raw: study.eligibility_path for study in studies if (raw := study.eligibility_criteria).strip()}
    texts = [Text("criteria", path, raw) for raw, path in read.items()]
    return {text.raw: Criteria(text, each) for text, each in zip(texts, mentions(texts, words), strict=True)}


def mentions(texts: Sequence[Text], words: CriteriaWords) -> list[list[Mention]]:
    """Every mention of a subject in each of the criteria."""
    exclusions = [exclusion_begins(text.clean) for text in texts]
    found: list[list[Mention]] = [[] for _ in texts]
    for position, number, spans in words.patterns.spans_each([text.clean for text in texts]):
        row, text = words.subjects[position], texts[number]
        for start, end in spans:
            if not words.misreadings.occurs(text.clean[start:end]):
                answer = row["answer"] or placed_answer(text, start, end, exclusions[number], words)
                found[number].append(Mention(row["subject"], answer, start, end))
    return found


def judge_participants(criteria: Criteria, number: str) -> list[Assertion]:
    """For each subject that the criteria name, who of it may take part, with the sentence that says so."""
    counted: dict[str, Mention] = {}
    for mention in criteria.mentions:
        held = counted.setdefault(mention.subject, mention)
        if mention.rank < held.rank:
            counted[mention.subject] = mention
    return [assertion(criteria.text, number, mention) for mention in counted.values()]


def placed_answer(text: Text, start: int, end: int, exclusion: int, words: CriteriaWords) -> str:
    """What the place of a mention says of it: behind the exclusion heading or denied is excluded, else admitted."""
    first, last = text.sentence(start, end)
    around = f"{text.clean[first:start]} {text.clean[end : min(last, end + CHARACTERS_AFTER)]}"
    if start < exclusion and not words.denials.occurs(around):
        return ADMITTED
    return WITH_EXCEPTIONS if words.exceptions.occurs(text.clean[first:last]) else EXCLUDED


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

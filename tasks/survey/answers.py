"""Answers of investigators, held to the instrument, to who was asked, and to what they answered before."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tasks.survey.instrument import Instrument, Question
from tasks.survey.knowledge import Knowledge
from tasks.survey.tables import BadRow, QuarantinedRow, Row, Table
from tasks.survey.times import instant

SEPARATOR = ";"
Answers = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person answered for one trial: by question, the options chosen or the text."""

    respondent_id: str
    nct_id: str
    answered_at: datetime
    answers: Answers
    position: str

    @property
    def content_sha256(self) -> str:
        """Hash of time and answers, which tells a file imported again from a second answer."""
        return hashlib.sha256(repr((self.answered_at, sorted(self.answers.items()))).encode()).hexdigest()


@dataclass(slots=True)
class AnswerResult:
    """Sheets to add, the number known before, and the rows quarantined."""

    sheets: list[Sheet]
    already_known: int
    quarantined: list[QuarantinedRow]


def read_answers(
    table: Table, instrument: Instrument, knowledge: Knowledge, zone: ZoneInfo | None, now: datetime
) -> AnswerResult:
    """Check answers row by row, the first answered first; each bad row is quarantined with its reason."""
    result = AnswerResult([], 0, list(table.quarantined))
    found: list[Sheet] = []
    for row in table.rows:
        try:
            found.append(sheet_of(row, instrument, knowledge, zone, now))
        except BadRow as bad:
            result.quarantined.append(
                QuarantinedRow(table.source, row.position, bad.kind, bad.reason, knowledge.whose(row))
            )
    for sheet in sorted(found, key=lambda s: (s.answered_at, int(s.position))):
        try:
            if is_known(sheet, knowledge):
                result.already_known += 1
                continue
            require_agreement(sheet, instrument, knowledge)
        except BadRow as bad:
            result.quarantined.append(
                QuarantinedRow(table.source, sheet.position, bad.kind, bad.reason, sheet.respondent_id)
            )
            continue
        result.sheets.append(sheet)
        remember(sheet, f"{table.source}:{sheet.position}", instrument, knowledge)
    return result


def sheet_of(row: Row, instrument: Instrument, knowledge: Knowledge, zone: ZoneInfo | None, now: datetime) -> Sheet:
    """One row as a sheet; BadRow where the person, trial, version, time or an answer is not possible."""
    respondent_id = knowledge.respondent(row)
    if (version := row.text("instrument_version")) != instrument.version:
        raise BadRow(
            "other instrument version",
            f"answers version {version[:20]!r}; the instrument is version {instrument.version}",
        )
    nct_id = trial_of(row, knowledge.trials.get(respondent_id, []))
    answered_at = instant(row.cells.get("answered_at", ""), zone, now)
    sent = knowledge.first_sent(respondent_id)
    if sent is None or answered_at < sent:
        raise BadRow("not asked", "answered before any message was sent to them; import the sending log first")
    chosen = {code: options for code, q in instrument.questions.items() if (options := answers_to(q, row))}
    if not chosen:
        raise BadRow("no answer", "no question is answered")
    for code in chosen:
        require_applies(instrument.questions[code], knowledge.statuses.get(nct_id, ""), chosen)
    return Sheet(respondent_id, nct_id, answered_at, chosen, row.position)


def trial_of(row: Row, trials: list[str]) -> str:
    """The trial that a row answers for: written, or the only one that the person was asked about."""
    written = row.text("nct_id").upper()
    if not written and len(trials) == 1:
        return trials[0]
    if written not in trials:
        raise BadRow(
            "not asked", f"they were not asked about {written[:20]!r}" if written else "names no trial of theirs"
        )
    return written


def answers_to(question: Question, row: Row) -> tuple[str, ...]:
    """The options chosen, as codes in the instrument's order; a text as it is; empty where nothing was answered."""
    written = row.text(question.code)
    if not written or question.kind == "text":
        return (written,) if written else ()
    whole = question.option_code(written)
    parts = [whole] if whole else [question.option_code(part) for part in written.split(SEPARATOR) if part.strip()]
    if None in parts:
        raise BadRow("unknown option", f"{question.code}: {written[:40]!r} is no option of this question")
    if question.kind == "single" and len(set(parts)) > 1:
        raise BadRow("several options", f"{question.code}: {written[:40]!r}; this question takes one option")
    return tuple(option.code for option in question.options if option.code in parts)


def require_applies(question: Question, status: str, chosen: Answers) -> None:
    """Refuse an answer to a question that the person can't have been shown."""
    if status not in question.statuses:
        raise BadRow("question not asked", f"{question.code} is not asked for a trial that is {status or 'not ours'}")
    condition = question.asked_if
    if condition and not set(chosen.get(condition.question, ())) & set(condition.options):
        raise BadRow("question not asked", f"{question.code} is not asked after this answer to {condition.question}")


def is_known(sheet: Sheet, knowledge: Knowledge) -> bool:
    """Whether the same answers were imported before; BadRow where others of the person and trial were."""
    known = knowledge.sheets.get((sheet.respondent_id, sheet.nct_id))
    if known and known[0] != sheet.content_sha256:
        raise BadRow("two answers", f"they answered for {sheet.nct_id} before, in {known[1]}; the first stands")
    return known is not None


def require_agreement(sheet: Sheet, instrument: Instrument, knowledge: Knowledge) -> None:
    """What is asked of a person is answered alike for all of their trials."""
    for code, options in sheet.answers.items():
        before = knowledge.person_answers.get((sheet.respondent_id, code))
        if instrument.questions[code].is_once_a_person and before and before != set(options):
            raise BadRow("two answers", f"{code}: they answered otherwise for another trial; the first stands")


def remember(sheet: Sheet, source: str, instrument: Instrument, knowledge: Knowledge) -> None:
    """Let the rows that follow know of this sheet."""
    knowledge.sheets[sheet.respondent_id, sheet.nct_id] = (sheet.content_sha256, source)
    for code, options in sheet.answers.items():
        if instrument.questions[code].is_once_a_person:
            knowledge.person_answers[sheet.respondent_id, code] = set(options)

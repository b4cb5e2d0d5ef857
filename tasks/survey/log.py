"""The sending log: when messages went out, came back or were answered; long, or as the tracking sheet has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tasks.survey.knowledge import Knowledge
from tasks.survey.tables import BadRow, QuarantinedRow, Row, Table
from tasks.survey.times import instant

SENT, SECOND, BOUNCED, ANSWERED = "sent", "second message", "bounced", "answered"
EVENTS = (SENT, SECOND, BOUNCED, ANSWERED)
# columns of the tracking sheet
TRACKING_COLUMNS = {"sent_at": SENT, "second_message_at": SECOND, "bounced_at": BOUNCED, "answered_at": ANSWERED}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a message."""

    respondent_id: str
    event: str
    occurred_at: datetime
    position: str


@dataclass(slots=True)
class LogResult:
    """Events to add, the number known before, and the rows quarantined."""

    events: list[Event]
    already_known: int
    quarantined: list[QuarantinedRow]


def read_log(table: Table, knowledge: Knowledge, zone: ZoneInfo | None, now: datetime) -> LogResult:
    """Check a sending log against what is known, in the order of time; what contradicts it is quarantined."""
    result = LogResult([], 0, list(table.quarantined))
    found: list[Event] = []
    for row in table.rows:
        for written in written_events(table, row):
            try:
                found.append(event_of(row, written, knowledge, zone, now))
            except BadRow as bad:
                result.quarantined.append(
                    QuarantinedRow(table.source, row.position, bad.kind, bad.reason, knowledge.whose(row))
                )
    for event in sorted(found, key=lambda e: (e.occurred_at, EVENTS.index(e.event))):
        times = knowledge.events[event.respondent_id, event.event]
        if event.occurred_at in times:
            result.already_known += 1
            continue
        try:
            require_order(event, knowledge)
        except BadRow as bad:
            result.quarantined.append(
                QuarantinedRow(table.source, event.position, bad.kind, bad.reason, event.respondent_id)
            )
            continue
        times.append(event.occurred_at)
        result.events.append(event)
    return result


def written_events(table: Table, row: Row) -> Iterable[tuple[str, str]]:
    """Event and column of its time: one in a long log, those filled in of a tracking sheet."""
    if "event" in table.columns:
        return [(row.text("event").casefold(), "at")]
    return [(event, column) for column, event in TRACKING_COLUMNS.items() if row.text(column)]


def event_of(row: Row, written: tuple[str, str], knowledge: Knowledge, zone: ZoneInfo | None, now: datetime) -> Event:
    """An event with its person and its instant."""
    event, column = written
    if event not in EVENTS:
        raise BadRow("unknown event", f"{event[:40]!r} is none of {', '.join(EVENTS)}")
    respondent_id = knowledge.respondent(row)
    return Event(respondent_id, event, instant(row.cells.get(column, ""), zone, now), row.position)


def require_order(event: Event, knowledge: Knowledge) -> None:
    """A message is sent once; the second follows the first; only what was sent can bounce or be answered."""
    sent = knowledge.first_sent(event.respondent_id)
    earlier = knowledge.events[event.respondent_id, event.event]
    if event.event == SENT and sent is not None:
        raise BadRow("sent twice", f"the first message was sent at {sent.isoformat()}Z; a second is a 'second message'")
    if event.event == SECOND and earlier:
        raise BadRow("sent twice", "the second message was sent before; the protocol has no third")
    if event.event != SENT and (sent is None or event.occurred_at < sent):
        raise BadRow("not asked", f"'{event.event}' before any message was sent to them; import what was sent first")
    if event.event == ANSWERED and earlier:
        raise BadRow("two answers", f"they answered at {min(earlier).isoformat()}Z before")

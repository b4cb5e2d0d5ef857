"""Non-response: 14 days exactly, in every time zone, whether or not the clocks change in between."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import CartscapeError
from tasks.survey.store import insert
from tasks.survey.tables import BadRow
from tasks.survey.times import instant, time_zone
from tasks.warehouse.models import SQL_FOLDER, build_model, read_model

LONG_AFTER = datetime(2030, 1, 1)
WINDOW = timedelta(days=14)
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "America/St_Johns", "UTC"]
Case = tuple[list[tuple[str, datetime]], datetime | None]


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute((SQL_FOLDER / "schema" / "survey.sql").read_text())
        # a session in a zone with summer time must not matter
        connection.execute("set timezone = 'Europe/Berlin'")
        yield connection


def outcomes(
    connection: duckdb.DuckDBPyConnection, cases: list[Case], now: datetime, counted_from: str = "last message"
) -> list[str]:
    """The outcome of each person, from events and the time of the answer, by the model itself."""
    for table in ("people", "events", "sheets"):
        connection.execute(f"delete from survey.{table}")
    for number, (events, answered_at) in enumerate(cases):
        key = f"{number:04d}"
        insert(connection, "people", [(key, "", "")])
        insert(connection, "events", [(key, event, at, "") for event, at in events])
        if answered_at:
            insert(connection, "sheets", [(key, "N", answered_at, "", "")])
    parameters = {"messages": 2, "days_to_answer": 14, "now": now.isoformat(), "counted_from": counted_from}
    build_model(connection, read_model(SQL_FOLDER / "survey" / "outcomes.sql"), parameters)
    found = connection.execute("select outcome from survey.outcomes order by respondent_id").fetchall()
    return [row[0] for row in found]


FIRST, SECOND = datetime(2026, 3, 20, 9), datetime(2026, 3, 27, 9)
BOTH = [("sent", FIRST), ("second message", SECOND)]
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("events", "answered_at", "now", "outcome"),
    [
        ([], None, LONG_AFTER, "not asked yet"),
        ([("sent", FIRST)], None, LONG_AFTER, "waiting"),
        ([("sent", FIRST)], FIRST + timedelta(days=400), LONG_AFTER, "answered"),
        (BOTH, None, SECOND + WINDOW, "waiting"),
        (BOTH, None, SECOND + WINDOW + TICK, "no response"),
        (BOTH, SECOND + WINDOW, LONG_AFTER, "answered"),
        (BOTH, SECOND + WINDOW + TICK, LONG_AFTER, "answered late"),
        (BOTH, FIRST + timedelta(hours=1), LONG_AFTER, "answered"),
        ([("sent", FIRST), ("bounced", FIRST + TICK)], None, LONG_AFTER, "bounced"),
        ([*BOTH, ("bounced", FIRST + TICK)], None, LONG_AFTER, "waiting"),
        ([*BOTH, ("bounced", FIRST + TICK), ("bounced", SECOND + TICK)], None, LONG_AFTER, "bounced"),
        ([*BOTH, ("answered", SECOND)], None, LONG_AFTER, "answered"),
    ],
)
def test_outcome(
    database: duckdb.DuckDBPyConnection,
    events: list[tuple[str, datetime]],
    answered_at: datetime | None,
    now: datetime,
    outcome: str,
) -> None:
    assert outcomes(database, [(events, answered_at)], now) == [outcome]


def test_days_can_be_counted_from_the_first_message(database: duckdb.DuckDBPyConnection) -> None:
    cases: list[Case] = [(BOTH, FIRST + WINDOW), (BOTH, FIRST + WINDOW + TICK), (BOTH, None)]
    found = outcomes(database, cases, LONG_AFTER, "first message")
    assert found == ["answered", "answered late", "no response"]


moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1))
delays = st.one_of(st.timedeltas(timedelta(0), timedelta(days=60)), st.sampled_from([WINDOW, WINDOW + TICK]))


@settings(max_examples=20)
@given(st.lists(st.tuples(moments, delays, delays), min_size=1, max_size=20), st.sampled_from(ZONES))
def test_answer_is_late_after_14_days_of_24_hours_in_any_zone(
    database: duckdb.DuckDBPyConnection, drawn: list[tuple[datetime, timedelta, timedelta]], zone: str
) -> None:
    cases: list[Case] = []
    expected = []
    for first, gap, delay in drawn:
        second = first + gap
        # written as a clock in that zone shows it, with its offset
        written = [
            at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).isoformat() for at in (first, second, second + delay)
        ]
        sent, again, answered = (instant(text, None, datetime.max.replace(tzinfo=UTC)) for text in written)
        cases.append(([("sent", sent), ("second message", again)], answered))
        expected.append("answered late" if delay > WINDOW else "answered")
    assert outcomes(database, cases, LONG_AFTER) == expected


@given(moments, st.sampled_from(ZONES))
def test_time_with_an_offset_and_the_same_time_in_its_zone_are_one_instant(moment: datetime, zone: str) -> None:
    far = datetime.max.replace(tzinfo=UTC)
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    assert instant(local.isoformat(), None, far) == moment
    try:
        assert instant(local.replace(tzinfo=None).isoformat(), ZoneInfo(zone), far) == moment
    except BadRow as bad:
        assert bad.kind == "ambiguous hour"


@pytest.mark.parametrize(
    ("written", "zone", "kind"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "no such hour"),
        ("2026-10-25T02:30", "Europe/Berlin", "ambiguous hour"),
        ("2026-10-25T02:30", None, "no time zone"),
        ("0001-01-01T00:00+14:00", None, "not a time"),
        ("yesterday", None, "not a time"),
        ("20260301", None, "not a time"),
    ],
)
def test_time_that_is_no_single_instant_is_refused(written: str, zone: str | None, kind: str) -> None:
    with pytest.raises(BadRow) as refused:
        instant(written, time_zone(zone), datetime.max.replace(tzinfo=UTC))
    assert refused.value.kind == kind


def test_ambiguous_hour_with_its_offset_is_an_instant() -> None:
    far = datetime.max.replace(tzinfo=UTC)
    assert instant("2026-10-25T02:30+02:00", None, far) == datetime(2026, 10, 25, 0, 30)
    assert instant("2026-10-25T02:30+01:00", None, far) == datetime(2026, 10, 25, 1, 30)


@pytest.mark.parametrize("name", ["Berlin", "../../etc/passwd", "\0"])
def test_unknown_zone_is_one_sentence(name: str) -> None:
    with pytest.raises(CartscapeError, match="no such time zone"):
        time_zone(name)

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tasks.registry.refusals import UnusableAnswer, decode_object, seconds_to_wait
from tasks.registry.session import introduce
from tests.replica.material import quick


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("3", 3.0),
        ("0", 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(header) == seconds


def test_retry_after_of_a_coming_date_is_the_time_until_then() -> None:
    coming = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 85 < (seconds_to_wait(coming) or 0) <= 90


def test_the_user_agent_says_who_asks_and_whom_to_write_to() -> None:
    assert introduce(quick(interfaces={"user_agent": "x/1"}).interfaces) == "x/1"
    named = quick(interfaces={"user_agent": "x/1", "contact_email": "a@b.org"}).interfaces
    assert introduce(named) == "x/1 (mailto:a@b.org)"


@pytest.mark.parametrize("content", [b"<html>", b'{"a": ', b"", b"[1]"])
def test_what_is_not_a_json_object_is_worth_asking_again(content: bytes) -> None:
    with pytest.raises(UnusableAnswer):
        decode_object(content)

"""What the registry changes on every record every day is taken out of the bytes to compare them, and put in again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.registry.volatile import VolatileValues

HOLDER = VolatileValues(["derivedSection.miscInfoModule.versionHolder", "fields.Export date"])
PLAIN = st.text(st.characters(exclude_characters='"\\', exclude_categories=["C"]), min_size=1, max_size=12)


def record(day: Any, **modules: Any) -> bytes:
    return json.dumps(
        {"protocolSection": modules, "derivedSection": {"miscInfoModule": {"versionHolder": day}}}
    ).encode()


def test_records_of_two_days_are_the_same_but_for_the_day() -> None:
    monday, tuesday = record("2026-11-23", statusModule={}), record("2026-11-24", statusModule={})
    assert HOLDER.taken_out(monday)[0] == HOLDER.taken_out(tuesday)[0]
    assert (HOLDER.taken_out(monday)[1], HOLDER.values_in(tuesday)) == (b"2026-11-23", b"2026-11-24")
    assert HOLDER.put_in(monday, b"2026-11-24") == tuesday


@pytest.mark.parametrize(
    "same_name_elsewhere",
    [
        b'{"protocolSection":{"miscInfo":{"versionHolder":"a"}}}',
        b'{"derivedSection":{"versionHolder":"a"}}',
        b'{"derivedSection":{"miscInfoModule":{"text":"\\"versionHolder\\":\\"a\\""}}}',
        b'{"derivedSection":{"miscInfoModule":{"versionHolder":17}}}',
        b'{"derivedSection":{"miscInfoModule":{"other":{},"versionHolder":"a"}}}',
        b'{"fields":{"Export date":"a"}}',
        b'"versionHolder":"a"',
        b"{}",
        b"",
    ],
)
def test_what_does_not_stand_where_the_path_says_stays(same_name_elsewhere: bytes) -> None:
    assert HOLDER.values_in(same_name_elsewhere) == b""
    assert HOLDER.put_in(same_name_elsewhere, b"") == same_name_elsewhere
    other = same_name_elsewhere.replace(b"a", b"b")
    assert (HOLDER.taken_out(other)[0] == HOLDER.taken_out(same_name_elsewhere)[0]) is (other == same_name_elsewhere)


def test_a_missing_or_empty_value_is_another_than_any() -> None:
    without = b'{"protocolSection": {}, "derivedSection": {"miscInfoModule": {}}}'
    assert len({HOLDER.taken_out(one)[0] for one in (record("2026-11-23"), record(""), without)}) == 3


@given(PLAIN, PLAIN, st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3), st.booleans())
def test_another_record_with_the_values_of_this_is_this(one: str, other: str, modules: Any, is_spaced: bool) -> None:
    separators = (", ", ": ") if is_spaced else (",", ":")
    first, second = (
        json.dumps(json.loads(record(day, **modules)), separators=separators, ensure_ascii=False).encode()
        for day in (one, other)
    )
    assert HOLDER.taken_out(first)[0] == HOLDER.taken_out(second)[0]
    assert HOLDER.put_in(first, HOLDER.values_in(second)) == second

"""Addresses as registrations write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.survey.addresses import checked_address


@pytest.mark.parametrize(
    ("written", "email"),
    [
        ("Jan.Cerny@umassmemorial.org", "jan.cerny@umassmemorial.org"),
        (" mailto:ann@example.org ", "ann@example.org"),
        ("Ann Lee <ann@example.org>", "ann@example.org"),
        ("broken@, ann@example.org; bob@example.org", "ann@example.org"),
        ("müller@bücher.example.org", "müller@bücher.example.org"),
    ],
)
def test_address_in_one_spelling(written: str, email: str) -> None:
    assert checked_address(written).email == email


@pytest.mark.parametrize(
    "written", ["", "none", "ann at example.org", "ann@example", "ann@localhost", "a..b@example.org", "ann@x.test"]
)
def test_address_without_a_valid_form_says_why(written: str) -> None:
    address = checked_address(written)
    assert not address.email
    assert address.problem


@given(st.text())
def test_any_text_is_an_address_or_a_reason(written: str) -> None:
    address = checked_address(written)
    assert bool(address.email) != bool(address.problem)
    assert not address.email or checked_address(address.email) == address

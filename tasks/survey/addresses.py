"""E-mail addresses as registrations write them: their form is checked, and no server is ever asked."""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

# several addresses in one field, 'mailto:' and angle brackets around one
SEPARATORS = re.compile(r"[;,/\s<>]+")


@dataclass(frozen=True, slots=True)
class Address:
    """An address in one spelling, or the reason why what is written is none."""

    email: str = ""
    problem: str = ""


def checked_address(written: str) -> Address:
    """The first address in a field whose syntax and domain have a valid form, in small letters."""
    parts = [part.removeprefix("mailto:") for part in SEPARATORS.split(written.strip()) if "@" in part]
    problem = "no @ in it"
    for part in parts:
        try:
            return Address(validate_email(part, check_deliverability=False).normalized.casefold())
        except EmailNotValidError as error:
            problem = str(error)
    return Address(problem=problem)

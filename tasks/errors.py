"""The one exception that users see: what happened, where, and what to do."""

import os
import re

# C0 and C1 controls but tab and line feed, and the marks that turn the direction of text around
ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SECRET_NAME = re.compile(r"(?:CARTSCAPE|PREFECT)_.*(?:KEY|TOKEN|SECRET|PASSWORD|AUTH_STRING)", re.IGNORECASE)
SHORTEST_SECRET = 4


def secrets() -> tuple[str, ...]:
    """Values of the environment that nobody may see."""
    return tuple(
        value for name, value in os.environ.items() if SECRET_NAME.fullmatch(name) and len(value) >= SHORTEST_SECRET
    )


def harmless(text: str, hidden: tuple[str, ...] | None = None) -> str:
    """A text that a terminal or a log only shows: no escape sequence acts, and no secret appears.

    `hidden`: the secrets, where many texts are made harmless at once; the environment's by default.
    """
    shown = ACTING.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
    for secret in secrets() if hidden is None else hidden:
        shown = shown.replace(secret, "***")
    return shown


class CartscapeError(Exception):
    """A problem that stops the run: one sentence with the place and the cure, shown without a traceback."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(harmless(sentence))


class InterfaceUnreachable(CartscapeError):
    """An interface that did not answer, or not usefully, however often it was asked: later it may."""


class UnreadableStudy(ValueError):
    """A single record that can't be read: it goes to quarantine with this reason, on one line, and the run goes on."""

    def __init__(self, reason: str) -> None:
        super().__init__(harmless(" ".join(reason.split())))

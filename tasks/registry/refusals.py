"""Answers of a registry that can't be used: which are worth asking for again, and what to tell of the others."""

from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

from tasks.errors import CartscapeError

EXCERPT_CHARACTERS = 300


class UnusableAnswer(Exception):
    """An answer that asking again may cure; `retry_after` is how many seconds the registry wants us to wait."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class RegistryRefused(CartscapeError):
    """The registry understood the question and declined it: asking again would not help."""


class TurnedAway(CartscapeError):
    """A web firewall turned the client away."""


def decode_object(content: bytes) -> dict[str, Any]:
    """A JSON object; a web page, cut-off JSON or anything else is worth asking again."""
    if content.lstrip()[:1] == b"<":
        raise UnusableAnswer("a web page instead of JSON")
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnusableAnswer(f"JSON that is cut off or broken ({error})") from error
    if not isinstance(value, dict):
        raise UnusableAnswer("JSON that is not an object")
    return value


def refuse_or_retry(response: requests.Response, content: bytes) -> None:
    """Raise for every status but success: UnusableAnswer when asking again may help, else CartscapeError."""
    status = response.status_code
    if status < 300:
        return
    said = " ".join(content.decode("utf-8", "replace").split())[:EXCERPT_CHARACTERS]
    if status == 429 or status >= 500:
        raise UnusableAnswer(f"HTTP {status}", seconds_to_wait(response.headers.get("Retry-After")))
    if status == 403:
        raise TurnedAway(
            f"{address(response)}: HTTP 403: the web firewall turned this client away; set CARTSCAPE_USER_AGENT to an "
            "honest name with a contact, try from another network, or download the studies in a browser and give the "
            "file: cartscape run --source FILE"
        )
    reason = said or response.reason
    raise RegistryRefused(f"{address(response)}: HTTP {status}: {reason}; correct the question or address")


def address(response: requests.Response) -> str:
    """Where an answer came from, without the question, which may hold a key or an e-mail address."""
    parts = urlsplit(response.url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def seconds_to_wait(retry_after: str | None) -> float | None:
    """What a Retry-After header asks for, given as seconds or as a date; None when it says nothing readable."""
    if retry_after is None:
        return None
    try:
        return float(Retry().parse_retry_after(retry_after))
    except InvalidHeader:
        return None


def describe(error: BaseException | None) -> str:
    """The innermost reason in a few words, without the library's wrapping."""
    if isinstance(error, UnusableAnswer):
        return str(error)
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    cause = error
    while cause is not None and (cause.__cause__ or cause.__context__):
        cause = cause.__cause__ or cause.__context__
    return f"no connection ({getattr(cause, 'strerror', None) or cause})"

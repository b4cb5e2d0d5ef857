"""CTIS's public interface, which nobody documents: searches by phrase, and one record a trial.

It changed its shape once without notice. Whatever is not as it was observed stops this source alone, with a sentence.
"""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from tasks.errors import CartscapeError
from tasks.registry.readers.ctis import KEY, drifted
from tasks.registry.refusals import decode_object
from tasks.registry.session import PoliteSession

PAGE_SIZE = 100
SEARCH_IN_ALL_TEXTS = "containAll"


class CtisChanged(CartscapeError):
    """CTIS answers in another shape than was observed."""


class Ctis:
    """The interface at one base address, asked through one polite session."""

    def __init__(self, session: PoliteSession, base_url: str) -> None:
        """Ask at `base_url`."""
        self.session = session
        self.base_url = base_url.rstrip("/")

    def numbers(self, phrase: str) -> Iterator[str]:
        """The numbers of the trials in which a phrase stands, page by page."""
        page, pages = 1, 1
        while page <= pages:
            question = {
                "searchCriteria": {SEARCH_IN_ALL_TEXTS: phrase},
                "pagination": {"page": page, "size": PAGE_SIZE},
                "sort": {"property": "decisionDate", "direction": "DESC"},
            }
            answer = self.session.ask("POST", f"{self.base_url}/search", None, decode_object, question)
            pages, found = self._page(answer)
            yield from found
            page += 1

    def _page(self, answer: dict[str, Any]) -> tuple[int, list[str]]:
        pagination, found = answer.get("pagination"), answer.get("data")
        if not isinstance(pagination, dict) or not isinstance(found, list):
            raise self.changed("search", "no pagination or data")
        numbers = [record.get(KEY) if isinstance(record, dict) else None for record in found]
        if not all(isinstance(number, str) and number for number in numbers):
            raise self.changed("search", f"a trial without {KEY}")
        pages = pagination.get("totalPages")
        if not isinstance(pages, int):
            raise self.changed("search", "no totalPages")
        return pages, [str(number) for number in numbers]

    def record(self, number: str) -> bytes:
        """The record of one trial as received."""
        content = self.session.ask("GET", f"{self.base_url}/retrieve/{number}", None, whole_object)
        if reason := drifted(orjson.loads(content)):
            raise self.changed(f"retrieve/{number}", reason)
        return content

    def changed(self, where: str, reason: str) -> CtisChanged:
        """What is said of an answer in another shape."""
        return CtisChanged(
            f"{self.base_url}/{where}: CTIS answers in another shape than was observed ({reason}); "
            "leave 'live-ctis' out until a reader knows it, or give CTIS's trials by an export of ICTRP"
        )


def whole_object(content: bytes) -> bytes:
    """The answer as received, once it is known to be a JSON object."""
    decode_object(content)
    return content


def trials(ctis: Ctis, phrases: list[str], report: Callable[[str], None]) -> Iterator[tuple[str, bytes, list[str]]]:
    """Every trial that a phrase finds: its number, its record, and the phrases that found it."""
    found: dict[str, list[str]] = {}
    for phrase in phrases:
        numbers = list(ctis.numbers(phrase))
        report(f"CTIS {phrase!r}: {len(numbers):,} trials")
        for number in dict.fromkeys(numbers):
            found.setdefault(number, []).append(phrase)
    for number, by_phrases in sorted(found.items()):
        yield number, ctis.record(number), by_phrases

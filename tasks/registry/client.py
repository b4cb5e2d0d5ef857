"""ClinicalTrials.gov API v2, as far as retrieval needs it: its version, and searches page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasks.errors import CartscapeError
from tasks.registry.searches import Search
from tasks.registry.session import PoliteSession, UnusableAnswer, decode_object


@dataclass(frozen=True, slots=True)
class Version:
    """Which API answered, and as of when its data are."""

    api_version: str
    data_timestamp: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search: its studies in the registry's order, and the token of the next page, if there is one."""

    number: int
    studies: list[Any]
    total: int | None
    next_token: str | None


class Registry:
    """The registry at one base address, asked through one polite session."""

    def __init__(self, session: PoliteSession, base_url: str, page_size: int) -> None:
        self.session = session
        self.base_url = base_url.rstrip("/")
        self.page_size = page_size

    def version(self) -> Version:
        """API version and data timestamp, which changes when the registry's data do."""
        answer = self.session.ask("GET", f"{self.base_url}/version", None, decode_version)
        return Version(answer["apiVersion"], answer["dataTimestamp"])

    def search_pages(self, search: Search, token: str | None = None, number: int = 1) -> Iterator[Page]:
        """The pages of a search, from a token on when one is given; an empty page with a token is not the end."""
        seen: set[str] = set()
        while True:
            page = self._page(search, token, number)
            yield page
            if page.next_token is None:
                return
            if page.next_token in seen:
                raise CartscapeError(
                    f"{self.base_url}: search {search.search_id} repeats the page token {page.next_token!r} for ever; "
                    "check the address, or run again later"
                )
            seen.add(page.next_token)
            token, number = page.next_token, number + 1

    def _page(self, search: Search, token: str | None, number: int) -> Page:
        # The phrase goes unquoted, as the paper's authors typed it: the registry then adds its synonyms.
        parameters = {search.field: search.phrase, "format": "json", "pageSize": str(self.page_size)}
        if token is None:
            parameters["countTotal"] = "true"
        else:
            parameters["pageToken"] = token
        answer = self.session.ask("GET", f"{self.base_url}/studies", parameters, decode_page)
        total = answer.get("totalCount")
        return Page(number, answer["studies"], total if isinstance(total, int) else None, answer.get("nextPageToken"))


def decode_version(content: bytes) -> dict[str, str]:
    """A JSON object that names the API's version and the moment of its data."""
    answer = decode_object(content)
    if not all(isinstance(answer.get(key), str) for key in ("apiVersion", "dataTimestamp")):
        raise UnusableAnswer("JSON without apiVersion and dataTimestamp")
    return answer


def decode_page(content: bytes) -> dict[str, Any]:
    """A JSON object with a list of studies, which may be empty, and a token that is text or absent."""
    answer = decode_object(content)
    if not isinstance(answer.get("studies"), list):
        raise UnusableAnswer("JSON without a list of studies")
    if not isinstance(answer.get("nextPageToken") or "", str):
        raise UnusableAnswer("JSON with a page token that is not text")
    return answer

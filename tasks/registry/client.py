"""ClinicalTrials.gov API v2, as far as retrieval needs it: its version, and answers page by page."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from tasks.errors import CartscapeError, UnreadableStudy
from tasks.registry.records import list_items, object_members
from tasks.registry.refusals import UnusableAnswer, decode_object
from tasks.registry.searches import Search
from tasks.registry.session import PoliteSession


@dataclass(frozen=True, slots=True)
class Version:
    """Which API answered, and as of when its data are."""

    api_version: str
    data_timestamp: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search: studies as received, in the registry's order, and the token of the next page, if any."""

    number: int
    studies: list[bytes]
    total: int | None
    next_token: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked page by page: its name, what is said of it, and the parameters that choose the studies."""

    name: str
    said: str
    parameters: Mapping[str, str]


def search_query(search: Search) -> Query:
    """What a search finds: the numbers alone, since most records are found by many searches."""
    # The phrase goes unquoted, as the paper's authors typed it: the registry then adds its synonyms.
    said = f"{search.search_id} {search.phrase!r}"
    return Query(search.search_id, said, {search.field: search.phrase, "fields": "NCTId"})


def record_queries(numbers: Sequence[str], at_once: int) -> Iterator[Query]:
    """The records of some numbers, each once; the name of a part changes with the numbers in it."""
    for part, start in enumerate(range(0, len(numbers), at_once), 1):
        asked = numbers[start : start + at_once]
        digest = hashlib.sha256(" ".join(asked).encode()).hexdigest()[:8]
        said = f"records {start + 1:,} to {start + len(asked):,} of {len(numbers):,}"
        yield Query(f"records-{part:03d}-{digest}", said, {"filter.ids": "|".join(asked)})


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

    def pages(self, query: Query, token: str | None = None, number: int = 1) -> Iterator[Page]:
        """The pages that answer a query, perhaps from a token on; an empty page with a token is not the end."""
        seen = {token}
        limit: int | None = None
        with self.session.one_patience():
            while True:
                page = self._page(query, token, number)
                yield page
                if page.next_token is None:
                    return
                if limit is None and page.total is not None:
                    limit = page.number + pages_at_most(page.total, self.page_size)
                self._refuse_endless(query, page, seen, limit)
                seen.add(page.next_token)
                token, number = page.next_token, number + 1

    def _refuse_endless(self, query: Query, page: Page, seen: set[str | None], limit: int | None) -> None:
        """Raise CartscapeError where following the token of a page would lead round, or beyond what was announced."""
        trouble = ""
        if page.next_token in seen:
            trouble = f"repeats the page token {page.next_token!r} for ever"
        elif limit is not None and page.number >= limit:
            trouble = f"has more pages than the studies that it announced need ({page.number:,})"
        if trouble:
            raise CartscapeError(
                f"{self.base_url}: search {query.name} {trouble}; check the address, or run again later"
            )

    def _page(self, query: Query, token: str | None, number: int) -> Page:
        parameters = {**query.parameters, "format": "json", "pageSize": str(self.page_size)}
        if token is None:
            parameters["countTotal"] = "true"
        else:
            parameters["pageToken"] = token
        answer = self.session.ask("GET", f"{self.base_url}/studies", parameters, decode_page)
        return Page(number, answer.studies, answer.total, answer.next_token)


def pages_at_most(total: int, page_size: int) -> int:
    """How many pages a search of so many studies may have: a registry may put an empty page before each."""
    return 2 * (total // page_size + 1)


def decode_version(content: bytes) -> dict[str, str]:
    """A JSON object that names the API's version and the moment of its data."""
    answer = decode_object(content)
    if not all(isinstance(answer.get(key), str) for key in ("apiVersion", "dataTimestamp")):
        raise UnusableAnswer("JSON without apiVersion and dataTimestamp")
    return answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page holds, before it is known which page it is."""

    studies: list[bytes]
    total: int | None
    next_token: str | None


def decode_page(content: bytes) -> Answer:
    """A JSON object with a list of studies, which may be empty, and a token that is text or absent.

    A study that is no valid JSON by itself is kept for quarantine; it does not spoil its page.
    """
    if content.lstrip()[:1] == b"<":
        raise UnusableAnswer("a web page instead of JSON")
    try:
        members = object_members(content)
        studies = list_items(members["studies"])
        token = orjson.loads(members.get("nextPageToken", b"null"))
        total = orjson.loads(members.get("totalCount", b"null"))
    except KeyError as error:
        raise UnusableAnswer("JSON without a list of studies") from error
    except (UnreadableStudy, orjson.JSONDecodeError) as error:
        raise UnusableAnswer(f"JSON that is cut off or broken ({error})") from error
    if not isinstance(token or "", str):
        raise UnusableAnswer("JSON with a page token that is not text")
    return Answer(studies, total if isinstance(total, int) else None, token or None)

"""Asks Europe PMC for papers, page by page; its full-text index knows trial numbers that abstracts do not show."""

from collections.abc import Iterator, Sequence
from typing import Any

from tasks.papers.article import Article
from tasks.papers.sources.europepmc import articles_from_europepmc
from tasks.registry.session import PoliteSession, UnusableAnswer, decode_object
from tasks.settings import Protocol


class EuropePMCClient:
    """Europe PMC over HTTP."""

    def __init__(self, protocol: Protocol, session: PoliteSession | None = None) -> None:
        self.url = protocol.interfaces.europepmc_url.rstrip("/")
        self.page_size = protocol.politeness.europepmc_page_size
        self.trials_at_once = protocol.politeness.europepmc_trials_at_once
        self.session = session or PoliteSession(protocol)

    def search(self, query: str, result_type: str = "core") -> Iterator[Article]:
        """Every paper that fits a query; ends where Europe PMC repeats or omits the mark of the next page."""
        mark = "*"
        while True:
            page = self._page(query, result_type, mark, self.page_size)
            yield from articles_from_europepmc(page)
            following = page.get("nextCursorMark")
            if not following or following == mark or not page["resultList"]["result"]:
                return
            mark = str(following)

    def naming(self, nct_ids: Sequence[str]) -> Iterator[tuple[str, Article]]:
        """(trial number, paper) for every paper whose open full text names a number.

        The answer does not say which number it found, so groups of numbers are asked first, and only the numbers of
        groups with hits one by one.
        """
        for start in range(0, len(nct_ids), self.trials_at_once):
            group = nct_ids[start : start + self.trials_at_once]
            if len(group) > 1 and not self._count(" OR ".join(f"ACCESSION_ID:{number}" for number in group)):
                continue
            for number in group:
                yield from ((number, article) for article in self.search(f"ACCESSION_ID:{number}"))

    def _count(self, query: str) -> int:
        return int(self._page(query, "idlist", "*", 1)["hitCount"])

    def _page(self, query: str, result_type: str, mark: str, size: int) -> dict[str, Any]:
        question = {
            "query": query,
            "format": "json",
            "resultType": result_type,
            "cursorMark": mark,
            "pageSize": str(size),
        }
        return self.session.ask("GET", f"{self.url}/search", question, search_page)


def search_page(content: bytes) -> dict[str, Any]:
    """A page of results; an answer without a count is an error, not an empty result."""
    page = decode_object(content)
    if "hitCount" not in page or not isinstance(page.get("resultList"), dict):
        raise UnusableAnswer(f"Europe PMC says: {page.get('errMsg', 'no count in the answer')}")
    page["resultList"].setdefault("result", [])
    return page

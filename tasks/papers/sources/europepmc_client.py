"""Asks Europe PMC for papers, page by page; its full-text index knows trial numbers that abstracts do not show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from tasks.papers.article import Article
from tasks.papers.numbers import trial_numbers
from tasks.papers.sources.europepmc import articles_from_europepmc
from tasks.protocol import Protocol
from tasks.registry.refusals import UnusableAnswer, decode_object
from tasks.registry.session import PoliteSession

ARTICLES_AT_ONCE = 8  # the annotations take no more


class EuropePMCClient:
    """Europe PMC over HTTP; `quarantine` collects what did not fit together."""

    def __init__(self, protocol: Protocol, session: PoliteSession | None = None) -> None:
        self.url = protocol.interfaces.europepmc_url.rstrip("/")
        self.annotations_url = f"{self.url.removesuffix('/webservices/rest')}/annotations_api"
        self.quarantine: list[str] = []
        self.page_size = protocol.politeness.europepmc_page_size
        self.trials_at_once = protocol.politeness.europepmc_trials_at_once
        rate = protocol.politeness.europepmc_requests_per_second
        self.session = session or PoliteSession(protocol, requests_per_second=rate)

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

    def naming(
        self,
        nct_ids: Sequence[str],
        known: Mapping[str, tuple[str, ...]],
        printed: Mapping[str, frozenset[str]],
    ) -> Iterator[Article]:
        """Papers that print one of the numbers and that PubMed does not have, as preprints; and papers whose open
        full text names one, each with the trial numbers that stand in it.

        Numbers are asked in groups, whose answer does not say which of them it found: that is asked of the annotations,
        once for each paper. `known`: numbers of full texts that were asked before, by the key of the paper. `printed`:
        numbers that data bank list or abstract print, which leave nothing to ask.
        """
        for start in range(0, len(nct_ids), self.trials_at_once):
            group = nct_ids[start : start + self.trials_at_once]
            query = " OR ".join(f"ACCESSION_ID:{number}" for number in group)
            answered = [one for one in self.search(query) if not printed.get(one.key, frozenset()) & set(group)]
            yield from (one for one in answered if one.printed_numbers & set(group))
            found = [one for one in answered if not one.printed_numbers & set(group)]
            numbers = {article.key: known[article.key] for article in found if article.key in known}
            numbers |= self.numbers_in_full_text([article for article in found if article.key not in known])
            for article in found:
                if named := numbers.get(article.key, ()):
                    yield replace(article, full_text_nct_ids=named)
                else:
                    self.quarantine.append(
                        f"Europe PMC: {article.key}: named for a group of trials, but for none of them"
                    )

    def count(self, query: str) -> int:
        """How many papers fit a query."""
        return int(self._page(query, "idlist", "*", 1)["hitCount"])

    def numbers_in_full_text(self, articles: Sequence[Article]) -> dict[str, tuple[str, ...]]:
        """Trial numbers that stand in the full text of each paper, by its key; papers without any are left out."""
        keys = {place: article.key for article in articles if (place := annotated_as(article))}
        found: dict[str, tuple[str, ...]] = {}
        places = list(keys)
        for start in range(0, len(places), ARTICLES_AT_ONCE):
            asked = ",".join(places[start : start + ARTICLES_AT_ONCE])
            question = {"articleIds": asked, "type": "Accession Numbers", "format": "JSON"}
            url = f"{self.annotations_url}/annotationsByArticleIds"
            for place, numbers in self.session.ask("GET", url, question, annotated_numbers):
                if place in keys and numbers:
                    found[keys[place]] = numbers
        return found

    def _page(self, query: str, result_type: str, mark: str, size: int) -> dict[str, Any]:
        question = {
            "query": query,
            "format": "json",
            "resultType": result_type,
            "cursorMark": mark,
            "pageSize": str(size),
        }
        return self.session.ask("GET", f"{self.url}/search", question, search_page)


def annotated_as(article: Article) -> str:
    """How the annotations name a paper: MED:31732519, PMC:PMC123 or PPR:PPR123; empty where that is not known."""
    if article.europepmc_id:
        return article.europepmc_id
    if article.pmid:
        return f"MED:{article.pmid}"
    return f"PMC:{article.pmcid}" if article.pmcid else ""


def annotated_numbers(content: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """Each paper of an answer of the annotations, as `annotated_as` names it, with the trial numbers in it."""
    try:
        listed = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnusableAnswer(f"annotations that are cut off or broken ({error})") from error
    if not isinstance(listed, list):
        raise UnusableAnswer("annotations that are no list")
    papers = [paper for paper in listed if isinstance(paper, dict)]
    return [(f"{paper.get('source')}:{paper.get('extId')}", _numbers(paper)) for paper in papers]


def _numbers(paper: dict[str, Any]) -> tuple[str, ...]:
    notes = [note for note in paper.get("annotations") or () if isinstance(note, dict)]
    return trial_numbers(" ; ".join(str(note.get("exact", "")) for note in notes))


def search_page(content: bytes) -> dict[str, Any]:
    """A page of results; an answer without a count is an error, not an empty result."""
    page = decode_object(content)
    if "hitCount" not in page or not isinstance(page.get("resultList"), dict):
        raise UnusableAnswer(f"Europe PMC says: {page.get('errMsg', 'no count in the answer')}")
    page["resultList"].setdefault("result", [])
    return page

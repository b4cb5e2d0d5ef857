"""Asks NCBI's E-utilities for papers: at its rates, many numbers in one question, errors never taken for zero hits."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import orjson

from tasks.errors import CartscapeError
from tasks.papers.article import Article
from tasks.papers.sources.pubmed import PubMedAnswer, articles_from_pubmed
from tasks.protocol import Protocol
from tasks.registry.refusals import RegistryRefused, UnusableAnswer, decode_object
from tasks.registry.session import PoliteSession

TOOL = "cartscape"
KEY_VARIABLE = "CARTSCAPE_NCBI_API_KEY"
T = TypeVar("T")
FEWEST_DECLINED = 3
LARGEST_ANSWER = 9_999  # esearch gives no more; a larger one must be divided by date


class TooManyPapers(CartscapeError):
    """A question with more answers than PubMed gives at once."""


class PubMedClient:
    """PubMed over HTTP; `quarantine` collects what could not be read, `unasked` the trials it did not answer."""

    def __init__(self, protocol: Protocol, session: PoliteSession | None = None) -> None:
        self.url = protocol.interfaces.pubmed_url.rstrip("/")
        self.key = os.environ.get(KEY_VARIABLE, "")
        politeness = self.politeness = protocol.politeness
        rate = politeness.pubmed_requests_per_second_with_key if self.key else politeness.pubmed_requests_per_second
        self.session = session or PoliteSession(protocol, requests_per_second=rate)
        self.identity = {"db": "pubmed", "tool": TOOL}
        if protocol.interfaces.contact_email:
            self.identity["email"] = protocol.interfaces.contact_email
        if self.key:
            self.identity["api_key"] = self.key
        self.quarantine: list[str] = []
        self.unasked: set[str] = set()

    def search(self, term: str) -> list[str]:
        """PMIDs of all papers that fit a term; TooManyPapers when there are more than PubMed gives at once."""
        question = {**self.identity, "term": term, "retmode": "json", "retmax": str(LARGEST_ANSWER)}
        result = self.session.ask("POST", f"{self.url}/esearch.fcgi", question, search_result)
        if int(result["count"]) > LARGEST_ANSWER:
            raise TooManyPapers(
                f"PubMed: {result['count']} papers for {term[:80]!r}, and it gives {LARGEST_ANSWER} at most: "
                "divide the question by date"
            )
        return [str(number) for number in result["idlist"]]

    def fetch(self, pmids: Sequence[str]) -> Iterator[Article]:
        """The papers of the given numbers; numbers that PubMed does not know are passed over.

        What PubMed does not answer even in small batches is named in `quarantine`; the rest goes on.
        """
        at_once = self.politeness.pubmed_papers_at_once
        for start in range(0, len(pmids), at_once):
            for answer, unasked in in_halves(pmids[start : start + at_once], self._fetch):
                if answer is None:
                    self.quarantine.append(f"PubMed: papers not read: PMID {', '.join(unasked)}")
                else:
                    self.quarantine += answer.quarantine
                    yield from answer.articles

    def _fetch(self, pmids: Sequence[str]) -> PubMedAnswer:
        question = {**self.identity, "id": ",".join(pmids), "retmode": "xml"}
        return self.session.ask("POST", f"{self.url}/efetch.fcgi", question, fetched)

    def naming(self, nct_ids: Sequence[str]) -> list[str]:
        """PMIDs of papers with one of the numbers in data bank list, title or abstract, whenever they came in.

        A paper may get the number in a later revision, so every week asks for all. Numbers that PubMed does not answer
        are named in `quarantine` and kept in `unasked`.
        """
        found: dict[str, None] = {}
        at_once = self.politeness.pubmed_trials_at_once
        for start in range(0, len(nct_ids), at_once):
            for pmids, unasked in in_halves(nct_ids[start : start + at_once], self._naming):
                if pmids is None:
                    self.unasked.update(unasked)
                    self.quarantine.append(f"PubMed: trials not looked for: {', '.join(unasked)}")
                else:
                    found |= dict.fromkeys(pmids)
        return list(found)

    def _naming(self, nct_ids: Sequence[str]) -> list[str]:
        return self.search(" OR ".join(f"{number}[si] OR {number}[tiab]" for number in nct_ids))

    def retracted(self, pmids: Sequence[str]) -> list[str]:
        """Those of the given papers that PubMed says are retracted."""
        found: list[str] = []
        at_once = self.politeness.pubmed_papers_at_once
        for start in range(0, len(pmids), at_once):
            asked = " OR ".join(f"{pmid}[uid]" for pmid in pmids[start : start + at_once])
            found += self.search(f"({asked}) AND retracted publication[pt]")
        return found


def in_halves(asked: Sequence[str], ask: Callable[[Sequence[str]], T]) -> Iterator[tuple[T | None, Sequence[str]]]:
    """Answers to a batch, in ever smaller ones where PubMed declines: it relays passing failures as HTTP 400.

    Yields the answer with what was asked, or None with what was not answered. A batch is declined as a whole once
    FEWEST_DECLINED single questions of it were: then it is not the numbers.
    """
    waiting, declined = [asked], 0
    while waiting:
        batch = waiting.pop()
        if not batch:
            continue
        if declined >= FEWEST_DECLINED:
            yield None, batch
            continue
        try:
            answer = ask(batch)
        except RegistryRefused:
            if len(batch) == 1:
                declined += 1
                yield None, batch
            else:
                middle = len(batch) // 2
                waiting += [batch[middle:], batch[:middle]]
        else:
            yield answer, batch


def within_days(term: str, since: str) -> str:
    """The term, limited to papers that entered PubMed from a day on."""
    return f'({term}) AND "{since.replace("-", "/")}"[edat] : "3000"[edat]' if since else term


def search_result(content: bytes) -> dict[str, Any]:
    """The result of esearch; an error inside a successful answer is asked again, a true zero is a zero."""
    answer = decode_object(content)
    if "error" in answer:
        raise UnusableAnswer(f"PubMed says: {answer['error']}")
    result = answer.get("esearchresult")
    if not isinstance(result, dict) or "ERROR" in result or "count" not in result or "idlist" not in result:
        reason = (
            result.get("ERROR", "no result in the answer") if isinstance(result, dict) else "no result in the answer"
        )
        raise UnusableAnswer(f"PubMed says: {reason or 'nothing that answers'}")
    return result


def fetched(content: bytes) -> PubMedAnswer:
    """The articles of efetch; a rate message, a web page or a cut-off document is asked again."""
    start = content.lstrip()
    if start.startswith(b"{"):
        raise UnusableAnswer(f"PubMed says: {orjson.loads(content).get('error', 'JSON instead of XML')}")
    if b"<PubmedArticleSet" not in start[:1000]:
        raise UnusableAnswer("something else than PubMed articles")
    if not content.rstrip().endswith(b"</PubmedArticleSet>"):
        raise UnusableAnswer("XML that is cut off")
    return articles_from_pubmed(content)

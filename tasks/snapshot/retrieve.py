"""Retrieve from the registry, over a change of its data and over interruptions.

First every search of the protocol, for the numbers that it finds; then the record of each number, once.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.errors import UnreadableStudy
from tasks.registry.client import Page, Query, Registry, Version, record_queries, search_query
from tasks.registry.files import RawStudy, parse_study
from tasks.registry.refusals import RegistryRefused
from tasks.registry.searches import Search
from tasks.snapshot.collection import StudyCollection
from tasks.snapshot.content import Content, SearchResult, now
from tasks.snapshot.pages import PageRecord, Retrieval, resume_or_start, start_over

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A finished retrieval, still in its work folder; `requests` and `retries` include those before a resume.

    `short_searches`: what the registry announced and did not send, a sentence a search.
    """

    retrieval: Retrieval
    version: Version
    data_changed_during_retrieval: bool
    requests: int
    retries: int
    records_at_once: int
    short_searches: tuple[str, ...] = ()


def retrieve(
    registry: Registry,
    searches: list[Search],
    folder: Path,
    question: dict[str, Any],
    report: Report,
    records_at_once: int,
) -> Retrieved:
    """All answers in `folder`; starts over once when the registry's data change meanwhile."""
    version = registry.version()
    retrieval = resume_or_start(folder, _key(question, version), now())
    earlier = retrieval.pages.copy()
    if earlier:
        report(f"going on after {len(earlier):,} pages of an interrupted retrieval")
    is_second_try = False
    while True:
        retrieval = _retrieve_all(registry, searches, retrieval, _key(question, version), report, records_at_once)
        after = registry.version()
        is_changed = after.data_timestamp != version.data_timestamp
        if not is_changed or is_second_try:
            break
        report(
            f"the registry's data changed from {version.data_timestamp} to {after.data_timestamp}: starting over once"
        )
        version, is_second_try = after, True
        retrieval = start_over(folder, _key(question, version), now())
    if is_changed:
        report(f"the registry's data changed again, to {after.data_timestamp}: kept, and the manifest says so")
    return Retrieved(
        retrieval,
        version,
        is_changed,
        registry.session.requests + sum(page.requests for page in earlier),
        registry.session.retries + sum(page.retries for page in earlier),
        records_at_once,
        tuple(short_searches(searches, retrieval, records_at_once)),
    )


def short_searches(searches: list[Search], retrieval: Retrieval, records_at_once: int) -> Iterator[str]:
    """What fell short of what was announced, each in a sentence."""
    for query in (*map(search_query, searches), *queries_of_records(searches, retrieval, records_at_once)):
        if missing := retrieval.missing_of(query.name):
            yield f"search {query.said}: {missing}"


def queries_of_records(searches: list[Search], retrieval: Retrieval, at_once: int) -> list[Query]:
    """What asks for the records of all numbers that the searches found, in the order in which they came."""
    pages = (page for search in searches for page in retrieval.pages_of(search.search_id))
    found = (number_of(hit) for page in pages for hit in retrieval.studies(page))
    return list(record_queries(list(dict.fromkeys(number for number in found if number)), at_once))


def number_of(hit: bytes) -> str | None:
    """The number in a search's answer, None where it holds none that is one."""
    try:
        return parse_study(hit).nct_id
    except UnreadableStudy:
        return None


def collect(retrieved: Retrieved, searches: list[Search], collection: StudyCollection) -> Content:
    """Put the records together, and what each search found; a duplicate is a study that one search gave twice.

    A hit without a number goes to quarantine, and so does a number of which the registry gave no record.
    """
    retrieval = retrieved.retrieval
    results: list[SearchResult] = []
    duplicates = 0
    for search in searches:
        pages = retrieval.pages_of(search.search_id)
        total = next((page.total for page in pages if page.total is not None), None)
        found: dict[str, None] = {}
        for position, hit in _positions(retrieval, search.search_id):
            number = number_of(hit)
            if number is None:
                collection.add(RawStudy(position, hit))
                continue
            duplicates += number in found
            found[number] = None
        results.append(SearchResult(search, list(found), len(pages), total))
    for query in queries_of_records(searches, retrieval, retrieved.records_at_once):
        _collect_records(query, retrieval, collection)
    return Content(collection, results, duplicates)


def _collect_records(query: Query, retrieval: Retrieval, collection: StudyCollection) -> None:
    records = _positions(retrieval, query.name)
    given = [collection.add(RawStudy(position, record)) for position, record in records]
    missing = [number for number in query.parameters["filter.ids"].split("|") if number not in given]
    # a record that can't be read is in quarantine already, without a number that would tell which it is
    for number in missing if given.count(None) < len(missing) else ():
        collection.add(
            RawStudy(f"{query.name} {number}", number.encode(), "found, but the registry gave no record of it")
        )


def _positions(retrieval: Retrieval, name: str) -> Iterator[tuple[str, bytes]]:
    """What answered a query, each with the place where it stood."""
    for page in retrieval.pages_of(name):
        for row, study in enumerate(retrieval.studies(page), 1):
            yield f"{name} page {page.page} study {row}", study


def _retrieve_all(
    registry: Registry,
    searches: list[Search],
    retrieval: Retrieval,
    key: dict[str, Any],
    report: Report,
    records_at_once: int,
) -> Retrieval:
    try:
        for search in searches:
            _complete(registry, search_query(search), retrieval, report)
        for query in queries_of_records(searches, retrieval, records_at_once):
            _complete(registry, query, retrieval, report)
        return retrieval
    except RegistryRefused:
        if not retrieval.is_resumed:
            raise
    # a page token of an earlier run may have expired, which the registry answers with a refusal
    report("the registry no longer knows the page where the interrupted retrieval stopped: starting over")
    retrieval = start_over(retrieval.folder, key, now())
    return _retrieve_all(registry, searches, retrieval, key, report, records_at_once)


def _complete(registry: Registry, query: Query, retrieval: Retrieval, report: Report) -> None:
    """Retrieve what answers a query, once more where it falls short of what was announced."""
    _retrieve(registry, query, retrieval, report)
    if missing := retrieval.missing_of(query.name):
        report(f"{query.said}: {missing}: asking once more")
        retrieval.forget(query.name)
        _retrieve(registry, query, retrieval, report)


def _retrieve(registry: Registry, query: Query, retrieval: Retrieval, report: Report) -> None:
    done = retrieval.pages_of(query.name)
    if done and done[-1].next_token is None:
        return
    token, number = (done[-1].next_token, done[-1].page + 1) if done else (None, 1)
    total = next((page.total for page in done if page.total is not None), None)
    requests, retries, started, studies = registry.session.requests, registry.session.retries, time.monotonic(), 0
    for page in registry.pages(query, token, number):
        cost = (registry.session.requests - requests, registry.session.retries - retries)
        requests, retries = registry.session.requests, registry.session.retries
        retrieval.add(_record(query, page, *cost), page.studies)
        total = page.total if page.total is not None else total
        studies += len(page.studies)
        rate = studies / max(time.monotonic() - started, 0.001)
        told = "?" if total is None else f"{total:,}"
        report(f"{query.said}: page {page.number}, {studies:,} of {told} studies, {rate:.0f} a second")


def _record(query: Query, page: Page, requests: int, retries: int) -> PageRecord:
    file = f"{query.name}.{page.number:05d}.json.zst"
    return PageRecord(query.name, page.number, page.next_token, page.total, file, "", requests, retries)


def _key(question: dict[str, Any], version: Version) -> dict[str, Any]:
    return {**question, "api_version": version.api_version, "data_timestamp": version.data_timestamp}

"""Retrieve every search of the protocol from the registry, over a change of its data and over interruptions."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.registry.client import Page, Registry, Version
from tasks.registry.files import RawStudy
from tasks.registry.searches import Search
from tasks.registry.session import RegistryRefused
from tasks.snapshot.collection import StudyCollection
from tasks.snapshot.pages import PageRecord, Retrieval, resume_or_start, start_over
from tasks.snapshot.write import Content, SearchResult, now

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
    short_searches: tuple[str, ...] = ()


def retrieve(
    registry: Registry, searches: list[Search], folder: Path, question: dict[str, Any], report: Report
) -> Retrieved:
    """All pages of all searches in `folder`; starts over once when the registry's data change meanwhile."""
    version = registry.version()
    retrieval = resume_or_start(folder, _key(question, version), now())
    earlier = retrieval.pages.copy()
    if earlier:
        report(f"going on after {len(earlier):,} pages of an interrupted retrieval")
    is_second_try = False
    while True:
        retrieval = _retrieve_all(registry, searches, retrieval, _key(question, version), report)
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
        tuple(short_searches(searches, retrieval)),
    )


def short_searches(searches: list[Search], retrieval: Retrieval) -> Iterator[str]:
    """The searches that fell short of what was announced, each in a sentence."""
    for search in searches:
        if missing := retrieval.missing_of(search.search_id):
            yield f"search {search.search_id} {search.phrase!r}: {missing}"


def collect(retrieved: Retrieved, searches: list[Search], collection: StudyCollection) -> Content:
    """Put the studies of all pages together; a duplicate is a study that one search gave twice."""
    results: list[SearchResult] = []
    duplicates = 0
    for search in searches:
        pages = retrieved.retrieval.pages_of(search.search_id)
        total = next((page.total for page in pages if page.total is not None), None)
        found: dict[str, None] = {}
        for page in pages:
            for row, study in enumerate(retrieved.retrieval.studies(page), 1):
                position = f"{search.search_id} page {page.page} study {row}"
                number = collection.add(RawStudy(position, study))
                duplicates += number in found
                if number:
                    found[number] = None
        results.append(SearchResult(search, list(found), len(pages), total))
    return Content(collection, results, duplicates)


def _retrieve_all(
    registry: Registry, searches: list[Search], retrieval: Retrieval, key: dict[str, Any], report: Report
) -> Retrieval:
    try:
        for search in searches:
            _retrieve_search(registry, search, retrieval, report)
            if missing := retrieval.missing_of(search.search_id):
                report(f"{search.search_id} {search.phrase!r}: {missing}: asking once more")
                retrieval.forget(search.search_id)
                _retrieve_search(registry, search, retrieval, report)
        return retrieval
    except RegistryRefused:
        if not retrieval.is_resumed:
            raise
    # a page token of an earlier run may have expired, which the registry answers with a refusal
    report("the registry no longer knows the page where the interrupted retrieval stopped: starting over")
    retrieval = start_over(retrieval.folder, key, now())
    return _retrieve_all(registry, searches, retrieval, key, report)


def _retrieve_search(registry: Registry, search: Search, retrieval: Retrieval, report: Report) -> None:
    done = retrieval.pages_of(search.search_id)
    if done and done[-1].next_token is None:
        return
    token, number = (done[-1].next_token, done[-1].page + 1) if done else (None, 1)
    total = next((page.total for page in done if page.total is not None), None)
    requests, retries, started, studies = registry.session.requests, registry.session.retries, time.monotonic(), 0
    for page in registry.search_pages(search, token, number):
        cost = (registry.session.requests - requests, registry.session.retries - retries)
        requests, retries = registry.session.requests, registry.session.retries
        retrieval.add(_record(search, page, *cost), page.studies)
        total = page.total if page.total is not None else total
        studies += len(page.studies)
        rate = studies / max(time.monotonic() - started, 0.001)
        said = "?" if total is None else f"{total:,}"
        name = f"{search.search_id} {search.phrase!r}"
        report(f"{name}: page {page.number}, {studies:,} of {said} studies, {rate:.0f} a second")


def _record(search: Search, page: Page, requests: int, retries: int) -> PageRecord:
    file = f"{search.search_id}.{page.number:05d}.json.zst"
    return PageRecord(search.search_id, page.number, page.next_token, page.total, file, "", requests, retries)


def _key(question: dict[str, Any], version: Version) -> dict[str, Any]:
    return {**question, "api_version": version.api_version, "data_timestamp": version.data_timestamp}

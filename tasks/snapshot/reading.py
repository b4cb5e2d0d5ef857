"""Read the records of files, and of CTIS, into a collection, and what each search found of them."""

import time
from collections.abc import Callable
from pathlib import Path

from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.registry.ctis_client import Ctis, trials
from tasks.registry.files import RawStudy, read_studies
from tasks.registry.local_search import LocalSearch, WholeFile
from tasks.registry.readers import is_second_hand, is_whole_registry
from tasks.registry.searches import Search, plan_searches
from tasks.registry.session import PoliteSession
from tasks.snapshot.collection import StudyCollection, Taken, printable
from tasks.snapshot.content import SearchResult
from tasks.snapshot.known import known_looks
from tasks.snapshot.looking import looked_at
from tasks.snapshot.sources import LIVE_CTIS, no_study_in, screen_of, series_of
from tasks.workers import Workers

Report = Callable[[str], None]

SECONDS_BETWEEN_REPORTS = 1.0


def together(retrieved: list[SearchResult], local: list[SearchResult]) -> list[SearchResult]:
    """What each search found in the registry, and then in the other sources; at the end what files hold."""
    both = [
        SearchResult(one.search, one.nct_ids + other.nct_ids, one.pages, one.total and one.total + len(other.nct_ids))
        for one, other in zip(retrieved, local, strict=False)
    ]
    return both + local[len(retrieved) :]


def add_sources(
    sources: list[str],
    home: Home,
    protocol: Protocol,
    collection: StudyCollection,
    report: Report,
    is_searched: bool,
    workers: Workers,
) -> None:
    """Add the records of files, and of CTIS; the searches of the protocol are asked here, of files where wanted."""
    searching = LocalSearch(plan_searches(protocol.search))
    for source in sources:
        taken = collection.begin(printable(source))
        if source == LIVE_CTIS:
            collection.local_search = searching
            add_ctis(protocol, collection, taken, report)
            continue
        path = Path(source).expanduser()
        # nobody has searched for what a whole registry holds
        is_whole = is_whole_registry(path) or screen_of(path, protocol) is not None
        collection.local_search = searching if is_searched or is_whole else WholeFile()
        kept, quarantined = len(collection.kept), len(collection.quarantined)
        _read_all(path, home, protocol, collection, report, workers)
        if len(collection.kept) == kept and not (taken.copies or taken.records > taken.quarantined):
            first = collection.quarantined[quarantined].reason if taken.quarantined else "it holds no record"
            raise no_study_in(path, first)


def add_ctis(protocol: Protocol, collection: StudyCollection, taken: Taken, report: Report) -> None:
    """Add the trials that CTIS finds; where its interface fails or has changed, say so and go on with the rest."""
    by_phrase = {search.phrase: search for search in plan_searches(protocol.search)}
    try:
        with PoliteSession(protocol, report) as session:
            ctis = Ctis(session, protocol.interfaces.ctis_url)
            for number, record, phrases in trials(ctis, list(by_phrase), report):
                if collection.add(RawStudy(f"CTIS {number}", record)) in collection.found:
                    found = collection.found[number]
                    # the interface looks into more texts than a search of ours: what it found counts as found
                    found += [by_phrase[phrase] for phrase in phrases if by_phrase[phrase] not in found]
    except CartscapeError as error:
        taken.problem = str(error)
        report(f"CTIS is left out: {error}")


def _read_all(
    path: Path, home: Home, protocol: Protocol, collection: StudyCollection, report: Report, workers: Workers
) -> None:
    started = told = time.monotonic()
    taken, screen = collection.sources[-1], screen_of(path, protocol)

    def passes(record: RawStudy) -> bool:
        # which copies of a whole registry are worth reading depends on the records before
        return not (screen and is_second_hand(record.content)) or screen.passes(record.content, collection.kept)

    how = collection.volatile_fields, collection.local_search
    known = known_looks(home, series_of(str(path)), *how)
    with_screen = passes if screen else None
    records = read_studies(path, protocol.limits)
    for record, look in looked_at(records, *how, workers, collection.folder, known, with_screen):
        if look is None:
            collection.leave_out()
        else:
            collection.add(record, look)
        moment = time.monotonic()
        if moment - told >= SECONDS_BETWEEN_REPORTS:
            told = moment
            report(f"{path.name}: {taken.records:,} records, {taken.records / (moment - started):,.0f} a second")
    known.keep()


def local_results(collection: StudyCollection, searches: list[Search]) -> list[SearchResult]:
    """What each search found here, and at the end, where files count as found, what they hold."""
    found: dict[Search, list[str]] = {search: [] for search in searches}
    for number, hits in collection.found.items():
        for search in hits:
            found.setdefault(search, []).append(number)
    return [SearchResult(search, numbers, total=len(numbers)) for search, numbers in found.items()]

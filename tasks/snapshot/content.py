"""What goes into a snapshot, and what its manifest says of it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from tasks.protocol import Protocol
from tasks.registry.searches import Search
from tasks.snapshot.collection import StudyCollection

COST = ("requests", "retries")  # told among the counts


@dataclass(slots=True)
class SearchResult:
    """What one search found, in order, and what the source said that it would find."""

    search: Search
    nct_ids: list[str] = field(default_factory=list)
    pages: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All that goes into a snapshot; `duplicates` is how often the source gave a study twice."""

    collection: StudyCollection
    results: list[SearchResult]
    duplicates: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the studies of a snapshot come from; times are UTC."""

    series: str
    source: str
    addresses: list[str]
    is_synthetic: bool
    started_at: str
    api_version: str | None = None
    data_timestamp: str | None = None
    data_changed_during_retrieval: bool = False
    redirects: tuple[str, ...] = ()
    requests: int = 0
    retries: int = 0


def now() -> str:
    """The present moment in UTC to the second, as 2026-11-22T15:04:05Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def described(content: Content, provenance: Provenance, protocol: Protocol) -> dict[str, Any]:
    """Where the studies come from, how they were searched for, and how many there are."""
    return {
        **{name: value for name, value in asdict(provenance).items() if name not in COST},
        # a clock that was set back meanwhile must not let it end before it began
        "finished_at": max(now(), provenance.started_at),
        "protocol": protocol.model_dump(exclude={"interfaces": {"contact_email"}}),
        "protocol_sha256": protocol.sha256,
        "searches": [
            {**asdict(result.search), "total": result.total, "pages": result.pages, "studies": len(result.nct_ids)}
            for result in content.results
        ],
        "counts": _counts(content, provenance),
        "sources": list(_describe_sources(content, provenance, protocol)),
    }


def _describe_sources(content: Content, provenance: Provenance, protocol: Protocol) -> Iterator[dict[str, Any]]:
    """What each source gave, of which day its data are, and on which terms."""
    collection = content.collection
    for place, (taken, address) in enumerate(zip(collection.sources, provenance.addresses, strict=False)):
        yield {
            **asdict(taken),
            "source": taken.source or provenance.source,
            "address": address,
            "studies": sum(kept.source == place for kept in collection.kept.values()),
            "terms_of_use": [terms for form in taken.forms if (terms := protocol.terms_of(form))],
        }


def _counts(content: Content, provenance: Provenance) -> dict[str, int]:
    studies = len(content.collection.kept)
    found = len({number for result in content.results for number in result.nct_ids})
    return {
        "records": content.collection.records,
        "studies": studies,
        "found_by_search": found,
        "not_found_by_search": studies - found,
        "quarantined": len(content.collection.quarantined),
        "duplicates_within_source": content.duplicates,
        **{name: getattr(provenance, name) for name in COST},
    }

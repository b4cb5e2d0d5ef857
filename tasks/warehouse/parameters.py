"""The values that a build counts by: what SQL models name with a dollar sign, and the record of what they were."""

from datetime import date
from importlib.metadata import version
from statistics import NormalDist
from typing import Any

import duckdb
import orjson

from tasks.protocol import Protocol


def model_parameters(protocol: Protocol, as_of: date | None) -> dict[str, Any]:
    """Values that the SQL models name with a dollar sign, all from the study protocol and the command line.

    What was published after the as-of date does not count either.
    """
    last_days = [day for day in (as_of, protocol.metrics.published_until) if day]
    return (
        protocol.metrics.model_dump(mode="json")
        | protocol.completeness.model_dump(mode="json")
        | {
            "as_of": as_of.isoformat() if as_of else None,
            # how many standard errors the intervals of shares reach
            "interval_z": NormalDist().inv_cdf((1 + protocol.statistics.confidence_level) / 2),
            "published_until": min(last_days).isoformat() if last_days else None,
            "enrollment_placeholder": protocol.registry.enrollment_placeholder,
            "shortest_study_id": protocol.deduplication.shortest_study_id,
            "near_equal_title_similarity": protocol.deduplication.near_equal_title_similarity,
            "shortest_title": protocol.deduplication.shortest_title,
            "titles_in_a_stretch": protocol.deduplication.titles_in_a_stretch,
            "long_title": protocol.deduplication.long_title,
            "suspicion_from": protocol.deduplication.suspicion_from,
        }
    )


def record_build(
    connection: duckdb.DuckDBPyConnection,
    snapshot_id: str,
    as_of: date | None,
    protocol: Protocol,
    curation_sha256: str,
) -> None:
    """Record what this warehouse is built for and from; nothing of it depends on the clock."""
    parameters = orjson.dumps(model_parameters(protocol, as_of)).decode()
    connection.execute(
        "insert into meta.published values ($1, $2, $3, $4, $5, $6)",
        [snapshot_id, as_of, protocol.sha256, curation_sha256, version("cartscape"), parameters],
    )

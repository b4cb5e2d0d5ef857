"""What a snapshot lost against the last of its series: fewer studies, or records of another shape.

A registry that sends half of its studies, or renames a module, looks like one whose trials are gone; a person has to
say that it is so.
"""

from collections.abc import Sequence

import polars

from tasks.protocol import Completeness
from tasks.registry.shape import drift, oddities
from tasks.snapshot.order import in_order
from tasks.snapshot.read import Snapshot

ACCEPTING = "where that is meant, run it again with --accept-loss, which the page then says"


def lost(
    series: str, studies: int, shape: polars.DataFrame, earlier: Snapshot | None, settings: Completeness
) -> list[str]:
    """The losses of a snapshot, each a sentence; `earlier` is the last one of its series before it.

    Records that are not as the registry's document says are a loss too: nothing could be read of them.
    """
    found: list[str] = []
    if series == "live" and not studies:
        found.append("the registry sent no study at all")
    if earlier:
        before = int(earlier.manifest["counts"]["studies"])
        if before >= smallest_compared(series, settings) and studies < settings.least_share_of_last_snapshot * before:
            share = f"{100 * studies / before:.0f}%"
            found.append(f"{studies:,} studies are {share} of the {before:,} of the last snapshot, {earlier.id}")
        elif min(studies, before) >= settings.smallest_number_judged:
            needed = max(settings.smallest_number_judged, settings.usual_share * before)
            found += drift(earlier.shape(), shape, int(needed))
    return found + oddities(shape, settings.largest_odd_share, settings.smallest_number_judged)


def smallest_compared(series: str, settings: Completeness) -> int:
    """How many studies make a share of them say something; the registry itself is compared at any size."""
    return 1 if series == "live" else settings.smallest_number_judged


def last_of_series(series: str, snapshots: Sequence[Snapshot], before: str | None = None) -> Snapshot | None:
    """The last snapshot of a series, before the one of an id where that is given."""
    by_id = {one.id: one for one in snapshots if one.manifest["series"] == series}
    ordered = [str(one["snapshot_id"]) for one in in_order(one.manifest for one in by_id.values())]
    earlier = ordered[: ordered.index(before)] if before else ordered
    return by_id[earlier[-1]] if earlier else None

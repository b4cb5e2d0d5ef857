"""What a snapshot lost against the last of its series: fewer studies, or records of another shape.

A registry that sends half of its studies, or renames a module, looks like one whose trials are gone; a person has to
say that it is so.
"""

from collections.abc import Sequence

import polars

from tasks.registry.shape import drift, oddities
from tasks.settings import Completeness
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
    """The snapshot of a series that was completed last, before a moment where one is given."""
    ours = [one for one in snapshots if one.manifest["series"] == series]
    earlier = [one for one in ours if before is None or str(one.manifest["finished_at"]) < before]
    return max(earlier, key=lambda one: str(one.manifest["finished_at"]), default=None)

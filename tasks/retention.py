"""Which snapshots are kept when there are too many: the last of a day, week, month or year, of each series.

What people decided, the papers, the labels as first published, the survey and the log of runs are never deleted, and
neither are the first and the last snapshot of a series nor the one that is shown.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from tasks.errors import CartscapeError
from tasks.files import remove
from tasks.home import Home
from tasks.snapshot.order import in_order
from tasks.snapshot.read import Kept, kept_manifests, list_snapshots
from tasks.warehouse.publish import open_published

# how the moments of one period look alike
PERIODS = {"daily": "%Y-%m-%d", "weekly": "%G-W%V", "monthly": "%Y-%m", "yearly": "%Y"}
RULE = re.compile(rf"({'|'.join(PERIODS)}):(all|[1-9][0-9]*)")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Rule:
    """Keep the last snapshot of so many periods, counted back from the newest; None for all."""

    period: str
    count: int | None


def read_rules(text: str) -> list[Rule]:
    """Rules like `weekly:52,monthly:all`; CartscapeError where a part is none."""
    rules = []
    for part in text.split(","):
        found = RULE.fullmatch(part.strip())
        if not found:
            periods = ", ".join(PERIODS)
            raise CartscapeError(f"--keep {part.strip()}: write a period ({periods}) and a number or all: weekly:52")
        rules.append(Rule(found[1], None if found[2] == ALL else int(found[2])))
    return rules


def kept_by(rules: Iterable[Rule], series: Sequence[dict[str, Any]]) -> set[str]:
    """The ids that the rules keep of one series' manifests, given from the earliest to the last."""
    ids = [str(manifest["snapshot_id"]) for manifest in series]
    kept = {ids[0], ids[-1]}
    for rule in rules:
        # the last of a period takes the place of those before it
        last = {period_of(manifest, rule.period): str(manifest["snapshot_id"]) for manifest in series}
        newest_first = sorted(last, reverse=True)
        kept.update(last[period] for period in newest_first[: rule.count])
    return kept


def period_of(manifest: dict[str, Any], period: str) -> str:
    """The day, week, month or year in which a snapshot was completed."""
    return datetime.fromisoformat(str(manifest["finished_at"])).strftime(PERIODS[period])


def to_prune(home: Home, rules: Sequence[Rule]) -> list[Kept]:
    """The snapshots of a home that the rules do not keep, in their order."""
    by_series: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for manifest in in_order(kept_manifests(home.snapshots)):
        by_series[str(manifest["series"])].append(manifest)
    kept = {shown_in(home)}.union(*(kept_by(rules, series) for series in by_series.values()))
    return [one for one in list_snapshots(home.snapshots) if one.id not in kept]


def shown_in(home: Home) -> str:
    """The snapshot that the published warehouse shows; '' where none is published, or it can't be read."""
    try:
        with open_published(home) as connection:
            ((shown,),) = connection.execute("select snapshot_id from meta.published").fetchall()
            return str(shown)
    except (CartscapeError, duckdb.Error):
        return ""


def prune(home: Home, rules: Sequence[Rule]) -> list[Kept]:
    """Delete the snapshots that the rules do not keep; returns what was deleted.

    What caches hold of their records stays while it is used: most of those are in later snapshots too.
    """
    with home.writing():
        pruned = to_prune(home, rules)
        for one in pruned:
            remove(home.snapshot(one.id))
        return pruned

"""Whether the registry has news since the newest live snapshot, for one request."""

from collections.abc import Callable

from tasks.home import Home
from tasks.protocol import Protocol
from tasks.registry.client import Registry
from tasks.registry.session import PoliteSession
from tasks.snapshot.kept import kept_snapshots
from tasks.snapshot.order import in_order
from tasks.snapshot.sources import LIVE, SEPARATOR


def has_news(home: Home, protocol: Protocol, report: Callable[[str], None]) -> bool:
    """Whether the registry's data are of another time than those of the newest live snapshot, or there is none."""
    live = [snapshot for snapshot in kept_snapshots(home) if snapshot.manifest["series"].split(SEPARATOR)[0] == LIVE]
    with PoliteSession(protocol, report) as session:
        registry = Registry(session, protocol.interfaces.clinicaltrials_url, protocol.politeness.page_size)
        now = registry.version().data_timestamp
    ordered = in_order(snapshot.manifest for snapshot in live)
    kept = ordered[-1]["data_timestamp"] if ordered else None
    report(f"the registry's data are of {now}, ours of {kept or 'no time yet'}")
    return kept != now

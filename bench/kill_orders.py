"""Kills the service's processes in random orders while a run is under way; the next schedule must run by itself.

usage: python -m bench.kill_orders [ORDERS] [SEED]

What is killed: the service itself (`cartscape ui`), Prefect's server, its worker, the engine that runs the flow: one,
some or all of them, in any order, with pauses. Only the service is started again, as systemd does and a reboot would.
Prints each order, in what state the run that was under way ended, and how soon after that the next one completed.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.end_to_end.service import Service, eventually
from tests.replica import Replica
from tests.resilience.test_kills import few_studies

ORDERS, SEED = 10, 1
NAMES = ("service", "server", "worker", "engine")
LONGEST_PAUSE_SECONDS = 3.0
STUDIES = 5


def service_in(folder: Path, replica: Replica) -> Service:
    """A service whose registry and papers are the replica's."""
    addresses = {
        "CARTSCAPE_CLINICALTRIALS_URL": replica.url,
        "CARTSCAPE_PUBMED_URL": replica.pubmed_url,
        "CARTSCAPE_EUROPEPMC_URL": replica.europepmc_url,
    }
    return Service(folder, CARTSCAPE_REQUESTS_PER_SECOND="1000", **addresses)


def kill_and_recover(service: Service, order: list[str], pauses: list[float]) -> tuple[str, str, float]:
    """Kill in this order in the middle of a run; returns how that run ended, the next one's id, and after how long."""
    under_way = service.begin("weekly")
    eventually(lambda: service.state(under_way) == "RUNNING", "the run to begin")
    for name, pause in zip(order, pauses, strict=True):
        time.sleep(pause)
        service.kill(name)
    began = time.monotonic()
    if "service" in order:
        service.start()
    following = eventually(lambda: service.schedule("weekly", 1), "the next schedule")
    service.end_of(following)
    return service.state(under_way), following, time.monotonic() - began


def draw_order(draw: random.Random) -> tuple[list[str], list[float]]:
    """Which are killed in which order, and the pause before each."""
    order = draw.sample(NAMES, draw.randint(1, len(NAMES)))
    return order, [draw.uniform(0, LONGEST_PAUSE_SECONDS) for _ in order]


def main() -> None:
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    draw = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else SEED)
    failed = 0
    with tempfile.TemporaryDirectory() as folder, Replica(few_studies(STUDIES)) as replica:
        service = service_in(Path(folder), replica)
        service.start()
        try:
            for number in range(1, orders + 1):
                order, pauses = draw_order(draw)
                before, following, seconds = kill_and_recover(service, order, pauses)
                after = service.state(following)
                failed += after != "COMPLETED"
                print(
                    f"{number:>3}  {', '.join(order):<34} run: {before:<10} next: {after} {seconds:.0f} s", flush=True
                )
        finally:
            service.stop()
    print(f"{orders} orders, {failed} in which the next schedule did not complete")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

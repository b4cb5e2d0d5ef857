"""`python -m tests.replica --studies FILE --articles FILE --port N [--fault KIND[:RATE|:xFIRST] ...] [--seed N]`."""

import argparse
import contextlib
from pathlib import Path

from tests.replica.faults import KINDS
from tests.replica.server import Replica, forever


def main() -> None:
    """Serve the given studies and articles on 127.0.0.1 until interrupted."""
    faults = "; ".join(f"{kind}: {meaning}" for kind, meaning in KINDS.items())
    parser = argparse.ArgumentParser(prog="python -m tests.replica", description=__doc__)
    parser.add_argument("--studies", type=Path, help="JSON lines (also gzipped), a JSON list, a zip, or a folder")
    parser.add_argument(
        "--articles", type=Path, help="JSON lines: pmid, title, authors, year, journal, abstract, nct_ids"
    )
    parser.add_argument("--ctis", type=Path, help="records of CTIS as JSON lines, in the shape of its `retrieve`")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one; the addresses are printed")
    parser.add_argument("--fault", action="append", default=[], metavar="KIND[:RATE|:xFIRST]", help=faults)
    parser.add_argument("--seed", type=int, default=0, help="of the faults that come at a rate")
    options = parser.parse_args()
    replica = Replica(options.studies, options.articles, options.fault, options.seed, options.port, ctis=options.ctis)
    with contextlib.suppress(KeyboardInterrupt):
        forever(replica)


if __name__ == "__main__":
    main()

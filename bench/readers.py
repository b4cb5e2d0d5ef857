"""Readers in four processes query the sample's warehouse while it is published over and over.

usage: python -m bench.readers [PUBLICATIONS]

Prints publications, queries, queries per second, failures and torn reads (0 is right).
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import SAMPLE, build_landscape
from tests.resilience.readers import answers_of, publish_copy, reading

PUBLICATIONS, READERS = 300, 4


def main() -> None:
    publications = int(sys.argv[1]) if len(sys.argv) > 1 else PUBLICATIONS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        builds = [
            build_landscape(folder / day, SAMPLE, as_of=day, is_synthetic=True).warehouse
            for day in ("2019-12-31", "2024-04-30")
        ]
        right = [answers_of(build) for build in builds]
        publish_copy(builds[0], folder / "home")
        began = time.monotonic()
        with reading(folder / "home", right, READERS) as seen:
            for number in range(publications):
                publish_copy(builds[number % 2], folder / "home")
        seconds = time.monotonic() - began
    queries, failures = sum(one.queries for one in seen), [failure for one in seen for failure in one.failures]
    print(f"{publications} publications, {queries:,} queries by {READERS} readers, {queries / seconds:,.0f} a second")
    print(f"{len(failures)} failures or torn reads {failures[:3]}")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()

"""Sends mutated registrations and articles through everything that a run does, and accounts for every one.

usage: python -m bench.fuzz [RECORDS] [FIRST_SEED]

Prints, for each batch, how many records reached the tables, how many quarantine, and how many were lost (0 is right).
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.resilience.articles import read_mutated_articles
from tests.resilience.fuzzing import account_of

RECORDS, A_BATCH, FIRST_SEED = 20_000, 2_500, 100
ARTICLES_A_BATCH = 500


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    first = int(sys.argv[2]) if len(sys.argv) > 2 else FIRST_SEED
    sent = lost = articles = 0
    for seed in range(first, first + -(-records // A_BATCH)):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            account = account_of(Path(folder), A_BATCH, seed)
            articles += read_mutated_articles(Path(folder), ARTICLES_A_BATCH, seed)
        sent, lost = sent + account.sent, lost + account.lost
        print(f"seed {seed}: {account}, {time.monotonic() - began:.0f} s", flush=True)
    print(f"{sent:,} records and {articles:,} articles, no crash, {lost} lost")
    sys.exit(bool(lost))


if __name__ == "__main__":
    main()

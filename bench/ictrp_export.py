"""WHO ICTRP's whole export, some million rows, read and screened: processor time against plain CSV, and memory.

usage: python -m bench.ictrp_export [ROWS ...]     (200,000 and 1,000,000 unless told)

The rows are made: one of 250 is a CAR-T trial of the bundled sample, the rest are of something else and as long as real
rows are. Prints, by number of rows: gigabytes, processor seconds, processor seconds a million rows, their ratio to
Python's own reading of the same CSV in the same session, the largest memory of the process, and the studies kept. The
ratio and the memory must not grow with the rows.
"""

import csv
import gzip
import io
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from bench.big_files import COUNTRIES, SEED, TREATMENTS, prose
from sample.other_registries import COLUMNS, ICTRP
from tasks.home import Home
from tasks.settings import load_protocol
from tasks.snapshot.take import take_snapshot

ROWS = [200_000, 1_000_000]
CART_EVERY = 250
CRITERIA_CHARACTERS = 700
REGISTERS = {"ChiCTR": "ChiCTR{}", "JPRN": "JPRN-jRCT{}", "ANZCTR": "ACTRN1262{}", "ClinicalTrials.gov": "NCT{}"}


def rows(count: int) -> Iterator[dict[str, str]]:
    """So many rows, each of a registration of its own; the same for the same count."""
    random = Random(SEED)
    with gzip.open(ICTRP, "rt", encoding="utf-8", newline="") as lines:
        sample = list(csv.DictReader(lines))
    for place in range(count):
        register, number = random.choice(list(REGISTERS.items()))
        condition, drug = random.choice(list(TREATMENTS.items()))
        is_nct = register == "ClinicalTrials.gov"
        own = {"TrialID": number.format(f"{place:08d}" if is_nct else f"{place:010d}"), "Source Register": register}
        if place % CART_EVERY == 0:
            yield random.choice(sample) | own | {"Secondary ID": ""}
            continue
        yield dict.fromkeys(COLUMNS, "") | own | {
            "Public title": f"{drug.title()} in {condition}: trial {place}",
            "Scientific title": f"A trial of {drug} in {condition}, number {place}",
            "Primary sponsor": f"Sponsor {random.randrange(30_000)}",
            "Date registration3": f"20{random.randrange(10, 26)}0{random.randrange(1, 10)}15",
            "Last Refreshed on": "27 May 2021",
            "Recruitment Status": "Recruiting",
            "Study type": "Interventional",
            "Phase": "Phase 2",
            "Countries": random.choice(COUNTRIES),
            "Inclusion Criteria": prose(random, CRITERIA_CHARACTERS),
            "Exclusion Criteria": prose(random, CRITERIA_CHARACTERS // 2),
            "Condition": condition,
            "Intervention": f"experimental group:{drug};",
            "Primary outcome": prose(random, 100),
        }  # fmt: skip


def write_export(path: Path, count: int) -> Path:
    """Write the rows as ICTRP's CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows(count))
    return path


def csv_seconds(path: Path) -> float:
    """Processor seconds that reading the rows costs by itself."""
    began = time.process_time()
    with io.TextIOWrapper(path.open("rb"), "utf-8", newline="") as lines:
        for _ in csv.reader(lines):
            pass
    return time.process_time() - began


def take(path: Path, home: Path, say: "multiprocessing.Queue[tuple[float, float, int]]") -> None:
    """Take a snapshot of the export, and say its processor seconds, its largest memory in MB, and the studies kept."""
    began = time.process_time()
    snapshot = take_snapshot(str(path), Home(home), load_protocol(), lambda line: None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say.put((time.process_time() - began, peak, snapshot.manifest["counts"]["studies"]))


def main() -> None:
    """Measure each size in a process and a home of its own."""
    processes = multiprocessing.get_context("spawn")
    for count in [int(argument.replace(",", "")) for argument in sys.argv[1:]] or ROWS:
        with tempfile.TemporaryDirectory() as folder:
            path = write_export(Path(folder) / "ICTRP-Results.csv", count)
            said = processes.Queue()
            process = processes.Process(target=take, args=(path, Path(folder) / "home", said))
            process.start()
            seconds, peak, studies = said.get()
            process.join()
            ratio, size = seconds / csv_seconds(path), path.stat().st_size / 1e9
        print(
            f"{count:>9,} rows  {size:.2f} GB  {seconds:.1f} s processor  {1e6 * seconds / count:.0f} s a million  "
            f"{ratio:.1f} x csv  {peak:,.0f} MB peak  {studies:,} studies kept",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""How long all metrics and statistics take: on the sample, on 1,500 real and on many synthetic trials.

usage: python -m bench.metrics [TRIALS]     (600,000 unless told)

The many are copies of the sample under new NCT numbers, with its labels and evidence left out; staging and core are
timed apart from metrics and statistics. Prints seconds, and seconds per million trials.
"""

import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from tasks.home import Home
from tasks.protocol import Protocol
from tasks.run import Run
from tasks.settings import REPOSITORY, load_protocol
from tasks.snapshot.take import SAMPLE
from tasks.stages import curate, load, take
from tasks.statistics import write_statistics
from tasks.warehouse.building import open_build
from tasks.warehouse.models import build_model

REAL = REPOSITORY.parent / "shared" / "real" / "registry-2026.dev.jsonl.gz"
NEW_STUDY = """json_merge_patch(study, json_object(
    'protocolSection', json_object('identificationModule', json_object('nctId', new_nct_id, 'nctIdAliases', null))
)) as study"""
# tables with rows for each trial, what they are known by, and what another copy has of its own
MULTIPLIED = {
    "raw.study_versions": ("version", f"new_version as version, new_nct_id as nct_id, {NEW_STUDY}"),
    "raw.snapshot_studies": ("version", "new_version as version, new_nct_id as nct_id"),
    "raw.search_hits": ("nct_id", "new_nct_id as nct_id"),
    "raw.registrations_by_version": ("version", "new_version as version, new_nct_id as number"),
    "core.registration_labels_by_version": ("version", "new_version as version"),
}


def silent(_: str) -> None:
    """Progress that a measurement does not show."""


def multiply(connection: duckdb.DuckDBPyConnection, wanted: int) -> None:
    """Copy the studies with what found and labelled them until there are as many as wanted."""
    (held,) = connection.execute("select count(*) from raw.study_versions").fetchone() or (0,)
    copies = -(-wanted // held) - 1
    if copies <= 0:
        return
    connection.execute(f"""
        create temp table copies as
        select
            nct_id, version, copy * {held} + version as new_version,
            'NCT' || lpad((10000000 + copy * {held} + version)::varchar, 8, '0') as new_nct_id
        from raw.study_versions, range(1, {copies + 1}) as copies (copy)
    """)
    for table, (key, own) in MULTIPLIED.items():
        connection.execute(
            f"insert into {table} select held.* replace ({own})"
            f" from {table} as held inner join copies on held.{key} = copies.{key}"
        )


def measure(name: str, source: Path, is_synthetic: bool, wanted: int, protocol: Protocol) -> None:
    """Build everything once and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Home(folder), protocol, date(2024, 4, 30), silent)
        snapshot_id = take(run, str(source), is_synthetic)
        curated = curate(run)
        run.home.build.mkdir()
        load(run, snapshot_id, curated)
        with open_build(run.home.build) as connection:
            multiply(connection, wanted)
            seconds: dict[str, float] = {}
            for model in run.models:
                started = time.perf_counter()
                build_model(connection, model, run.parameters)
                seconds[model.table] = time.perf_counter() - started
            started = time.perf_counter()
            write_statistics(connection, protocol.statistics)
            statistics = time.perf_counter() - started
            (trials,) = connection.execute("select count(*) from core.trials").fetchone() or (0,)
            (cohort,) = connection.execute("select trials from metrics.cohort_size").fetchone() or (0,)
    layers = {
        layer: sum(s for table, s in seconds.items() if table.startswith(layer))
        for layer in ("staging", "core", "metrics")
    }
    slowest = ", ".join(f"{table} {s:.1f}" for table, s in sorted(seconds.items(), key=lambda item: -item[1])[:4])
    shown = ", ".join(f"{layer} {s:.1f} s" for layer, s in layers.items())
    print(f"{name}: {trials:,} trials, {cohort:,} in the cohort: {shown}, statistics {statistics:.1f} s")
    print(f"    slowest: {slowest}")


def main() -> None:
    """Measure the three."""
    protocol = load_protocol()
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 600_000
    measure("sample", SAMPLE, True, 0, protocol)
    if REAL.exists():
        measure("real, 2026", REAL, False, 0, protocol)
    measure("synthetic", SAMPLE, True, wanted, protocol)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()

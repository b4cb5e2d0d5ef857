"""Mutated records through retrieve, build, check, publish, page and exports, and an account of every one."""

import contextlib
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tasks.errors import UnreadableStudy
from tasks.publish.exports import write_exports
from tasks.publish.page.page import write_page
from tasks.registry.files import parse_study
from tasks.settings import load_protocol
from tests.conftest import SAMPLE, SHARED, build_landscape
from tests.resilience.mutations import mutated_studies
from tests.resilience.registrations import mutated_registrations

OF_OTHER_REGISTRIES = 8  # one record of so many
REAL = [SHARED / "real" / f"registry-{year}.dev.jsonl.gz" for year in (2018, 2026)]


@dataclass(frozen=True)
class Account:
    """Where the records of a file went; `in_tables` are those that core.registrations holds."""

    sent: int
    in_tables: int
    in_quarantine: int
    repeats: int

    @property
    def lost(self) -> int:
        """Records that are nowhere: none may be."""
        return self.sent - self.in_tables - self.in_quarantine - self.repeats


def real_records() -> list[dict[str, Any]]:
    """Real registrations where they are at hand, else those of the sample."""
    files = [path for path in REAL if path.exists()] or [SAMPLE]
    records = []
    for path in files:
        with gzip.open(path) as lines:
            for line in lines:
                with contextlib.suppress(UnreadableStudy):  # the sample holds some such, on purpose
                    records.append(parse_study(line).record)
    return records


def account_of(folder: Path, count: int, seed: int) -> Account:
    """Send so many mutated records through everything that a run does."""
    others = count // OF_OTHER_REGISTRIES
    lines = [*mutated_studies(real_records(), count - others, seed), *mutated_registrations(others, seed)]
    source = folder / f"mutated-{seed}.jsonl"
    source.write_bytes(b"\n".join(lines) + b"\n")
    built = build_landscape(folder / f"home-{seed}", source, accept_loss=True)
    write_page(built.home, load_protocol())
    write_exports(built.home, load_protocol())
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        found = connection.execute("""
            select
                (select count(*) from core.registrations),
                (select count(*) from raw.quarantine),
                (select count(*) from raw.studies anti join core.registrations using (snapshot_id, nct_id))
        """).fetchone()
    assert found is not None and found[2] == 0
    sent = sum(bool(line.strip()) for line in lines)
    return Account(sent, found[0], found[1], built.snapshot.manifest["counts"]["duplicates_within_source"])

"""Registrations of every form but the API's, as kept and as files, spoilt at random; the same by seed."""

import gzip
import json
import random
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tasks.curate import curate_study
from tasks.curate.registrations import described, numbers_of
from tasks.errors import CartscapeError, UnreadableStudy
from tasks.registry.files import parse_study, read_studies
from tasks.settings import load_protocol
from tests.conftest import SAMPLE, SHARED
from tests.registry_forms import aact_archive
from tests.resilience.mutations import SPOILS, mutated
from tests.vocabularies import shipped_vocabularies
from tests.website_form import website_csv

REAL = SHARED / "real" / "other_registries"
ALIKE = 40  # of one file: more rows of the same form find nothing more
LIMITS = load_protocol().limits


def written_files(folder: Path) -> list[Path]:
    """One small file of each form: real ones where they are at hand, made ones of the sample's studies."""
    folder.mkdir(exist_ok=True)
    with gzip.open(SAMPLE) as lines:
        studies = [json.loads(line) for line, _ in zip(lines, range(6), strict=False)]
    files = [aact_archive(folder / "aact.zip", studies), website_csv(folder / "ctg-studies.csv", studies)]
    for name in ("ictrp.csv.gz", "ctis.jsonl.gz"):
        with gzip.open(SAMPLE.parent / name) as lines:
            files.append(folder / name.removesuffix(".gz"))
            files[-1].write_bytes(b"".join(line for line, _ in zip(lines, range(9), strict=False)))
    for path in sorted([*REAL.glob("*.xml"), *REAL.glob("*.html.gz")]) if REAL.exists() else ():
        files.append(Path(shutil.copy(path, folder)))
    return files


@cache
def kept_records() -> list[dict[str, Any]]:
    """Records in the forms in which snapshots keep them: ICTRP's, CTIS's, ChiCTR's."""
    files = [SAMPLE.parent / "ictrp.csv.gz", SAMPLE.parent / "ctis.jsonl.gz"]
    files += sorted(REAL.glob("*.*z")) + sorted(REAL.glob("*.xml")) if REAL.exists() else []
    records = ([raw for raw, _ in zip(read_studies(path, LIMITS), range(ALIKE), strict=False)] for path in files)
    return [json.loads(raw.content) for of_file in records for raw in of_file if not raw.problem]


def mutated_registrations(count: int, seed: int) -> Iterator[bytes]:
    """So many mutated records of other registries, as lines."""
    draw = random.Random(seed)
    for _ in range(count):
        yield mutated(draw.choice(kept_records()), draw)


def read_mutated_registrations(count: int, seed: int) -> int:
    """How many of so many mutated records are read, each with all that later stages ask of it."""
    vocabularies, read = shipped_vocabularies(), 0
    for line in mutated_registrations(count, seed):
        try:
            study = parse_study(line)
        except UnreadableStudy:
            continue
        curate_study(study, vocabularies)
        assert described(study) and list(numbers_of(study, with_free_texts=True))
        read += 1
    return read


def read_spoilt_files(folder: Path, times: int, seed: int) -> tuple[int, list[str]]:
    """Records read of files spoilt so many times each, and what was said where nothing more could be had."""
    draw, records, said = random.Random(seed), 0, list[str]()
    for path in written_files(folder / "whole"):
        content = path.read_bytes()
        for number in range(times):
            spoilt = folder / f"{number}-{path.name}"
            spoilt.write_bytes(draw.choice(SPOILS)(content, draw))
            try:
                for raw in read_studies(spoilt, LIMITS):
                    records += is_read(raw.content) if not raw.problem else 0
            except CartscapeError as error:
                assert spoilt.name in str(error)
                said.append(str(error))
            spoilt.unlink()
    return records, said


def is_read(content: bytes) -> bool:
    """Whether a record is a registration; one that is none must say why."""
    try:
        return bool(parse_study(content).nct_id)
    except UnreadableStudy as error:
        assert str(error)
        return False

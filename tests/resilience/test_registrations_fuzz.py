"""Spoilt records and files of other registries: read, or refused with a sentence; never a crash, never endless."""

import resource
import time
from pathlib import Path

import pytest

from tasks.errors import CartscapeError
from tasks.registry.files import read_studies
from tests.resilience.registrations import LIMITS, read_mutated_registrations, read_spoilt_files

SEED = 1
TWO_GIGABYTES = 2 << 30


def test_mutated_records_of_other_registries_are_read_or_say_why() -> None:
    assert 60 < read_mutated_registrations(150, SEED) < 100


def test_spoilt_files_of_every_form_are_read_in_part_or_get_a_sentence(tmp_path: Path) -> None:
    records, said = read_spoilt_files(tmp_path, 6, SEED)
    assert records > 50
    assert len(said) > 5  # of the forms that are made; more where real ones are at hand
    assert all("\n" not in sentence and len(sentence) < 500 for sentence in said)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("ictrp.csv", b"TrialID,Public title\r\nNCT00000001,a\r\n"),
        ("ictrp.xml", b"<Trials_downloaded_from_ICTRP><Trial><TrialID>NCT00000001</TrialID></Trial>"),
    ],
)
def test_two_gigabytes_of_nothing_get_a_sentence_soon_and_in_little_memory(
    tmp_path: Path, name: str, head: bytes
) -> None:
    path = tmp_path / name
    with path.open("wb") as file:  # sparse: it takes no room on the disk
        file.write(head)
        file.truncate(TWO_GIGABYTES)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(CartscapeError, match=name):
        list(read_studies(path, LIMITS))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000
    assert time.process_time() - began < 5

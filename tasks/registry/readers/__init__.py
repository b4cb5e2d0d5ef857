"""One reader a source: each tells its files by what they hold, takes them apart, and maps a record to the API's shape.

A record of ClinicalTrials.gov's own interface, and one of CTIS's, is kept as it was received. A record of a table or
of XML is kept as a `registryRecord`: the name of its form, and its fields with their texts as they were.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tasks.errors import UnreadableStudy
from tasks.protocol import Limits
from tasks.registry.readers import aact, aact_archive, chictr, clinicaltrials_csv, clinicaltrials_xml, ctis, ictrp
from tasks.registry.readers.spellings import registration_number
from tasks.registry.readers.tables import Opener, csv_header
from tasks.registry.registration import REGISTRATION, SECOND_HAND
from tasks.registry.study import Study

Records = Iterator[tuple[str, bytes, str]]
Reader = Callable[[str, Opener, Limits], Records]

MARK = "registryRecord"
SECOND_HAND_MARKS = tuple(f'{{"{MARK}":"{form}"'.encode() for form in SECOND_HAND)
MAPPERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    aact_archive.FORMAT: aact.study_record,
    chictr.XML_FORMAT: chictr.study_of_xml,
    chictr.PAGE_FORMAT: chictr.study_of_page,
    clinicaltrials_csv.FORMAT: clinicaltrials_csv.study_record,
    clinicaltrials_xml.FORMAT: clinicaltrials_xml.study_record,
    ctis.FORMAT: ctis.study_record,
    ictrp.FORMAT: ictrp.study_record,
}
XML_READERS: dict[str, Reader] = {
    ictrp.ROOT: ictrp.xml_records,
    clinicaltrials_xml.ROOT: clinicaltrials_xml.records,
    chictr.ROOT: chictr.xml_records,
}
CSV_READERS: dict[str, Reader] = {
    "trialid": ictrp.csv_records,
    clinicaltrials_csv.KEY.lower(): clinicaltrials_csv.records,
}
# passes over a declaration, comments and a document type to the name of the first element
FIRST_ELEMENT = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*<([A-Za-z_][\w.-]*)", re.DOTALL
)


def reader_of(head: bytes) -> Reader | None:
    """The reader of a file that begins with `head`, or None where no reader but that of JSON may know it."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head.decode(encoding, "replace")
    if found := FIRST_ELEMENT.match(text):
        if found[1].lower() == "html":
            return chictr.page_records if chictr.REGISTRY.lower() in text.lower() else None
        return XML_READERS.get(found[1])
    names, _ = csv_header(text.splitlines()[0] if text.strip() else "")
    return next((reader for key, reader in CSV_READERS.items() if key in [name.lower() for name in names]), None)


def archive_records(path: Path, archive: zipfile.ZipFile, limits: Limits) -> Records | None:
    """The records of an archive that is one source as a whole; None where its entries are files of studies."""
    return aact_archive.records(path, limits) if aact_archive.table_entries(archive) else None


def mapped(record: dict[str, Any]) -> dict[str, Any] | None:
    """The API's shape of a record as kept, or None where it has that shape already.

    Raises UnreadableStudy for a form that no reader knows, a record that its form can't be, and a number that no
    registry gives.
    """
    name = record.get(MARK) or (ctis.FORMAT if ctis.KEY in record and "protocolSection" not in record else None)
    if name is None:
        return None
    if not isinstance(name, str) or name not in MAPPERS:
        raise UnreadableStudy(f"a record in the form {str(name)[:40]!r}, which no reader knows")
    if name == ctis.FORMAT and (reason := ctis.drifted(record)):
        raise UnreadableStudy(f"not in a known shape of CTIS: {reason}")
    try:
        study = MAPPERS[name](record)
    except (AttributeError, TypeError, ValueError, KeyError, IndexError, OverflowError, SyntaxError) as error:
        raise UnreadableStudy(f"not a record of {name}: {error}") from error
    number = study.get("protocolSection", {}).get("identificationModule", {}).get("nctId")
    if not isinstance(number, str) or registration_number(number) is None:
        raise UnreadableStudy(f"no valid registration number: {str(number)[:40]}")
    return study


def is_whole_registry(path: Path) -> bool:
    """Whether a file holds all that a registry has, whatever its size: AACT's archive."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return bool(aact_archive.table_entries(archive))


def is_second_hand(content: bytes) -> bool:
    """Whether a record as kept is a copy of another registry's, of ICTRP, by its first bytes."""
    return content.startswith(SECOND_HAND_MARKS)


def study_of(record: dict[str, Any]) -> Study:
    """The study of a record as kept, whatever its source; raises UnreadableStudy like `mapped`."""
    return Study(mapped(record) or record, record)


__all__ = [
    "MARK",
    "REGISTRATION",
    "archive_records",
    "is_second_hand",
    "is_whole_registry",
    "mapped",
    "reader_of",
    "study_of",
]

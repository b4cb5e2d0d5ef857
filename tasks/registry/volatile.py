"""The bytes of a record apart from what the registry changes on every record every day."""

import hashlib
import re
from collections.abc import Iterable, Iterator

# members of a record in the shape of ClinicalTrials.gov's interface
SECTIONS = ("protocolSection", "resultsSection", "annotationSection", "documentSection", "derivedSection")
# an empty one is told apart from none by staying
VALUE = re.compile(rb'\s*:\s*"([^"\\\x00]+)"')
# bytes before a brace in which the name of what it begins is looked for
LONGEST_NAME = 200
# no text in JSON holds one
BETWEEN = b"\0"


class VolatileValues:
    """Texts at certain paths of a record, found in its bytes: taken out to compare records, put in to restore one."""

    def __init__(self, fields: Iterable[str]) -> None:
        """Paths like `a.b.c`, of which those in the sections of ClinicalTrials.gov's records are minded."""
        paths = [path.split(".") for path in fields if path.startswith(SECTIONS)]
        self._names = [
            (f'"{name}"'.encode(), re.compile(rf'"{re.escape(above)}"\s*:\s*$'.encode())) for *_, above, name in paths
        ]

    def taken_out(self, record: bytes) -> tuple[bytes, bytes]:
        """Hash of a record's bytes without the values, and the values."""
        digest, begin = hashlib.sha256(), 0
        values: list[bytes] = []
        for start, end in self._places(record):
            digest.update(record[begin:start])
            digest.update(BETWEEN)
            values.append(record[start:end])
            begin = end
        digest.update(record[begin:] if begin else record)
        return digest.digest(), BETWEEN.join(values)

    def values_in(self, record: bytes) -> bytes:
        """The values alone."""
        return BETWEEN.join(record[start:end] for start, end in self._places(record))

    def put_in(self, record: bytes, values: bytes) -> bytes:
        """The record with other values in their places; as it is where there are none. ValueError: not as many."""
        if not values:
            return record
        pieces: list[bytes] = []
        begin = 0
        for (start, end), value in zip(self._places(record), values.split(BETWEEN), strict=True):
            pieces += [record[begin:start], value]
            begin = end
        return b"".join([*pieces, record[begin:]])

    def _places(self, record: bytes) -> list[tuple[int, int]]:
        return sorted(self._found(record))

    def _found(self, record: bytes) -> Iterator[tuple[int, int]]:
        """Where the values stand: none whose name does not stand right where its path says."""
        for name, above in self._names:
            place = record.rfind(name)
            brace = record.rfind(b"{", 0, place) if place > 0 else -1
            is_there = brace > 0 and above.search(record, max(0, brace - LONGEST_NAME), brace)
            if is_there and (value := VALUE.match(record, place + len(name))):
                yield value.span(1)

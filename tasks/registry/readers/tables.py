"""Rows of a CSV file and elements of an XML file, one at a time, however large the file is."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from tasks.errors import CartscapeError
from tasks.protocol import Limits

Opener = Callable[[], IO[bytes]]
DELIMITERS = ",\t;"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row and where it stands; `problem` says why it could not be had in full."""

    position: str
    fields: dict[str, str]
    problem: str = ""


class CountedStream(io.RawIOBase):
    """A stream that refuses to go on when one record, or the whole, is larger than the limits allow."""

    def __init__(self, name: str, stream: IO[bytes], limits: Limits) -> None:
        """Read `stream`; `record_ended` is called after each record."""
        self.name, self.stream, self.limits = name, stream, limits
        self.total = self.since_record = 0

    def readable(self) -> bool:
        """Whether it can be read from, as `io` asks of a stream."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes, and count them."""
        content = self.stream.read(len(buffer))
        buffer[: len(content)] = content
        self.total += len(content)
        self.since_record += len(content)
        if self.since_record > self.limits.largest_study_bytes + len(buffer):
            raise CartscapeError(
                f"{self.name}: one record of over {self.limits.largest_study_bytes:,} bytes near byte {self.total:,}; "
                "download the file again, or raise limits.largest_study_bytes if it is yours"
            )
        if self.total > self.limits.largest_file_bytes:
            raise CartscapeError(
                f"{self.name}: over {self.limits.largest_file_bytes:,} bytes unpacked; "
                "raise limits.largest_file_bytes if it is yours"
            )
        return len(content)

    def record_ended(self) -> None:
        """A record is complete: the next may be as large again."""
        self.since_record = 0


def csv_header(line: str) -> tuple[list[str], str]:
    """The column names of a CSV file's first line, and what stands between them."""
    candidates = [(next(csv.reader([line], delimiter=delimiter), []), delimiter) for delimiter in DELIMITERS]
    names, delimiter = max(candidates, key=lambda one: len(one[0]))
    return [name.strip() for name in names], delimiter


def csv_rows(name: str, opener: Opener, limits: Limits) -> Iterator[TableRow]:
    """Every row of a CSV file by its column names; a row with more or fewer cells than the header has a problem."""
    with opener() as stream:
        head = stream.read(4)
    csv.field_size_limit(limits.largest_study_bytes)
    with opener() as stream:
        counted = CountedStream(name, stream, limits)
        encoding = "utf-16" if head.startswith(UTF_16) else "utf-8-sig"
        text = io.TextIOWrapper(io.BufferedReader(counted, 1 << 16), encoding, newline="")
        try:
            yield from rows_of(name, text, counted)
        except UnicodeDecodeError as error:
            raise CartscapeError(
                f"{name}: not {encoding.removesuffix('-sig').upper()} near byte {counted.total:,} ({error.reason}); "
                "save it again as 'CSV UTF-8', or download it again"
            ) from error
        except csv.Error as error:
            raise CartscapeError(f"{name}: a row can't be taken apart ({error}); download the file again") from error


def rows_of(name: str, text: IO[str], counted: CountedStream) -> Iterator[TableRow]:
    """The rows of an open CSV file."""
    header, delimiter = csv_header(text.readline())
    reader = csv.reader(text, delimiter=delimiter, strict=False)
    for cells in reader:
        counted.record_ended()
        position = f"{name}:{reader.line_num + 1}"
        if not any(cell.strip() for cell in cells):
            continue
        problem = "" if len(cells) == len(header) else f"{len(cells)} cells for {len(header)} columns; cut short?"
        yield TableRow(position, dict(zip(header, cells, strict=False)), problem)


def xml_elements(name: str, opener: Opener, tag: str, limits: Limits) -> Iterator[tuple[str, Element]]:
    """Every element of a name, whole, with its position; what was read is let go, so memory does not grow.

    A file that declares entities (an XML bomb does), is cut short or is no XML is a CartscapeError.
    """
    with opener() as stream:
        counted = CountedStream(name, stream, limits)
        number, path = 0, []
        try:
            for event, element in iterparse(
                cast(IO[bytes], io.BufferedReader(counted, 1 << 16)), events=("start", "end"), forbid_dtd=True
            ):
                if event == "start":
                    path.append(element)
                    continue
                path.pop()
                if element.tag == tag:
                    number += 1
                    counted.record_ended()
                    yield f"{name}:{number}", element
                    for holder in path:
                        holder.clear()
        except DefusedXmlException as error:
            raise CartscapeError(
                f"{name}: declares a document type or entities, which no registry does ({error}); download it again"
            ) from error
        except (ParseError, LookupError, ValueError) as error:
            raise CartscapeError(f"{name}: not whole XML ({error}); cut short? download it again") from error


def element_fields(element: Element) -> dict[str, str]:
    """The texts of an element's children by their names; those that come several times are joined by ';'."""
    fields: dict[str, str] = {}
    for child in element:
        text = "".join(child.itertext())
        fields[child.tag] = f"{fields[child.tag]};{text}" if child.tag in fields else text
    return fields


def all_at(element: Element, path: str) -> list[tuple[str, str]]:
    """Every text at a path below an element, each with its own path, counted from 1 where there are several."""
    found = [(path, element)]
    for step in path.split("/"):
        below: list[tuple[str, Element]] = []
        for place, holder in found:
            base = "" if holder is element else f"{place}/"
            children = holder.findall(step)
            below += [
                (f"{base}{step}[{number}]" if len(children) > 1 else f"{base}{step}", child)
                for number, child in enumerate(children, 1)
            ]
        found = below
    return [(place, "".join(child.itertext())) for place, child in found if "".join(child.itertext()).strip()]


def first_at(element: Element, path: str) -> str:
    """The first text at a path below an element, without blanks around it; '' where there is none."""
    found = all_at(element, path)
    return found[0][1].strip() if found else ""

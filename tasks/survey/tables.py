"""Reads what a form tool, a mail tool or a spreadsheet hands back: CSV or workbook, row by row, with its place."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from tasks.errors import CartscapeError

ZIP_MAGIC = b"PK\x03\x04"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",;\t"
CURE = "give a CSV in UTF-8 or an .xlsx workbook"
Cell = str | datetime


class BadRow(ValueError):
    """Why a row of a file is not taken in: a kind to count it under, and the reason in words."""

    def __init__(self, kind: str, reason: str) -> None:
        """Keep kind and reason apart, for counting and for showing."""
        super().__init__(reason)
        self.kind, self.reason = kind, reason


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row that was not taken in: its file, its place in it, why, and whose it is if that is known."""

    source: str
    position: str
    kind: str
    reason: str
    respondent_id: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by the names of their columns, in small letters."""

    position: str
    cells: dict[str, Cell]

    def text(self, column: str) -> str:
        """A cell as text, empty where there is none."""
        value = self.cells.get(column, "")
        return value.isoformat() if isinstance(value, datetime) else value.strip()


@dataclass(frozen=True, slots=True)
class Table:
    """A file's readable rows, and those that could not be read."""

    source: str
    columns: list[str]
    rows: list[Row] = field(default_factory=list)
    quarantined: list[QuarantinedRow] = field(default_factory=list)


def read_table(path: Path, largest_bytes: int) -> Table:
    """Read a CSV or the first sheet of a workbook; CartscapeError for a file that is neither."""
    try:
        if path.stat().st_size > largest_bytes:
            raise CartscapeError(
                f"{path}: over {largest_bytes:,} bytes; raise limits.largest_json_bytes if it is yours"
            )
        content = path.read_bytes()
    except OSError as error:
        raise CartscapeError(f"{path}: {error.strerror}; {CURE}") from error
    lines = workbook_lines(path, content) if content.startswith(ZIP_MAGIC) else csv_lines(path, content)
    header = next(lines, (1, []))[1]
    columns = [as_text(name).strip().casefold() for name in header]
    if not any(columns):
        raise CartscapeError(f"{path}: no header in its first row; {CURE}")
    repeated = sorted({name for name in columns if name and columns.count(name) > 1})
    if repeated:
        raise CartscapeError(f"{path}: the column {repeated[0]} stands twice; remove one")
    return collected(path.name, columns, lines)


def collected(source: str, columns: list[str], lines: Iterable[tuple[int, list[Cell]]]) -> Table:
    """The rows below a header; what can't be read is quarantined with its line."""
    table = Table(source, columns)
    for number, cells in lines:
        try:
            if any(as_text(cell).strip() for cell in cells):
                table.rows.append(Row(str(number), named(columns, cells)))
        except BadRow as bad:
            table.quarantined.append(QuarantinedRow(source, str(number), bad.kind, bad.reason))
    return table


def named(columns: list[str], cells: list[Cell]) -> dict[str, Cell]:
    """A row's cells by their columns; a row that is not UTF-8 or too long is a BadRow."""
    if any(isinstance(cell, str) and has_foreign_bytes(cell) for cell in cells):
        raise BadRow("other encoding", "not UTF-8; save the file as UTF-8")
    if any(as_text(cell).strip() for cell in cells[len(columns) :]):
        raise BadRow("too many cells", f"{len(cells)} cells for {len(columns)} columns; is a quotation mark missing?")
    return {column: cell for column, cell in zip(columns, cells, strict=False) if column}


def has_foreign_bytes(cell: str) -> bool:
    """Whether some bytes of the cell were not UTF-8; decoding keeps those as lone surrogates."""
    return any("\udc80" <= letter <= "\udcff" for letter in cell)


def csv_lines(path: Path, content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """Lines of a CSV with their numbers; comma, semicolon or tab, whichever the header holds most."""
    if content.startswith(UTF_16_MARKS):
        raise CartscapeError(f"{path}: UTF-16; {CURE}")
    text = content.decode("utf-8-sig", errors="surrogateescape")
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=head.count))
    try:
        for row in reader:
            yield reader.line_num, [*row]
    except csv.Error as error:
        raise CartscapeError(f"{path}:{reader.line_num}: no CSV ({error}); {CURE}") from error


def workbook_lines(path: Path, content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of a workbook's first sheet with their numbers, dates as dates, numbers as they are shown."""
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = [list(row) for row in workbook.worksheets[0].iter_rows(values_only=True)]
    except Exception as error:  # openpyxl raises whatever the damaged part happens to cause
        raise CartscapeError(f"{path}: no readable workbook ({error}); {CURE}") from error
    for number, row in enumerate(rows, 1):
        yield number, [as_cell(value) for value in row]


def as_cell(value: Any) -> Cell:
    """A workbook's value as text, or as the date that it is."""
    if isinstance(value, datetime):
        return value
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def as_text(cell: Cell) -> str:
    """A cell as text."""
    return cell if isinstance(cell, str) else cell.isoformat()

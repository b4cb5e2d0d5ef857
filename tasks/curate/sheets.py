"""Workbooks of questions that go out to people, and signed rows that come back."""

import csv
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from tasks.errors import CartscapeError

ANSWER_COLUMNS = ("decision", "reason", "reviewer")


def write_sheet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], hidden: Sequence[str] = ()) -> int:
    """Write a row for each question, with empty columns for decision, reason and reviewer; returns their number.

    `hidden`: columns that come back with the answer and that should not lead whoever gives it.
    """
    shown = [name for name in columns if name not in hidden]
    places = [columns.index(name) for name in (*shown, *hidden)]
    gap = len(shown) + len(ANSWER_COLUMNS)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("review")
        bold = workbook.add_format({"bold": True})
        sheet.write_row(0, 0, (*shown, *ANSWER_COLUMNS, *hidden), bold)
        sheet.freeze_panes(1, 2)
        if hidden:
            sheet.set_column(gap, gap + len(hidden) - 1, None, None, {"hidden": True})
        count = 0
        for count, row in enumerate(rows, 1):
            cells = [row[place] for place in places]
            sheet.write_row(count, 0, cells[: len(shown)])
            sheet.write_row(count, gap, cells[len(shown) :])
    return count


def header_of(path: Path) -> list[str]:
    """The names of the columns of a returned file: a workbook, or a .tsv of signed rows."""
    if path.suffix == ".tsv":
        lines = path.read_text(encoding="utf-8").splitlines()
        return next((line.split("\t") for line in lines if line.strip() and not line.startswith("#")), [])
    return [str(cell or "") for cell in next(_rows(path), ())]


def read_sheet(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows of a returned workbook with their row numbers; the decision is empty where nobody took one."""
    rows = _rows(path)
    header = [str(cell or "") for cell in next(rows, ())]
    if missing := [name for name in (*columns, *ANSWER_COLUMNS) if name not in header]:
        raise CartscapeError(f"{path}: no column {missing[0]}; return the workbook with the columns it was sent with")
    for number, cells in enumerate(rows, 2):
        texts = (str(cell if cell is not None else "").strip() for cell in cells)
        yield number, dict.fromkeys(header, "") | dict(zip(header, texts, strict=False))


def _rows(path: Path) -> Iterator[Sequence[Any]]:
    try:
        sheet: Any = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise CartscapeError(f"{path}: not a workbook ({error}); save it as .xlsx") from error
    return iter(sheet.iter_rows(values_only=True))


def append_rows(decisions: Path, rows: Iterable[Sequence[str]]) -> None:
    """Append signed rows to a file of decisions, one line each."""
    with decisions.open("a", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
        writer.writerows([" ".join(cell.split()) for cell in row] for row in rows)

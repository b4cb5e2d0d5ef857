"""The workbook: a cover, then the trials, then the tables, each sheet with what a row is and what it is a share of."""

import datetime
import re
from pathlib import Path
from typing import Any

import polars
import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

# Excel refuses longer texts in a cell, longer names of sheets, and more links in a sheet
LONGEST_CELL = 32_000
LONGEST_NAME = 31
MOST_LINKS = 65_000
# the sentences above a table, its header, and the first rows by which widths are fitted
HEADER_ROW = 2
# registrations of other registries have no page at ClinicalTrials.gov
NCT_NUMBER = re.compile(r"NCT[0-9]{8}")
ROWS_MEASURED = 300
NARROWEST, WIDEST = 8, 60
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,  # a coordinate may be written as NaN
    "default_date_format": "yyyy-mm-dd",
}


def write_workbook(
    path: Path,
    cover: list[tuple[str, str]],
    frames: dict[str, polars.DataFrame],
    notes: dict[str, str],
    study_page: str,
) -> None:
    """Write cover and frames, one sheet each; `notes` say what a row of each means and what its denominator is.

    A text that looks like a formula or an address stays a text; NCT numbers in a column nct_id are links.
    """
    with xlsxwriter.Workbook(str(path), OPTIONS) as workbook:
        write_cover(workbook, cover)
        for name, frame in frames.items():
            sheet = workbook.add_worksheet(name[:LONGEST_NAME])
            write_sheet(workbook, sheet, frame, notes.get(name, ""), study_page)


def write_cover(workbook: Workbook, lines: list[tuple[str, str]]) -> None:
    """What the workbook is, of which day, under which licence and how to cite it."""
    sheet = workbook.add_worksheet("about")
    title = workbook.add_format({"bold": True, "font_size": 16})
    label = workbook.add_format({"bold": True, "valign": "top"})
    text = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, lines[0][1], title)
    for row, (name, said) in enumerate(lines[1:], 2):
        sheet.write_string(row, 0, name, label)
        sheet.write_string(row, 1, said, text)


def write_sheet(workbook: Workbook, sheet: Worksheet, frame: polars.DataFrame, note: str, study_page: str) -> None:
    """One table under its note, header frozen and filtered, years as years, widths that fit."""
    texts = [column for column, kind in frame.schema.items() if kind == polars.String]
    shortened = frame.with_columns(polars.col(texts).str.slice(0, LONGEST_CELL)) if texts else frame
    shortened.write_excel(
        workbook,
        worksheet=sheet,
        position=(HEADER_ROW, 0),
        column_formats={name: "0" for name in frame.columns if name.endswith("year")},
        freeze_panes=(HEADER_ROW + 1, 0),
    )
    sheet.write_string(0, 0, note, workbook.add_format({"italic": True}))
    for place, name in enumerate(frame.columns):
        sheet.set_column(place, place, width_of(name, frame[name].head(ROWS_MEASURED).to_list()))
    if "nct_id" in frame.columns and frame.height <= MOST_LINKS:
        place, link = frame.columns.index("nct_id"), workbook.get_default_url_format()
        for row, nct_id in enumerate(frame["nct_id"].to_list(), HEADER_ROW + 1):
            if nct_id and nct_id.startswith("NCT"):
                sheet.write_url(row, place, f"{study_page}{nct_id}", link, nct_id)


def width_of(name: str, values: list[Any]) -> int:
    """Characters that a column needs for its header and its first values, within limits."""
    longest = max((len(shown(value)) for value in values), default=0)
    return min(WIDEST, max(NARROWEST, len(name) + 3, longest + 1))


def shown(value: Any) -> str:
    """A value about as long as the workbook shows it."""
    if isinstance(value, float):
        return f"{value:,.3f}"
    if isinstance(value, datetime.datetime):
        return "2026-11-27 00:00:00"
    return "" if value is None else str(value)

"""The workbook, the files beside it and the figures, as a person opens them."""

import json
import struct
from pathlib import Path

import duckdb
import openpyxl
import polars
import pytest

from tasks.publish.exports import write_exports
from tests.conftest import Built


@pytest.fixture(scope="module")
def exports(sample_landscape: Built) -> Path:
    return write_exports(sample_landscape.home).parent


@pytest.fixture(scope="module")
def workbook(exports: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(exports / "landscape.xlsx")


def test_every_metric_is_a_sheet_a_csv_and_a_parquet(
    exports: Path, workbook: openpyxl.Workbook, sample_landscape: Built
) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        rows = connection.execute("select table_name from duckdb_tables() where schema_name = 'metrics'").fetchall()
    for (name,) in rows:
        assert name[:31] in workbook.sheetnames
        assert (exports / "csv" / f"{name}.csv").exists()
        assert (exports / "parquet" / f"{name}.parquet").exists()


def test_sheets_have_types_frozen_headers_and_filters(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["trials"]
    header = [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes == "A2"
    assert sheet.tables
    first = dict(zip(header, sheet[2], strict=True))
    assert first["first_posted_date"].is_date
    assert first["is_in_cohort"].data_type == "b"
    assert first["site_count"].data_type == "n"


def test_no_cell_is_a_formula(workbook: openpyxl.Workbook) -> None:
    kinds = {cell.data_type for sheet in workbook for row in sheet.iter_rows(max_row=400) for cell in row}
    assert "f" not in kinds


def test_the_workbook_explains_itself(workbook: openpyxl.Workbook) -> None:
    assert "SYNTHETIC" in workbook["about"]["A1"].value
    named = {row[0].value for row in workbook["data_dictionary"].iter_rows(min_row=2)}
    assert {"core.trials", "metrics.phases"} <= named


def test_parquet_keeps_the_rows(exports: Path, sample_landscape: Built) -> None:
    frame = polars.read_parquet(exports / "parquet" / "phases.parquet")
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        expected = connection.execute("select sum(trials) from metrics.phases").fetchall()[0][0]
    assert frame["trials"].sum() == expected


def test_readme_names_what_lies_there(exports: Path) -> None:
    text = (exports / "README.txt").read_text(encoding="utf-8")
    for part in ("landscape.xlsx", "captions.md", "- trials (", "SYNTHETIC SAMPLE"):
        assert part in text


def test_figures_come_as_svg_and_300_dpi_png_with_captions(exports: Path) -> None:
    captions = (exports / "figures" / "captions.md").read_text(encoding="utf-8")
    names = {path.stem for path in (exports / "figures").glob("*.svg")}
    assert {"screening_flow", "registrations_by_region", "countries", "phases"} <= names
    for name in names:
        assert f"## {name}\n" in captions
        svg = (exports / "figures" / f"{name}.svg").read_text(encoding="utf-8")
        assert "<desc>" in svg
        assert "Synthetic sample" in svg
        assert dots_per_inch(exports / "figures" / f"{name}.png") == 300


def dots_per_inch(path: Path) -> int:
    """Resolution of a PNG from its pHYs chunk, in pixels per metre there."""
    content = path.read_bytes()
    place = content.index(b"pHYs") + 4
    return round(struct.unpack(">I", content[place : place + 4])[0] * 0.0254)


def test_formulas_in_a_metric_stay_text(tmp_path: Path) -> None:
    from tasks.publish.exports import write_sheets

    frame = polars.DataFrame(
        {"name": ["=1+1", "@SUM(A1)", "+7", "-7", "http://example.org"], "trials": [1, 2, 3, 4, 5]}
    )
    write_sheets({"hostile": frame}, ["about"], tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["hostile"]
    assert [cell.data_type for cell in sheet["A"]] == ["s"] * 6
    assert json.dumps([cell.value for cell in sheet["A"]][1:3]) == '["=1+1", "@SUM(A1)"]'

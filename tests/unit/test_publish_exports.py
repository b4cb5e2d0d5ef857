"""The workbook, the files beside it and the figures, as a person opens them."""

import json
import struct
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import openpyxl
import polars
import pytest

from tasks.home import Home
from tasks.publish.exports import export_frames, notes_of, write_records
from tasks.publish.figures.print import SOURCE_MARGIN, drawn_once
from tasks.publish.published import read_facts
from tests.conftest import Built


@pytest.fixture(scope="module")
def workbook(sample_exports: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(sample_exports / "landscape.xlsx")


def test_every_metric_is_a_sheet_a_csv_and_a_parquet(
    sample_exports: Path, workbook: openpyxl.Workbook, sample_landscape: Built
) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        rows = connection.execute("select table_name from duckdb_tables() where schema_name = 'metrics'").fetchall()
    for (name,) in rows:
        assert name[:31] in workbook.sheetnames
        assert (sample_exports / "csv" / f"{name}.csv").exists()
        assert (sample_exports / "parquet" / f"{name}.parquet").exists()


HEADER = 3


def test_the_cover_comes_first_then_the_trials(workbook: openpyxl.Workbook) -> None:
    assert workbook.sheetnames[:3] == ["about", "trials", "trial_targets"]
    cover = {row[0].value: row[1].value for row in workbook["about"].iter_rows(min_row=2)}
    assert {"What", "Data date", "Licence", "How to cite"} <= cover.keys()
    assert "synthetic sample of " in str(cover["How to cite"])
    assert cover["SYNTHETIC SAMPLE"] == "These trials do not exist."


def test_sheets_have_types_frozen_headers_and_filters(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["trials"]
    header = [cell.value for cell in sheet[HEADER]]
    assert sheet.freeze_panes == "A4"
    assert sheet.tables
    first = dict(zip(header, sheet[HEADER + 1], strict=True))
    assert first["first_posted_date"].is_date
    assert first["is_late_phase"].data_type == "b"
    assert first["sites"].data_type == "n"


def test_years_are_years_and_nct_numbers_are_links(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["trials"]
    first = dict(zip([cell.value for cell in sheet[HEADER]], sheet[HEADER + 1], strict=True))
    assert first["registration_year"].number_format == "0"
    assert first["nct_id"].hyperlink.target == f"https://clinicaltrials.gov/study/{first['nct_id'].value}"


def test_every_sheet_says_its_denominator_and_fits_its_texts(workbook: openpyxl.Workbook) -> None:
    for sheet in workbook.worksheets[1:]:
        if sheet.title not in ("records", "codes", "data_dictionary"):
            assert "Denominator: " in sheet["A1"].value, sheet.title
        assert sheet.column_dimensions["A"].width >= 8, sheet.title
    assert workbook["trials"].column_dimensions["B"].width > 40
    assert workbook["phases"]["A1"].value == "One row per phase. Denominator: trials of the cohort."


def test_people_s_names_are_in_no_export(sample_exports: Path) -> None:
    for path in (sample_exports / "parquet").glob("*.parquet"):
        assert "principal_investigator" not in polars.read_parquet_schema(path) or path.stem == "data_dictionary"


def test_no_cell_is_a_formula(workbook: openpyxl.Workbook) -> None:
    kinds = {cell.data_type for sheet in workbook for row in sheet.iter_rows(max_row=400) for cell in row}
    assert "f" not in kinds


def test_the_workbook_explains_itself(workbook: openpyxl.Workbook) -> None:
    named = {row[0].value for row in workbook["data_dictionary"].iter_rows(min_row=HEADER + 1)}
    assert {"core.trials", "metrics.phases"} <= named


def test_parquet_keeps_the_rows(sample_exports: Path, sample_landscape: Built) -> None:
    frame = polars.read_parquet(sample_exports / "parquet" / "phases.parquet")
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        expected = connection.execute("select sum(trials) from metrics.phases").fetchall()[0][0]
    assert frame["trials"].sum() == expected


def test_of_many_records_only_parquet_holds_those_that_the_page_leaves_out(
    sample_landscape: Built, tmp_path: Path
) -> None:
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        facts = read_facts(connection)
        everything, few = export_frames(connection, facts, 5_000), export_frames(connection, facts, 100)
        write_records(connection, facts, tmp_path / "records.parquet")
        notes = notes_of(connection, few, facts)
    assert everything["records"].equals(polars.read_parquet(tmp_path / "records.parquet"))
    assert few["records"].equals(everything["records"].filter(is_in_cohort=True))
    assert few["records"].height == facts.trials < everything["records"].height
    left_out = everything["records"].height - facts.trials
    assert f"{left_out:,} further records are in parquet/records.parquet alone" in notes["records"]


def test_readme_names_what_lies_there(sample_exports: Path) -> None:
    text = (sample_exports / "README.txt").read_text(encoding="utf-8")
    for part in ("landscape.xlsx", "captions.md", "- trials (", "SYNTHETIC SAMPLE"):
        assert part in text


def test_figures_come_as_svg_and_300_dpi_png_with_captions(sample_exports: Path) -> None:
    captions = (sample_exports / "figures" / "captions.md").read_text(encoding="utf-8")
    names = {path.stem for path in (sample_exports / "figures").glob("*.svg")}
    assert {"screening_flow", "registrations_by_region", "countries", "phases"} <= names
    for name in names:
        assert f"## {name}\n" in captions
        svg = (sample_exports / "figures" / f"{name}.svg").read_text(encoding="utf-8")
        assert "<desc>" in svg
        assert "Synthetic sample" in svg
        assert dots_per_inch(sample_exports / "figures" / f"{name}.png") == 300


def test_the_picture_of_the_next_snapshot_names_it_without_being_drawn_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, spec = Home(tmp_path), {"width": 520, "mark": "bar", "data": {"values": [{"a": 1}]}}
    first, picture = drawn_once(spec, "Source: a registry & a day; snapshot 1.", home)
    monkeypatch.setattr("vl_convert.vegalite_to_svg", None)
    second, other = drawn_once(spec, "Source: a registry & a day; snapshot 2.", home)
    assert second == first.replace("snapshot 1.", "snapshot 2.")
    assert other != picture
    assert sum(1 for _ in (tmp_path / "cache" / "figures").iterdir()) == 2
    root = ElementTree.fromstring(second)
    (line,) = [text for text in root.iterfind(".//{*}text") if text.text == "Source: a registry & a day; snapshot 2."]
    grounds = [float(one.get("height", 0)) for one in (root, next(root.iterfind(".//{*}rect")))]
    assert grounds == [float(line.get("y", 0)) + SOURCE_MARGIN] * 2
    assert drawn_once(spec, "Source: a registry & a day; snapshot 1.", home) == (first, picture)


def dots_per_inch(path: Path) -> int:
    """Resolution of a PNG from its pHYs chunk, in pixels per metre there."""
    content = path.read_bytes()
    place = content.index(b"pHYs") + 4
    return round(struct.unpack(">I", content[place : place + 4])[0] * 0.0254)


def test_formulas_in_a_metric_stay_text(tmp_path: Path) -> None:
    from tasks.publish.workbook import write_workbook

    frame = polars.DataFrame(
        {"name": ["=1+1", "@SUM(A1)", "+7", "-7", "http://example.org"], "trials": [1, 2, 3, 4, 5]}
    )
    write_workbook(tmp_path / "book.xlsx", [("", "about")], {"hostile": frame}, {"hostile": "=note"}, "")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["hostile"]
    assert [cell.data_type for cell in sheet["A"] if cell.value] == ["s"] * 7
    assert json.dumps([cell.value for cell in sheet["A"]][3:5]) == '["=1+1", "@SUM(A1)"]'

"""Figures for papers: each as SVG and 300 dpi PNG, with its caption, source, snapshot and hash."""

import math
import re
import textwrap
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import orjson
import polars
import vl_convert

from tasks.errors import CartscapeError
from tasks.files import writing_folder
from tasks.hashes import sha256_of_all
from tasks.home import Home
from tasks.publish.figures.figure import Figure
from tasks.publish.figures.figures import figures_of
from tasks.publish.figures.screening import screening_figure
from tasks.publish.flow import read_flow
from tasks.publish.page.metrics import landscape_cells
from tasks.publish.page.names import read_names
from tasks.publish.published import Facts, read_table, source_line, with_incomplete_year
from tasks.seals import is_usable, seal

DOTS_PER_INCH = 300
WIDTH = 520
LETTERS_A_LINE, LETTER_WIDTH = 100, 5.4
SOURCE_LINE_HEIGHT, SOURCE_MARGIN = 13, 6
SVG, PNG, MADE_OF = "figure.svg", "figure.png", "made_of.sha256"
# how a drawing begins
HEAD = re.compile(r'^<svg [^>]*width="([\d.]+)" height="([\d.]+)" viewBox="0 0 \1 \2"><rect width="\1" height="\2"')
CONFIG: dict[str, Any] = {
    "background": "white",
    "font": "Arial, Helvetica, Liberation Sans, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "gridColor": "#ddd",
        "domainColor": "#888",
        "tickColor": "#888",
        "labelColor": "#222",
        "titleFontWeight": 400,
    },
    "axisX": {"grid": False},
    "axisBand": {"grid": False},
    "legend": {"orient": "top", "columns": 6, "symbolType": "square", "titleFontWeight": 400},
    "text": {"color": "#222", "fontSize": 10},
    "title": {"anchor": "start", "fontSize": 14, "subtitleFontSize": 10, "subtitleColor": "#555", "offset": 12},
}


def write_figures(connection: duckdb.DuckDBPyConnection, facts: Facts, folder: Path, home: Home) -> list[str]:
    """Write every figure of the snapshot shown into `folder`, with `captions.md`; returns their names.

    A figure whose specification did not change is not drawn again: that is what takes long.
    """
    folder.mkdir(parents=True)
    figures = [screening_figure(read_flow(connection, facts)), *figures_of(printed_frames(connection, facts))]
    lines = ["# Captions", "", source_line(facts), ""]
    for figure in figures:
        svg, png = drawn_once(print_spec(figure), source_line(facts), home)
        description = f"<title>{escape(figure.title)}</title><desc>{escape(caption_of(figure, facts))}</desc>"
        start = svg.index(">") + 1
        (folder / f"{figure.name}.svg").write_text(svg[:start] + description + svg[start:], encoding="utf-8")
        (folder / f"{figure.name}.png").write_bytes(png)
        lines += [f"## {figure.name}", "", caption_of(figure, facts), ""]
    (folder / "captions.md").write_text("\n".join(lines), encoding="utf-8")
    return [figure.name for figure in figures]


def drawn_once(spec: dict[str, Any], source: str, home: Home) -> tuple[str, bytes]:
    """A specification as SVG and PNG above the line that names its source, each drawn where the cache lacks it.

    The line changes with every snapshot, most figures do not: so the cache holds the drawing without it, and of the PNG
    with it the last.
    """
    programs = version("vl-convert-python"), DOTS_PER_INCH

    def draw(folder: Path) -> None:
        # as JSON text: orjson writes the days that a specification holds
        svg: str = vl_convert.vegalite_to_svg(orjson.dumps(spec).decode())
        (folder / SVG).write_text(svg, encoding="utf-8")

    drawing = sha256_of_all([spec, programs])
    svg = with_source(kept(SVG, drawing, drawing, draw, home).read_text(encoding="utf-8"), source)

    def colour_in(folder: Path) -> None:
        (folder / PNG).write_bytes(vl_convert.svg_to_png(svg, ppi=DOTS_PER_INCH))

    return svg, kept(PNG, drawing, sha256_of_all([svg, programs]), colour_in, home).read_bytes()


def kept(name: str, place: str, made_of: str, make: Callable[[Path], None], home: Home) -> Path:
    """A file in its place of the cache, made where what lies there is damaged or was made of something else."""
    folder = home.cached("figures", f"{place[:24]}-{Path(name).suffix[1:]}")
    note = folder / MADE_OF
    if not (is_usable(folder) and note.exists() and note.read_text(encoding="utf-8") == made_of):
        with writing_folder(folder) as unfinished:
            make(unfinished)
            (unfinished / MADE_OF).write_text(made_of, encoding="utf-8")
            seal(unfinished)
    return folder / name


def with_source(svg: str, source: str) -> str:
    """A drawing, made higher by lines that name its source."""
    if not (head := HEAD.match(svg)):
        raise CartscapeError(
            "vl-convert: its drawings begin otherwise than tasks/publish/figures/print.py knows; install the version "
            "of requirements.lock, or correct HEAD there"
        )
    width, height = head.groups()
    lines, font = textwrap.wrap(source, math.ceil(float(width) / LETTER_WIDTH)), escape(CONFIG["font"])
    foot = math.ceil(float(height))
    taller = foot + SOURCE_LINE_HEIGHT * len(lines) + SOURCE_MARGIN
    texts = "".join(
        f'<text x="{SOURCE_MARGIN}" y="{foot + SOURCE_LINE_HEIGHT * number}" font-family="{font}"'
        f' font-size="10px" fill="#555">{escape(line)}</text>'
        for number, line in enumerate(lines, 1)
    )
    # of the drawing itself and of its white ground
    higher = svg.replace(f'width="{width}" height="{height}"', f'width="{width}" height="{taller}"', 2)
    higher = higher.replace(f'viewBox="0 0 {width} {height}"', f'viewBox="0 0 {width} {taller}"', 1)
    return higher.removesuffix("</svg>") + texts + "</svg>"


def printed_frames(connection: duckdb.DuckDBPyConnection, facts: Facts) -> dict[str, polars.DataFrame]:
    """The metrics as the charts draw them."""
    names = connection.execute("select table_name from duckdb_tables() where schema_name = 'metrics'").fetchall()
    until, codes = facts.as_of or facts.data_date, read_names(connection)
    frames = {
        name: codes.in_frame(with_incomplete_year(read_table(connection, f"metrics.{name}", facts.snapshot_id), until))
        for (name,) in names
    }
    if "target_landscape" in frames:
        frames["target_landscape"] = landscape_cells(frames["target_landscape"])
    return frames


def print_spec(figure: Figure) -> dict[str, Any]:
    """A figure's specification in print colours and size, with title and caption."""
    spec: dict[str, Any] = figure.specification()
    spec["config"] = CONFIG
    if figure.metric == "countries":
        spec["height"] = WIDTH // 2
    if "width" not in spec:
        spec["width"] = WIDTH
        spec.setdefault("height", WIDTH // 2)
    title = f"{figure.title} ({figure.paper})" if figure.paper.startswith("Figure") else figure.title
    spec["title"] = {"text": title, "subtitle": textwrap.wrap(figure.caption, LETTERS_A_LINE)}
    return spec


def caption_of(figure: Figure, facts: Facts) -> str:
    """A figure's caption for a paper."""
    return f"{figure.title}. {figure.caption} {source_line(facts)} Table: metrics.{figure.metric}."

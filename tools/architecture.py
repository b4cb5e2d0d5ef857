"""The picture of the architecture in the README, as SVG; `python -m tools.pictures HOME` writes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 1190, 460
BOX, GAP, TOP = 173, 22, 150
LINE, TALL = 19, 150
INK, QUIET, PAPER, LINE_COLOUR = "#1c2126", "#5a646e", "#ffffff", "#8a949e"
STYLE = "font-family: system-ui, 'Segoe UI', Roboto, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Box:
    """A layer: its name, what it holds, the folder that makes it, and its colour."""

    name: str
    lines: tuple[str, ...]
    folder: str
    colour: str


# data flow one way, from left to right
LAYERS = (
    Box(
        "snapshot",
        ("records as received,", "searches, manifest;", "write-once"),
        "tasks/registry, snapshot",
        "#56B4E9",
    ),
    Box(
        "assertions",
        ("one row a label, with", "field, offsets, words,", "rule, confidence"),
        "tasks/curate, papers",
        "#009E73",
    ),
    Box("core tables", ("one row a registration", "or trial, site, sponsor,", "paper"), "sql/staging, core", "#0072B2"),
    Box("metrics", ("one SQL model each:", "what, of whom, as", "share of what"), "sql/metrics, statistics", "#CC79A7"),
    Box(
        "published",
        ("the warehouse, by one", "rename; page, tables,", "workbook, feed"),
        "sql/landscape, publish",
        "#D55E00",
    ),
)
SOURCES = ("ClinicalTrials.gov", "ICTRP, CTIS, AACT", "a file, the sample", "PubMed, Europe PMC")
CURATION = "curation/*.tsv: vocabularies, signed decisions of people (they win while the old label holds)"
CHECKS = "checks after every layer (expectations/): a critical one stops publishing, and yesterday's warehouse stays"
FLOW = (
    "Prefect (flows/): each layer and each metric is a task; weekly, on news of the registry, on changed vocabularies"
)


def text(
    x: float, y: float, said: str, size: int = 14, colour: str = INK, weight: int = 400, middle: bool = False
) -> str:
    """One line of text."""
    anchor = ' text-anchor="middle"' if middle else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colour}"{anchor}>{escape(said)}</text>'
    )


def rectangle(x: float, y: float, width: float, height: float, colour: str, fill: str = PAPER) -> str:
    """A box with round corners."""
    shape = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6"'
    return f'{shape} fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'


def arrow(x: float, y: float, x2: float, y2: float) -> str:
    """A line that ends in an arrow."""
    return f'<path d="M{x} {y}L{x2} {y2}" stroke="{LINE_COLOUR}" stroke-width="1.8" marker-end="url(#to)"/>'


def layer(box: Box, x: float) -> Iterator[str]:
    """One layer, with the folder that makes it below."""
    yield rectangle(x, TOP, BOX, TALL, box.colour)
    yield f'<rect x="{x}" y="{TOP}" width="{BOX}" height="6" rx="3" fill="{box.colour}"/>'
    yield text(x + 12, TOP + 34, box.name, 17, weight=650)
    for place, line in enumerate(box.lines):
        yield text(x + 12, TOP + 62 + LINE * place, line, 13)
    yield text(x + 12, TOP + TALL - 12, box.folder, 12, QUIET)


def band(y: float, said: str, left: float) -> Iterator[str]:
    """What stands beside several layers."""
    yield rectangle(left, y, WIDTH - 20 - left, 36, LINE_COLOUR, "#f5f7f8")
    yield text((left + WIDTH - 20) / 2, y + 23, said, 14, middle=True)


def parts() -> Iterator[str]:
    """Everything in the picture."""
    first = 20 + BOX + GAP
    places = [first + place * (BOX + GAP) for place in range(len(LAYERS))]
    yield from band(30, FLOW, first)
    yield from band(86, CURATION, places[1])
    yield arrow(places[1] + BOX / 2, 122, places[1] + BOX / 2, TOP - 4)
    for place, source in enumerate(SOURCES):
        y = TOP + 4 + place * 37
        yield rectangle(20, y, BOX, 30, LINE_COLOUR)
        yield text(32, y + 20, source)
    yield arrow(20 + BOX + 2, TOP + TALL / 2, first - 4, TOP + TALL / 2)
    for box, x in zip(LAYERS, places, strict=True):
        yield from layer(box, x)
        yield arrow(x + BOX / 2, TOP + TALL + 2, x + BOX / 2, TOP + TALL + 34)
    for x in places[1:]:
        yield arrow(x - GAP + 2, TOP + TALL / 2, x - 4, TOP + TALL / 2)
    yield from band(TOP + TALL + 38, CHECKS, first)
    yield text(
        first,
        HEIGHT - 56,
        "The warehouse is a pure function of snapshots, papers found, landscape.toml, curation/ and code.",
        15,
    )
    yield text(
        first, HEIGHT - 30, "Nothing is edited in place; what a layer does not know, it says beside the number.", 15
    )


def architecture() -> str:
    """The picture as SVG on white, so that it can be read on any page."""
    title = (
        "From registries to the page: snapshot, assertions, core tables, metrics, published; checks after every layer"
    )
    marker = (
        '<defs><marker id="to" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{LINE_COLOUR}"/></marker></defs>'
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" style="{STYLE}">',
        f"<title>{escape(title)}</title>",
        marker,
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        *parts(),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"

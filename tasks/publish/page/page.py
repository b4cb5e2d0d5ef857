"""The page: one self-contained HTML file that asks for nothing from anywhere."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import jinja2
from markupsafe import Markup

from tasks.curate.engine.attributes import LISTED, fixed_values
from tasks.curate.engine.decisions import HEADER
from tasks.files import write_file
from tasks.home import Home
from tasks.papers.judge.decisions import HEADER as LINK_HEADER
from tasks.protocol import Protocol
from tasks.publish.figures.figure import Figure
from tasks.publish.figures.figures import figures_of
from tasks.publish.figures.spoken import spoken
from tasks.publish.flow import read_flow
from tasks.publish.page.facets import INCLUDED, FacetValues, facets_of, for_page, read_facets
from tasks.publish.page.headline import earlier_snapshot, headlines
from tasks.publish.page.links import Linker
from tasks.publish.page.matrix import read_matrix
from tasks.publish.page.metrics import Metric, landscape_cells, read_metrics
from tasks.publish.page.names import Names, read_names
from tasks.publish.page.packing import REPORT, packed, page_script, policy, vega_script
from tasks.publish.page.sections import sections
from tasks.publish.page.stored import read_stored
from tasks.publish.page.story import Teller, opening
from tasks.publish.page.survey import Survey, read_survey
from tasks.publish.page.synonyms import synonyms
from tasks.publish.page.tables import FILTERS, as_table
from tasks.publish.page.trials import held_by_page, read_details, read_index, read_places, read_words
from tasks.publish.published import (
    Facts,
    citation,
    read_facts,
    said_of_sources,
    source_line,
    with_incomplete_year,
)
from tasks.warehouse.models import load_models
from tasks.warehouse.publish import open_published

# what a model names where it counts by the trials' status, which is that of the data's day whatever the as-of date
READS_STATUS = re.compile(r"\b(is_finished|is_active|is_recruiting|status|overall_status)\b")
# trials whose details are unpacked together when one of them is opened
DETAILS_A_PART = 50


def write_page(home: Home, protocol: Protocol) -> Path:
    """Write `report/index.html` beside the published warehouse, replacing the last one in one step."""
    with open_published(home) as connection:
        text = render(connection, protocol, read_survey(home), vega_script(home))
    return write_file(home.page, text.encode("utf-8"))


def render(connection: duckdb.DuckDBPyConnection, protocol: Protocol, survey: Survey | None, vega: str) -> str:
    """The page as text; every value from a registry is escaped by the template engine or packed."""
    facts = read_facts(connection)
    held, left_out = held_by_page(connection, facts.snapshot_id, protocol.page.most_records)
    index = read_index(connection, facts.snapshot_id, held)
    earlier = earlier_snapshot(connection, facts)
    facets = read_facets(connection, facts.snapshot_id, index["nct_id"], facets_of(connection, earlier))
    linker, names = Linker(facets), read_names(connection)
    metrics = read_metrics(connection, facts, linker, load_models())
    not_in_source = said_of_sources(connection, facts.snapshot_id)
    teller = Teller(connection, facts, linker, protocol.story)
    frames = linked_frames(metrics, linker, teller.until, names)
    figures = {figure.name: figure for figure in figures_of(frames)}
    scripts = [vega, page_script()]
    return (
        environment()
        .get_template("page.html")
        .render(
            protocol=protocol,
            facts=facts,
            story=opening(teller),
            source=source_line(facts),
            citation=citation(facts, protocol.landscape.title),
            headlines=headlines(connection, facts),
            flow=read_flow(connection, facts, linker),
            sections=sections(metrics, figures, names, teller, set(not_in_source)),
            not_in_source=not_in_source,
            matrix=matrix_of(connection, frames, names),
            left_out=left_out,
            survey=survey,
            of_status={name for name, metric in metrics.items() if READS_STATUS.search(metric.sql)},
            held=frozenset(index["nct_id"]),
            additions=as_table(metrics["registry_additions"], names) if "registry_additions" in metrics else None,
            **read_stored(connection, facts),
            policy=policy(scripts),
            vega=scripts[0],
            script=scripts[1],
            blocks={
                "index": packed(page_index(connection, facts, index, facets, names)),
                "figures": packed({name: drawn(figure, source_line(facts)) for name, figure in figures.items()}),
                **detail_blocks(read_details(connection, facts.snapshot_id, index["nct_id"])),
            },
        )
    )


def detail_blocks(details: list[dict[str, Any]]) -> dict[str, Markup]:
    """What trials show when they are opened, in parts, so that opening one unpacks few."""
    return {
        f"details-{part}": packed(details[first : first + DETAILS_A_PART])
        for part, first in enumerate(range(0, len(details), DETAILS_A_PART))
    }


def drawn(figure: Figure, source: str) -> dict[str, Any]:
    """A figure's specification; its description is what a screen reader says of the drawing, with its source."""
    return {**figure.specification(), "description": f"{spoken(figure)} {source}"}


def environment() -> jinja2.Environment:
    """The template engine: everything is escaped, and a name that does not exist is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(REPORT),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    return made


def page_index(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    index: dict[str, list[Any]],
    facets: list[FacetValues],
    names: Names,
) -> dict[str, Any]:
    """What the page needs before anything is opened."""
    return {
        "snapshot": facts.snapshot_id,
        "synthetic": facts.is_synthetic,
        "source": source_line(facts),
        "included": INCLUDED,
        "details_a_part": DETAILS_A_PART,
        "synonyms": synonyms(),
        "trials": index,
        "words": read_words(connection, facts.snapshot_id, index["nct_id"]),
        "places": read_places(connection, facts.snapshot_id),
        "facets": [for_page(facet, names) for facet in facets],
        "decision_columns": list(HEADER),
        "link_decision_columns": list(LINK_HEADER),
        "fixed_values": {name: sorted(values) for name, values in fixed_values(LISTED).items()},
    }


def matrix_of(connection: duckdb.DuckDBPyConnection, frames: dict[str, Any], names: Names) -> dict[str, Any] | None:
    """Figure 4 as a table, where the warehouse holds its metric."""
    return read_matrix(connection, frames["target_landscape"], names) if "target_landscape" in frames else None


def linked_frames(metrics: dict[str, Metric], linker: Linker, until: date, names: Names) -> dict[str, Any]:
    """The rows that the charts draw, each with the address of its trials; a year that data cover in part is marked."""
    frames = {name: names.in_frame(with_incomplete_year(metric.linked, until)) for name, metric in metrics.items()}
    if "target_landscape" in frames:
        frames["target_landscape"] = landscape_cells(metrics["target_landscape"].frame, linker)
    return frames

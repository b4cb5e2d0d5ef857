"""The page: one self-contained HTML file that asks for nothing from anywhere."""

import re
from collections.abc import Set
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import jinja2
from markupsafe import Markup

from tasks.curate.engine.attributes import LISTED, fixed_values
from tasks.curate.engine.decisions import HEADER
from tasks.files import write_file
from tasks.frames import frame_of
from tasks.home import Home
from tasks.papers.judge.decisions import HEADER as LINK_HEADER
from tasks.protocol import Protocol
from tasks.publish.figures.figure import Figure
from tasks.publish.figures.figures import figures_of
from tasks.publish.figures.spoken import spoken
from tasks.publish.flow import read_flow
from tasks.publish.page.facets import INCLUDED, FacetValues, facets_of, for_page, read_facets
from tasks.publish.page.failed_checks import failed_by_metric
from tasks.publish.page.findings import finding
from tasks.publish.page.headline import earlier_snapshot, headlines
from tasks.publish.page.links import Linker, address
from tasks.publish.page.matrix import read_matrix
from tasks.publish.page.metrics import Metric, landscape_cells, read_metrics
from tasks.publish.page.names import Names, read_names
from tasks.publish.page.packing import REPORT, packed, page_script, policy, vega_script
from tasks.publish.page.story import Teller, opening
from tasks.publish.page.survey import Survey, read_survey
from tasks.publish.page.synonyms import synonyms
from tasks.publish.page.tables import FILTERS, as_table, title_of
from tasks.publish.page.trials import held_by_page, read_details, read_index, read_places, read_words
from tasks.publish.published import (
    Facts,
    citation,
    read_facts,
    read_table,
    rows_of,
    said_of_sources,
    source_line,
    with_incomplete_year,
)
from tasks.publish.sections import matches, page_plan, page_sections
from tasks.warehouse.models import load_models
from tasks.warehouse.publish import open_published

NOT_FOUND = (
    "select count(*) filter (where is_eligible), count(*) filter (where is_boundary) from core.trials"
    " where snapshot_id = $1 and not is_found_by_search"
)
FOUND_BY = "select distinct found_by from core.trials where snapshot_id = $1 and found_by <> 'nothing' order by 1"
# what a model names where it counts by the trials' status, which is that of the data's day whatever the as-of date
READS_STATUS = re.compile(r"\b(is_finished|is_active|is_recruiting|status|overall_status)\b")
ACCEPTED_LOSSES = "select loss from meta.accepted_losses order by layer, loss"
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
    words = read_words(connection, facts.snapshot_id, index["nct_id"])
    earlier = earlier_snapshot(connection, facts)
    facets = read_facets(connection, facts.snapshot_id, index["nct_id"], facets_of(connection, earlier))
    linker = Linker(facets)
    names, places = read_names(connection), read_places(connection, facts.snapshot_id)
    metrics = read_metrics(connection, facts, linker, load_models())
    not_in_source = said_of_sources(connection, facts.snapshot_id)
    teller = Teller(connection, facts, linker, protocol.story)
    frames = linked_frames(metrics, linker, teller.until, names)
    figures = {figure.name: figure for figure in figures_of(frames)}
    checks = rows_of(frame_of(connection.sql("select * from meta.checks order by is_passed, severity, suite, object")))
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
            checks=checks,
            found_by=[name for (name,) in connection.execute(FOUND_BY, [facts.snapshot_id]).fetchall()],
            not_found=connection.execute(NOT_FOUND, [facts.snapshot_id]).fetchall()[0],
            not_found_address=address({"screening": "found by no search"}),
            of_status={name for name, metric in metrics.items() if READS_STATUS.search(metric.sql)},
            accepted_losses=[loss for (loss,) in connection.execute(ACCEPTED_LOSSES).fetchall()],
            failed_by_metric=failed_by_metric(checks),
            quarantine=rows_of(read_table(connection, "raw.quarantine", facts.snapshot_id)),
            papers_in_quarantine=rows_of(read_table(connection, "core.papers_in_quarantine", facts.snapshot_id)),
            duplicates=rows_of(read_table(connection, "core.suspected_duplicates", facts.snapshot_id)),
            history=history(connection, facts),
            sources=rows_of(read_table(connection, "raw.sources", facts.snapshot_id, "order by place")),
            registries=rows_of(read_table(connection, "metrics.registries", facts.snapshot_id)),
            held=frozenset(index["nct_id"]),
            additions=as_table(metrics["registry_additions"], names) if "registry_additions" in metrics else None,
            suspected=rows_of(
                read_table(connection, "core.suspected_registrations", facts.snapshot_id, "order by score desc")
            ),
            policy=policy(scripts),
            vega=scripts[0],
            script=scripts[1],
            blocks={
                "index": packed(page_index(facts, index, words, facets, names, places)),
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


def history(connection: duckdb.DuckDBPyConnection, facts: Facts) -> list[dict[str, Any]]:
    """The snapshots of the series shown, oldest first: what each held, and what came, went and changed before it."""
    rows: list[dict[str, Any]] = frame_of(
        connection.sql(
            "select snapshots.snapshot_id, snapshots.finished_at, cohort_size.trials, cohort_size.treatment_trials,"
            " changes.new_studies, changes.gone_studies, changes.changed_studies, changes.entered_cohort,"
            " changes.left_cohort from raw.snapshots as snapshots"
            " inner join metrics.cohort_size as cohort_size using (snapshot_id)"
            " inner join metrics.snapshot_changes as changes using (snapshot_id)"
            " where snapshots.series = $1 order by snapshots.order_number",
            params=[facts.series],
        )
    ).to_dicts()
    return rows


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
    facts: Facts,
    index: dict[str, list[Any]],
    words: list[str],
    facets: list[FacetValues],
    names: Names,
    places: dict[str, list[float]],
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
        "words": words,
        "places": places,
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


def is_silent(metric: Metric, column: str | None) -> bool:
    """Whether a metric says nothing in the column without which its section is one sentence."""
    return column in metric.frame.columns and metric.frame[column].null_count() == metric.frame.height


def sections(
    metrics: dict[str, Metric],
    figures: dict[str, Figure],
    names: Names,
    teller: Teller | None = None,
    lacking: Set[str] = frozenset(),
) -> list[dict[str, Any]]:
    """The sections of report/sections.toml that have something to show, with every metric in one of them.

    Without a teller no section's title is its finding. `lacking`: metrics whose sources do not carry all that they
    need; those without a row say so in their place.
    """
    planned = page_sections()
    drawn = {figure.metric for figure in figures.values()}
    named = drawn | {"cohort_size", "screening_flow", *page_plan()["hidden"]}
    named |= {name for section in planned for one in section["tables"] for name in metrics if matches(name, one)}
    found = []
    for section in planned:
        wanted = [
            figure for pattern in section["figures"] for name, figure in figures.items() if matches(name, pattern)
        ]
        tables = [name for pattern in section["tables"] for name in metrics if matches(name, pattern)]
        tables += [name for name in metrics if name not in named] if "*" in section["tables"] else []
        folded = [name for name in tables if is_silent(metrics[name], section.get("folded_without"))]
        shown = [as_table(metrics[name], names) for name in tables if metrics[name].frame.height and name not in folded]
        absent = [
            metric
            for pattern in [*section["figures"], *section["tables"]]
            for name, metric in metrics.items()
            if matches(name, pattern) and name in lacking and not metric.frame.height
        ]
        if wanted or shown or absent or (folded and "note" in section):
            found.append(
                {
                    "paper": "",
                    **section,
                    "folded": bool(folded),
                    "finding": finding(teller, section["id"]) if teller else None,
                    "figures": [(figure, as_table(metrics[figure.metric], names)) for figure in wanted],
                    "tables": shown,
                    "absent": [(metric.name, title_of(metric)) for metric in absent],
                }
            )
    return found

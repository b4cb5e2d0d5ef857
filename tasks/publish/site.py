"""What a static host needs: the page, the exports, the dictionary, a feed and descriptions that machines read."""

import shutil
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import orjson
import yaml

from tasks.errors import CartscapeError
from tasks.files import writing_folder
from tasks.frames import frame_of
from tasks.home import Home
from tasks.protocol import Protocol
from tasks.publish.page.page import environment
from tasks.publish.published import Facts, read_facts
from tasks.publish.site_metadata import citation_file, data_package, schema_org
from tasks.warehouse.publish import open_published

DESCRIPTION = "datapackage.json"
LISTED_TRIALS = 50


def publish_site(home: Home, protocol: Protocol, folder: Path, url: str) -> Path:
    """Write the site into a folder, in one step in place of the last site there; `url`: where it will stand, or empty.

    A folder that holds something else than a site is refused.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / DESCRIPTION).exists():
        raise CartscapeError(f"{folder}: holds files that are no site of ours; give a new or an empty folder")
    if not home.page.exists() or not home.workbook.exists():
        raise CartscapeError(f"{home.root}: no page and exports yet; run 'cartscape run' first, or set --home")
    base = f"{url.rstrip('/')}/" if url else ""
    with open_published(home) as connection, writing_folder(folder.resolve()) as site:
        facts, title = read_facts(connection), protocol.landscape.title
        shutil.copytree(home.exports, site / "exports")
        dataset = schema_org(site, facts, protocol, base)
        write(site / "dataset.jsonld", dataset)
        write(site / DESCRIPTION, data_package(connection, site, facts, protocol))
        write(site / "CITATION.cff", citation_file(facts, protocol, base))
        pages: dict[str, dict[str, Any]] = {
            "feed.xml": {"entries": entries(connection, facts), "identifier": identifier(facts, base)},
            "data-dictionary.html": {"tables": dictionary(connection)},
        }
        for name, more in pages.items():
            text = environment().get_template(f"site/{name}").render(facts=facts, title=title, base=base, **more)
            (site / name).write_text(text, encoding="utf-8")
        (site / "index.html").write_text(announced(home.page.read_text(encoding="utf-8"), dataset), encoding="utf-8")
        # a host that runs Jekyll over what it is given leaves this alone
        (site / ".nojekyll").touch()
    return folder / "index.html"


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a description as JSON, or as YAML where the name asks for it."""
    if path.suffix == ".cff":
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    else:
        path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def announced(page: str, dataset: dict[str, Any]) -> str:
    """The page with its feed and its description for search engines named in its head."""
    described = orjson.dumps(dataset).decode().replace("<", "\\u003c")
    head = (
        '<link rel="alternate" type="application/atom+xml" href="feed.xml" title="what changed">\n'
        f'<script type="application/ld+json">{described}</script>\n</head>'
    )
    return page.replace("</head>", head, 1)


def identifier(facts: Facts, base: str) -> str:
    """What names the feed for good: its address, or a tag where none is known."""
    return base or f"tag:cartscape.invalid,2026:{facts.series.replace(':', '-')}"


def entries(connection: duckdb.DuckDBPyConnection, facts: Facts) -> list[dict[str, Any]]:
    """The snapshots of the series shown, newest first, each with what came, went and changed since the one before."""
    rows = connection.execute(
        "select snapshots.snapshot_id, finished_at, previous_snapshot_id, studies, new_studies, gone_studies,"
        " changed_studies, entered_cohort, left_cohort from metrics.snapshot_changes"
        " inner join raw.snapshots using (snapshot_id) where series = $1 and order_number <="
        " (select order_number from raw.snapshots where snapshot_id = $2) order by order_number desc",
        [facts.series, facts.snapshot_id],
    )
    names = [column[0] for column in rows.description]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return [{**one, **told(one), **entered(connection, one)} for one in found]


def told(row: dict[str, Any]) -> dict[str, str]:
    """Title and sentence of one snapshot's entry."""
    if row["previous_snapshot_id"] is None:
        return {
            "title": "First snapshot",
            "sentence": f"{row['studies']:,} records found; nothing to compare with yet.",
        }
    return {
        "title": f"{row['entered_cohort']:,} trials entered the landscape, {row['left_cohort']:,} left it",
        "sentence": (
            f"{row['new_studies']:,} records new, {row['gone_studies']:,} gone, {row['changed_studies']:,} changed "
            f"since {row['previous_snapshot_id']}. Trials that entered the landscape:"
        ),
    }


def entered(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> dict[str, Any]:
    """The first trials that entered the landscape with a snapshot, and how many more there are."""
    if not row["entered_cohort"]:
        return {"trials": [], "more": 0}
    trials = connection.execute(
        "select nct_id, brief_title from core.trials where snapshot_id = $1 and is_in_cohort and nct_id not in"
        " (select nct_id from core.trials where snapshot_id = $2 and is_in_cohort) order by nct_id desc",
        [row["snapshot_id"], row["previous_snapshot_id"]],
    ).fetchall()
    listed = [{"nct_id": nct_id, "brief_title": title} for nct_id, title in trials[:LISTED_TRIALS]]
    return {"trials": listed, "more": len(trials) - len(listed)}


def dictionary(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every table that is exported with its columns, as the warehouse describes them."""
    rows = frame_of(
        connection.sql(
            "select * from meta.dictionary where split_part(table_name, '.', 1) in ('landscape', 'core')"
            " order by table_name like 'core.%', table_name, column_name nulls first"
        )
    )
    return [
        {"name": name, "meaning": first["meaning"], "columns": list(columns)}
        for name, (first, *columns) in (
            (name, tuple(each)) for name, each in groupby(rows.to_dicts(), key=lambda row: row["table_name"])
        )
    ]

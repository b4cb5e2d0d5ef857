"""The papers of each trial that the page holds, with how they were found and judged."""

from collections import defaultdict
from typing import Any

import duckdb

from tasks.publish.page.held import Rows, by_trial, plain

# all papers but those that content alone suggested and the criteria rejected
PAPERS_SHOWN = "(decision <> 'reject' or route <> 'content')"


def read_papers(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> Rows:
    """The papers that may be of a trial, each with the routes that found it and the criteria that judged it.

    Papers that nothing but their content suggested and that were rejected are many, and stay in the warehouse.
    """
    found_by = by_paper(connection, "publication_routes", "route, detail", snapshot_id)
    judged_by = by_paper(connection, "publication_criteria", "criterion, verdict, words", snapshot_id)
    rows = by_trial(
        connection,
        f"select * exclude (snapshot_id) from core.trial_publications where snapshot_id = $1 and {PAPERS_SHOWN}"
        " order by nct_id, decision, score desc, paper_key",
        snapshot_id,
    )
    return {
        nct_id: [
            {
                **plain(row),
                "routes": found_by.get((nct_id, row["paper_key"]), []),
                "criteria": judged_by.get((nct_id, row["paper_key"]), []),
            }
            for row in each
        ]
        for nct_id, each in rows.items()
    }


def by_paper(
    connection: duckdb.DuckDBPyConnection, table: str, columns: str, snapshot_id: str
) -> dict[tuple[str, str], list[list[Any]]]:
    """Some columns of a table about papers, by trial and paper, of the papers that are shown."""
    found: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    shown = f"select nct_id, paper_key from core.trial_publications where snapshot_id = $1 and {PAPERS_SHOWN}"
    for nct_id, paper_key, *row in connection.execute(
        f"select nct_id, paper_key, {columns} from core.{table} semi join ({shown}) using (nct_id, paper_key)"
        f" where snapshot_id = $1 order by nct_id, paper_key, {columns}",
        [snapshot_id],
    ).fetchall():
        found[nct_id, paper_key].append(row)
    return found


def read_unlikely_papers(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> dict[str, int]:
    """How many rejected papers of each trial are not shown."""
    query = "select nct_id, count(*) from core.trial_publications"
    return dict(
        connection.execute(
            f"{query} where snapshot_id = $1 and not {PAPERS_SHOWN} group by nct_id", [snapshot_id]
        ).fetchall()
    )

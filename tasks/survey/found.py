"""Addresses that people found by hand, from the tracking sheet: the registry drops them when a trial has ended."""

import duckdb

from tasks.survey.addresses import checked_address
from tasks.survey.store import insert
from tasks.survey.tables import QuarantinedRow, Table

COLUMN = "found_email"


def keep_found_addresses(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[int, list[QuarantinedRow]]:
    """Keep new hand-found addresses, one a trial, and return their number and the rows whose address is none."""
    trials = {row[0] for row in connection.execute("select nct_id from survey.trials").fetchall()}
    known = dict(connection.execute("select nct_id, email from survey.found_addresses").fetchall())
    found: dict[str, str] = {}
    quarantined: list[QuarantinedRow] = []
    for row in table.rows:
        if not (written := row.text(COLUMN)):
            continue
        nct_id, address = row.text("nct_id").upper(), checked_address(written)
        if nct_id not in trials:
            quarantined.append(
                QuarantinedRow(table.source, row.position, "not asked", "an address for a trial that is not ours")
            )
        elif address.problem:
            quarantined.append(QuarantinedRow(table.source, row.position, "invalid address", address.problem))
        elif known.get(nct_id) != address.email:
            found[nct_id] = address.email
    connection.execute("delete from survey.found_addresses where list_contains($1, nct_id)", [list(found)])
    insert(connection, "found_addresses", sorted(found.items()))
    return len(found), quarantined

"""The sources of a snapshot, which fields they fill, and what people decided about pairs of registrations."""

import duckdb

from tasks.errors import CartscapeError
from tasks.protocol import Sources
from tasks.registry.readers.spellings import FOLDER
from tasks.registry.registration import API
from tasks.snapshot.read import Snapshot
from tasks.warehouse.models import quoted

DECISIONS = ("same", "different")
# how many records of each form state each field that measures need; a form that never fills a field says so itself
CARRIED_FIELDS = """
    insert into raw.carried_fields
    select
        $1, form, is_in_part, needed.field,
        count(*), count(*) filter (where list_contains(stated.fields, needed.field)),
        bool_or(len(list_filter(
            not_carried, lambda one: needed.field = one or starts_with(needed.field, one || '.')
        )) > 0)
    from raw.registrations
    inner join raw.snapshot_studies using (snapshot_id, nct_id)
    inner join raw.stated_fields_by_version as stated using (version)
    cross join meta.needed_fields as needed
    where snapshot_id = $1
    group by all
    order by all
"""


def load_carried_fields(connection: duckdb.DuckDBPyConnection, snapshot_id: str) -> None:
    """Count the fields that a snapshot's registrations state."""
    connection.execute(CARRIED_FIELDS, [snapshot_id])


def load_sources(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, known: Sources) -> None:
    """Load what each source of the snapshot gave, and what it is called; a snapshot of before had one."""
    counts = snapshot.manifest["counts"]
    alone = {
        "source": snapshot.manifest["source"],
        "records": counts["records"],
        "studies": counts["studies"],
        "terms_of_use": [snapshot.manifest["terms_of_use"]],
    }
    for place, source in enumerate(snapshot.manifest.get("sources") or [alone], 1):
        forms = source.get("forms", (API,))
        held = {found.name: found.address for form in forms if (found := known.of_form(form))}
        connection.execute(
            "insert into raw.sources values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            [
                snapshot.id,
                place,
                source["source"],
                list(held.keys()),
                list(held.values()),
                ", ".join(forms) or None,
                source["records"],
                source["studies"],
                source.get("copies", 0),
                source.get("left_out", 0),
                source.get("data_date") or None,
                " ".join(source["terms_of_use"]),
                source.get("problem") or None,
            ],
        )


def check_decisions(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a signed decision on two registrations that says neither 'same' nor 'different', or lacks a signature."""
    place = FOLDER.parent / "registration_decisions.tsv"
    faulty = connection.execute(
        "select nct_id, other_nct_id from meta.registration_decisions"
        f" where coalesce(decision, '') not in ({', '.join(map(quoted, DECISIONS))})"
        " or nct_id is null or other_nct_id is null or reviewer is null or date is null"
    ).fetchall()
    if faulty:
        raise CartscapeError(
            f"{place}: {faulty[0][0]} and {faulty[0][1]}: give a decision ({' or '.join(DECISIONS)}), reviewer and date"
        )

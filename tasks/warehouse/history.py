"""Labels as they were first published, kept beside the snapshots: what tells a new reading from a new text."""

import duckdb

from tasks.errors import CartscapeError
from tasks.files import partial
from tasks.home import Home
from tasks.seals import damage_in, seal
from tasks.warehouse.models import quoted

JOINED_LABELS = """
    select snapshot_id, nct_id, attribute, string_agg(value, '|' order by value) as value
    from core.registration_labels where snapshot_id = $1 group by all order by all
"""


def load_first_labels(connection: duckdb.DuckDBPyConnection, snapshot_id: str, home: Home) -> None:
    """Load a snapshot's labels as first published; those of today where it is published for the first time."""
    kept = home.first_labels(snapshot_id)
    if damage := damage_in(kept.parent, kept.name):
        raise CartscapeError(
            f"{damage}; restore it from a backup, or delete it and its line there: then today's labels are the first"
        )
    if kept.exists():
        connection.execute(f"insert into core.first_labels select * from read_parquet({quoted(str(kept))})")
    else:
        connection.execute(f"insert into core.first_labels {JOINED_LABELS}", [snapshot_id])


def keep_first_labels(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Write down the labels of every snapshot that was not published before; a file once written stays as it is."""
    for (snapshot_id,) in connection.execute("select snapshot_id from raw.snapshots order by 1").fetchall():
        kept = home.first_labels(snapshot_id)
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True)
            unfinished = partial(kept)
            rows = f"select * from core.first_labels where snapshot_id = {quoted(snapshot_id)} order by all"
            connection.execute(f"copy ({rows}) to {quoted(str(unfinished))} (format parquet)")
            unfinished.replace(kept)
            seal(kept.parent)

"""Each registration's registry and numbers: what it is, what it states, and what it only mentions."""

import re
from collections.abc import Iterator
from functools import cache

import duckdb
import polars

from tasks.errors import CartscapeError
from tasks.registry.continuations import is_continuation, tells_of_parent
from tasks.registry.fields import CarriedFields
from tasks.registry.readers.spellings import FOLDER, Number, numbers_in, read_table, registration_number
from tasks.registry.source_fields import source_fields
from tasks.registry.study import FieldText, Study
from tasks.snapshot.read import Snapshot
from tasks.warehouse.models import quoted

REGISTRATIONS_A_BATCH = 10_000
WORD = re.compile(r"[^\W\d_]+")
DECISIONS = ("same", "different")
Row = tuple[object, ...]
TABLES: dict[str, dict[str, polars.DataType | type[polars.DataType]]] = {
    "raw.registrations": {
        "nct_id": polars.String,
        "registry": polars.String,
        "number": polars.String,
        "form": polars.String,
        "address": polars.String,
        "source_date": polars.String,
        "not_carried": polars.List(polars.String),
        "is_continuation": polars.Boolean,
        "is_in_part": polars.Boolean,
    },
    "core.registration_numbers": {
        "nct_id": polars.String,
        "registry": polars.String,
        "number": polars.String,
        "kind": polars.String,
        "field": polars.String,
        "start": polars.Int64,
        "end": polars.Int64,
        "words": polars.String,
    },
    "raw.source_fields": {
        "nct_id": polars.String,
        "field": polars.String,
        "start": polars.Int64,
        "source_field": polars.String,
        "source_start": polars.Int64,
    },
    "raw.unknown_spellings": {
        "nct_id": polars.String,
        "kind": polars.String,
        "spelling": polars.String,
        "field": polars.String,
    },
}


def load_registrations(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Load, for every registration of a snapshot, its registry, its numbers, and the spellings that nobody knew.

    Free texts are read for numbers, and fields of the source told, only where a search found the registration: of the
    rest nothing is shown.
    """
    found = set(snapshot.search_hits()["nct_id"])
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    fields = CarriedFields(field for (field,) in connection.execute("select field from meta.needed_fields").fetchall())
    for number, study in enumerate(snapshot.studies(), 1):
        fields.add(study)
        rows["raw.registrations"].append(described(study))
        rows["core.registration_numbers"] += numbers_of(study, study.nct_id in found)
        rows["raw.source_fields"] += places_in_source(study) if study.nct_id in found else ()
        rows["raw.unknown_spellings"] += [
            (study.nct_id, one["kind"], one["spelling"], one["field"]) for one in study.unknown_spellings
        ]
        if number % REGISTRATIONS_A_BATCH == 0:
            insert(connection, snapshot.id, rows)
    insert(connection, snapshot.id, rows)
    for row_of_field in fields.rows():
        connection.execute(
            "insert into raw.carried_fields values ($1, $2, $3, $4, $5, $6, $7)", [snapshot.id, *row_of_field]
        )
    insert_sources(connection, snapshot)


def insert(connection: duckdb.DuckDBPyConnection, snapshot_id: str, rows: dict[str, list[Row]]) -> None:
    """Insert the rows gathered, and forget them."""
    for table, schema in TABLES.items():
        if rows[table]:
            frame = polars.DataFrame(rows[table], schema=schema, orient="row")  # noqa: F841 - read by the query
            columns = ", ".join(f'"{column}"' for column in schema)
            connection.execute(f"insert into {table} select $1, {columns} from frame", [snapshot_id])
            rows[table].clear()


def insert_sources(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Load what each source of the snapshot gave; a snapshot of before had one."""
    counts = snapshot.manifest["counts"]
    alone = {
        "source": snapshot.manifest["source"],
        "records": counts["records"],
        "studies": counts["studies"],
        "terms_of_use": [snapshot.manifest["terms_of_use"]],
    }
    for place, source in enumerate(snapshot.manifest.get("sources") or [alone], 1):
        connection.execute(
            "insert into raw.sources values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                snapshot.id,
                place,
                source["source"],
                ", ".join(source.get("forms", {})) or None,
                source["records"],
                source["studies"],
                source.get("copies", 0),
                source.get("left_out", 0),
                source.get("data_date") or None,
                " ".join(source["terms_of_use"]),
                source.get("problem") or None,
            ],
        )


def described(study: Study) -> Row:
    """What a registration is."""
    number = registration_number(study.nct_id)
    own = number.number if number else study.nct_id
    stated = (study.registry, own, study.form, study.address, study.source_date, list(study.not_carried))
    return (study.nct_id, *stated, is_continuation(study), study.is_in_part)


def numbers_of(study: Study, with_free_texts: bool) -> Iterator[Row]:
    """The registration's own number, and every other that it states in a field for numbers, or mentions elsewhere."""
    own = registration_number(study.nct_id)
    if own:
        yield row(study, own, "own", FieldText("", "", study.nct_id))
    for text in study.number_texts():
        for number in numbers_in(text.text):
            if not own or number.number != own.number:
                yield row(study, number, "stated" if is_its_own(study, number, text) else "mentioned", text)
    if with_free_texts:
        for text in study.texts():
            for number in numbers_in(text.text):
                if not own or number.number != own.number:
                    yield row(study, number, "mentioned", text)


def places_in_source(study: Study) -> Iterator[Row]:
    """Where each value of a registration that a reader mapped stands in the record as its source gave it."""
    for path, parts in source_fields(study):
        yield from ((study.nct_id, path, part.at, part.field, part.start) for part in parts)


def row(study: Study, number: Number, kind: str, text: FieldText) -> Row:
    """A row of core.registration_numbers."""
    words = text.text[number.start : number.end]
    return (study.nct_id, number.registry, number.number, kind, text.path, number.start, number.end, words)


def is_its_own(study: Study, number: Number, text: FieldText) -> bool:
    """Whether a number in a field for numbers is said to be the trial's own: nothing calls it another study's."""
    described = study.text_at(f"{text.path.removesuffix('.id')}.domain")
    return is_alone(text.text, number) and not tells_of_parent(described)


def is_alone(text: str, number: Number) -> bool:
    """Whether nothing stands beside a number but other numbers and words that say what kind of number it is."""
    for other in numbers_in(text):
        text = text[: other.start] + " " * (other.end - other.start) + text[other.end :]
    return all(word in label_words() for word in WORD.findall(text.lower()))


@cache
def label_words() -> frozenset[str]:
    """Words that say what kind of number stands beside them."""
    return frozenset(one["word"] for one in read_table(FOLDER / "number_labels.tsv"))


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

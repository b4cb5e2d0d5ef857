"""What machines read of a published landscape: schema.org, Frictionless Data, the Citation File Format."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars

from tasks.protocol import Protocol
from tasks.publish.published import Facts, citation

LICENCE = "Apache-2.0"
# exports that have another name than their table
TABLES = {"records": "trials", "data_dictionary": "dictionary"}
# https://specs.frictionlessdata.io/table-schema
FIELD_TYPES = {
    polars.Boolean: "boolean",
    polars.Date: "date",
    polars.Datetime: "datetime",
    polars.Float64: "number",
    polars.Float32: "number",
}


def schema_org(site: Path, facts: Facts, protocol: Protocol, base: str) -> dict[str, Any]:
    """The dataset as search engines read it: schema.org/Dataset."""
    files = sorted((site / "exports").glob("csv/*.csv")) + sorted((site / "exports").glob("*.xlsx"))
    kinds = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    made_up = "Synthetic sample: these trials do not exist. " if facts.is_synthetic else ""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"{protocol.landscape.title}: a living landscape",
        "description": f"{made_up}{facts.trials:,} registered trials of CAR-T cell therapy, each label with the words "
        "of the record that say so, and the counts made from them.",
        **({"url": base} if base else {}),
        "version": facts.snapshot_id,
        "dateModified": facts.data_date.isoformat(),
        "license": "https://www.apache.org/licenses/LICENSE-2.0",
        "creator": {"@type": "Organization", "name": "cartscape"},
        "citation": citation(facts, protocol.landscape.title),
        "isBasedOn": list(facts.origins.values()),
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": kinds[file.suffix],
                "contentUrl": f"{base}{file.relative_to(site)}",
            }
            for file in files
        ],
    }


def data_package(connection: duckdb.DuckDBPyConnection, site: Path, facts: Facts, protocol: Protocol) -> dict[str, Any]:
    """The tables as Frictionless Data describes them: every CSV file with its hash and the meaning of its columns."""
    meanings: dict[tuple[str, str], str] = {}
    for table, column, meaning in connection.execute(
        "select table_name, column_name, meaning from meta.dictionary where column_name is not null"
        " order by table_name like 'landscape.%'"
    ).fetchall():
        meanings[table.split(".")[1], column] = meaning
    return {
        "profile": "tabular-data-package",
        "name": "cartscape",
        "title": f"{protocol.landscape.title}: a living landscape",
        "version": facts.snapshot_id,
        "created": datetime.combine(facts.data_date, datetime.min.time(), UTC).isoformat(),
        "licenses": [{"name": LICENCE, "path": "https://www.apache.org/licenses/LICENSE-2.0"}],
        "sources": [{"title": name, "path": address} for name, address in facts.origins.items()],
        "resources": [resource(site, file, meanings) for file in sorted((site / "exports" / "csv").glob("*.csv"))],
    }


def resource(site: Path, file: Path, meanings: dict[tuple[str, str], str]) -> dict[str, Any]:
    """One CSV file; the types of its columns are those of the Parquet file beside it."""
    content = file.read_bytes()
    schema = polars.read_parquet_schema(file.parent.parent / "parquet" / f"{file.stem}.parquet")
    return {
        "profile": "tabular-data-resource",
        "name": file.stem.replace("_", "-"),
        "path": str(file.relative_to(site)),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [
                {
                    "name": name,
                    "type": "integer" if kind.is_integer() else FIELD_TYPES.get(kind.base_type(), "string"),
                    "description": meanings.get((TABLES.get(file.stem, file.stem), name), ""),
                }
                for name, kind in schema.items()
            ],
            "missingValues": [""],
        },
    }


def citation_file(facts: Facts, protocol: Protocol, base: str) -> dict[str, Any]:
    """How to cite the data: the Citation File Format, with the date of the data."""
    return {
        "cff-version": "1.2.0",
        "message": f"If you use these data, cite them, and {facts.origin} with the date of the data.",
        "type": "dataset",
        "title": f"{protocol.landscape.title}: a living landscape",
        "authors": [{"name": "cartscape"}],
        "version": facts.snapshot_id,
        "date-released": facts.data_date.isoformat(),
        "license": LICENCE,
        **({"url": base} if base else {}),
        "abstract": citation(facts, protocol.landscape.title),
    }

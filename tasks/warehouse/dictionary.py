"""The data dictionary, in the warehouse itself: what every table and column means, and which table reads which."""

import duckdb
import polars

from tasks.frames import Rows
from tasks.warehouse.models import Model


def write_dictionary(connection: duckdb.DuckDBPyConnection, models: list[Model]) -> None:
    """Record in the meta schema which model reads which table, and what every table and column means."""
    read = [(model.table, table) for model in models for table in sorted(model.reads)]
    lineage = Rows(polars.DataFrame(read, ["model", "reads"], orient="row"))  # noqa: F841 - read by the query
    connection.execute("insert into meta.lineage by name select * from lineage")
    connection.execute("""
        insert into meta.dictionary
        select schema_name || '.' || table_name, null, null, coalesce(comment, 'no description')
        from duckdb_tables() where database_name = current_database()
        union all
        select schema_name || '.' || view_name, null, null, coalesce(comment, 'no description')
        from duckdb_views() where database_name = current_database() and not internal
        union all
        select schema_name || '.' || table_name, column_name, data_type, coalesce(comment, 'no description')
        from duckdb_columns() where database_name = current_database() and not internal
        order by 1, 2 nulls first
    """)

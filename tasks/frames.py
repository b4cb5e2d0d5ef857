"""Tables between DuckDB and polars through Arrow's stream interface, which both speak without pyarrow's 170 MB."""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars


def frame_of(relation: duckdb.DuckDBPyRelation) -> polars.DataFrame:
    """The rows of a query as a frame; DuckDB's own `pl()` would ask for pyarrow."""
    return polars.DataFrame(relation)


@dataclass(frozen=True, slots=True)
class Rows:
    """A frame that a query reads by the name of the variable that holds this."""

    frame: polars.DataFrame

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The frame as a stream of Arrow's, anew for each reader; DuckDB can't read a column of Arrow's type null."""
        return self.frame.with_columns(polars.col(polars.Null).cast(polars.String)).__arrow_c_stream__(requested_schema)

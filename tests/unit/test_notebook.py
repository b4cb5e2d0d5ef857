"""The notebook runs from top to bottom on the sample, and so do the queries of the R snippet."""

import json
import re
from typing import Any

import duckdb
import polars
import pytest

from tasks.settings import REPOSITORY
from tests.conftest import Built

NOTEBOOK = json.loads((REPOSITORY / "docs" / "explore.ipynb").read_text(encoding="utf-8"))
SNIPPET = (REPOSITORY / "docs" / "explore.R").read_text(encoding="utf-8")


def test_the_notebook_runs_from_top_to_bottom(sample_landscape: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTSCAPE_HOME", str(sample_landscape.home))
    names: dict[str, Any] = {}
    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    names["warehouse"].close()
    assert isinstance(names["trials"], polars.DataFrame)
    assert names["trials"].height == names["trials"]["nct_id"].n_unique() > 1_000
    assert names["pairs"]["trials"].max() > 100
    assert names["chart"].to_dict()["mark"]["type"] == "bar"


def test_the_notebook_holds_no_output() -> None:
    assert not any(cell.get("outputs") for cell in NOTEBOOK["cells"])


def test_the_queries_of_the_r_snippet_have_answers(sample_landscape: Built) -> None:
    queries = re.findall(r'dbGetQuery\(warehouse, "(.+?)"\)', SNIPPET, flags=re.DOTALL)
    assert len(queries) == 3
    with duckdb.connect(str(sample_landscape.warehouse), read_only=True) as connection:
        for query in queries:
            assert connection.execute(query).fetchall()

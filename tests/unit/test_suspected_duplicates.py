"""Pairs of trials that may be one: near-equal titles are found among many of one sponsor and start."""

from itertools import combinations
from pathlib import Path
from random import Random

import duckdb
import polars

from tasks.frames import Rows
from tasks.settings import load_protocol
from tasks.warehouse.building import macros
from tasks.warehouse.models import SQL_FOLDER
from tasks.warehouse.parameters import model_parameters

WORDS = ["safety", "efficacy", "infusion", "lymphoma", "myeloma", "cells", "antigen", "receptor", "relapsed", "therapy"]
STUDIES = """
    create schema staging;
    create schema core;
    create table core.labels as select 'one' as snapshot_id, nct_id from titles;
    create table staging.studies as
    select
        'one' as snapshot_id,
        nct_id,
        { 'leadsponsor': { 'name': 'City Hospital' } } as sponsor_module,
        { 'brieftitle': title, 'orgstudyidinfo': { 'id': null::varchar } } as identification_module,
        { 'startdatestruct': { 'date': null::varchar } } as status_module
    from titles
"""


def suspected(titles: list[str]) -> set[tuple[int, int]]:
    """The pairs of places in a list of titles, all of one sponsor and without a start, that are suspected."""
    frame = polars.DataFrame({"nct_id": [f"NCT{place:08d}" for place in range(len(titles))], "title": titles})
    sql = (Path(SQL_FOLDER) / "core" / "suspected_duplicates.sql").read_text(encoding="utf-8")
    asked = {name: value for name, value in model_parameters(load_protocol(), None).items() if f"${name}" in sql}
    with duckdb.connect() as connection:
        connection.execute(macros("temp macro"))
        listed = Rows(frame)  # noqa: F841 - read by the query below
        connection.execute("create table titles as select * from listed")
        connection.execute(STUDIES)
        found = connection.execute(f"select nct_id, other_nct_id from ({sql})", asked).fetchall()
    return {(int(one[3:]), int(other[3:])) for one, other in found}


def made_up(count: int, seed: int) -> list[str]:
    """So many titles of twelve words each, none near another."""
    random = Random(seed)
    return [" ".join(random.choices(WORDS, k=12)) for _ in range(count)]


def test_few_titles_are_compared_each_with_each() -> None:
    titles = made_up(40, seed=1)
    titles += [f"{title}s" for title in titles[:5]] + [title.replace("cells", "cell") for title in titles[5:10]]
    with duckdb.connect() as connection:
        similarity = "select jaro_winkler_similarity($1, $2)"
        plain = [title.replace(" ", "") for title in titles]
        expected = {
            (one, other)
            for one, other in combinations(range(len(plain)), 2)
            if connection.execute(similarity, [plain[one], plain[other]]).fetchall()[0][0] >= 0.96
        }
    assert len(expected) == 6 and suspected(titles) == expected


def test_among_many_of_one_sponsor_and_start_the_near_equal_are_found() -> None:
    titles = made_up(1_500, seed=2)
    beginning, ending, middle = titles[10], titles[20], titles[30]
    titles += [f"Q{beginning}", f"{ending} trial", f"{middle[:40]} {middle[40:]}x"]
    assert {(10, 1_500), (20, 1_501), (30, 1_502)} <= suspected(titles)

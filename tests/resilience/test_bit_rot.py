"""Every kind of file under a home, damaged in every way: made again, or refused by name; never read as truth."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.recovery import move_damaged_database
from tasks import stages
from tasks.curate import Vocabularies
from tasks.errors import CartscapeError
from tasks.home import PLACES, Home
from tasks.publish.page.survey import read_survey
from tasks.run import Run
from tasks.runs import RunLog, read_log
from tasks.seals import SUMS
from tasks.settings import load_protocol
from tasks.snapshot.pages import PageRecord, resume_or_start
from tasks.survey.store import open_survey, record_facts
from tasks.survey.summary import build_tables, write_aggregates
from tasks.survey.tombstones import bury, read_lines
from tasks.warehouse.publications import SAMPLE_ARTICLES
from tasks.warehouse.publish import build_folder, open_published
from tests.conftest import build_landscape, silent
from tests.resilience.test_kills import few_studies

Rows = dict[str, list[tuple[Any, ...]]]


def flipped(at: float) -> Callable[[bytes], bytes]:
    """One bit of the byte at a share of the length turned over."""

    def flip(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[int(at * (len(content) - 1))] ^= 1
        return bytes(changed)

    return flip


DAMAGES: dict[str, Callable[[bytes], bytes] | None] = {
    "truncated": lambda content: content[: len(content) // 2],
    "middle bit flipped": flipped(0.5),
    "last bit flipped": flipped(1),
    "emptied": lambda content: b"",
    "deleted": None,
}
# kinds of files that a build refuses by name; the list of hashes alone tells nothing when it is gone
REFUSED_FILES = (
    "snapshots/*/manifest.json",
    "snapshots/*/studies.jsonl.zst",
    "snapshots/*/contents.parquet",
    "snapshots/*/shape.parquet",
    "snapshots/*/search_hits.parquet",
    "snapshots/*/quarantine.jsonl",
    "publications/*/manifest.json",
    "publications/*/articles.jsonl.zst",
    "publications/*/searches.parquet",
    "history/*.parquet",
)
# kinds of files that a build makes anew; those of a row are damaged at once, as none of them is made from another
HEALED_FILES = (
    ("cache/curation/*/*/labels-*.parquet", "cache/publications/*/candidates.parquet", "warehouse.duckdb"),
    ("cache/curation/*/*/assertions-*.parquet", "cache/publications/*/routes.parquet"),
    ("cache/curation/*/*/label_conflicts-*.parquet", "cache/publications/*/lost.parquet"),
    ("cache/curation/*/*/contents.parquet", "cache/publications/*/warnings.json"),
    (f"cache/curation/*/*/{SUMS}", f"cache/publications/*/{SUMS}"),
)
LISTS = (f"publications/*/{SUMS}", f"history/{SUMS}")

STUDIES, PAPERS = 10, 20


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a published landscape of a few studies of the sample and papers, some of them theirs."""
    folder = tmp_path_factory.mktemp("sound")
    papers = folder / "articles.jsonl"
    with gzip.open(SAMPLE_ARTICLES, "rt", encoding="utf-8") as lines:
        papers.write_text("".join(islice(lines, PAPERS)), encoding="utf-8")
    return build_landscape(folder / "home", lines_of_few(folder), is_synthetic=True, articles=papers).home


def lines_of_few(folder: Path) -> Path:
    """A file of a few studies."""
    path = folder / "registry.jsonl"
    path.write_text("".join(json.dumps(study) + "\n" for study in few_studies(STUDIES)), encoding="utf-8")
    return path


def rebuilt(home: Home, vocabularies: Vocabularies) -> Rows:
    """What a build loads from the files of a home: every row of its raw tables, labels, papers and first labels."""
    run = Run(home, load_protocol(), report=silent)
    run.__dict__["vocabularies"] = vocabularies
    with home.writing():
        curated = stages.curate(run)
        (shown,) = run.snapshots
        with build_folder(home):
            stages.load(run, shown, curated)
            with duckdb.connect(str(home.build / "warehouse.duckdb")) as connection:
                return rows_of(connection)


def rows_of(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Every row of the tables that come from files, in a stated order."""
    names = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('raw', 'core')"
    ).fetchall()
    return {name: connection.execute(f"select * from {name} order by all").fetchall() for (name,) in names}


def damaged(sound: Home, folder: Path, kind: str, damage: str) -> tuple[Home, Path]:
    """A copy of the home in which the first file of a kind has that damage."""
    shutil.copytree(sound, folder / "home")
    home = Home(folder / "home")
    return home, damage_first(home, kind, damage)


def damage_first(home: Home, kind: str, damage: str) -> Path:
    """Damage the first file of a kind; returns which."""
    path = min(home.root.glob(kind))
    change = DAMAGES[damage]
    if change is None or not path.stat().st_size:
        path.unlink()
    else:
        path.write_bytes(change(path.read_bytes()))
    return path


@pytest.fixture(scope="module")
def truth(sound: Home, vocabularies: Vocabularies) -> Rows:
    """What an undamaged home holds."""
    rows = rebuilt(sound, vocabularies)
    assert rows["core.trial_publications"]
    assert rows["core.first_labels"]
    return rows


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", REFUSED_FILES)
def test_what_cannot_be_made_anew_is_refused_by_name(
    sound: Home, vocabularies: Vocabularies, tmp_path: Path, kind: str, damage: str
) -> None:
    home, path = damaged(sound, tmp_path, kind, damage)
    with pytest.raises(CartscapeError) as refused:
        rebuilt(home, vocabularies)
    assert str(path) in str(refused.value)
    assert "restore" in str(refused.value) or "take the snapshot again" in str(refused.value)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kinds", HEALED_FILES, ids=" ".join)
def test_what_can_be_made_anew_is(
    sound: Home, truth: Rows, vocabularies: Vocabularies, tmp_path: Path, kinds: tuple[str, ...], damage: str
) -> None:
    home, _ = damaged(sound, tmp_path, kinds[0], damage)
    for kind in kinds[1:]:
        damage_first(home, kind, damage)
    assert rebuilt(home, vocabularies) == truth


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", LISTS)
def test_a_damaged_list_of_hashes_never_changes_a_row(
    sound: Home, truth: Rows, vocabularies: Vocabularies, tmp_path: Path, kind: str, damage: str
) -> None:
    home, path = damaged(sound, tmp_path, kind, damage)
    try:
        assert rebuilt(home, vocabularies) == truth
    except CartscapeError as refused:
        assert str(path.parent) in str(refused)
        assert SUMS in str(refused)


def test_a_damaged_warehouse_is_said_in_one_sentence(sound: Home, tmp_path: Path) -> None:
    home, path = damaged(sound, tmp_path, "warehouse.duckdb", "emptied")
    with pytest.raises(CartscapeError, match="run 'cartscape build' to make it anew") as refused, open_published(home):
        pass
    assert str(path) in str(refused.value)


# files that no build reads -> what becomes of them where they are damaged: lines are passed over, the whole is begun
# anew, or it is refused by name; a deleted one is a home that has none yet
REFUSED, PASSED_OVER, BEGUN_ANEW = "refused", "passed over", "begun anew"
OTHER_FILES = {
    "runs.jsonl": PASSED_OVER,
    "snapshots/.retrieving/retrieval.json": BEGUN_ANEW,
    "snapshots/.retrieving/pages.jsonl": PASSED_OVER,
    "survey/survey.json": REFUSED,
    "survey.duckdb": REFUSED,
    "forgotten.jsonl": REFUSED,
    "prefect/prefect.db": BEGUN_ANEW,
}
# SQLite keeps no hash of a text; Prefect's history feeds no number, and that of our runs is in runs.jsonl
UNCHECKED = {"prefect/prefect.db"}
# what is written anew by the next build, run or service, or is a person's own copy, and feeds no number
FEEDING_NOTHING = {"report", "exports", "build", "survey/private", "prefect.password", "inbox", "contact"}
QUESTION = {"searches": ["CAR T"], "data_timestamp": "2026-11-27"}


def write_others(home: Home) -> None:
    """The files that runs, retrievals, surveys and services leave, each by what writes it."""
    home.root.mkdir(parents=True)
    log = RunLog(home.log, "20261127T000000Z-abcdef")
    for stage in ("retrieve", "curate", "publish"):
        log.write(stage=stage, started_at="2026-11-27T00:00:00Z", outcome="completed", count=7)
    retrieval = resume_or_start(home.retrieval, QUESTION, "2026-11-27T00:00:00Z")
    for page in (1, 2, 3):
        retrieval.add(PageRecord("cond-01", page, None, 6, f"cond-01.{page}.json.zst", "", 1, 0), [b"{}", b"[]"])
    with open_survey(home) as connection:
        record_facts(connection, "live-1", True)
        build_tables(connection, datetime(2026, 11, 27), load_protocol())
        write_aggregates(connection, home, datetime(2026, 11, 27), load_protocol())
    bury(home, ["a" * 64, "b" * 64, "c" * 64], "salt")
    home.prefect.mkdir()
    with closing(sqlite3.connect(home.prefect / "prefect.db")) as database:
        database.execute("create table runs as select 'completed' as state")
        database.commit()


READINGS: dict[str, Callable[[Home], list[Any]]] = {
    "runs.jsonl": lambda home: read_log(home).rows(),
    "snapshots/.retrieving/retrieval.json": lambda home: resume_or_start(home.retrieval, QUESTION, "later").pages,
    "snapshots/.retrieving/pages.jsonl": lambda home: resume_or_start(home.retrieval, QUESTION, "later").pages,
    "survey/survey.json": lambda home: [read_survey(home)],
    "survey.duckdb": lambda home: facts_of(home),
    "forgotten.jsonl": lambda home: sorted(read_lines(home)),
    "prefect/prefect.db": lambda home: states_of(home),
}


def facts_of(home: Home) -> list[Any]:
    """What the survey's database says of itself."""
    with open_survey(home) as connection:
        return connection.execute("select snapshot_id, is_synthetic from survey.facts").fetchall()


def states_of(home: Home) -> list[Any]:
    """What Prefect's database holds, where it is whole; Prefect makes a new one where it is not."""
    move_damaged_database(home.prefect)
    database = home.prefect / "prefect.db"
    if not database.exists() or not database.stat().st_size:
        return []
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("select state from runs").fetchall()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the files that no build reads."""
    home = Home(tmp_path_factory.mktemp("written") / "home")
    write_others(home)
    return home


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", OTHER_FILES)
def test_a_damaged_file_that_no_build_reads_is_never_read_as_truth(
    written: Home, tmp_path: Path, kind: str, damage: str
) -> None:
    shutil.copytree(written.root, tmp_path / "whole")
    whole = READINGS[kind](Home(tmp_path / "whole"))
    assert whole
    home, path = damaged(written, tmp_path, kind, damage)
    try:
        found = READINGS[kind](home)
    except CartscapeError as refused:
        assert OTHER_FILES[kind] == REFUSED
        assert str(path) in str(refused)
        return
    if OTHER_FILES[kind] == REFUSED:
        assert damage == "deleted" or found == whole, "a byte that holds nothing was changed"
    assert kind in UNCHECKED or damage == "deleted" or all(one in whole for one in found)


def test_every_place_of_a_home_is_in_a_table() -> None:
    kinds = [*REFUSED_FILES, *(kind for row in HEALED_FILES for kind in row), *LISTS, *OTHER_FILES]
    told = {place.path for place in PLACES if any(kind.startswith(place.path) for kind in kinds)}
    assert {place.path for place in PLACES} - told == FEEDING_NOTHING

"""Every kind of file under a home, damaged in every way: made again, or refused by name; never read as truth."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks import landscape
from tasks.curate import Vocabularies, load_vocabularies
from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.landscape import Run
from tasks.seals import SUMS
from tasks.settings import load_protocol
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
REFUSED, HEALED = "refused", "healed"
# kind of file -> what becomes of it; the list of hashes alone tells nothing when it is gone
FILES = {
    "snapshots/*/manifest.json": REFUSED,
    "snapshots/*/studies.jsonl.zst": REFUSED,
    "snapshots/*/contents.parquet": REFUSED,
    "snapshots/*/shape.parquet": REFUSED,
    "snapshots/*/search_hits.parquet": REFUSED,
    "snapshots/*/quarantine.jsonl": REFUSED,
    "publications/*/manifest.json": REFUSED,
    "publications/*/articles.jsonl.zst": REFUSED,
    "publications/*/searches.parquet": REFUSED,
    "history/*.parquet": REFUSED,
    "cache/curation/*/*/labels-*.parquet": HEALED,
    "cache/curation/*/*/assertions-*.parquet": HEALED,
    "cache/curation/*/*/label_conflicts-*.parquet": HEALED,
    "cache/curation/*/*/contents.parquet": HEALED,
    f"cache/curation/*/*/{SUMS}": HEALED,
    "cache/publications/*/candidates.parquet": HEALED,
    "cache/publications/*/routes.parquet": HEALED,
    "cache/publications/*/lost.parquet": HEALED,
    "cache/publications/*/warnings.json": HEALED,
    f"cache/publications/*/{SUMS}": HEALED,
    "warehouse.duckdb": HEALED,
}
LISTS = (f"publications/*/{SUMS}", f"history/{SUMS}")


@pytest.fixture(scope="module")
def vocabularies() -> Vocabularies:
    """The vocabularies, read once for all of these runs."""
    return load_vocabularies()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a published landscape of a few studies of the sample and their papers."""
    folder = tmp_path_factory.mktemp("sound")
    lines = gzip_lines(folder)
    return build_landscape(folder / "home", lines, is_synthetic=True).home


def gzip_lines(folder: Path) -> Path:
    """A file of a few studies."""
    path = folder / "registry.jsonl"
    path.write_text("".join(json.dumps(study) + "\n" for study in few_studies()), encoding="utf-8")
    return path


def rebuilt(home: Home, vocabularies: Vocabularies) -> Rows:
    """What a build loads from the files of a home: every row of its raw tables, labels, papers and first labels."""
    run = Run(home, load_protocol(), report=silent)
    run.__dict__["vocabularies"] = vocabularies
    with home.writing():
        curated = landscape.curate(run)
        (shown,) = run.snapshots
        with build_folder(home):
            landscape.load(run, shown, curated)
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
    path = min(home.root.glob(kind))
    change = DAMAGES[damage]
    if change is None or not path.stat().st_size:
        path.unlink()
    else:
        path.write_bytes(change(path.read_bytes()))
    return home, path


@pytest.fixture(scope="module")
def truth(sound: Home, vocabularies: Vocabularies) -> Rows:
    """What an undamaged home holds."""
    rows = rebuilt(sound, vocabularies)
    assert rows["core.trial_publications"]
    assert rows["core.first_labels"]
    return rows


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", FILES)
def test_damage_is_refused_by_name_or_healed(
    sound: Home, truth: Rows, vocabularies: Vocabularies, tmp_path: Path, kind: str, damage: str
) -> None:
    home, path = damaged(sound, tmp_path, kind, damage)
    if FILES[kind] == HEALED:
        assert rebuilt(home, vocabularies) == truth
    else:
        with pytest.raises(CartscapeError) as refused:
            rebuilt(home, vocabularies)
        assert str(path) in str(refused.value)
        assert "restore" in str(refused.value) or "take the snapshot again" in str(refused.value)


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

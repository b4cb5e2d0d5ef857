"""Two half-overlapping cuts of the real registry, with edits: what is new, gone and changed, and why."""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest

from tasks import landscape
from tasks.errors import CartscapeError
from tasks.home import Home
from tasks.publish.page.page import write_page
from tasks.publish.published import read_facts
from tasks.publish.site import entries
from tasks.run import Run
from tasks.seals import SUMS
from tasks.settings import load_protocol
from tasks.stages import Stages
from tasks.warehouse.diff import Difference, difference
from tasks.warehouse.publish import open_published
from tests.conftest import Built, build_landscape, silent

Study = dict[str, Any]
CUT = 120
OVERLAP = 60


def number_of(study: Study) -> str:
    return str(study["protocolSection"]["identificationModule"]["nctId"])


@pytest.fixture(scope="module")
def studies(shared_file: Callable[[str], Path]) -> list[Study]:
    """The first registrations of 2026's file, by NCT number."""
    with gzip.open(shared_file("real/registry-2026.dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        return sorted((json.loads(line) for line in lines), key=number_of)[: CUT + CUT - OVERLAP]


def edited(study: Study, **modules: Study) -> Study:
    """A copy with some fields of some modules replaced."""
    copied: Study = json.loads(json.dumps(study))
    for name, fields in modules.items():
        copied["protocolSection"].setdefault(name, {}).update(fields)
    return copied


def write(folder: Path, studies: list[Study]) -> Path:
    """Two files of one name are two snapshots of one series."""
    folder.mkdir()
    path = folder / "registry.jsonl"
    path.write_text("".join(json.dumps(study) + "\n" for study in studies), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def weeks(studies: list[Study], tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """A first week, and a second with half of its records, three of them edited."""
    folder = tmp_path_factory.mktemp("weeks")
    later = studies[CUT - OVERLAP :]
    later[0] = edited(later[0], statusModule={"overallStatus": "SUSPENDED"})
    later[1] = edited(later[1], designModule={"enrollmentInfo": {"count": 4321}})
    title = "CD70 CAR-T Cells in Renal Cell Carcinoma"
    later[2] = edited(later[2], identificationModule={"briefTitle": title})
    later[3] = {**later[3], "derivedSection": {"miscInfoModule": {"versionHolder": "2026-11-22"}}}
    first = build_landscape(folder / "home", write(folder / "first", studies[:CUT]))
    second = build_landscape(folder / "home", write(folder / "second", later))
    return first, second


@pytest.fixture(scope="module")
def found(weeks: tuple[Built, Built]) -> Difference:
    first, second = weeks
    with open_published(second.home) as connection:
        return difference(connection, first.snapshot.id, second.snapshot.id)


def numbers(found: Difference, change: str) -> list[str]:
    return found.records.filter(change=change)["nct_id"].to_list()


def test_new_and_gone_trials_are_named(found: Difference, studies: list[Study]) -> None:
    assert numbers(found, "new") == sorted(map(number_of, studies[CUT:]))
    assert numbers(found, "gone") == sorted(map(number_of, studies[: CUT - OVERLAP]))


def test_a_changed_status_enrollment_and_title_are_told_with_both_values(
    found: Difference, studies: list[Study]
) -> None:
    changed = found.records.filter(change="changed").select("nct_id", "fact", "new_value").rows()
    first, second, third = map(number_of, studies[CUT - OVERLAP : CUT - OVERLAP + 3])
    assert (first, "overall_status", "SUSPENDED") in changed
    assert (second, "enrollment_count", "4321") in changed
    assert (third, "brief_title", "CD70 CAR-T Cells in Renal Cell Carcinoma") in changed
    assert {nct_id for nct_id, _, _ in changed} == {first, second, third}


def test_what_the_registry_bumps_daily_is_no_change(found: Difference, studies: list[Study]) -> None:
    assert number_of(studies[CUT - OVERLAP + 3]) not in found.records["nct_id"].to_list()


def test_labels_that_the_text_changed_are_the_registry_s(found: Difference, studies: list[Study]) -> None:
    third = number_of(studies[CUT - OVERLAP + 2])
    labels = found.labels.filter(nct_id=third)
    assert set(labels["cause"]) == {"registry"}
    assert "CD70" in labels.filter(attribute="targets")["new_value"].item()


def test_labels_that_we_read_otherwise_are_the_vocabularies(weeks: tuple[Built, Built], tmp_path: Path) -> None:
    first, second = weeks
    with open_published(second.home) as connection:
        number, value = connection.execute(
            "select nct_id, value from core.first_labels where snapshot_id = $1 and attribute = 'targets'"
            " and nct_id in (select nct_id from core.labels where snapshot_id = $2) order by nct_id limit 1",
            [first.snapshot.id, second.snapshot.id],
        ).fetchone() or ("", "")
    kept = second.home.first_labels(first.snapshot.id)
    before = kept.read_bytes()
    frame = polars.read_parquet(kept)
    is_it = (polars.col("nct_id") == number) & (polars.col("attribute") == "targets")
    reread = polars.when(is_it).then(polars.lit("CD999")).otherwise("value").alias("value")
    frame.with_columns(reread).write_parquet(kept)
    sums = (kept.parent / SUMS).read_bytes()
    (kept.parent / SUMS).unlink()
    try:
        rebuilt = build_landscape(second.home.root, second.home.root.parent / "second" / "registry.jsonl")
        with open_published(rebuilt.home) as connection:
            labels = difference(connection, first.snapshot.id, second.snapshot.id).labels
    finally:
        kept.write_bytes(before)
        (kept.parent / SUMS).write_bytes(sums)
    rows = labels.filter(nct_id=number, attribute="targets", cause="vocabulary").select("old_value", "new_value").rows()
    assert rows == [("CD999", value)]


def test_both_weeks_stand_side_by_side(weeks: tuple[Built, Built], studies: list[Study]) -> None:
    first, second = weeks
    before, now = (set(week.snapshot.search_hits()["nct_id"]) for week in weeks)
    edited_numbers = set(map(number_of, studies[CUT - OVERLAP : CUT - OVERLAP + 3]))
    with open_published(second.home) as connection:
        rows = connection.execute("select snapshot_id, count(*) from core.trials group by all").fetchall()
        changes = connection.execute(
            "select new_studies, gone_studies, changed_studies from metrics.snapshot_changes where snapshot_id = $1",
            [second.snapshot.id],
        ).fetchone()
    assert dict(rows) == {first.snapshot.id: CUT, second.snapshot.id: CUT}
    assert changes == (len(now - before), len(before - now), len(edited_numbers & now & before))
    assert min(changes) > 0


def test_a_paper_that_appeared_is_told(weeks: tuple[Built, Built]) -> None:
    first, second = weeks
    paper = "insert into core.trial_publications by name select $1 as snapshot_id, 'NCT04000001' as nct_id,"
    paper += " $2 as paper_key, 'result' as route, 'accept' as decision, 'full results' as kind"
    with duckdb.connect(str(second.warehouse)) as connection:
        connection.execute("begin")
        for week, key in [(first, "pmid:1"), (second, "pmid:1"), (second, "pmid:2")]:
            connection.execute(paper, [week.snapshot.id, key])
        papers = difference(connection, first.snapshot.id, second.snapshot.id).papers
        connection.execute("rollback")
    assert papers.select("nct_id", "paper_key").rows() == [("NCT04000001", "pmid:2")]


def test_a_paper_that_got_its_pmid_did_not_appear(weeks: tuple[Built, Built]) -> None:
    first, second = weeks
    paper = "insert into core.trial_publications by name select $1 as snapshot_id, 'NCT04000001' as nct_id,"
    paper += " $2 as paper_key, '10.1000/abc' as doi, 'full text' as route, 'accept' as decision,"
    paper += " 'full results' as kind"
    with duckdb.connect(str(second.warehouse)) as connection:
        connection.execute("begin")
        connection.execute(paper, [first.snapshot.id, "doi:10.1000/abc"])
        connection.execute(paper, [second.snapshot.id, "pmid:1"])
        papers = difference(connection, first.snapshot.id, second.snapshot.id).papers
        connection.execute("rollback")
    assert papers.rows() == []


def test_a_retraction_is_told_with_its_words(weeks: tuple[Built, Built]) -> None:
    first, second = weeks
    paper = "insert into core.trial_publications by name select $1 as snapshot_id, 'NCT04000001' as nct_id,"
    paper += " 'pmid:1' as paper_key, 'accession number' as route, 'accept' as decision, $2 as kind, $3 as kind_words"
    with duckdb.connect(str(second.warehouse)) as connection:
        connection.execute("begin")
        connection.execute(paper, [first.snapshot.id, "full results", "no sign of another kind"])
        connection.execute(paper, [second.snapshot.id, "retracted", "correction: retractionin"])
        told = difference(connection, first.snapshot.id, second.snapshot.id)
        connection.execute("rollback")
    changes = told.papers.select("paper_key", "change", "old_kind", "new_kind", "kind_words").rows()
    assert changes == [("pmid:1", "kind changed", "full results", "retracted", "correction: retractionin")]
    assert ("paper", "kind changed", 1) in told.summary().rows()


def test_the_page_shows_the_series(weeks: tuple[Built, Built]) -> None:
    first, second = weeks
    page = write_page(second.home, load_protocol()).read_text(encoding="utf-8")
    section = page[page.index('<section id="history"') :].split("</section>")[0]
    assert section.index(first.snapshot.id) < section.index(second.snapshot.id)


def test_an_unknown_snapshot_lists_those_there_are(weeks: tuple[Built, Built]) -> None:
    _, second = weeks
    with open_published(second.home) as connection, pytest.raises(CartscapeError, match="it holds file-registry"):
        difference(connection, "live-1999", second.snapshot.id)


def test_the_views_hold_the_snapshot_shown_alone(weeks: tuple[Built, Built]) -> None:
    second = weeks[1]
    with open_published(second.home) as connection:
        held, shown = connection.execute(
            "select (select count(*) from core.trials where is_in_cohort), (select count(*) from landscape.trials)"
        ).fetchall()[0]
        ((expected,),) = connection.execute(
            "select count(*) from core.trials where is_in_cohort and snapshot_id = $1", [second.snapshot.id]
        ).fetchall()
        ((rows, ids),) = connection.execute("select count(*), count(distinct nct_id) from landscape.trials").fetchall()
    assert held > expected == shown == rows == ids > 0


def test_the_feed_tells_each_week_which_trials_entered(weeks: tuple[Built, Built]) -> None:
    second = weeks[1]
    with open_published(second.home) as connection:
        newest, oldest = entries(connection, read_facts(connection))
        ((entered,),) = connection.execute("select entered_cohort from landscape.snapshot_changes").fetchall()
    assert oldest["title"] == "First snapshot"
    assert newest["title"].startswith(f"{entered:,} trials entered the landscape")
    assert len(newest["trials"]) + newest["more"] == entered > 50


def rows_of_every_table(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table that a build makes: not the log of runs nor first labels, which a test here edits."""
    with open_published(home) as warehouse:
        tables = warehouse.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return {
            table: warehouse.execute(f"from {table} order by all").fetchall()
            for (table,) in sorted(tables)
            if table not in ("meta.runs", "core.first_labels")
        }


def test_with_the_rows_of_the_week_before_kept_the_warehouse_is_as_if_all_were_made_anew(
    weeks: tuple[Built, Built], tmp_path: Path
) -> None:
    shutil.copytree(weeks[1].home.root, tmp_path / "home")
    home, protocol = Home(tmp_path / "home"), load_protocol()
    held = Run(home, protocol).kept_rows
    assert held
    assert held.snapshots == (weeks[0].snapshot.id, weeks[1].snapshot.id)
    shutil.rmtree(home.root / "cache" / "made")
    assert Run(home, protocol).kept_rows is None
    stages = Stages(page_and_exports=lambda run: (run.home.page, run.home.workbook))
    landscape.build(Run(home, protocol, report=silent), stages=stages)
    anew, kept = rows_of_every_table(home), rows_of_every_table(weeks[1].home)
    assert {table for table in anew if anew[table] != kept[table]} == set()

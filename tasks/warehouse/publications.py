"""Publications of a snapshot's trials: look for papers once, judge them at every build."""

import datetime
import hashlib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import orjson
import polars

from tasks.curate.kept import curated_rows
from tasks.files import temporary_folder, writing_folder
from tasks.frames import Rows
from tasks.home import Home
from tasks.papers.batches.run import BatchedMatching
from tasks.papers.judge.criteria import VERDICTS
from tasks.papers.judge.decisions import DECISIONS, read_link_decisions
from tasks.papers.judge.kinds import KINDS, SIGNS
from tasks.papers.judge.routes import read_hand_finds
from tasks.papers.keys import paper_keys
from tasks.papers.library import Library, keep_library, library_from_interfaces, library_of_file, open_library
from tasks.papers.numbers import REGISTRIES
from tasks.papers.publications import Publications, find_publications
from tasks.papers.trial import trial_from_study
from tasks.protocol import Matching, Protocol
from tasks.registry.answers import remembered_in
from tasks.registry.study import Study
from tasks.seals import is_usable, seal
from tasks.settings import REPOSITORY
from tasks.snapshot.kept import kept_snapshots
from tasks.snapshot.order import in_order
from tasks.snapshot.read import Snapshot
from tasks.snapshot.sources import LIVE, SEPARATOR
from tasks.warehouse.load import load_publications
from tasks.workers import Workers, one_by_one

SAMPLE_ARTICLES = REPOSITORY / "sample" / "articles.jsonl.gz"
PAPERS_VOCABULARY = REPOSITORY / "curation" / "papers.toml"
HAND_FINDS = REPOSITORY / "curation" / "publications_found_by_hand.csv"
ELIGIBLE = ("eligible", "boundary")
FRAMES = ("candidates", "routes", "lost")


def eligible_studies(snapshot: Snapshot, labels: Path) -> Iterator[Study]:
    """Studies that a search found and that curation calls eligible or a boundary: whose papers are worth finding."""
    rows = curated_rows(labels, "labels").filter(
        polars.col("attribute") == "eligibility", polars.col("value").is_in(ELIGIBLE)
    )
    wanted = set(rows.select("nct_id").collect()["nct_id"]) & set(snapshot.search_hits()["nct_id"])
    return snapshot.studies(wanted)


def look_for_publications(
    snapshot: Snapshot,
    labels: Path,
    home: Home,
    protocol: Protocol,
    articles: Path | None,
    report: Callable[[str], None],
    workers: Workers = one_by_one,
) -> bool:
    """Look once for the papers of a snapshot: in `articles`, in the sample's own, or, for a live one, by asking.

    Returns whether they were looked for; a snapshot of a file without articles is not, and its metrics say so. Of more
    articles than one batch, which `workers` search, those are kept that may be of a trial or that a person named.
    """
    folder = home.publications(snapshot.id)
    if open_library(folder) is not None and articles is None:
        return True
    file = articles or (SAMPLE_ARTICLES if snapshot.manifest["is_synthetic"] else None)
    is_live = snapshot.manifest["series"].split(SEPARATOR)[0] == LIVE
    if not file and not is_live:
        report(f"{snapshot.id}: publications not looked for; give --articles")
        return False
    trials = [trial_from_study(study) for study in eligible_studies(snapshot, labels)]
    hashes = dict(snapshot.contents(protocol.registry.volatile_fields).rows())
    contents = {trial.nct_id: hashes[trial.nct_id] for trial in trials}
    taken_on = datetime.datetime.fromisoformat(snapshot.manifest["finished_at"]).date()
    if file:
        with temporary_folder(home.root) as folder_of_batches:
            batched = BatchedMatching(folder_of_batches, protocol.matching, workers, report)
            papers = batched.candidates(eligible_studies(snapshot, labels), file, named_by_people())
        library = library_of_file(papers, contents, taken_on)
    else:
        previous = previous_library(snapshot, home)
        # thousands of questions: an interrupted run goes on after the last that was answered
        with remembered_in(home.cached("answers", snapshot.id)):
            library = library_from_interfaces(trials, contents, previous, protocol, taken_on, report)
    keep_library(library, str(file or "PubMed and Europe PMC"), folder)
    report(f"{snapshot.id}: {len(library.articles):,} papers for {len(contents):,} trials")
    return True


def named_by_people() -> frozenset[str]:
    """The keys of the papers that people found or decided about."""
    finds = read_hand_finds(HAND_FINDS) if HAND_FINDS.exists() else []
    keys = [key for find in finds for key in paper_keys(find.pmid, find.doi, find.title)]
    return frozenset([*keys, *(decision.paper_key for decision in read_link_decisions())])


def previous_library(snapshot: Snapshot, home: Home) -> Any:
    """The library of the last snapshot before this one that has one, None where there is none."""
    ordered = [str(one["snapshot_id"]) for one in in_order(other.manifest for other in kept_snapshots(home))]
    series = {one.id for one in kept_snapshots(home) if one.manifest["series"] == snapshot.manifest["series"]}
    for other in reversed(ordered[: ordered.index(snapshot.id)]):
        if other in series and (library := open_library(home.publications(other))):
            return library
    return None


def load_found_publications(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, labels: Path, home: Home, matching: Matching
) -> Publications | None:
    """Judge the papers of a snapshot's library and load candidates, routes and who was looked for."""
    folder = home.publications(snapshot.id)
    library = open_library(folder)
    if library is None:
        return None
    found = judged_once(snapshot, labels, folder, library, home, matching)
    searched = library.searched()
    publications, ahead = dated_by_the_search(trial_publications(found), searched)
    load_publications(connection, snapshot.id, publications, searched)
    pair = ["nct_id", "paper_key"]
    frames = {
        "papers_in_quarantine": ahead,
        "publication_routes": found.routes.join(ahead, on=pair, how="anti"),
        "publication_criteria": criteria(found).join(ahead, on=pair, how="anti"),
        "lost_references": found.lost,
    }
    for table, frame in frames.items():
        rows = Rows(frame)  # noqa: F841 - read by the query below
        connection.execute(
            f"insert into core.{table} by name select $1 as snapshot_id, * from rows order by all", [snapshot.id]
        )
    return found


def judged_once(
    snapshot: Snapshot, labels: Path, folder: Path, library: Library, home: Home, matching: Matching
) -> Publications:
    """The judged papers, from the cache where trials, papers, decisions, vocabularies, limits and code are the same."""
    kept = home.cached("publications", judge_sha256(labels, folder, matching))
    if not is_usable(kept):
        found = find_publications(
            eligible_studies(snapshot, labels),
            library.articles,
            matching,
            read_hand_finds(HAND_FINDS) if HAND_FINDS.exists() else (),
            read_link_decisions(),
        )
        with writing_folder(kept) as unfinished:
            for name in FRAMES:
                getattr(found, name).write_parquet(unfinished / f"{name}.parquet")
            (unfinished / "warnings.json").write_bytes(orjson.dumps(found.warnings))
            seal(unfinished)
    frames = {name: polars.read_parquet(kept / f"{name}.parquet") for name in FRAMES}
    return Publications(**frames, warnings=orjson.loads((kept / "warnings.json").read_bytes()))


def judge_sha256(labels: Path, folder: Path, matching: Matching) -> str:
    """Hash of all that decides which papers are a trial's; `labels` is named for the vocabularies and the snapshot."""
    libraries = [version(name) for name in ("scikit-learn", "nameparser")]
    digest = hashlib.sha256(f"{labels.parent.name} {labels.name} {matching.model_dump_json()} {libraries}".encode())
    code = sorted(
        path for kind in ("*.py", "*.toml", "*.tsv.gz") for path in (REPOSITORY / "tasks" / "papers").rglob(kind)
    )
    for path in (*code, PAPERS_VOCABULARY, KINDS, SIGNS, REGISTRIES, DECISIONS, HAND_FINDS, *sorted(folder.iterdir())):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]


def trial_publications(found: Publications) -> polars.DataFrame:
    """Candidates in the columns of core.trial_publications."""
    columns = (
        "nct_id paper_key pmid doi title journal publication_date publication_date_precision"
        " route score decision decided_by kind kind_words"
    )
    written = polars.col("publication_date")
    # '2019' and '2019-03' as the first day that they can mean
    first_day = (written + polars.lit("-01-01").str.slice(written.str.len_chars() - 4)).str.to_date(strict=False)
    return found.candidates.select(columns.split()).with_columns(publication_date=first_day).sort("nct_id", "paper_key")


def dated_by_the_search(
    publications: polars.DataFrame, searched: polars.DataFrame
) -> tuple[polars.DataFrame, polars.DataFrame]:
    """Publications, and those in quarantine: dated after the day on which their trial's papers were looked for."""
    dated = publications.join(searched, on="nct_id", how="left")
    is_ahead = (polars.col("publication_date") > polars.col("searched_on")).fill_null(False)
    ahead = dated.filter(is_ahead).select(
        "nct_id",
        "paper_key",
        "title",
        "publication_date",
        "searched_on",
        reason=polars.lit("dated after the day on which papers were looked for"),
    )
    return dated.filter(~is_ahead).drop("searched_on"), ahead


def criteria(found: Publications) -> polars.DataFrame:
    """Verdicts in a row each: nct_id, paper_key, criterion, verdict, words."""
    parts = [
        found.candidates.select(
            "nct_id",
            "paper_key",
            criterion=polars.lit(name),
            verdict=polars.col(name),
            words=polars.col(f"{name}_words"),
        )
        for name in VERDICTS
    ]
    return polars.concat(parts).drop_nulls("verdict")

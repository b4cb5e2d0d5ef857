"""The home folder: every place in it, what may be lost of it, and how files get there whole."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

import filelock

from tasks.errors import CartscapeError
from tasks.files import PARTIAL, has_living_owner, remove

Keeping = Literal["precious", "derived", "cache"]
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder of the home.

    Precious: can't be made again, so it is backed up. Derived: made anew by `cartscape build`. Cache: may be deleted
    whenever no run is under way. Private: holds names and addresses of people.
    """

    path: str
    keeping: Keeping
    meaning: str
    is_private: bool = False


PLACES = (
    Place("snapshots", "precious", "what the registries said, write-once"),
    Place("publications", "precious", "the papers that were looked for, by snapshot"),
    Place("history", "precious", "the labels of each snapshot as they were first published"),
    Place("runs.jsonl", "precious", "the log of runs"),
    Place("survey", "precious", "aggregates of the survey, which name nobody"),
    Place("survey.duckdb", "precious", "the survey: whom it asks, and what they said", is_private=True),
    Place("forgotten.jsonl", "precious", "hashes of the addresses of people who asked to be forgotten"),
    Place("survey/private", "derived", "mail-merge and tracking sheets, written from the survey", is_private=True),
    Place("warehouse.duckdb", "derived", "the published warehouse"),
    Place("report", "derived", "the page"),
    Place("exports", "derived", "workbook, CSV, Parquet and figures"),
    Place("snapshots/.retrieving", "cache", "pages of a retrieval that is not finished"),
    Place("build", "cache", "the warehouse under construction; stays where a build failed, to look into"),
    Place("cache", "cache", "what was made before, and of what: labels, judged papers, figures, notes"),
    Place("prefect", "cache", "Prefect's own state: schedules and the history of runs in its UI"),
    Place(
        "prefect.password",
        "cache",
        "user and password of Prefect's interface",
        is_private=True,
    ),
    Place(
        "contact", "cache", "the e-mail address under which live runs ask PubMed and the registries", is_private=True
    ),
    Place("inbox", "cache", "copies of files for deployments to take in; needed until they did", is_private=True),
)


class Home:
    """The folder that holds everything of one landscape; the properties are the only paths there are."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        """Name the folder; nothing is made yet."""
        self.root = Path(root).expanduser().resolve()

    def __repr__(self) -> str:
        """The folder, as errors and logs show it."""
        return f"Home({str(self.root)!r})"

    def __fspath__(self) -> str:
        """The folder, where a path is wanted."""
        return str(self.root)

    __str__ = __fspath__

    @property
    def snapshots(self) -> Path:
        """The folder of snapshots, one folder each."""
        return self.root / "snapshots"

    def snapshot(self, snapshot_id: str) -> Path:
        """The folder of one snapshot."""
        return self.snapshots / snapshot_id

    @property
    def retrieval(self) -> Path:
        """The pages of a live retrieval under way."""
        return self.snapshots / ".retrieving"

    def publications(self, snapshot_id: str) -> Path:
        """The papers that were looked for, for the trials of one snapshot."""
        return self.root / "publications" / snapshot_id

    def first_labels(self, snapshot_id: str) -> Path:
        """The labels of one snapshot as they were first published."""
        return self.root / "history" / f"{snapshot_id}.parquet"

    @property
    def log(self) -> Path:
        """The log of runs, one JSON line for every stage that began or ended."""
        return self.root / "runs.jsonl"

    @property
    def survey(self) -> Path:
        """The folder of the survey's aggregates."""
        return self.root / "survey"

    @property
    def survey_private(self) -> Path:
        """The folder of the survey's sheets, which name people."""
        return self.survey / "private"

    @property
    def survey_database(self) -> Path:
        """The survey's own database."""
        return self.root / "survey.duckdb"

    @property
    def forgotten(self) -> Path:
        """Hashes of the addresses of people who asked to be forgotten, one JSON line each."""
        return self.root / "forgotten.jsonl"

    @property
    def warehouse(self) -> Path:
        """The published warehouse."""
        return self.root / "warehouse.duckdb"

    @property
    def left_by_writers(self) -> Path:
        """What DuckDB keeps beside the published warehouse for a program that opened it for writing."""
        return self.root / "warehouse.duckdb.wal"

    @property
    def page(self) -> Path:
        """The page."""
        return self.root / "report" / "index.html"

    @property
    def exports(self) -> Path:
        """The folder of workbook, tables and figures."""
        return self.root / "exports"

    @property
    def workbook(self) -> Path:
        """The workbook."""
        return self.exports / "landscape.xlsx"

    @property
    def build(self) -> Path:
        """The folder in which a warehouse is built."""
        return self.root / "build"

    @property
    def prefect(self) -> Path:
        """Prefect's own state."""
        return self.root / "prefect"

    @property
    def prefect_password(self) -> Path:
        """User and password of Prefect's interface, readable by the owner alone."""
        return self.root / "prefect.password"

    @property
    def contact(self) -> Path:
        """The e-mail address under which live runs ask; empty where somebody said that there is none."""
        return self.root / "contact"

    @property
    def inbox(self) -> Path:
        """The one folder whose files a deployment takes in."""
        return self.root / "inbox"

    @property
    def writer(self) -> Path:
        """Who writes here: a note beside the lock, true only while the lock is held."""
        return self.root / ".writer.json"

    def cached(self, kind: str, key: str) -> Path:
        """The place of something that may have been made before; whatever is there counts as used today."""
        path = self.root / "cache" / kind / key
        if path.exists():
            os.utime(path)
        return path

    @cached_property
    def _lock(self) -> filelock.FileLock:
        # shared by all threads of this process, which may hold it several times over
        return filelock.FileLock(self.root / ".writer.lock", timeout=0, thread_local=False, is_singleton=True)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Be the one service of this home. Raises CartscapeError where another process serves it."""
        lock = filelock.FileLock(self.root / ".service.lock", timeout=0)
        try:
            with lock:
                yield
        except filelock.Timeout as error:
            raise CartscapeError(
                f"{self.root}: another 'cartscape ui' serves this home; use that one, or set --home"
            ) from error

    @contextmanager
    def writing(self, wait_seconds: float = 0) -> Iterator[None]:
        """Be the one run that writes here; what killed runs left half-written is cleared away first.

        A run that writes already may ask again. Raises CartscapeError where another process still writes after
        `wait_seconds`.
        """
        is_first = not self._lock.is_locked
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=wait_seconds)
        except filelock.Timeout as error:
            raise CartscapeError(
                f"{self.root}: another run is writing here{self._holder()}; wait for it to end, or set --home"
            ) from error
        except OSError as error:
            raise CartscapeError(
                f"{error.filename or self.root}: {error.strerror or error}; free disk space, or set --home to a folder "
                "that you may write to"
            ) from error
        try:
            if is_first:
                self._sign()
                self.sweep()
            yield
        finally:
            self._lock.release()

    def _sign(self) -> None:
        note = {"process": os.getpid(), "command": " ".join(sys.argv)[:200], "since": f"{datetime.now(UTC):%F %T} UTC"}
        self.writer.write_text(json.dumps(note), encoding="utf-8")

    def _holder(self) -> str:
        try:
            note = json.loads(self.writer.read_text(encoding="utf-8"))
            return f" (process {note['process']}, '{note['command']}', since {note['since']})"
        except (OSError, ValueError, KeyError):
            return ""

    def sweep(self) -> None:
        """Clear away what killed runs left half-written; only while writing, and nothing that a living process owns."""
        leftovers = [path for path in self.root.rglob(f".*{PARTIAL}") if not has_living_owner(path)]
        for leftover in (*leftovers, self.build):
            remove(leftover)

    def prune(self, unused_days: float) -> list[Path]:
        """Delete what no run used for so many days from the caches; returns what was deleted."""
        oldest = time.time() - unused_days * SECONDS_A_DAY
        unused = [path for path in sorted(self.root.glob("cache/*/*")) if path.stat().st_mtime < oldest]
        for path in unused:
            remove(path)
        return unused


def home_at(folder: str | Path | None = None) -> Home:
    """The home of the argument, else of CARTSCAPE_HOME, else `./.cartscape`."""
    return Home(folder or os.environ.get("CARTSCAPE_HOME", ".cartscape"))

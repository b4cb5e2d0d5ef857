"""What a run shows while it is under way: one line for each stage, with its progress, its counts and its time."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tasks.errors import CartscapeError
from tasks.runs import RUN, watched_by

MAKE_TABLE = "make table "
TABLES = "make tables"
# until the run begins: Prefect is read, and its server for this run started
START = "start"
SIGNS = {"begun": Text("…", "cyan"), "completed": Text("✓", "green"), "failed": Text("✗", "red")}


@dataclass
class Stage:
    """One stage as it is shown."""

    name: str
    outcome: str = "begun"
    said: str = ""
    started: float = field(default_factory=time.monotonic)
    seconds: float | None = None
    tables: int = 0
    rows: int = 0

    def __rich__(self) -> Table:
        """Sign, name, what it last said, and its time, on one line of a terminal."""
        line = Table.grid(padding=(0, 2), expand=True)
        for options in ({"width": 1}, {"min_width": 16}, {"ratio": 1, "overflow": "ellipsis"}, {"justify": "right"}):
            line.add_column(no_wrap=True, **options)  # type: ignore[arg-type]
        line.add_row(SIGNS[self.outcome], Text(self.name), Text(self.said), Text(self.time(), "dim"))
        return line

    def __str__(self) -> str:
        """The same in full, where no terminal says how wide a line is."""
        return f"{SIGNS[self.outcome]}  {self.name:<16}  {self.said}  {self.time()}"

    def time(self) -> str:
        """How long it took, or takes so far."""
        return f"{time.monotonic() - self.started if self.seconds is None else self.seconds:,.1f} s"


class Progress:
    """The stages under way as lines that move, those that ended above them; without a terminal, those that ended."""

    def __init__(self, console: Console) -> None:
        """Show on this console."""
        self.console = console
        self.under_way: list[Stage] = []
        self.lock = threading.RLock()

    def __rich__(self) -> RenderableType:
        """The stages under way."""
        lines = Table.grid(expand=True)
        with self.lock:
            for stage in self.under_way:
                lines.add_row(stage)
        return lines

    def watch(self, line: dict[str, Any]) -> None:
        """Take a line of the log of runs, or something that a stage said."""
        with self.lock:
            if "said" in line:
                self.say(line)
            elif line["stage"] == RUN:
                self.end_now(START)
                self.end_now(TABLES)
            elif line["outcome"] == "begun":
                self.begin(line["stage"])
            else:
                self.end(line)

    def say(self, line: dict[str, Any]) -> None:
        """Show what a stage says: trouble stays to be read, progress is replaced by the next."""
        stage = self.stage_of(line["stage"])
        if line["is_warning"]:
            self.console.print(Text(f"!  {line['said']}", "yellow"), soft_wrap=True)
        elif stage and stage.name != TABLES:
            stage.said = line["said"]

    def begin(self, name: str) -> None:
        """A stage begins; all the tables that are made together are one stage."""
        if not name.startswith(MAKE_TABLE):
            self.end_now(TABLES)
            self.under_way.append(Stage(name))
        elif not self.stage_of(name):
            self.under_way.append(Stage(TABLES))

    def end(self, line: dict[str, Any]) -> None:
        """A stage ended, or one table of the many."""
        stage = self.stage_of(line["stage"])
        if stage is None:
            return
        if stage.name == TABLES and line["outcome"] == "completed":
            stage.tables, stage.rows = stage.tables + 1, stage.rows + line.get("count", 0)
            stage.said = f"{stage.tables} tables, {stage.rows:,} rows"
        else:
            self.finish(stage, line["outcome"], line["seconds"])

    def end_now(self, name: str) -> None:
        """A stage that no line of the log ends is over when another begins: the tables, and the start."""
        if stage := self.stage_of(name):
            self.finish(stage, "completed", time.monotonic() - stage.started)

    def finish(self, stage: Stage, outcome: str, seconds: float) -> None:
        """Show a stage's last line where it stays."""
        stage.outcome, stage.seconds = outcome, seconds
        self.under_way.remove(stage)
        if self.console.is_terminal:
            self.console.print(stage)
        else:
            self.console.print(str(stage), soft_wrap=True, markup=False)

    def stage_of(self, name: str) -> Stage | None:
        """The stage under way of a name in the log."""
        shown = TABLES if name.startswith(MAKE_TABLE) else name
        return next((stage for stage in self.under_way if stage.name == shown), None)


@contextmanager
def progress(quiet: bool, verbose: bool) -> Iterator[None]:
    """Show the stages of the run within on the error stream; quiet: nothing; verbose: Prefect's whole log instead.

    To be entered before Prefect is imported, which reads there how much its own log says.
    """
    if quiet and verbose:
        raise CartscapeError("--quiet and --verbose contradict each other; give one of them")
    if verbose:
        yield
        return
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    if quiet:
        yield
        return
    console = Console(stderr=True, highlight=False)
    shown = Progress(console)
    shown.begin(START)
    with watched_by(shown.watch):
        if console.is_terminal:
            with Live(shown, console=console, refresh_per_second=8, transient=True):
                yield
        else:
            yield

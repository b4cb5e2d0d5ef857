"""Matches the trials of one file to the papers of another, without network: what `cartscape match` does."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tasks.errors import CartscapeError
from tasks.files import temporary_folder
from tasks.papers.article import Article
from tasks.papers.batches.run import BatchedMatching
from tasks.papers.judge.links import HEADER, links, write_links
from tasks.papers.score.model import load_model
from tasks.papers.score.ranking import rank
from tasks.papers.trial import Trial
from tasks.protocol import Matching
from tasks.workers import Workers, one_by_one

__all__ = ["match", "match_files", "write_links"]


def match_files(
    trials: Path,
    articles: Path,
    out: Path,
    matching: Matching,
    workers: Workers = one_by_one,
    report: Callable[[str], None] = lambda line: None,
) -> int:
    """Write one row for each candidate link, best first within a trial; returns the number of rows.

    Trials: study records as JSON lines or a JSON list. Articles: JSON lines, a JSON list, a table (.csv, .tsv),
    PubMed XML or a Europe PMC answer. Any of them gzipped or with zstandard. Workers do batches of articles in a folder
    beside `out`, and no more than those are in memory. Raises CartscapeError naming the file.
    """
    header = io.StringIO(newline="")
    csv.writer(header).writerow(HEADER)
    is_file = out.is_file() or not out.exists()
    try:
        with temporary_folder(out.absolute().parent if is_file else Path(tempfile.gettempdir())) as folder:
            parts = list(BatchedMatching(folder, matching, workers, report).links(trials, articles))
        with out.open("wb") as file:
            file.writelines([header.getvalue().encode(), *parts])
    except OSError as error:
        raise CartscapeError(
            f"{out}: {error.strerror or error}; write to a folder that is there, is yours and has room"
        ) from error
    return sum(1 for _ in csv.reader(io.StringIO(b"".join(parts).decode(), newline="")))


def match(trials: Sequence[Trial], articles: Sequence[Article], matching: Matching) -> Iterator[list[str]]:
    """The cells of each candidate link of trials and papers in memory, in the order of HEADER."""
    ranked = rank(trials, articles, matching, load_model(), matching.papers_in_file)
    pairs = zip(ranked.rows, ranked.columns, ranked.scores, ranked.rivals, strict=True)
    return links(
        ((trials[row], articles[column], float(score), rivals) for row, column, score, rivals in pairs),
        trials,
        articles,
        matching,
    )

"""Searches one batch of articles for the candidates of all trials."""

from functools import lru_cache
from pathlib import Path

import polars

from tasks.papers.batches.read import articles_in, write_part
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.score.candidates import best, found_by_each_way
from tasks.papers.score.model import load_model
from tasks.papers.sources.files import read_trials
from tasks.papers.trial import Trial
from tasks.protocol import Matching

ROWS_AT_ONCE = 2_000_000  # of what batches found, before the best of them are kept


def find_batch(articles: str, trials: str, matching: str, out: str) -> int:
    """Write what each way finds in a batch; `column` is the place of a paper among all. Returns its papers' number."""
    limits, frame = Matching.model_validate_json(matching), polars.read_parquet(articles)
    listed, papers = trials_of(trials), articles_in(frame)
    model = load_model()
    features = PairFeatures(listed, papers, model.years_after_completion, limits.start_tolerance_years, True)
    found = found_by_each_way(features, limits)
    write_part(found.with_columns(column=frame["place"].gather(found["column"])), Path(out))
    return frame.height


def best_of_all(found: list[Path], matching: Matching) -> polars.DataFrame:
    """The best of what was found in all batches, with what few of them found held at once."""
    parts: list[polars.DataFrame] = []
    for path in found:
        parts.append(polars.read_parquet(path))
        if sum(part.height for part in parts) > ROWS_AT_ONCE:
            parts = [best(polars.concat(parts), matching)]
    return best(polars.concat(parts), matching)


@lru_cache(maxsize=1)
def trials_of(path: str) -> list[Trial]:
    """The trials of a run, read once in a process."""
    return read_trials(Path(path))

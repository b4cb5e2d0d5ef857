"""Scores the candidate pairs of some trials, and judges those that are kept."""

import csv
import io
from pathlib import Path

import polars

from tasks.files import write_file
from tasks.papers.article import Article
from tasks.papers.batches.find import trials_of
from tasks.papers.batches.read import articles_in, write_part
from tasks.papers.features.pairs import PairFeatures
from tasks.papers.judge.links import links
from tasks.papers.score.model import load_model
from tasks.papers.score.ranking import Ranking, Rival, Scored, score_pairs
from tasks.protocol import Matching

SCORED = {"row": polars.Int64, "column": polars.Int64, "log_odds": polars.Float64, "is_linked": polars.Boolean}
RIVAL = polars.Struct({"row": polars.Int64, "column": polars.Int64, "lead": polars.Float64})
KEPT: dict[str, polars.DataType | type[polars.DataType]] = {
    "row": polars.Int64,
    "column": polars.Int64,
    "score": polars.Float64,
    "rivals": polars.List(RIVAL),
}


def score_batch(pairs: str, candidates: str, trials: str, matching: str, out: str) -> int:
    """Write the log odds of the pairs of some trials; `candidates` holds their papers. Returns the number of pairs."""
    wanted, limits, all_trials = polars.read_parquet(pairs), Matching.model_validate_json(matching), trials_of(trials)
    papers, rows = _papers(candidates, wanted["column"]), wanted["row"].unique().sort()
    features = PairFeatures(
        [all_trials[row] for row in rows],
        list(papers.values()),
        load_model().years_after_completion,
        limits.start_tolerance_years,
    )
    places = polars.Series(papers.keys(), dtype=polars.Int64)
    scored = score_pairs(
        features,
        rows.search_sorted(wanted["row"]).cast(polars.Int64).to_numpy(),
        places.search_sorted(wanted["column"]).cast(polars.Int64).to_numpy(),
        load_model(),
    )
    write_part(wanted.with_columns(log_odds=scored.log_odds, is_linked=scored.is_linked), Path(out))
    return wanted.height


def all_scored(paths: list[Path]) -> Scored:
    """The pairs of all trials, in their order."""
    frame = polars.concat([polars.DataFrame(schema=SCORED), *(polars.read_parquet(path) for path in paths)])
    return Scored(*(frame[name].to_numpy() for name in SCORED))


def kept_pairs(ranking: Ranking) -> polars.DataFrame:
    """A ranking as the table that is handed over between batches: pair, score and rivals a row."""
    rivals = [[dict(zip(("row", "column", "lead"), place, strict=True)) for place in one] for one in ranking.rivals]
    return polars.DataFrame([ranking.rows, ranking.columns, ranking.scores, rivals], schema=KEPT)


def judge_batch(kept: str, candidates: str, trials: str, matching: str, out: str) -> int:
    """Write the links of some trials as CSV without a header; returns their number."""
    pairs, all_trials = polars.read_parquet(kept), trials_of(trials)
    beside = pairs["rivals"].explode().struct.field("column").drop_nulls()
    papers = _papers(candidates, polars.concat([pairs["column"], beside]))
    ranked = (
        (
            all_trials[row],
            papers[column],
            score,
            tuple(Rival(all_trials[one["row"]], papers[one["column"]], one["lead"]) for one in rivals),
        )
        for row, column, score, rivals in pairs.iter_rows()
    )
    text = io.StringIO(newline="")
    written = list(
        links(
            ranked,
            [all_trials[row] for row in pairs["row"].unique().sort()],
            list(papers.values()),
            Matching.model_validate_json(matching),
        )
    )
    csv.writer(text).writerows(written)
    write_file(Path(out), text.getvalue().encode())
    return len(written)


def _papers(candidates: str, places: polars.Series) -> dict[int, Article]:
    """The articles at those places, in their order."""
    wanted = places.unique().implode()
    frame = polars.scan_parquet(candidates).filter(polars.col("place").is_in(wanted)).sort("place").collect()
    return dict(zip(frame["place"], articles_in(frame), strict=True))

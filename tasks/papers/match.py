"""Matches the trials of one file to the papers of another, without network: what `cartscape match` does."""

import csv
from pathlib import Path

from tasks.papers.article import Article
from tasks.papers.judge.criteria import CRITERIA, judge
from tasks.papers.judge.decisions import final_decision
from tasks.papers.score.model import load_model
from tasks.papers.score.ranking import rank
from tasks.papers.sources.files import read_articles, read_trials
from tasks.papers.trial import Trial
from tasks.settings import Matching


def match_files(trials: Path, articles: Path, out: Path, matching: Matching) -> int:
    """Write one row for each candidate link, best first within a trial; returns the number of rows.

    Trials: study records as JSON lines or a JSON list. Articles: JSON lines, a JSON list, a table (.csv, .tsv),
    PubMed XML or a Europe PMC answer. Any of them gzipped or with zstandard. Raises CartscapeError naming the file.
    """
    studies = read_trials(trials)
    papers = read_articles(articles)
    ranked = rank(studies, papers, matching, load_model(), matching.papers_in_file)
    header = ["nct_id", "pmid", "score", "decision", "paper_key", *CRITERIA, *(f"{name}_words" for name in CRITERIA)]
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row, column, score in zip(ranked.rows, ranked.columns, ranked.scores, strict=True):
            writer.writerow(_link(studies[row], papers[column], float(score), matching))
    return len(ranked.rows)


def _link(trial: Trial, article: Article, score: float, matching: Matching) -> list[str]:
    """The cells of one row, in the order of the header."""
    verdicts = judge(trial, article, matching)
    routes = ["content", *(["title or abstract"] if trial.numbers & article.named_nct_ids else [])]
    said = [verdict.verdict for verdict in verdicts.values()] + [verdict.words for verdict in verdicts.values()]
    decision = final_decision(score, verdicts, routes, matching)
    return [trial.nct_id, article.pmid, f"{score:.6f}", decision, article.key, *said]

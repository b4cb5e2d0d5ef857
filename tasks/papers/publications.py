"""The publications of trials as tables: candidates by every route, judged and decided. The door for the warehouse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tasks.papers.article import Article
from tasks.papers.judge.criteria import CRITERIA, judge
from tasks.papers.judge.decisions import LinkDecision, final_decision
from tasks.papers.judge.routes import ROUTES, Found, HandFind, routes_by_hand, routes_by_number, routes_by_reference
from tasks.papers.score.model import load_model
from tasks.papers.score.ranking import rank
from tasks.papers.trial import Trial, trial_from_study
from tasks.settings import Matching

TEXTS = (
    "nct_id",
    "pmid",
    "doi",
    "title",
    "journal",
    "publication_date",
    "publication_date_precision",
    "route",
    "routes",
)
VERDICTS = tuple(f"{name}{ending}" for name in CRITERIA for ending in ("", "_words"))
CANDIDATES = dict.fromkeys(TEXTS, pl.String) | {
    "score": pl.Float64,
    "decision": pl.String,
    "is_results": pl.Boolean,
}
CANDIDATES |= {"decided_by": pl.String} | dict.fromkeys(VERDICTS, pl.String)
ROUTE_ROWS = dict.fromkeys(("nct_id", "pmid", "route", "detail"), pl.String)


@dataclass
class Publications:
    """`candidates`: one row for each trial and paper. `routes`: one for each way a candidate was found.

    `lost`: references and hand finds whose paper is not among the articles. `warnings`: decisions that hold no longer.
    """

    candidates: pl.DataFrame
    routes: pl.DataFrame
    lost: pl.DataFrame
    warnings: list[str] = field(default_factory=list)


def find_publications(
    studies: Iterable[dict[str, Any]],
    articles: Iterable[Article],
    matching: Matching,
    hand_finds: Sequence[HandFind] = (),
    decisions: Sequence[LinkDecision] = (),
) -> Publications:
    """Candidate papers of every study; signed decisions win. Give all studies at once: scores compare them."""
    trials = list({trial.nct_id: trial for trial in map(trial_from_study, studies) if trial.nct_id}.values())
    papers = {article.key: article for article in articles if article.key}
    scores = _scores(trials, list(papers.values()), matching)
    found = routes_by_number(trials, papers.values())
    referenced, lost = routes_by_reference(trials, papers.values())
    by_hand, lost_finds = routes_by_hand(hand_finds, papers.values())
    for more in (referenced, by_hand, {pair: {"content": f"{score:.3f}"} for pair, score in scores.items()}):
        _add(found, more)
    known = {trial.nct_id: trial for trial in trials}
    signed = {(decision.nct_id, decision.pmid): decision for decision in decisions}
    warnings: list[str] = []
    rows = []
    for (nct_id, key), routes in sorted(found.items()):
        if nct_id in known:
            pair = known[nct_id], papers[key], routes, scores.get((nct_id, key))
            rows.append(_candidate(*pair, matching, signed, warnings))
    warnings += [entry.warning("none") for entry in signed.values() if entry.old_value != "none"]
    lost += [(find.nct_id, find.pmid or find.doi, find.title) for find in lost_finds]
    return Publications(
        candidates=pl.DataFrame(rows, schema=CANDIDATES, orient="row").sort(
            "nct_id", "score", "pmid", descending=[False, True, False]
        ),
        routes=pl.DataFrame(list(_route_rows(found, papers)), schema=ROUTE_ROWS, orient="row"),
        lost=pl.DataFrame(lost, schema={"nct_id": pl.String, "pmid": pl.String, "citation": pl.String}, orient="row"),
        warnings=warnings,
    )


def _scores(trials: list[Trial], papers: list[Article], matching: Matching) -> dict[tuple[str, str], float]:
    if not trials or not papers:
        return {}
    ranked = rank(trials, papers, matching, load_model(), matching.papers_in_warehouse)
    pairs = zip(ranked.rows, ranked.columns, ranked.scores, strict=True)
    return {(trials[row].nct_id, papers[column].key): round(float(score), 6) for row, column, score in pairs}


def _add(found: Found, more: Found) -> None:
    for pair, routes in more.items():
        found.setdefault(pair, {}).update(routes)


def _candidate(
    trial: Trial,
    article: Article,
    routes: dict[str, str],
    score: float | None,
    matching: Matching,
    signed: dict[tuple[str, str], LinkDecision],
    warnings: list[str],
) -> dict[str, Any]:
    """One row; the person's word is taken out of `signed` once it has been heard."""
    verdicts = judge(trial, article, matching)
    decision = final_decision(score or 0.0, verdicts, set(routes), matching)
    entry = signed.pop((trial.nct_id, article.pmid), None)
    decided_by = "matching"
    if entry and entry.is_current(decision):
        decision, decided_by = entry.new_value, f"{entry.reviewer}, {entry.date}"
    elif entry:
        warnings.append(entry.warning(decision))
    names = sorted(routes, key=lambda route: ROUTES.index(route) if route in ROUTES else len(ROUTES))
    published = article.publication_date
    row = {name: getattr(article, name) for name in ("pmid", "doi", "title", "journal")}
    row |= {"nct_id": trial.nct_id, "route": names[0], "routes": "|".join(names), "score": score or 0.0}
    row |= {"publication_date": published.iso if published else None}
    row |= {"publication_date_precision": published.precision if published else None}
    row |= {"decision": decision, "is_results": decision == "accept", "decided_by": decided_by}
    for name, verdict in verdicts.items():
        row |= {name: verdict.verdict, f"{name}_words": verdict.words or None}
    return row


def _route_rows(found: Found, papers: dict[str, Article]) -> Iterable[tuple[str, str, str, str]]:
    for (nct_id, key), routes in sorted(found.items()):
        yield from ((nct_id, papers[key].pmid, route, detail) for route, detail in routes.items())

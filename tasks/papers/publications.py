"""The publications of trials as the warehouse loads them: candidates by every route, judged and decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tasks.papers.article import Article, distinct_articles
from tasks.papers.judge.criteria import VERDICTS, judge
from tasks.papers.judge.decisions import Decision, LinkDecision, decide
from tasks.papers.judge.kinds import Kind, kind_of, signs_in
from tasks.papers.judge.routes import ROUTES, Found, HandFind, routes_by_hand, routes_by_number, routes_by_reference
from tasks.papers.score.model import load_model
from tasks.papers.score.ranking import Rival, rank
from tasks.papers.trial import Trial, trial_from_study
from tasks.protocol import Matching
from tasks.registry.study import Study

TEXTS = (
    "nct_id",
    "paper_key",
    "pmid",
    "doi",
    "title",
    "journal",
    "publication_date",
    "publication_date_precision",
    "route",
    "routes",
)
VERDICT_COLUMNS = tuple(f"{name}{ending}" for name in VERDICTS for ending in ("", "_words"))
CANDIDATES = dict.fromkeys(TEXTS, pl.String) | {
    "score": pl.Float64,
    "decision": pl.String,
}
CANDIDATES |= dict.fromkeys(("decided_by", "kind", "kind_words"), pl.String) | dict.fromkeys(VERDICT_COLUMNS, pl.String)
ROUTE_ROWS = dict.fromkeys(("nct_id", "paper_key", "route", "detail"), pl.String)
Scored = tuple[float, tuple[Rival, ...] | None]
LOST_ROWS = dict.fromkeys(("nct_id", "paper_key", "citation"), pl.String)


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
    studies: Iterable[Study],
    articles: Iterable[Article],
    matching: Matching,
    hand_finds: Sequence[HandFind] = (),
    decisions: Sequence[LinkDecision] = (),
) -> Publications:
    """Candidate papers of every study; signed decisions win. Give all studies at once: rivals are sought among them."""
    trials = {trial.nct_id: trial for trial in map(trial_from_study, studies) if trial.nct_id}
    papers = {article.key: article for article in distinct_articles(articles)}
    scores = _scores(list(trials.values()), list(papers.values()), matching)
    found = routes_by_number(list(trials.values()), papers.values())
    referenced, lost_references = routes_by_reference(list(trials.values()), papers.values())
    by_hand, lost_finds = routes_by_hand(hand_finds, papers.values())
    for more in (referenced, by_hand, {pair: {"content": f"{score:.3f}"} for pair, (score, _) in scores.items()}):
        _add(found, more)
    signed = {(decision.nct_id, decision.paper_key): decision for decision in decisions}
    warnings: list[str] = []
    # a paper is a candidate of several trials
    signs = {key: signs_in(papers[key]) for key in {key for nct_id, key in found if nct_id in trials}}
    rows = []
    for (nct_id, key), routes in sorted(found.items()):
        if nct_id in trials:
            trial, article = trials[nct_id], papers[key]
            kind = kind_of(trial, article, matching.interim_before_completion_years, signs[key])
            scored = scores.get((nct_id, key))
            rows.append(_candidate(trial, article, routes, scored, kind, matching, signed, warnings))
    warnings += [entry.warning("none") for entry in signed.values() if entry.old_value != "none"]
    lost = [(*pair, citation) for pair, citation in {**lost_references, **lost_finds}.items()]
    return Publications(
        candidates=pl.DataFrame(rows, schema=CANDIDATES, orient="row").sort(
            "nct_id", "score", "paper_key", descending=[False, True, False]
        ),
        routes=pl.DataFrame(list(_route_rows(found)), schema=ROUTE_ROWS, orient="row"),
        lost=pl.DataFrame(lost, schema=LOST_ROWS, orient="row"),
        warnings=warnings,
    )


def _scores(trials: list[Trial], papers: list[Article], matching: Matching) -> dict[tuple[str, str], Scored]:
    if not trials or not papers:
        return {}
    ranked = rank(trials, papers, matching, load_model(), matching.papers_in_warehouse)
    pairs = zip(ranked.rows, ranked.columns, ranked.scores, ranked.rivals, strict=True)
    return {
        (trials[row].nct_id, papers[column].key): (round(float(score), 6), rivals)
        for row, column, score, rivals in pairs
    }


def _add(found: Found, more: Found) -> None:
    for pair, routes in more.items():
        found.setdefault(pair, {}).update(routes)


def _candidate(
    trial: Trial,
    article: Article,
    routes: dict[str, str],
    scored: Scored | None,
    kind: Kind,
    matching: Matching,
    signed: dict[tuple[str, str], LinkDecision],
    warnings: list[str],
) -> dict[str, Any]:
    """One row: the paper, how it was found, what was decided and by what criteria."""
    score, rivals = scored or (0.0, None)
    verdicts = judge(trial, article, kind, matching, rivals)
    decided = decide(score, verdicts, set(routes), kind.kind, matching)
    decision, decided_by = _signed_decision(trial, article, decided, signed, warnings)
    names = sorted(routes, key=lambda route: ROUTES.index(route) if route in ROUTES else len(ROUTES))
    published = article.publication_date
    row: dict[str, Any] = {name: getattr(article, name) or None for name in ("pmid", "doi", "title", "journal")}
    row |= {"nct_id": trial.nct_id, "paper_key": article.key, "score": score}
    row |= {"route": names[0], "routes": "|".join(names)}
    row |= {"publication_date": published.iso if published else None}
    row |= {"publication_date_precision": published.precision if published else None}
    row |= {"decision": decision, "decided_by": decided_by}
    row |= {"kind": kind.kind, "kind_words": kind.words}
    for name, verdict in verdicts.items():
        row |= {name: verdict.verdict, f"{name}_words": verdict.words or None}
    return row


def _signed_decision(
    trial: Trial,
    article: Article,
    decided: Decision,
    signed: dict[tuple[str, str], LinkDecision],
    warnings: list[str],
) -> tuple[str, str]:
    """The decision and who took it; a person's word is taken out of `signed`, whichever key it names the paper by."""
    named = next(((trial.nct_id, key) for key in article.keys if (trial.nct_id, key) in signed), None)
    entry = signed.pop(named) if named else None
    if entry and entry.is_current(decided.value):
        return entry.new_value, f"{entry.reviewer}, {entry.date}"
    if entry:
        warnings.append(entry.warning(decided.value))
    return decided.value, f"matching: {decided.ground}"


def _route_rows(found: Found) -> Iterable[tuple[str, str, str, str]]:
    for (nct_id, key), routes in sorted(found.items()):
        yield from ((nct_id, key, route, detail) for route, detail in routes.items())

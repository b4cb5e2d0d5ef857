"""Searches PubMed and Europe PMC for the papers of trials, by number and by content."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from tasks.papers.article import Article, distinct_articles
from tasks.papers.features.facts import article_antigens, author_position, trial_antigens
from tasks.papers.keys import clean_pmid
from tasks.papers.names import as_searched
from tasks.papers.sources.europepmc_client import EuropePMCClient
from tasks.papers.sources.pubmed_client import PubMedClient, TooManyPapers, in_halves, within_days
from tasks.papers.trial import Trial
from tasks.protocol import Matching


@dataclass
class SearchResults:
    """Papers, how many each route gave each trial, zero included, and the answers that could not be read."""

    articles: list[Article] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    quarantine: list[str] = field(default_factory=list)


def search_papers(
    trials: Sequence[Trial],
    pubmed: PubMedClient,
    europepmc: EuropePMCClient,
    matching: Matching,
    since: Mapping[str, str] | None = None,
    earlier: Sequence[Article] = (),
    report: Callable[[str], None] = lambda line: None,
) -> SearchResults:
    """Ask every route for every trial.

    Numbers are asked in full every time: papers get them in later revisions. `since` (NCT number -> 2024-04-30) limits
    the question by content to papers that are new since then; trials that are new or changed are not in it. `earlier`:
    papers found before, of which those named by number are read anew, and the others where PubMed says retracted.
    """
    results = SearchResults()
    numbers = [trial.nct_id for trial in trials]
    pmids = dict.fromkeys(pubmed.naming(numbers))
    pmids |= {number: None for trial in trials for one in trial.references if (number := clean_pmid(one.pmid))}
    report(f"PubMed: {len(pmids):,} papers named or referred to")
    groups = by_content(trials, pubmed, matching.content_search_phrase, since or {})
    pmids |= {pmid: None for group in groups for pmid in group.pmids}
    report(f"PubMed: {sum(len(group.pmids) for group in groups):,} papers by content, {len(groups):,} questions")
    pmids |= dict.fromkeys(pubmed.retracted([one.pmid for one in earlier if one.pmid and one.pmid not in pmids]))
    from_pubmed = list(pubmed.fetch(list(pmids)))
    full_texts = {one.key: one.full_text_nct_ids for one in earlier if one.full_text_nct_ids}
    printed = {one.key: one.printed_numbers for one in from_pubmed if one.printed_numbers}
    from_europepmc = list(europepmc.naming(numbers, full_texts, printed))
    results.articles = distinct_articles([*from_pubmed, *from_europepmc, *earlier])
    _count_routes(results, numbers)
    _count_content(results, groups)
    results.counts = {pair: papers for pair, papers in results.counts.items() if pair[0] not in pubmed.unasked}
    results.quarantine += [*pubmed.quarantine, *europepmc.quarantine]
    report(f"{len(results.articles):,} papers read, {len(results.quarantine):,} answers quarantined")
    return results


def content_query(trial: Trial, phrase: str) -> str:
    """PubMed's question for papers about a trial whose number they do not print; empty where too little is known.

    Investigator and antigen must be known: either alone would bring hundreds of other papers.
    """
    people = [f"{name}[au]" for name in map(as_searched, trial.investigators) if name]
    antigens = [f'"{words}"[tiab]' for words in trial_antigens(trial).values()]
    if not people or not antigens:
        return ""
    years = f' AND "{trial.start.iso[:4]}"[pdat] : "3000"[pdat]' if trial.start else ""
    return f'({" OR ".join(people)}) AND ({" OR ".join(antigens)}) AND "{phrase}"[tiab]{years}'


@dataclass(frozen=True)
class Group:
    """Trials that were asked about by content in one question, and the papers that answered it."""

    trials: list[Trial]
    pmids: list[str]


def by_content(trials: Sequence[Trial], pubmed: PubMedClient, phrase: str, since: Mapping[str, str]) -> list[Group]:
    """Ask about many trials at once, those that were looked for on the same day together; equal questions once.

    Trials about which too little is known for a question make a group without papers. What PubMed does not answer is
    named in its `quarantine` and in no group.
    """
    asked: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    for trial in trials:
        asked[since.get(trial.nct_id, ""), content_query(trial, phrase)].append(trial)
    groups = [Group([one for (_, query), members in asked.items() if not query for one in members], [])]
    at_once = pubmed.politeness.pubmed_contents_at_once
    for day in sorted({day for day, _ in asked}):
        queries = [query for of_day, query in asked if of_day == day and query]
        for start in range(0, len(queries), at_once):
            ask = partial(_any_of, pubmed, day)
            for pmids, part in in_halves(queries[start : start + at_once], ask):
                members = [trial for query in part for trial in asked[day, query]]
                if pmids is None:
                    named = ", ".join(trial.nct_id for trial in members)
                    pubmed.quarantine.append(f"PubMed: trials not looked for by content: {named}")
                else:
                    groups.append(Group(members, pmids))
    return groups


def _any_of(pubmed: PubMedClient, since: str, queries: Sequence[str]) -> list[str]:
    """Papers that fit any of some questions; of one that has too many none, since so common a name says nothing."""
    try:
        return pubmed.search(within_days(" OR ".join(f"({query})" for query in queries), since))
    except TooManyPapers:
        middle = len(queries) // 2
        parts = (queries[:middle], queries[middle:]) if middle else ()
        return list(dict.fromkeys(pmid for part in parts for pmid in _any_of(pubmed, since, part)))


def _count_content(results: SearchResults, groups: Sequence[Group]) -> None:
    """How many of the papers that a question brought fit each of its trials: an author and an antigen in common."""
    read = {article.pmid: article for article in results.articles if article.pmid}
    for group in groups:
        papers = [read[pmid] for pmid in group.pmids if pmid in read]
        people = [[author.person for author in paper.authors if author.person] for paper in papers]
        antigens = [article_antigens(paper).keys() for paper in papers]
        for trial in group.trials:
            ours = trial_antigens(trial).keys()
            results.counts[trial.nct_id, "content"] = sum(
                bool(ours & theirs) and author_position(trial.investigators, authors) is not None
                for authors, theirs in zip(people, antigens, strict=True)
            )


def _count_routes(results: SearchResults, numbers: Sequence[str]) -> None:
    """How many papers each route gave each trial; zero says that it was looked for."""
    routes = ("accession number", "title or abstract", "full text")
    results.counts |= {(number, route): 0 for number in numbers for route in routes}
    for article in results.articles:
        places = (article.registered_numbers, article.text_numbers, article.full_text_nct_ids)
        for route, named in zip(routes, places, strict=True):
            for number in named:
                if (number, route) in results.counts:
                    results.counts[number, route] += 1

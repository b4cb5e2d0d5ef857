"""Searches PubMed and Europe PMC for the papers of trials, by number and by content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.papers.article import Article, distinct_articles
from tasks.papers.features.facts import trial_antigens
from tasks.papers.keys import clean_pmid
from tasks.papers.names import as_searched
from tasks.papers.sources.europepmc_client import EuropePMCClient
from tasks.papers.sources.pubmed_client import PubMedClient, TooManyPapers, within_days
from tasks.papers.trial import Trial
from tasks.settings import Matching


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
    for trial in trials:
        day = (since or {}).get(trial.nct_id, "")
        found = _by_content(content_query(trial, matching.content_search_phrase), pubmed, day)
        results.counts[trial.nct_id, "content"] = len(found)
        pmids |= dict.fromkeys(found)
    pmids |= dict.fromkeys(pubmed.retracted([one.pmid for one in earlier if one.pmid and one.pmid not in pmids]))
    from_pubmed = list(pubmed.fetch(list(pmids)))
    full_texts = {one.key: one.full_text_nct_ids for one in earlier if one.full_text_nct_ids}
    printed = {one.key: one.printed_numbers for one in from_pubmed if one.printed_numbers}
    from_europepmc = list(europepmc.naming(numbers, full_texts, printed))
    results.articles = distinct_articles([*from_pubmed, *from_europepmc, *earlier])
    _count_routes(results, numbers)
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


def _by_content(query: str, pubmed: PubMedClient, since: str) -> list[str]:
    try:
        return pubmed.search(within_days(query, since)) if query else []
    except TooManyPapers:
        return []  # so common a name and antigen say nothing


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

"""By which routes a paper was found for a trial; each route is kept, and says how much it is worth by itself."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import CartscapeError
from tasks.papers.article import Article
from tasks.papers.keys import clean_doi, clean_pmid, paper_keys, plain_title
from tasks.papers.numbers import trial_numbers
from tasks.papers.trial import Trial

# strongest first: the first that applies names a candidate's main route
ROUTES = (
    "hand find",
    "accession number",
    "title or abstract",
    "registry reference: result",
    "registry reference: derived",
    "full text",
    "content",
    "registry reference: background",
)
Found = dict[tuple[str, str], dict[str, str]]  # (trial, paper key) -> route -> detail
Lost = dict[tuple[str, str], str]  # (trial, paper key) -> citation


@dataclass(frozen=True)
class HandFind:
    """A paper that a person found, for instance in Google Scholar: by PMID, DOI or title."""

    nct_id: str
    pmid: str
    doi: str
    title: str
    found_by: str
    found_on: str

    @property
    def key(self) -> str:
        """The key of the paper as far as the find tells it; empty where it tells none."""
        return next(iter(paper_keys(self.pmid, self.doi, self.title)), "")


def routes_by_number(trials: Sequence[Trial], articles: Iterable[Article]) -> Found:
    """Data bank lists, titles and abstracts, full texts; former numbers and those of other registries count too."""
    known: dict[str, list[str]] = defaultdict(list)
    for trial in trials:
        for number in trial.numbers:
            known[number].append(trial.nct_id)
    found: Found = defaultdict(dict)
    for article in articles:
        places = {
            "accession number": article.registered_numbers,
            "title or abstract": article.text_numbers,
            "full text": article.full_text_nct_ids,
        }
        for route, numbers in places.items():
            for number in sorted(known.keys() & set(numbers)):
                for nct_id in known[number]:
                    found[nct_id, article.key][route] = number
    return found


def routes_by_reference(trials: Sequence[Trial], articles: Iterable[Article]) -> tuple[Found, Lost]:
    """References of the registry that lead to an article, and those whose article is not there."""
    keys = {article.pmid: article.key for article in articles if article.pmid}
    found: Found = defaultdict(dict)
    lost: Lost = {}
    for trial in trials:
        for reference in trial.references:
            number, kind = clean_pmid(reference.pmid), reference.reference_type
            if number in keys:
                found[trial.nct_id, keys[number]][f"registry reference: {kind.lower()}"] = reference.citation
            elif number and kind != "BACKGROUND":
                lost[trial.nct_id, f"pmid:{number}"] = reference.citation
    return found, lost


def routes_by_hand(finds: Iterable[HandFind], articles: Iterable[Article]) -> tuple[Found, Lost]:
    """Hand finds that lead to an article, and those whose article is not there."""
    listed = list(articles)
    by_pmid = {article.pmid: article.key for article in listed if article.pmid}
    by_doi = {article.doi: article.key for article in listed if article.doi}
    by_title = {title: article.key for article in listed if (title := plain_title(article.title))}
    found: Found = defaultdict(dict)
    lost: Lost = {}
    for find in finds:
        key = by_pmid.get(find.pmid) or by_doi.get(find.doi) or by_title.get(plain_title(find.title))
        if key:
            found[find.nct_id, key]["hand find"] = f"{find.found_by}, {find.found_on}"
        else:
            lost[find.nct_id, find.key] = find.title
    return found, lost


def read_hand_finds(path: Path) -> list[HandFind]:
    """A CSV with nct_id, pmid or doi or title, found_by, found_on; CartscapeError with the line if it lacks them."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise CartscapeError(f"{path}: can't be read ({error}); save it as CSV in UTF-8") from error
    finds = []
    for line, row in enumerate(rows, start=2):
        cells = {name: (row.get(name) or "").strip() for name in ("title", "found_by", "found_on")}
        number = next((one for one in trial_numbers(row.get("nct_id") or "") if one.startswith("NCT")), "")
        find = HandFind(number, clean_pmid(row.get("pmid")), clean_doi(row.get("doi")), **cells)
        if not find.nct_id or not find.key or not find.found_by or not find.found_on:
            raise CartscapeError(
                f"{path}:{line}: needs nct_id, one of pmid, doi, title, and found_by, found_on; fill them in"
            )
        finds.append(find)
    return finds

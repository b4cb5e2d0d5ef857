"""A paper as matching reads it, whatever interface or file it came from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from tasks.papers.dates import PartialDate, earliest, parse_date
from tasks.papers.keys import clean_doi, clean_pmid, paper_keys
from tasks.papers.names import Person, author_from_parts, author_from_text
from tasks.papers.numbers import trial_numbers

ACCESSIONS = ("accession_numbers", "nct_ids")  # both names are in use for the data bank list
READ_AS = "read_as"  # of an author whose name was read from separate fields: surname and initials, as compared
LISTS = re.compile(r"\s*[;|]\s*")


@dataclass(frozen=True)
class Author:
    """One author; `group` is the name of an author that is a group of people."""

    person: Person | None
    affiliations: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True)
class Article:
    """A paper: ids, texts, people, dates with their precision, types, and the trial numbers it carries.

    `corrections`: notices about it, `RetractionIn: Lancet 2021;397:1` and the like, in PubMed's words for the relation.
    `europepmc_id`: how Europe PMC names it, `PPR:PPR123`; known of a paper that came from there.
    """

    pmid: str = ""
    doi: str = ""
    pmcid: str = ""
    title: str = ""
    abstract: str = ""
    journal: str = ""
    authors: tuple[Author, ...] = ()
    publication_types: tuple[str, ...] = ()
    mesh_terms: tuple[str, ...] = ()
    print_date: PartialDate | None = None
    electronic_date: PartialDate | None = None
    accession_numbers: tuple[str, ...] = ()
    full_text_nct_ids: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    source: str = field(default="", compare=False)
    europepmc_id: str = field(default="", compare=False)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key that it can be named by, the surest first; none without PMID, DOI and title."""
        year = self.publication_date.iso[:4] if self.publication_date else ""
        return paper_keys(self.pmid, self.doi, self.title, year)

    @property
    def key(self) -> str:
        """The key by which tables name it; empty where nothing names it."""
        return self.keys[0] if self.keys else ""

    @cached_property
    def publication_date(self) -> PartialDate | None:
        """The day it first appeared, on paper or online."""
        return earliest([self.electronic_date, self.print_date])

    @cached_property
    def registered_numbers(self) -> tuple[str, ...]:
        """Trial numbers of its data bank list, of whatever registry."""
        return trial_numbers(" ".join(self.accession_numbers))

    @cached_property
    def text_numbers(self) -> tuple[str, ...]:
        """Trial numbers in title and abstract."""
        return trial_numbers(f"{self.title} {self.abstract}")

    @cached_property
    def printed_numbers(self) -> frozenset[str]:
        """Trial numbers of data bank list, title and abstract: where a paper names the trial that it reports."""
        return frozenset((*self.registered_numbers, *self.text_numbers))

    @cached_property
    def named_numbers(self) -> frozenset[str]:
        """Every trial number known of it; full texts name trials that they only talk about, too."""
        return self.printed_numbers | set(self.full_text_nct_ids)


FIELDS = tuple(each.name for each in fields(Article))


def distinct_articles(articles: Iterable[Article]) -> list[Article]:
    """Each paper once, its records joined: those with one PMID, and one without PMID whose DOI another has.

    Papers with PMIDs of their own stay apart, whatever DOI they share; papers that nothing names are left out.
    """
    listed = sorted((article for article in articles if article.key), key=lambda article: not article.pmid)
    of_doi: dict[str, str] = {}
    for article in listed:
        if article.doi:
            of_doi.setdefault(article.doi, article.key)
    found: dict[str, Article] = {}
    for article in listed:
        key = article.key if article.pmid else of_doi.get(article.doi, article.key)
        found[key] = joined(found[key], article) if key in found else article
    return list(found.values())


def joined(first: Article, second: Article) -> Article:
    """One paper from two records: the first one's reading stands, its gaps are filled, numbers and notices united."""
    gaps = {name: value for name in FIELDS if (value := getattr(second, name)) and not getattr(first, name)}
    lists = ("full_text_nct_ids", "corrections")
    united = {name: tuple(dict.fromkeys((*getattr(first, name), *getattr(second, name)))) for name in lists}
    return replace(first, **gaps | united)


def article_from_json(record: dict[str, Any]) -> Article:
    """A paper from one line of an article file; fields it lacks are empty, fields nobody knows are ignored."""
    published = record.get("electronic_date") or record.get("publication_date")
    return Article(
        pmid=clean_pmid(record.get("pmid")),
        doi=clean_doi(record.get("doi")),
        pmcid=str(record.get("pmcid") or ""),
        title=" ".join(str(record.get("title") or "").split()),
        abstract=str(record.get("abstract") or ""),
        journal=str(record.get("journal") or ""),
        authors=tuple(_author(entry) for entry in _listed(record.get("authors"))),
        publication_types=tuple(str(entry) for entry in _listed(record.get("publication_types"))),
        mesh_terms=tuple(str(entry) for entry in _listed(record.get("mesh_terms"))),
        print_date=parse_date(record.get("print_date") or record.get("year")),
        electronic_date=parse_date(published),
        accession_numbers=tuple(str(record_id) for name in ACCESSIONS for record_id in _listed(record.get(name))),
        full_text_nct_ids=trial_numbers(" ".join(str(entry) for entry in _listed(record.get("full_text_nct_ids")))),
        corrections=tuple(str(entry) for entry in _listed(record.get("corrections"))),
        source=str(record.get("source") or ""),
    )


def names_of(record: dict[str, Any]) -> tuple[str, str, str]:
    """PMID, DOI and key of the paper of a record; the rest of it is read only where neither names it."""
    pmid, doi = clean_pmid(record.get("pmid")), clean_doi(record.get("doi"))
    return pmid, doi, next(iter(paper_keys(pmid, doi, "") or article_from_json(record).keys), "")


def _listed(value: object) -> Iterable[Any]:
    """A list as it is; a text split at semicolons and bars; nothing for a missing value."""
    if isinstance(value, str):
        return [part for part in LISTS.split(value) if part]
    return value if isinstance(value, list) else []


def _author(entry: Any) -> Author:
    if not isinstance(entry, dict):
        person = author_from_text(str(entry))
        return Author(person, group="" if person else str(entry))
    affiliations = tuple(str(place) for place in _listed(entry.get("affiliations")))
    if len(read_as := [str(part) for part in _listed(entry.get(READ_AS))]) == 2:
        return Author(Person(read_as[0], read_as[1], str(entry.get("name") or "")), affiliations)
    if entry.get("last_name"):
        parts = (str(entry.get(name) or "") for name in ("last_name", "fore_name", "initials"))
        return Author(author_from_parts(*parts), affiliations)
    name = str(entry.get("name") or entry.get("collective_name") or "")
    person = author_from_text(name) if not entry.get("collective_name") else None
    return Author(person, affiliations, "" if person else name)


def article_to_json(article: Article) -> dict[str, Any]:
    """The line of an article file that `article_from_json` reads back as an equal paper."""
    record: dict[str, Any] = {
        name: getattr(article, name) for name in ("pmid", "doi", "pmcid", "title", "abstract", "journal", "source")
    }
    record["authors"] = [_author_to_json(author) for author in article.authors]
    for name in ("publication_types", "mesh_terms", "accession_numbers", "full_text_nct_ids", "corrections"):
        record[name] = list(getattr(article, name))
    for name in ("print_date", "electronic_date"):
        value = getattr(article, name)
        record[name] = value.iso if value else ""
    return {name: value for name, value in record.items() if value}


def _author_to_json(author: Author) -> dict[str, Any]:
    affiliations = {"affiliations": list(author.affiliations)} if author.affiliations else {}
    if person := author.person:
        # separate fields tell more than the name as it is printed: a surname alone, a second given name
        told = {} if author_from_text(person.written) == person else {READ_AS: [person.surname, person.given]}
        return {"name": person.written} | told | affiliations
    return {"collective_name": author.group} | affiliations

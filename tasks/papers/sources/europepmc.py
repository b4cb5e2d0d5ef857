"""Reads Europe PMC's search answers: idlist, lite and core."""

import html
import re
from collections.abc import Iterator
from typing import Any

from tasks.papers.article import Article, Author
from tasks.papers.dates import parse_date
from tasks.papers.keys import clean_doi, clean_pmid
from tasks.papers.names import author_from_parts, author_from_text
from tasks.papers.sources.pubmed import RELATIONS

MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")


def articles_from_europepmc(answer: dict[str, Any]) -> list[Article]:
    """Every result of a search answer; results without PMID, DOI and title are left out."""
    found = [_article(result) for result in _objects(answer, "resultList", "result")]
    return [article for article in found if article.key]


def _article(result: dict[str, Any]) -> Article:
    listed = _path(result, "pubTypeList", "pubType")
    types = listed if isinstance(listed, list) else str(result.get("pubType") or "").split("; ")
    journal = _path(result, "journalInfo", "journal", "title") or result.get("journalTitle") or ""
    pmid = result.get("pmid") or (result.get("id") if result.get("source") == "MED" else "")
    headings = _objects(result, "meshHeadingList", "meshHeading")
    return Article(
        pmid=clean_pmid(pmid),
        doi=clean_doi(result.get("doi")),
        pmcid=str(result.get("pmcid") or ""),
        title=_plain(result.get("title")),
        abstract=_plain(result.get("abstractText")),
        journal=str(journal),
        authors=tuple(_authors(result)),
        publication_types=tuple(str(kind) for kind in types if kind),
        mesh_terms=tuple(str(entry.get("descriptorName")) for entry in headings),
        print_date=parse_date(_path(result, "journalInfo", "dateOfPublication") or result.get("pubYear")),
        electronic_date=parse_date(result.get("electronicPublicationDate") or result.get("firstPublicationDate")),
        corrections=tuple(_corrections(result)),
        source=str(result.get("source") or ""),
        europepmc_id=f"{result['source']}:{result['id']}" if result.get("source") and result.get("id") else "",
    )


def _authors(result: dict[str, Any]) -> list[Author]:
    """Authors with affiliations in core answers, names alone in lite ones."""
    listed = _path(result, "authorList", "author")
    if not isinstance(listed, list):
        names = str(result.get("authorString") or "").rstrip(".").split(", ")
        people = [(name, author_from_text(name)) for name in names if name]
        return [Author(person, group="" if person else name) for name, person in people]
    return [_author(entry) for entry in listed if isinstance(entry, dict)]


def _author(entry: dict[str, Any]) -> Author:
    details = _objects(entry, "authorAffiliationDetailsList", "authorAffiliation")
    places = tuple(str(place.get("affiliation") or "") for place in details)
    if group := entry.get("collectiveName"):
        return Author(None, places, str(group))
    names = (str(entry.get(name) or "") for name in ("lastName", "firstName", "initials"))
    return Author(author_from_parts(*names) or author_from_text(str(entry.get("fullName") or "")), places)


def _corrections(result: dict[str, Any]) -> Iterator[str]:
    """Notices about the paper, by PubMed's words for the relation: `Retraction in` is RetractionIn."""
    for entry in _objects(result, "commentCorrectionList", "commentCorrection"):
        relation = str(entry.get("type") or "").title().replace(" ", "")
        if relation in RELATIONS:
            source, number = str(entry.get("reference") or ""), str(entry.get("id") or "")
            yield f"{relation}: {', '.join(part for part in (source, number) if part)}"


def _path(value: Any, *names: str) -> Any:
    """A value within nested objects; None where one of them is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _objects(value: Any, *names: str) -> list[dict[str, Any]]:
    """The objects of a nested list; none where it is missing or something else."""
    listed = _path(value, *names)
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def _plain(value: object) -> str:
    """Text without the markup that Europe PMC leaves in titles and abstracts."""
    return " ".join(html.unescape(MARKUP.sub(" ", str(value or ""))).split())

"""Reads PubMed's XML (efetch) in full, article by article: a broken one is quarantined, the rest is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from tasks.papers.article import Article, Author
from tasks.papers.dates import PartialDate, earliest, parse_date
from tasks.papers.keys import clean_doi, clean_pmid
from tasks.papers.names import author_from_parts

ARTICLES = ("PubmedArticle", "PubmedBookArticle")
# of PubMed's relations between papers those that say what a paper is; the list holds comments and references too
RELATIONS = {
    "RetractionIn",
    "PartialRetractionIn",
    "RetractedandRepublishedIn",
    "RetractionOf",
    "ExpressionOfConcernIn",
    "ErratumIn",
    "ErratumFor",
    "UpdateIn",
    "UpdateOf",
    "CorrectedandRepublishedIn",
}


@dataclass
class PubMedAnswer:
    """Articles of an answer, and what could not be read, with the reason."""

    articles: list[Article] = field(default_factory=list)
    quarantine: list[str] = field(default_factory=list)


def articles_from_pubmed(content: bytes) -> PubMedAnswer:
    """Every article of an efetch answer; entities beyond XML's own are refused, and a cut-off end is reported."""
    answer = PubMedAnswer()
    try:
        for _, element in iterparse(BytesIO(content), events=("end",), forbid_entities=True, forbid_external=True):
            if element.tag == "ERROR":
                answer.quarantine.append(f"PubMed says: {_text(element)}")
            elif element.tag in ARTICLES:
                article = _article(element)
                if article.pmid or article.doi:
                    answer.articles.append(article)
                else:
                    answer.quarantine.append(f"article {len(answer.articles) + 1}: neither PMID nor DOI")
                element.clear()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        answer.quarantine.append(f"after {len(answer.articles)} articles: {error!r}")
    return answer


def _article(element: Element) -> Article:
    citation = element.find("MedlineCitation")
    if citation is None:
        citation = element.find("BookDocument")
    if citation is None:
        citation = element
    article = citation.find("Article")
    article = citation if article is None else article
    ids = _ids(element, article)
    return Article(
        pmid=clean_pmid(citation.findtext("PMID")) or clean_pmid(ids.get("pubmed")),
        doi=clean_doi(ids.get("doi")),
        pmcid=ids.get("pmc", ""),
        title=_text(article.find("ArticleTitle")) or _text(article.find("VernacularTitle")),
        abstract=_abstract(citation, article),
        journal=article.findtext("Journal/Title") or article.findtext("Book/BookTitle") or "",
        authors=tuple(_authors(article)),
        publication_types=tuple(_texts(article, "PublicationTypeList/PublicationType", "PublicationType")),
        mesh_terms=tuple(_texts(citation, "MeshHeadingList/MeshHeading/DescriptorName")),
        print_date=_print_date(article),
        electronic_date=_electronic_date(element, article),
        accession_numbers=tuple(_accession_numbers(article)),
        corrections=tuple(_corrections(citation)),
        source="MED",
    )


def _ids(element: Element, article: Element) -> dict[str, str]:
    """DOI, PMC and PubMed ids of the paper itself; those of its references are left alone."""
    found = {
        node.get("EIdType", ""): _text(node) for node in article.findall("ELocationID") if node.get("ValidYN") != "N"
    }
    for path in (
        "PubmedData/ArticleIdList/ArticleId",
        "PubmedBookData/ArticleIdList/ArticleId",
        "BookDocument/ArticleIdList/ArticleId",
    ):
        for node in element.findall(path):
            found.setdefault(node.get("IdType", ""), _text(node))
    return found


def _abstract(citation: Element, article: Element) -> str:
    """Sections with their labels, one a line; abstracts by others than the journal come after."""
    parts = []
    for node in (*article.findall("Abstract/AbstractText"), *citation.findall("OtherAbstract/AbstractText")):
        label, text = node.get("Label", ""), _text(node)
        parts.append(f"{label}: {text}" if label and text else text)
    return "\n".join(part for part in parts if part)


def _authors(article: Element) -> Iterator[Author]:
    for node in article.findall("AuthorList/Author"):
        places = tuple(_texts(node, "AffiliationInfo/Affiliation", "Affiliation"))
        group = _text(node.find("CollectiveName"))
        names = [_text(node.find(part)) for part in ("LastName", "ForeName", "Initials")]
        person = author_from_parts(names[0], names[1] or _text(node.find("FirstName")), names[2])
        if group or person:
            yield Author(None if group else person, places, group)


def _print_date(article: Element) -> PartialDate | None:
    node = article.find("Journal/JournalIssue/PubDate")
    if node is None:
        node = article.find("Book/PubDate")
    return None if node is None else _date(node)


def _electronic_date(element: Element, article: Element) -> PartialDate | None:
    """The journal's own electronic date, else the day PubMed had the paper ahead of print."""
    stated = [_date(node) for node in article.findall("ArticleDate")]
    if any(stated):
        return earliest(stated)
    history = element.findall("PubmedData/History/PubMedPubDate")
    return earliest([_date(node) for node in history if node.get("PubStatus") == "aheadofprint"])


def _date(node: Element) -> PartialDate | None:
    """Year, month and day as they are given; `2019 Nov-Dec` and `2019 Winter` count as far as they are clear."""
    year = node.findtext("Year")
    if not year:
        return parse_date(node.findtext("MedlineDate"))
    parts = (year, node.findtext("Month") or node.findtext("Season") or "", node.findtext("Day") or "")
    return parse_date("-".join(part for part in parts if part))


def _accession_numbers(article: Element) -> Iterator[str]:
    """`ClinicalTrials.gov/NCT01234567` and the like, as the data bank list has them."""
    for bank in article.findall("DataBankList/DataBank"):
        name = bank.findtext("DataBankName") or ""
        yield from (f"{name}/{number}" for number in _texts(bank, "AccessionNumberList/AccessionNumber"))


def _corrections(citation: Element) -> Iterator[str]:
    """Notices about the paper: `RetractionIn: Lancet. 2021;397:1, PMID 94000002`; comments on it are left out."""
    for node in citation.findall("CommentsCorrectionsList/CommentsCorrections"):
        relation, pmid = node.get("RefType", ""), clean_pmid(node.findtext("PMID"))
        if relation in RELATIONS:
            source = _text(node.find("RefSource"))
            yield f"{relation}: {', '.join(part for part in (source, pmid and f'PMID {pmid}') if part)}"


def _texts(parent: Element, *paths: str) -> Iterator[str]:
    for path in paths:
        yield from filter(None, (_text(node) for node in parent.findall(path)))


def _text(node: Element | None) -> str:
    """All text within a node, markup and formulas included, blanks united."""
    return " ".join("".join(node.itertext()).split()) if node is not None else ""

"""NCBI E-utilities, as far as finding papers of trials goes: esearch and efetch over an article file."""

import re
import unicodedata
from typing import Any
from xml.sax.saxutils import escape

from tests.replica.answers import Answer, Parameters, json_answer, text_answer, xml_answer
from tests.replica.articles import author_names, is_match

LARGEST_RETMAX = 9999
RANGE = re.compile(r'"(?P<from>[\d/]+)"\[(?P<tag>\w+)\]\s*:\s*"(?P<to>[\d/]+)"\[\w+\]$')
TERM = re.compile(r'"?(?P<text>[^\[\]"]+?)"?\s*(?:\[(?P<tag>[^\]]+)\])?$')


class PubMed:
    """Articles: pmid, title, authors, year, journal, and where known doi, abstract, nct_ids (the data bank list)."""

    def __init__(self, articles: list[dict[str, Any]]) -> None:
        self.articles = articles

    def answer(self, path: str, parameters: Parameters) -> Answer:
        if path == "/esearch.fcgi":
            return self.esearch(parameters)
        if path == "/efetch.fcgi":
            return self.efetch(parameters)
        return text_answer(404, "Not found")

    def esearch(self, parameters: Parameters) -> Answer:
        term = parameters.get("term", "")
        if parameters.get("db") != "pubmed" or not term:
            return json_answer(
                {"header": HEADER, "esearchresult": {"ERROR": "Empty term and query_key - nothing todo"}}
            )
        found = [article["pmid"] for article in self.articles if is_match(article, term, holds)]
        start, size = int(parameters.get("retstart", 0)), min(int(parameters.get("retmax", 20)), LARGEST_RETMAX)
        ids = found[start : start + size]
        if parameters.get("retmode") != "json":
            return xml_answer(esearch_xml(len(found), start, ids, term))
        result: dict[str, Any] = {
            "count": str(len(found)),
            "retmax": str(len(ids)),
            "retstart": str(start),
            "idlist": ids,
            "translationset": [],
            "querytranslation": term,
        }
        if not found:
            result["errorlist"] = {"phrasesnotfound": [term], "fieldsnotfound": []}
            result["warninglist"] = {
                "phrasesignored": [],
                "quotedphrasesnotfound": [],
                "outputmessages": ["No items found."],
            }
        return json_answer({"header": HEADER, "esearchresult": result})

    def efetch(self, parameters: Parameters) -> Answer:
        ids = [part.strip() for part in parameters.get("id", "").split(",")]
        chosen = [article for article in self.articles if article["pmid"] in ids]
        if not any(part.isdigit() for part in ids):
            return Answer(400, b"<eFetchResult><ERROR>ID list is empty!</ERROR></eFetchResult>", "text/xml")
        body = "".join(article_xml(article) for article in chosen)
        return xml_answer(f'<?xml version="1.0" ?>\n{DOCTYPE}\n<PubmedArticleSet>{body}</PubmedArticleSet>')


HEADER = {"type": "esearch", "version": "0.3"}
DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_240101.dtd">'
)


def holds(article: dict[str, Any], part: str) -> bool:
    if between := RANGE.match(part.strip()):
        return between["tag"] == "edat" or between["from"][:4] <= str(article.get("year", "")) <= between["to"][:4]
    match = TERM.match(part.strip().strip("()").strip())
    if not match:
        return False
    text, tag = match["text"].strip().lower(), (match["tag"] or "all").lower()
    if tag in {"si", "secondary source id"}:
        return text in {nct_id.lower() for nct_id in article.get("nct_ids", [])}
    if tag in {"pmid", "uid"}:
        return bool(text == article["pmid"])
    if tag in {"pt", "publication type"}:
        is_withdrawn = any(entry.startswith("RetractionIn") for entry in article.get("corrections", []))
        types = [kind.lower() for kind in article.get("publication_types", [])]
        return text in types or (is_withdrawn and text == "retracted publication")
    if tag in {"au", "author"}:
        return any(plain(author).startswith(plain(text)) for author in author_names(article))
    words = f"{article.get('title', '')} {article.get('abstract', '')}".lower()
    return bool(re.search(rf"\b{re.escape(text)}\b", words))


def plain(text: str) -> str:
    """Small letters without accents, as PubMed compares them."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z ]", "", decomposed)


def esearch_xml(count: int, start: int, ids: list[str], term: str) -> str:
    listed = "".join(f"<Id>{pmid}</Id>" for pmid in ids)
    none = (
        f"<ErrorList><PhraseNotFound>{escape(term)}</PhraseNotFound></ErrorList>"
        "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        f"<eSearchResult><Count>{count}</Count><RetMax>{len(ids)}</RetMax><RetStart>{start}</RetStart>"
        f"<IdList>{listed}</IdList><TranslationSet/><QueryTranslation>{escape(term)}</QueryTranslation>"
        f"{'' if count else none}</eSearchResult>"
    )


def article_xml(article: dict[str, Any]) -> str:
    authors = "".join(author_xml(author) for author in article.get("authors", []))
    abstract = (
        f"<Abstract><AbstractText>{escape(article['abstract'])}</AbstractText></Abstract>"
        if article.get("abstract")
        else ""
    )
    numbers = "".join(f"<AccessionNumber>{nct_id}</AccessionNumber>" for nct_id in article.get("nct_ids", []))
    bank = (
        f'<DataBankList CompleteYN="Y"><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>'
        f"<AccessionNumberList>{numbers}</AccessionNumberList></DataBank></DataBankList>"
        if numbers
        else ""
    )
    types = "".join(
        f"<PublicationType>{escape(kind)}</PublicationType>" for kind in article.get("publication_types", [])
    )
    doi = f'<ArticleId IdType="doi">{escape(article["doi"])}</ArticleId>' if article.get("doi") else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{article["pmid"]}</PMID>'
        f'<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Internet"><PubDate>'
        f"{date_xml(article)}</PubDate></JournalIssue>"
        f"<Title>{escape(article.get('journal', ''))}</Title></Journal>"
        f"<ArticleTitle>{escape(article.get('title', ''))}</ArticleTitle>{abstract}"
        f'<AuthorList CompleteYN="Y">{authors}</AuthorList>{bank}<PublicationTypeList>{types}</PublicationTypeList>'
        f"{electronic_xml(article)}</Article>{corrections_xml(article)}</MedlineCitation><PubmedData><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{article["pmid"]}</ArticleId>'
        f"{doi}</ArticleIdList></PubmedData></PubmedArticle>"
    )


def corrections_xml(article: dict[str, Any]) -> str:
    """Links to notices: `RetractionIn: Blood. 2022;3:4` as PubMed prints them."""
    entries = "".join(
        f'<CommentsCorrections RefType="{relation}"><RefSource>{escape(reference)}</RefSource></CommentsCorrections>'
        for relation, _, reference in (entry.partition(": ") for entry in article.get("corrections", []))
    )
    return f"<CommentsCorrectionsList>{entries}</CommentsCorrectionsList>" if entries else ""


def author_xml(author: str | dict[str, Any]) -> str:
    if isinstance(author, dict):
        last, fore, initials = (escape(author.get(name, "")) for name in ("last_name", "fore_name", "initials"))
        places = "".join(
            f"<AffiliationInfo><Affiliation>{escape(place)}</Affiliation></AffiliationInfo>"
            for place in author.get("affiliations", [])
        )
        return (
            f'<Author ValidYN="Y"><LastName>{last}</LastName><ForeName>{fore}</ForeName>'
            f"<Initials>{initials}</Initials>{places}</Author>"
        )
    last, _, initials = author.rpartition(" ")
    return (
        f'<Author ValidYN="Y"><LastName>{escape(last or initials)}</LastName>'
        f"<Initials>{escape(initials if last else '')}</Initials></Author>"
    )


def date_xml(article: dict[str, Any]) -> str:
    """The print date in the parts that PubMed prints, a season or range as MedlineDate; the year where no date is."""
    written = article.get("print_date") or str(article.get("year", ""))
    year, *rest = written.split("-")
    if not year.isdigit():
        return f"<MedlineDate>{escape(written)}</MedlineDate>"
    names = zip(("Month", "Day"), rest, strict=False)
    return f"<Year>{year}</Year>" + "".join(f"<{name}>{escape(part)}</{name}>" for name, part in names)


def electronic_xml(article: dict[str, Any]) -> str:
    if not (written := article.get("electronic_date")):
        return ""
    year, month, day = written.split("-")
    return f'<ArticleDate DateType="Electronic"><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></ArticleDate>'

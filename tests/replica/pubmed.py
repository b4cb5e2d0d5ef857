"""NCBI E-utilities, as far as finding papers of trials goes: esearch and efetch over an article file."""

import re
from typing import Any
from xml.sax.saxutils import escape

from tests.replica.answers import Answer, Parameters, json_answer, text_answer, xml_answer

LARGEST_RETMAX = 9999
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
        found = [article["pmid"] for article in self.articles if is_match(article, term)]
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
        body = "".join(article_xml(article) for article in chosen)
        return xml_answer(f'<?xml version="1.0" ?>\n{DOCTYPE}\n<PubmedArticleSet>{body}</PubmedArticleSet>')


HEADER = {"type": "esearch", "version": "0.3"}
DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_240101.dtd">'
)


def is_match(article: dict[str, Any], term: str) -> bool:
    """Clauses joined by OR, each of terms joined by AND; parentheses around a clause are allowed."""
    clauses = re.split(r"\s+OR\s+", term)
    return any(all(holds(article, part) for part in re.split(r"\s+AND\s+", clause)) for clause in clauses)


def holds(article: dict[str, Any], part: str) -> bool:
    match = TERM.match(part.strip().strip("()").strip())
    if not match:
        return False
    text, tag = match["text"].strip().lower(), (match["tag"] or "all").lower()
    if tag in {"si", "secondary source id"}:
        return text in {nct_id.lower() for nct_id in article.get("nct_ids", [])}
    if tag in {"pmid", "uid"}:
        return bool(text == article["pmid"])
    if tag in {"au", "author"}:
        return any(author.lower().startswith(text) for author in article.get("authors", []))
    words = f"{article.get('title', '')} {article.get('abstract', '')}".lower()
    return bool(re.search(rf"\b{re.escape(text)}\b", words))


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
        f"<Year>{article.get('year', '')}</Year></PubDate></JournalIssue>"
        f"<Title>{escape(article.get('journal', ''))}</Title></Journal>"
        f"<ArticleTitle>{escape(article.get('title', ''))}</ArticleTitle>{abstract}"
        f'<AuthorList CompleteYN="Y">{authors}</AuthorList>{bank}<PublicationTypeList>{types}</PublicationTypeList>'
        f"</Article></MedlineCitation><PubmedData><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{article["pmid"]}</ArticleId>'
        f"{doi}</ArticleIdList></PubmedData></PubmedArticle>"
    )


def author_xml(author: str) -> str:
    last, _, initials = author.rpartition(" ")
    return (
        f'<Author ValidYN="Y"><LastName>{escape(last or initials)}</LastName>'
        f"<Initials>{escape(initials if last else '')}</Initials></Author>"
    )

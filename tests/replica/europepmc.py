"""Europe PMC's search: queries over titles, abstracts and text-mined trial numbers, paged by cursor marks."""

import re
from typing import Any
from urllib.parse import quote

from tests.replica.answers import Answer, Parameters, json_answer, text_answer
from tests.replica.articles import author_names, is_match

LARGEST_PAGE = 1000
DEFAULT_PAGE = 25
PART = re.compile(r'(?:(?P<field>[A-Z_]+):)?"?(?P<text>[^"]+)"?$')


class EuropePMC:
    """Articles as PubMed's; `full_text_nct_ids` are numbers that stand in the full text."""

    def __init__(self, articles: list[dict[str, Any]]) -> None:
        self.articles = articles

    def answer(self, path: str, parameters: Parameters) -> Answer:
        if path not in {"/search", "/searchPOST"}:
            return text_answer(404, "Not found")
        query = parameters.get("query", "")
        if not query:
            return json_answer({"version": "6.9", "errCode": 404, "errMsg": "Invalid query"})
        found = [article for article in self.articles if is_match(article, query, holds)]
        mark, size = parameters.get("cursorMark", "*"), min(int(parameters.get("pageSize", DEFAULT_PAGE)), LARGEST_PAGE)
        start = 0 if mark == "*" else int(mark.removeprefix("replica"))
        kind = parameters.get("resultType", "lite")
        answer: dict[str, Any] = {"version": "6.9", "hitCount": len(found)}
        if start + size < len(found):
            answer["nextCursorMark"] = f"replica{start + size}"
        answer["request"] = {
            "queryString": query,
            "resultType": kind,
            "cursorMark": quote(mark),
            "pageSize": size,
            "sort": "",
            "synonym": False,
        }
        answer["resultList"] = {"result": [describe(article, kind) for article in found[start : start + size]]}
        return json_answer(answer)


def holds(article: dict[str, Any], part: str) -> bool:
    match = PART.match(part.strip().strip("()").strip())
    if not match:
        return False
    field, text = match["field"] or "", match["text"].strip().lower()
    title, abstract = article.get("title", "").lower(), article.get("abstract", "").lower()
    if field == "ACCESSION_ID":
        numbers = article.get("nct_ids", []) + article.get("full_text_nct_ids", [])
        return text.upper() in numbers or text in abstract
    if field == "EXT_ID":
        return bool(text == article["pmid"])
    if field == "SRC":
        return text == "med"
    if field == "AUTH":
        return any(text in author.lower() for author in author_names(article))
    searched = {"TITLE": title, "ABSTRACT": abstract}.get(field, f"{title} {abstract}")
    return bool(re.search(rf"\b{re.escape(text)}\b", searched))


def describe(article: dict[str, Any], kind: str) -> dict[str, Any]:
    """idlist: the identifiers; lite: the reference; core: the abstract too."""
    identifiers = {"id": article["pmid"], "source": "MED", "pmid": article["pmid"]}
    if kind == "idlist":
        return identifiers
    lite = {
        **identifiers,
        **({"doi": article["doi"]} if article.get("doi") else {}),
        "title": article.get("title", ""),
        "authorString": ", ".join(author_names(article)) + ".",
        "journalTitle": article.get("journal", ""),
        "pubYear": str(article.get("year", "")),
        "pubType": "; ".join(article.get("publication_types", [])).lower(),
        "hasTMAccessionNumbers": "Y" if article.get("full_text_nct_ids") else "N",
    }
    if kind == "core" and article.get("abstract"):
        return {**lite, "abstractText": article["abstract"]}
    return lite

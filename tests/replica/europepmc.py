"""Europe PMC's search: queries over titles, abstracts and text-mined trial numbers, and its annotations."""

import re
from typing import Any
from urllib.parse import quote

from tests.replica.answers import Answer, Parameters, json_answer, text_answer
from tests.replica.articles import author_names, is_match

LARGEST_PAGE = 1000
DEFAULT_PAGE = 25
LARGEST_GROUP = 8
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


class Annotations:
    """Europe PMC's annotations: which trial numbers stand in the full text of a paper, eight papers at most."""

    def __init__(self, articles: list[dict[str, Any]]) -> None:
        self.articles = {f"{source(article)}:{own_id(article)}": article for article in articles}

    def answer(self, path: str, parameters: Parameters) -> Answer:
        places = parameters.get("articleIds", "").split(",")
        if path != "/annotationsByArticleIds" or parameters.get("type") != "Accession Numbers":
            return text_answer(404, "Not found")
        if len(places) > LARGEST_GROUP:
            return text_answer(400, f"articleIds: at most {LARGEST_GROUP}")
        return json_answer([annotated(place, self.articles[place]) for place in places if place in self.articles])


def annotated(place: str, article: dict[str, Any]) -> dict[str, Any]:
    """One paper with the places where numbers stand."""
    notes = [
        {"prefix": "registered as ", "exact": number, "postfix": ".", "type": "Accession Numbers", "subType": "nct"}
        for number in article.get("full_text_nct_ids", [])
    ]
    return {"source": place.split(":")[0], "extId": place.split(":")[1], "annotations": notes}


def source(article: dict[str, Any]) -> str:
    """MED, or PPR for a preprint."""
    return str(article.get("source", "MED"))


def own_id(article: dict[str, Any]) -> str:
    """The paper's number in its source: its PMID, or PPR123 of a preprint."""
    return str(article.get("pmid") or article.get("id", ""))


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
        return text == own_id(article).lower()
    if field == "SRC":
        return text == source(article).lower()
    if field == "AUTH":
        return any(text in author.lower() for author in author_names(article))
    searched = {"TITLE": title, "ABSTRACT": abstract}.get(field, f"{title} {abstract}")
    return bool(re.search(rf"\b{re.escape(text)}\b", searched))


def describe(article: dict[str, Any], kind: str) -> dict[str, Any]:
    """idlist: the identifiers; lite: the reference; core: the abstract too."""
    identifiers = {"id": own_id(article), "source": source(article)}
    identifiers |= {"pmid": article["pmid"]} if article.get("pmid") else {}
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
    if kind != "core":
        return lite
    abstract = {"abstractText": article["abstract"]} if article.get("abstract") else {}
    return {**lite, **abstract, **notices(article)}


def notices(article: dict[str, Any]) -> dict[str, Any]:
    """Links to retractions and corrections, with blanks in the names of the relations: `Retraction in`."""
    listed = [
        {"type": re.sub(r"(?<=[a-z])In$", " in", relation), "reference": reference}
        for relation, _, reference in (entry.partition(": ") for entry in article.get("corrections", []))
    ]
    return {"commentCorrectionList": {"commentCorrection": listed}} if listed else {}

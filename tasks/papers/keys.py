"""The key by which tables name a paper: of its PMID, else of its DOI, else of its title and year."""

import re

from tasks.papers.words import fold

PMID = re.compile(r"(?:pmid\s*:?\s*)?0*([1-9]\d{0,7})(?:\.0*)?", re.IGNORECASE)
DOI = re.compile(r"10\.\d{4,9}/\S+")
TITLE = "title:"


def paper_keys(pmid: str, doi: str, title: str, year: str = "") -> tuple[str, ...]:
    """Every key that a paper can be named by, the one that tables use first.

    `pmid:31732519`, `doi:10.1000/abc`, `title:gpc3 car t cells in liver cancer 2021`. A paper that gets its PMID later
    is still known by its DOI.
    """
    words = plain_title(title)
    written = (pmid and f"pmid:{pmid}", doi and f"doi:{doi}", words and f"{TITLE}{words} {year}".rstrip())
    return tuple(key for key in written if key)


def written_key(text: str) -> str:
    """The key that a person wrote: a key as tables have it, a bare PMID or a bare DOI; empty for anything else."""
    text = text.strip()
    if text.startswith(TITLE):
        return next(iter(paper_keys("", "", text.removeprefix(TITLE))), "")
    pmid = clean_pmid(text)
    return next(iter(paper_keys(pmid, "" if pmid else clean_doi(text), "")), "")


def clean_pmid(value: object) -> str:
    """`PMID: 31732519.` or 31732519.0 -> 31732519; nothing else than a number of up to eight digits is one."""
    match = PMID.fullmatch(str(value or "").strip())
    return match[1] if match else ""


def clean_doi(value: object) -> str:
    """A DOI in lower case, without the address or word before it and the full stop after it."""
    match = DOI.search(str(value or ""))
    return match[0].rstrip(".,;)").lower() if match else ""


def plain_title(title: str) -> str:
    """A title as its words in lower case without accents and punctuation, a blank between two."""
    return " ".join(re.findall(r"\w+", fold(title)))

"""Decisions about links: what the program decides by itself, and what people signed."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.curate.engine.rows import read_rows
from tasks.errors import CartscapeError
from tasks.papers.judge.criteria import FAIL, Verdict
from tasks.papers.keys import written_key
from tasks.settings import REPOSITORY, Matching

DECISIONS = REPOSITORY / "curation" / "publication_decisions.tsv"
OLD_VALUES, NEW_VALUES = ("accept", "review", "reject", "none"), ("accept", "reject")
SIGNATURE = ("reason", "source", "reviewer", "date")


def final_decision(score: float, verdicts: Mapping[str, Verdict], routes: Collection[str], matching: Matching) -> str:
    """The score's decision, softened where a person should look.

    A link that fails a needed criterion, or that only its wording speaks for while the investigator is missing among
    the authors, is not accepted; a paper that a person found is not rejected.
    """
    decision = decision_by_score(score, matching)
    if decision == "reject":
        return "review" if "hand find" in routes else decision
    failing = {name for name, verdict in verdicts.items() if verdict.verdict == FAIL}
    if failing.intersection(matching.needed_criteria) or (
        "principal_investigator" in failing and set(routes) == {"content"}
    ):
        return "review"
    return decision


def decision_by_score(score: float, matching: Matching) -> str:
    """accept, review or reject, by the thresholds of the study protocol."""
    if score >= matching.accept_from:
        return "accept"
    return "review" if score >= matching.review_from else "reject"


@dataclass(frozen=True)
class LinkDecision:
    """A person's word on one link; it holds while the program by itself says `old_value`."""

    nct_id: str
    paper_key: str
    old_value: str
    new_value: str
    reason: str
    reviewer: str
    date: str
    place: str

    def is_current(self, decision: str) -> bool:
        """Whether the link still is what the person judged."""
        return decision == self.old_value

    def warning(self, decision: str) -> str:
        """What to tell when it is not."""
        return (
            f"{self.place}: {self.nct_id} and {self.paper_key}: expected {self.old_value}, found {decision}: "
            "registry, paper or matching changed; delete or renew the row"
        )


def read_link_decisions(path: Path = DECISIONS) -> list[LinkDecision]:
    """All rows; CartscapeError with file and line for a row that is unsigned, repeated or not understood."""
    decisions: dict[tuple[str, str], LinkDecision] = {}
    for line, row in read_rows(path):
        place = f"{path}:{line}"
        nct_id, key = row.get("nct_id", ""), written_key(row.get("paper_key") or "")
        if not re.fullmatch(r"NCT\d{8}", nct_id) or not key:
            raise CartscapeError(
                f"{place}: {nct_id!r} and {row.get('paper_key')!r} are no NCT number and key of a paper; "
                "correct them (pmid:31732519, doi:10.1000/abc or title:...)"
            )
        if row.get("old_value") not in OLD_VALUES or row.get("new_value") not in NEW_VALUES:
            raise CartscapeError(
                f"{place}: old_value is one of {OLD_VALUES}, new_value one of {NEW_VALUES}; correct it"
            )
        if missing := [name for name in SIGNATURE if not row.get(name)]:
            raise CartscapeError(f"{place}: no {missing[0]}; a decision is signed and dated")
        if (nct_id, key) in decisions:
            raise CartscapeError(f"{place}: decides again what {decisions[nct_id, key].place} decides; delete one")
        texts = {name: row[name] for name in ("old_value", "new_value", "reason", "reviewer", "date")}
        decisions[nct_id, key] = LinkDecision(nct_id, key, place=place, **texts)
    return list(decisions.values())

"""Decisions about links: what the program decides by itself, and what people signed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.curate.engine.rows import read_rows
from tasks.errors import CartscapeError
from tasks.papers.judge.criteria import FAIL, PASS, RIVAL_PAPERS, RIVAL_TRIALS, Verdict
from tasks.papers.judge.kinds import BY_A_PERSON, BY_CONTENT, kinds
from tasks.papers.keys import written_key
from tasks.protocol import Matching
from tasks.registry.readers.spellings import registration_number
from tasks.settings import REPOSITORY

DECISIONS = REPOSITORY / "curation" / "publication_decisions.tsv"
OLD_VALUES, NEW_VALUES = ("accept", "review", "reject", "none"), ("accept", "reject")
OTHER_TRIALS = "other_trials"
# routes that decide by themselves
RULES = {
    "accession number": "its data bank list names the trial",
    "title or abstract": "its title or abstract names the trial",
    "registry reference: result": "the registration lists it as its results",
}
# what keeps a paper that nothing but its content speaks for from being accepted
AGAINST_CONTENT = (OTHER_TRIALS, "principal_investigator", RIVAL_PAPERS, RIVAL_TRIALS)
SIGNATURE = ("reason", "source", "reviewer", "date")
HEADER = ("nct_id", "paper_key", "old_value", "new_value", *SIGNATURE)


@dataclass(frozen=True)
class Decision:
    """accept, review or reject, and what decided."""

    value: str
    ground: str


def decide(
    score: float, verdicts: Mapping[str, Verdict], routes: Collection[str], kind: str, matching: Matching
) -> Decision:
    """Rules first, the score where none speaks; whatever speaks against an acceptance leaves it to a person.

    A paper that prints the trial's number in data bank list, title or abstract is the trial's, and so is one that the
    registration lists as its results. Content alone needs score, the investigator among the authors, no other trial
    that the paper names, and no rival. A paper that a person found is not rejected.
    """
    failing = {name for name, verdict in verdicts.items() if verdict.verdict == FAIL}
    against = [name for name in matching.needed_criteria if name in failing]
    rule = next((RULES[route] for route in RULES if route in routes), "")
    if rule:
        speaks, is_enough = rule, kinds()[kind] != BY_A_PERSON
    else:
        speaks, is_enough = f"score {score:.2f}", kinds()[kind] == BY_CONTENT
        vetoes = AGAINST_CONTENT if set(routes) == {"content"} else (OTHER_TRIALS,)
        against += [name for name in vetoes if name in failing]
        if score < matching.accept_from:
            is_looked_at = "hand find" in routes or is_worth_a_look(score, verdicts, matching)
            return Decision("review" if is_looked_at else "reject", speaks)
    if against:
        return Decision("review", f"{speaks}, but fails {against[0].replace('_', ' ')}")
    return Decision("accept", speaks) if is_enough else Decision("review", f"{speaks}, but is a {kind}")


def is_worth_a_look(score: float, verdicts: Mapping[str, Verdict], matching: Matching) -> bool:
    """Whether a person should see a pair: by its score, or because no other paper comes near for its trial."""
    is_unrivalled = RIVAL_PAPERS in verdicts and verdicts[RIVAL_PAPERS].verdict == PASS
    return score >= (matching.review_unrivalled_from if is_unrivalled else matching.review_from)


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
    source: str = ""

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
    for line, row in read_rows(path, may_be_empty=True):
        place = f"{path}:{line}"
        nct_id, key = row.get("nct_id", ""), written_key(row.get("paper_key") or "")
        if registration_number(nct_id) is None or not key:
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
        texts = {name: row[name] for name in ("old_value", "new_value", *SIGNATURE)}
        decisions[nct_id, key] = LinkDecision(nct_id, key, place=place, **texts)
    return list(decisions.values())

"""Pairs of trial and paper for people to judge, drawn by strata; and what their judgement says of the program."""

import datetime
import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from scipy import stats

from tasks.curate.review import Agreement, agreement
from tasks.curate.sheets import append_rows, read_sheet, write_sheet
from tasks.errors import CartscapeError
from tasks.papers.judge.decisions import HEADER, NEW_VALUES, OLD_VALUES, LinkDecision, read_link_decisions

ACCEPT, REJECT = NEW_VALUES


@dataclass(frozen=True)
class Pair:
    """One trial and one paper that may be its own, with what was compared; `stratum_pairs`: how many are like it."""

    nct_id: str
    paper_key: str
    trial: str
    paper: str
    journal: str
    published: str
    kind: str
    words: str
    criteria: str
    trial_page: str
    route: str
    score: float
    decision_by_program: str
    stratum: str = ""
    stratum_pairs: int = 0


COLUMNS = tuple(Pair.__dataclass_fields__)
# what the program thinks comes back with the answer, and does not lead whoever judges
HIDDEN = ("route", "score", "decision_by_program", "stratum", "stratum_pairs")


def stratum_of(pair: Pair, bands: Sequence[float]) -> str:
    """The route that found it, the band of its score, and the program's decision."""
    edges = [0.0, *bands, 1.0]
    low = max(edge for edge in edges[:-1] if edge <= pair.score)
    high = edges[edges.index(low) + 1]
    return f"{pair.route}, score {low:.2f} to {high:.2f}, {pair.decision_by_program}"


def drawn(pairs: Iterable[Pair], bands: Sequence[float], size: int) -> list[Pair]:
    """At most `size` pairs, one from each stratum in turn, so that rare strata are judged too; the same every time."""
    strata: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        strata[stratum_of(pair, bands)].append(pair)
    for name, members in strata.items():
        strata[name] = [
            Pair(**{**vars(one), "stratum": name, "stratum_pairs": len(members)}) for one in sorted(members, key=_lot)
        ]
    turns = zip_longest(*(strata[name] for name in sorted(strata)))
    chosen = [one for turn in turns for one in turn if one][:size]
    return sorted(chosen, key=_lot)


def _lot(pair: Pair) -> str:
    return hashlib.sha256(f"{pair.nct_id} {pair.paper_key}".encode()).hexdigest()


def export_pairs(pairs: Iterable[Pair], path: Path) -> int:
    """Write pairs as a workbook with empty columns for decision (accept or reject), reason and reviewer."""
    rows = ([str(getattr(one, name)) for name in COLUMNS] for one in pairs)
    return write_sheet(path, COLUMNS, rows, HIDDEN)


@dataclass(frozen=True)
class Answer:
    """What a person says of a pair that the program decided."""

    nct_id: str
    paper_key: str
    route: str
    stratum: str
    stratum_pairs: int
    by_program: str
    by_person: str


@dataclass(frozen=True)
class Share:
    """A share from 0 to 1 and its interval, by so many answers; None where there is nothing to share."""

    what: str
    judged: int
    share: float | None
    low: float | None = None
    high: float | None = None


def shares_of(answers: Sequence[Answer], confidence_level: float) -> list[Share]:
    """Precision of what the program accepts and recall among the pairs it knows; then, by route, how many are right.

    An answer stands for the pairs of its stratum: as many for each as the stratum has for one that was judged. The
    interval is Wilson's, for as many answers as would say as much if each stood for equally many (Kish).
    """
    judged = Counter(one.stratum for one in answers)
    weights = {one: one.stratum_pairs / judged[one.stratum] for one in answers}

    def share(what: str, of: Iterable[Answer], is_counted: Mapping[Answer, bool]) -> Share:
        whole = list(of)
        total = sum(weights[one] for one in whole)
        if not whole:
            return Share(what, 0, None)
        part = sum(weights[one] for one in whole if is_counted[one]) / total
        effective = total**2 / sum(weights[one] ** 2 for one in whole)
        return Share(what, len(whole), part, *weighted_wilson_interval(part, effective, confidence_level))

    right = {one: one.by_person == ACCEPT for one in answers}
    accepted = {one: one.by_program == ACCEPT for one in answers}
    routes = sorted({one.route for one in answers})
    return [
        share("precision of accepted pairs", (one for one in answers if accepted[one]), right),
        share("recall of accepted pairs", (one for one in answers if right[one]), accepted),
        *(share(f"right by route: {name}", (one for one in answers if one.route == name), right) for name in routes),
    ]


@dataclass(frozen=True)
class Judged:
    """The answers of a workbook, the decisions among them that the program did not take, and strata without answer."""

    answers: list[Answer]
    decisions: list[LinkDecision]
    silent_strata: list[str]


def import_pairs(path: Path, decisions: Path, today: datetime.date) -> Judged:
    """Read a judged workbook, and append what it decides otherwise than the program to the decisions.

    A .tsv holds rows that a reader of the page signed. None is appended if one is wrong or decided already.
    """
    known = {(one.nct_id, one.paper_key): one.place for one in read_link_decisions(decisions)}
    judged = Judged([], read_link_decisions(path), []) if path.suffix == ".tsv" else read_judged(path, today)
    for one in judged.decisions:
        if place := known.get((one.nct_id, one.paper_key)):
            raise CartscapeError(
                f"{one.place}: {one.nct_id} and {one.paper_key} are decided in {place}; delete one of the two"
            )
    append_rows(decisions, ([getattr(one, name) for name in HEADER] for one in judged.decisions))
    return judged


def read_judged(path: Path, today: datetime.date) -> Judged:
    """What a workbook says; CartscapeError names the row of an answer that can't be taken."""
    answers, new = [], []
    seen: dict[tuple[str, str], str] = {}
    strata: set[str] = set()
    for number, row in read_sheet(path, COLUMNS):
        strata.add(row["stratum"])
        if not row["decision"]:
            continue
        place = f"{path}:{number}"
        key = row["nct_id"], row["paper_key"]
        _check(row, place, seen.get(key, ""))
        seen[key] = place
        old, said = row["decision_by_program"], row["decision"].lower()
        answers.append(Answer(*key, row["route"], row["stratum"], int(row["stratum_pairs"]), old, said))
        if said != old:
            signed = row["reason"], row["reviewer"], today.isoformat()
            new.append(LinkDecision(*key, old, said, *signed, place, path.name))
    return Judged(answers, new, sorted(strata - {one.stratum for one in answers}))


def compare_judges(one: Path, two: Path) -> list[Agreement]:
    """How two people agree on the pairs that both judged."""
    first, second = (
        {(row["nct_id"], row["paper_key"]): row["decision"].lower() for _, row in read_sheet(path, COLUMNS)}
        for path in (one, two)
    )
    shared = sorted(pair for pair in first.keys() & second.keys() if first[pair] and second[pair])
    return [agreement("papers", [(first[pair], second[pair]) for pair in shared])] if shared else []


def _check(row: Mapping[str, str], place: str, earlier: str) -> None:
    said, old = row["decision"].lower(), row["decision_by_program"]
    trouble = ""
    if said not in NEW_VALUES:
        trouble = f"decision is {row['decision']!r}; write accept, reject, or leave it empty where you can't tell"
    elif not row["reviewer"]:
        trouble = "unsigned; fill in the reviewer"
    elif old not in OLD_VALUES or not row["stratum"] or not row["stratum_pairs"].isdigit():
        trouble = "its hidden columns were changed; export the workbook anew and copy the answers"
    elif said != old and not row["reason"]:
        trouble = f"no reason, though the program says {old}; fill it in"
    elif earlier:
        trouble = f"the pair of {earlier} again; delete one of the two"
    if trouble:
        raise CartscapeError(f"{place}: {trouble}")


def weighted_wilson_interval(share: float, effective_size: float, confidence_level: float) -> tuple[float, float]:
    """Wilson's interval of a weighted share, both from 0 to 1, for as many answers as the weighted ones are worth."""
    z = float(stats.norm.ppf((1 + confidence_level) / 2))
    slack = z**2 / effective_size
    middle, reach = (
        share + slack / 2,
        z * math.sqrt(share * (1 - share) / effective_size + slack / (4 * effective_size)),
    )
    return (middle - reach) / (1 + slack), (middle + reach) / (1 + slack)

"""All counts in one shape, and the paper's beside them."""

import math
import re

from scipy import stats

from tests.oracles.counted import COUNTS, ORACLES, Rows, counted, measures
from tests.oracles.readings import percentage
from tests.oracles.records import NOT_IN_SOURCE, SETTINGS, Cohort, reference
from tests.oracles.sources import lacking

YEARS = ("year", "last year")
# what is listed and not counted by trial or record, whose number depends on no size of a landscape
THINGS = ("phrases", "products")
# the counts of Table 4 beside which its P values stand
COUNTED = "published_finished_trials"


@counted()
def paper_comparison(cohort: Cohort) -> Rows:
    """(claim_id, our_value, value by the paper's definition, comparability, verdict)."""
    counted = measures(cohort)
    unknown = {metric for metric, _, quantity, _ in counted if quantity is None}
    absent = absent_claims(cohort, counted)
    rows: Rows = []
    claims = reference("paper_claims")
    size = max(float(c["value"]) for c in claims if c["metric"] == "cohort_size" and not c["denominator"])
    is_large_enough = abs(len(cohort.trials) - size) / size <= SETTINGS["comparable_size_percent"] / 100
    for claim in (claim for claim in claims if claim["unit"] != "P value"):
        answer = "comparable"
        if cohort.is_synthetic:
            answer = "not comparable: synthetic sample"
        elif cohort.as_of is None:
            answer = "not comparable: no as-of date"
        elif abs((cohort.as_of - SETTINGS["paper_as_of"]).days) > SETTINGS["comparable_days"]:
            answer = "not comparable: other as-of date"
        elif claim["metric"] == "survey":
            answer = "not comparable: asked of investigators, see the survey"
        elif claim["claim_id"] in absent:
            answer = "not comparable: not in this source"
        elif claim["metric"] in unknown:
            answer = "not comparable: publications were not looked for"
        value = value_of(claim, cohort, counted) if answer == "comparable" else None
        is_other = answer == "comparable" and claim["definition_numerator"]
        other = claimed({**claim, "numerator": claim["definition_numerator"]}, counted) if is_other else None
        said = verdict(claim, counted, value, answer, is_large_enough)
        if answer == "comparable" and said == "not comparable":
            answer = f"not comparable: ours holds {len(cohort.trials)} trials, the paper {size:.0f}"
        rows.append((claim["claim_id"], value, other, answer, said))
    return rows + p_values(cohort, rows)


def p_values(cohort: Cohort, rows: Rows) -> Rows:
    """(claim_id, our P value, None, comparability, verdict) of Table 4, as comparable as its counts."""
    counts = {
        claim["numerator"]: claim["claim_id"]
        for claim in reference("paper_claims")
        if claim["metric"] == COUNTED and not claim["denominator"]
    }
    judged = {row[0]: row for row in rows}
    found: Rows = []
    for claim in (claim for claim in reference("paper_claims") if claim["unit"] == "P value"):
        _, count, _, answer, said = judged[counts[claim["numerator"]]]
        ours = None if count is None else p_value(cohort, claim["numerator"])
        if answer != "comparable":
            said = said if said == "not looked for" else "not comparable"
        elif ours is None:
            said = "not comparable"
        elif claim["printed"].startswith("<"):
            said = "holds as stated" if ours < float(claim["value"]) else differing(claim)
        else:
            digits = len(claim["printed"].partition(".")[2])
            said = "equal within rounding" if f"{ours:.{digits}f}" == claim["printed"] else differing(claim)
        found.append((claim["claim_id"], ours, None, answer, said))
    return found


def differing(claim: dict[str, str]) -> str:
    """Why a P value of a comparable landscape differs."""
    return "differs by definition" if claim["definition"] else "differs by snapshot"


def p_value(cohort: Cohort, pattern: str) -> float | None:
    """Of the chi-square test of one level against the others of its variable, those left out that say nothing."""
    silent = ("unstated", "implausible", NOT_IN_SOURCE)
    levels = [row for row in ORACLES["finished_trials_comparison"](cohort) if row[1] not in silent]
    tables = {f"{row[0]} | {row[1]}": (row[0], row[5], row[6]) for row in levels}
    for name, (variable, published, unpublished) in tables.items():
        if re.fullmatch(pattern, name) and published is not None:
            others = [row for key, row in tables.items() if row[0] == variable and key != name]
            table = [[published, unpublished], [sum(row[1] for row in others), sum(row[2] for row in others)]]
            if all(map(sum, table)) and all(map(sum, zip(*table, strict=True))):
                return float(stats.chi2_contingency(table, correction=False).pvalue)
    return None


def absent_claims(cohort: Cohort, counted: Rows) -> set[str]:
    """Claims of which the sources tell nothing: their measure, or the part of it that they name, is left out."""
    named = {one.metric or name: name for name, counts in COUNTS.items() for one in counts}
    absent = set()
    for claim in (claim for claim in reference("paper_claims") if claim["metric"] in named):
        needs = lacking(cohort, named[claim["metric"]])
        wholes = lacking(cohort, named[claim["denominator_metric"]]) if claim["denominator"] else []
        is_there = bool(matching(counted, claim["metric"], claim["numerator"]))
        if (needs and not is_there) or any(not need.values for need in wholes):
            absent.add(claim["claim_id"])
    return absent


def verdict(claim: dict[str, str], counted: Rows, value: float | None, answer: str, is_large_enough: bool) -> str:
    """What the paper's number is beside ours."""
    if answer.endswith("were not looked for"):
        return "not looked for"
    is_share = bool(claim["denominator"])
    if value is None or not (is_share or claim["unit"] in (*YEARS, *THINGS) or is_large_enough):
        return "not comparable"
    operator, paper = claim["printed"][0], float(claim["value"])
    if operator not in "<>~":
        digits = len(claim["printed"].partition(".")[2]) if claim["unit"] == "%" else 0
        if math.floor(value * 10**digits + 0.5) == round(paper * 10**digits):
            return "equal within rounding"
    elif (
        value < paper
        if operator == "<"
        else value > paper
        if operator == ">"
        else abs(value - paper) <= SETTINGS["approximate_percent"] / 100 * paper
    ):
        return "holds as stated"
    if is_share and claim["metric"] != "growth":
        part = sum(n for _, n in matching(counted, claim["metric"], claim["numerator"]))
        whole = sum(n for _, n in matching(counted, claim["denominator_metric"], claim["denominator"]))
        if 0 <= part <= whole:
            interval = stats.binomtest(part, whole).proportion_ci(0.95, method="wilson")
            low = 0 if operator == ">" else 100 * interval.low
            high = 100 if operator == "<" else 100 * interval.high
            if low <= paper <= high:
                return "inside our interval"
    if claim["contradiction"]:
        return "the paper contradicts itself"
    if not is_large_enough and claim["unit"] not in THINGS:
        return "not comparable"
    return "differs by definition" if claim["definition"] else "differs by snapshot"


def value_of(claim: dict[str, str], cohort: Cohort, counted: Rows) -> float | None:
    """Our value of a claim: things that are listed, or what its measures count."""
    if claim["unit"] == "phrases":
        return float(len({name.split(": ", 1)[1] for name in cohort.search_totals if name.startswith("query.")}))
    if claim["unit"] == "products":
        listed = [row for row in ORACLES["approvals"](cohort) if re.fullmatch(claim["numerator"], row[1])]
        return float(len({row[0] for row in listed if not cohort.as_of or row[2] <= cohort.as_of}))
    return claimed(claim, counted)


def matching(counted: Rows, metric: str, pattern: str) -> list[tuple[str, int]]:
    """Categories of a metric that a pattern names, with their counts."""
    return [(c, q) for m, c, q, _ in counted if m == metric and re.fullmatch(pattern, c)]


def claimed(claim: dict[str, str], counted: Rows) -> float | None:
    """Our value of a claim, from the measures that its patterns name."""
    found = matching(counted, claim["metric"], claim["numerator"])
    if claim["unit"] in YEARS:
        years = [int(category) for category, n in found if n and category.isdigit()]
        return float((min if claim["unit"] == "year" else max)(years)) if years else None
    total = sum(n for _, n in found)
    if not claim["denominator"]:
        return float(total)
    return percentage(total, sum(n for _, n in matching(counted, claim["denominator_metric"], claim["denominator"])))

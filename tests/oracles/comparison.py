"""All counts in one shape, and the paper's beside them."""

import re

from tests.oracles.counted import Rows, counted, measures
from tests.oracles.readings import percentage
from tests.oracles.records import SETTINGS, Cohort, reference


@counted()
def paper_comparison(cohort: Cohort) -> Rows:
    """(claim_id, our_value, comparability, whether a reason for a difference is given)."""
    counted = measures(cohort)
    unknown = {metric for metric, _, quantity, _ in counted if quantity is None}
    rows: Rows = []
    for claim in reference("paper_claims"):
        verdict = "comparable"
        if claim["metric"] in unknown:
            verdict = "not comparable: publications were not looked for"
        if cohort.is_synthetic:
            verdict = "not comparable: synthetic sample"
        elif cohort.as_of is None:
            verdict = "not comparable: no as-of date"
        elif abs((cohort.as_of - SETTINGS["paper_as_of"]).days) > SETTINGS["comparable_days"]:
            verdict = "not comparable: other as-of date"
        value = claimed(claim, counted) if verdict == "comparable" else None
        rows.append((claim["claim_id"], value, verdict, value is not None))
    return rows


def claimed(claim: dict[str, str], counted: Rows) -> float | None:
    """Our value of a claim, from the measures that its patterns name."""

    def matching(metric: str, pattern: str) -> list[tuple[str, int]]:
        return [(c, q) for m, c, q, _ in counted if m == metric and re.fullmatch(pattern, c)]

    found = matching(claim["metric"], claim["numerator"])
    if claim["unit"] == "year":
        years = [int(category) for category, n in found if n and category.isdigit()]
        return float(min(years)) if years else None
    total = sum(n for _, n in found)
    if not claim["denominator"]:
        return float(total)
    return percentage(total, sum(n for _, n in matching(claim["denominator_metric"], claim["denominator"])))

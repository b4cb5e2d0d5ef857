"""Is CAR-T given, or are CAR-T recipients the people studied?

Source: the paper, sections 2.1 and 3; curation/RULES.md section 1.
"""

from dataclasses import dataclass

from tasks.curate.engine.matching import Match, Matches
from tasks.curate.engine.vocabularies import Vocabularies

# The texts that name what a study gives; the summary says what it is about; the rest may be background.
HEAD = ("intervention", "other_name", "title", "arm", "condition", "keyword")
NAME = ("intervention", "other_name", "title", "arm")
BODY = ("summary", "intervention_text", "arm_text")
DEEP = ("description", "outcome", "outcome_text")
# What the context may say of a mention that is not the product of the study.
NOT_GIVEN = frozenset({"prior", "background", "listed"})
OTHER_CARRIERS = ("car_nkt", "car_nk", "car_macrophage")


@dataclass(frozen=True)
class Verdict:
    """Eligible, ineligible or boundary, with the match that decided, the rule's name and the reason."""

    value: str
    rule: str
    match: Match | None
    reason: str = ""


def judge_eligibility(matches: Matches, vocabularies: Vocabularies) -> Verdict:
    """The first rule that applies, from the product's name down to the background."""

    def first(kinds: tuple[str, ...], *signals: str) -> Match | None:
        found = [
            match for match in matches.of("eligibility", kinds, signals) if not {"prior", "background"} & match.effects
        ]
        return found[0] if found else None

    if spelt := spelt_out_otherwise(matches):
        return Verdict("ineligible", "the acronym is spelt out as something else", spelt, "acronym")
    named = first(HEAD, "car_t") or next(iter(matches.of("products", NAME)), None)
    if named and one_of_many(matches):
        return Verdict("boundary", "CAR-T is one of many treatments, in no title and no summary", named, "other")
    if (others := first(NAME, "tcr_t", "til")) and not matches.of("eligibility", NAME, ("car_t", "car")):
        return excluded("other engineered or expanded cells; CAR-T is only a keyword", others, vocabularies)
    if failed := failed_before(matches):
        return Verdict("ineligible", "a treatment for those whom CAR-T failed", failed, "prior-CAR-T-only")
    if named and not failed_car_t_only(matches):
        return Verdict("eligible", "CAR-T is named as intervention, title, arm, condition or keyword", named)
    other_carrier = first(HEAD, *OTHER_CARRIERS) or first(BODY, *OTHER_CARRIERS) or first(("outcome",), "car_nk")
    if not named and other_carrier:
        return excluded("the CAR is carried by other cells", other_carrier, vocabularies)
    if synthetic := first(NAME, "synthetic_receptor"):
        return Verdict("boundary", "a CAR-like receptor that the sponsor does not call CAR", synthetic, "other")
    other_cells = first(NAME, "tcr_t", "til")
    if chimeric := first(HEAD, "car"):
        return Verdict("eligible", "a chimeric antigen receptor is named", chimeric)
    if other_cells:
        return excluded("other engineered or expanded cells", other_cells, vocabularies)
    if (told := first(BODY, "car_t", "car")) and (not drug(matches) or said_given(matches)):
        return Verdict("eligible", "the summary or the arms say that CAR-T is given", told)
    if told:
        return Verdict("ineligible", "another treatment; CAR-T is only mentioned", told, "prior-CAR-T-only")
    if (deep := first(DEEP, "car_t")) and not drug(matches):
        return Verdict("eligible", "the description says that CAR-T is given", deep)
    return without_car_t(matches, vocabularies)


def spelt_out_otherwise(matches: Matches) -> Match | None:
    """Where an acronym like CART is spelt out as other words, if no words of the record say that cells are meant."""
    met = [*matches.of("eligibility"), *matches.dropped.get("eligibility", ())]
    is_meant = matches.of("products") or any({"keep", "meant"} & match.effects for match in met)
    return None if is_meant else next((match for match in met if "spelt" in match.effects), None)


def one_of_many(matches: Matches) -> bool:
    """Whether CAR-T stands only among the interventions, beside several treatments with an aim of their own."""
    named = matches.of("eligibility", values=("car_t", "car")) + matches.of("products")
    if any(match.text.kind not in ("intervention", "inclusion") for match in named):
        return False
    others = matches.of("combinations", ("intervention",)) + matches.of("eligibility", ("intervention",), ("antibody",))
    return len({match.text.field for match in others}) >= matches.limits.many_other_treatments


def failed_before(matches: Matches) -> Match | None:
    """The title's CAR-T, where it is what failed before and no other CAR-T is named as given."""
    named = matches.of("eligibility", NAME, ("car_t", "car"))
    products = matches.of("products", ("intervention", "other_name", "arm"))
    is_failed = bool(named) and not products and all("prior" in match.effects for match in named)
    return named[0] if is_failed else None


def failed_car_t_only(matches: Matches) -> bool:
    """Whether CAR-T is named only as the treatment that failed before another one."""
    named = matches.of("eligibility", HEAD, ("car_t",))
    return bool(named) and all("prior" in match.effects for match in named)


def said_given(matches: Matches) -> bool:
    """Whether a sentence says that the CAR-T is given, tested or combined here."""
    told = matches.of("eligibility", BODY, ("car_t",))
    return any("given" in match.effects and not NOT_GIVEN & match.effects for match in told)


def drug(matches: Matches) -> bool:
    """Whether the interventions are antibodies, drugs or transplants, and none is an engineered cell."""
    given = matches.of("eligibility", ("intervention", "title"), ("antibody", "other_cells"))
    unnamed = matches.of("eligibility", ("intervention", "title"), ("unnamed_cells", "in_vivo"))
    return bool(given) and not unnamed


def excluded(rule: str, match: Match, vocabularies: Vocabularies) -> Verdict:
    """Ineligible for the reason that belongs to the signal (`curation/reasons.tsv`)."""
    reasons = {row["signal"]: row["reason"] for row in vocabularies.tables["reasons.tsv"]}
    return Verdict("ineligible", rule, match, reasons.get(match.value, "other"))


def without_car_t(matches: Matches, vocabularies: Vocabularies) -> Verdict:
    """A study whose own words name no CAR-T: boundary if it gives unnamed engineered cells, else ineligible."""
    mentioned = matches.of("eligibility", values=("car_t", "car"))
    mentioned += [one for one in matches.dropped.get("eligibility", ()) if one.value in ("car_t", "car")]
    cells = matches.of(
        "eligibility", ("intervention", "title", *BODY), ("unnamed_cells", "in_vivo", "synthetic_receptor")
    )
    if cells and not drug(matches):
        return Verdict("boundary", "engineered cells whose receptor is not named", cells[0], "other")
    for row in vocabularies.tables["reasons.tsv"]:
        if found := matches.of("eligibility", ("intervention", "title"), (row["signal"],)):
            return excluded("another treatment", found[0], vocabularies)
    if mentioned:
        return Verdict("ineligible", "CAR-T only as prior or background", mentioned[0], "prior-CAR-T-only")
    return Verdict("ineligible", "no word of CAR-T", None, "other")

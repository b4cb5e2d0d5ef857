"""What the aim of a study is: treatment with CAR-T, one of its side effects, or something else about its recipients.

Source: the paper, section 3; curation/RULES.md section 2.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.curate.engine.matching import Match, Matches
from tasks.curate.engine.texts import Text
from tasks.registry.study import PRIMARY_OUTCOMES

NAMES = ("intervention", "other_name", "arm")
PRODUCT = ("title", "intervention", "other_name")
CELLS = ("car_t", "car", "unnamed_cells", "in_vivo", "synthetic_receptor")


@dataclass(frozen=True)
class Aim:
    """The topic, the words that decide it (none where treatment is what is left), and the rule's name."""

    topic: str
    match: Match | None
    rule: str


def judge_topic(matches: Matches, texts: Iterable[Text]) -> Aim:
    """The first rule that applies, from what the title says to what is given and measured."""
    interventions = [text for text in texts if text.kind == "intervention"]
    product = given(matches)
    if titled := title_aim(matches, "toxicity", product):
        return Aim("toxicity", titled, "the title names a side effect")
    if kept := first(matches, "followed") or first(matches, "access"):
        return Aim("treatment", kept, "treated people are followed, or the product is given outside of a trial")
    if titled := title_aim(matches, "other", product):
        return Aim("other", titled, "the title names another aim")
    measured = primary(matches, "side_effect")
    if (support := first(matches, "support")) and measured:
        return Aim("toxicity", support, "a drug against side effects, which are the endpoint")
    if tests := only_tests(matches, interventions):
        watched = first(matches, "watched")
        return (
            Aim("toxicity", watched, "a side effect is watched") if watched else Aim("other", tests, "nothing is given")
        )
    if seen := own(first(matches, "real_world")):
        return Aim("other", seen, "observed in practice")
    return beside_car_t(matches, interventions, product)


def beside_car_t(matches: Matches, interventions: list[Text], product: Match | None) -> Aim:
    """Other where something beside the CAR-T is what is tested, else treatment."""
    after, maintenance, before = (first(matches, name) for name in ("after", "maintenance", "before"))
    if after and interventions and (maintenance or not product):
        return Aim("other", maintenance or after, "something is given after the CAR-T of another protocol")
    standard = own(first(matches, "standard_care"))
    if before and (is_standard_care(matches) or not product):
        return Aim("other", before, "what goes before standard CAR-T is tested")
    has_response = primary(matches, "response") or next(iter(matches.of("aim", ("title",), ("response",))), None)
    if not product and not has_response and (drug := only_other_treatments(matches, interventions)):
        return Aim("other", drug, "other treatments among the interventions, no CAR-T, and no response measured")
    if standard and not has_response and other_treatments(matches):
        return Aim("other", standard, "the CAR-T is standard care, and something beside it is tested")
    return Aim("treatment", None, "no other aim is said")


def title_aim(matches: Matches, topic: str, product: Match | None) -> Match | None:
    """The words of title, conditions or keywords for a topic; some count only where the product is standard care."""
    is_standard = not product or is_standard_care(matches)
    wins = {"y": True, "standard": is_standard, "": not product}
    return next((one for one in matches.of("topic", values=(topic,)) if wins[one.term.row["beats_product"]]), None)


def is_standard_care(matches: Matches) -> bool:
    """Whether the CAR-T is said to be standard care, is an approved product, or is not told apart by its antigen."""
    if own(first(matches, "standard_care")) or any(one.term.row["status"] for one in matches.of("products", PRODUCT)):
        return True
    return not matches.of("targets", PRODUCT)


def first(matches: Matches, *signals: str) -> Match | None:
    """The first word of a signal of `curation/aims.tsv`."""
    return next(iter(matches.of("aim", values=signals)), None)


def own(match: Match | None) -> Match | None:
    """The match, unless its sentence speaks of other studies."""
    return None if match and "background" in match.effects else match


def primary(matches: Matches, signal: str) -> Match | None:
    """The first words of a signal of `curation/aims.tsv` in a primary outcome."""
    found = matches.of("aim", ("outcome",), (signal,))
    return next((match for match in found if match.text.field.startswith(PRIMARY_OUTCOMES)), None)


def given(matches: Matches) -> Match | None:
    """The CAR-T product among interventions and arms, where the words there are no mere observation of it."""
    observed = {match.text.field for match in matches.of("aim", NAMES, ("test", "real_world"))}
    named = [*matches.of("eligibility", NAMES, CELLS), *matches.of("products", NAMES)]
    return next((match for match in named if match.text.field not in observed), None)


def only_tests(matches: Matches, interventions: list[Text]) -> Match | None:
    """A word of the interventions, if all of them are observations."""
    tests = {match.text.field: match for match in matches.of("aim", ("intervention",), ("test", "real_world"))}
    if interventions and all(text.field in tests for text in interventions):
        return next(iter(tests.values()))
    return None


def other_treatments(matches: Matches) -> list[Match]:
    """Interventions that are neither cells nor what prepares for them."""
    found = [*matches.of("combinations", ("intervention",)), *matches.of("aim", ("intervention",), ("drug",))]
    found += matches.of("eligibility", ("intervention",), ("antibody",))
    apart = {match.text.field for match in matches.of("eligibility", ("intervention",), (*CELLS, "lymphodepletion"))}
    apart |= {match.text.field for match in matches.of("products", ("intervention",))}
    apart |= {match.text.field for match in matches.of("aim", ("intervention",), ("cells",))}
    return [match for match in found if match.text.field not in apart]


def only_other_treatments(matches: Matches, interventions: list[Text]) -> Match | None:
    """A treatment beside the CAR-T, if all interventions are known to be such, preparation or observation."""
    treatments = other_treatments(matches)
    known = {match.text.field for match in (*treatments, *matches.of("aim", ("intervention",), ("test",)))}
    known |= {match.text.field for match in matches.of("eligibility", ("intervention",), ("lymphodepletion",))}
    return treatments[0] if treatments and {text.field for text in interventions} <= known else None

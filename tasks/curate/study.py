"""One study in, its labels with their evidence out."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from tasks.curate.candidates import Candidate, find_candidates
from tasks.curate.confidence import WEIGHED, Reading, cue_of, signals_of
from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.curate.engine.decisions import apply_decisions
from tasks.curate.engine.matching import Match, Matches, find_matches
from tasks.curate.engine.records import UNSTATED, Assertion, Conflict, Curation
from tasks.curate.engine.texts import Text, characters_read, has_wide_letters, made_plain, read_texts
from tasks.curate.engine.vocabularies import Vocabularies
from tasks.curate.found import Found, search
from tasks.curate.rules import construct, setting
from tasks.curate.rules.conflicts import find_conflicts
from tasks.curate.rules.diseases import find_diseases
from tasks.curate.rules.eligibility import judge_eligibility
from tasks.curate.rules.participants import judge_participants
from tasks.curate.rules.targets import ADAPTER, find_targets
from tasks.curate.rules.topic import Aim, judge_topic
from tasks.curate.rules.valency import judge_valency
from tasks.registry.study import Study

# how many are searched together: an automaton that stays in the processor's cache is several times as fast
STUDIES_AT_ONCE = 200


def curate_study(study: Study, vocabularies: Vocabularies) -> Curation:
    """Every label of one study; odd input (missing modules, other types) is silence, never an error."""
    return next(curate_studies((study,), vocabularies))


def curate_studies(studies: Iterable[Study], vocabularies: Vocabularies) -> Iterator[Curation]:
    """Curations in the order of the studies; some are read ahead, as many texts are searched faster than one by one."""
    ahead = iter(studies)
    while batch := list(islice(ahead, STUDIES_AT_ONCE)):
        read = [read_texts(study) if is_near(study, vocabularies) else None for study in batch]
        found = search([(study, texts) for study, texts in zip(batch, read, strict=True) if texts], vocabularies)
        for study, texts in zip(batch, read, strict=True):
            curation = curate_text(study, texts, found, vocabularies)
            decided, warnings = apply_decisions(curation, vocabularies.decisions)
            for warning in warnings:
                print(warning, file=sys.stderr)
            yield decided


def is_near(study: Study, vocabularies: Vocabularies) -> bool:
    """Whether any word of CAR-T stands in a study; most of a registry has none, and is read no further.

    Registries that write Latin letters as wide as their own are looked at with plain ones too.
    """
    characters, gate = characters_read(study), vocabularies.gate
    return gate.occurs(characters) or (has_wide_letters(characters) and gate.occurs(made_plain(characters)))


def curate_text(study: Study, texts: Sequence[Text] | None, found: Found, vocabularies: Vocabularies) -> Curation:
    """The labels that follow from the registration alone, before any human decision; no texts: no word of CAR-T."""
    number = study.nct_id
    assertions = setting.judge_region(study, number, vocabularies) + setting.judge_center_count(study, number)
    if texts is None:
        return background(number, assertions, vocabularies)
    matches = find_matches(texts, found.places, vocabularies)
    verdict = judge_eligibility(matches, vocabularies)
    if verdict.match is None:
        return background(number, assertions, vocabularies)
    for attribute, value in (("eligibility", verdict.value), ("exclusion_reason", verdict.reason)):
        if value:
            assertions.append(verdict.match.assertion(number, attribute, value, "inferred", verdict.rule))
    conflicts: tuple[Conflict, ...] = ()
    if verdict.value != "ineligible":
        candidates = find_candidates(texts, found.in_slots, matches, vocabularies.open_world)
        assertions += describe(number, verdict.match, matches, texts, candidates, vocabularies)
        if criteria := found.criteria.get(study.eligibility_criteria):
            assertions += judge_participants(criteria, number)
        conflicts = tuple(find_conflicts(number, matches, assertions))
    length = sum(len(text.raw) for text in texts) + len(texts) - 1
    return weighed(Curation(number, labels_of(assertions), tuple(assertions), conflicts), matches, length, vocabularies)


def background(number: str, assertions: list[Assertion], vocabularies: Vocabularies) -> Curation:
    """A study without any word of CAR-T."""
    labels = labels_of(assertions)
    labels |= {"eligibility": ("ineligible",), "exclusion_reason": ("other",)}
    return Curation(number, labels, tuple(vocabularies.weights.confident(assertions, {})))


def labels_of(assertions: Iterable[Assertion]) -> dict[str, tuple[str, ...]]:
    """The values asserted for each attribute, 'unstated' where there is none."""
    labels: dict[str, tuple[str, ...]] = dict.fromkeys(ATTRIBUTES, (UNSTATED,))
    for assertion in assertions:
        held = labels[assertion.attribute]
        if assertion.value not in held:
            labels[assertion.attribute] = (*(value for value in held if value != UNSTATED), assertion.value)
    return labels


def describe(
    number: str,
    shown: Match,
    matches: Matches,
    texts: Sequence[Text],
    candidates: list[Candidate],
    vocabularies: Vocabularies,
) -> list[Assertion]:
    """All assertions on an eligible study or a boundary case, which `shown` made one."""
    products = named_products(matches)
    aim = judge_topic(matches, texts)
    targets = find_targets(matches, implied_targets(products), of_recipients=aim.topic != "treatment")
    assertions = [topic_assertion(number, aim, shown)]
    assertions += stated(number, "products", products)
    assertions += target_assertions(number, targets)
    assertions += [one.assertion(number) for one in candidates]
    assertions += valency_assertions(number, targets, candidates, matches)
    assertions += disease_assertions(number, matches, set(targets), vocabularies)
    assertions += construct_assertions(number, matches, vocabularies)
    answer, match = setting.judge_follow_up(matches)
    if match:
        assertions.append(match.assertion(number, "follow_up_over_five_years", answer))
    return assertions


def stated(number: str, attribute: str, found: dict[str, Match]) -> list[Assertion]:
    """An assertion for each value that stands in a text, with the words that were found."""
    return [match.assertion(number, attribute, value) for value, match in found.items()]


def topic_assertion(number: str, aim: Aim, shown: Match) -> Assertion:
    """The aim of the study; treatment is what is left when nothing else is said of the CAR-T that is `shown`."""
    if aim.match:
        return aim.match.assertion(number, "topic", aim.topic, rule=aim.rule)
    return shown.assertion(number, "topic", aim.topic, "inferred", aim.rule)


def target_assertions(number: str, targets: dict[str, Match]) -> list[Assertion]:
    """Antigens that a text states or a named product implies; adapters are an attribute of their own."""
    assertions: list[Assertion] = []
    for value, match in targets.items():
        if value.startswith(ADAPTER):
            assertions.append(match.assertion(number, "adapter", value.removeprefix(ADAPTER)))
        elif match.term.attribute == "products":
            assertions.append(match.assertion(number, "targets", value, "product"))
        else:
            assertions += stated(number, "targets", {value: match})
    return assertions


def named_products(matches: Matches) -> dict[str, Match]:
    """The products at the first level of evidence that names any."""
    own = [match for match in matches.of("products", construct.PRODUCT_TEXTS) if not construct.NOT_OURS & match.effects]
    return construct.first_of_each(match for match in own if match.level == own[0].level)


def implied_targets(products: dict[str, Match]) -> dict[str, Match]:
    """The antigens that the product table knows for the named products (`curation/products.tsv`)."""
    implied: dict[str, Match] = {}
    for match in products.values():
        for target in filter(None, match.term.row["targets"].split("|")):
            implied.setdefault(target, match)
    return implied


def valency_assertions(
    number: str, targets: dict[str, Match], candidates: list[Candidate], matches: Matches
) -> list[Assertion]:
    """How many antigens, from the targets and the words that join them; an unknown one beside a known is a doubt."""
    value, match = judge_valency(targets, matches)
    if value == UNSTATED:
        return []
    unknown = [one for one in candidates if one.role == "target"]
    if value == "single" and unknown:
        joined = next(iter(matches.of("target_valency", values=("dual",))), None)
        shown, said = joined or next(iter(targets.values())), f"beside the unknown {unknown[0].value}"
        return [shown.assertion(number, "target_valency", "dual" if joined else "single", "inferred", said)]
    if match:
        said = "one product for each disease" if match.term.attribute == "diseases" else ""
        return [match.assertion(number, "target_valency", value, rule=said)]
    last = list(targets.values())[-1]
    return [last.assertion(number, "target_valency", value, "derived", "number of targets")]


def disease_assertions(number: str, matches: Matches, targets: set[str], vocabularies: Vocabularies) -> list[Assertion]:
    """Diseases with the groups and organs that they belong to."""
    assertions: list[Assertion] = []
    rows = vocabularies.by_attribute["diseases"]
    for code, (kind, match, general) in find_diseases(matches, targets, vocabularies).items():
        rule = f"{general} refined" if general else ""
        assertions.append(match.assertion(number, "diseases", code, kind, rule))
        row = rows.get(code, match.term.row)
        assertions.append(match.assertion(number, "disease_groups", row["group"], "derived", code))
        assertions.append(match.assertion(number, "organ_groups", row["organ_group"], "derived", code))
    return assertions


def construct_assertions(number: str, matches: Matches, vocabularies: Vocabularies) -> list[Assertion]:
    """The parts of the product and what is given with it."""
    found = construct.find_construct(matches, vocabularies.attributes)
    assertions = [one for attribute, values in found.items() for one in stated(number, attribute, values)]
    longest_gap = vocabularies.limits.longest_gap_between_domains
    if derived := construct.derive_generation(found["costimulatory_domains"], found["armouring"], longest_gap):
        generation, match = derived
        assertions.append(match.assertion(number, "generation_derived", generation, "derived"))
    return assertions


def weighed(curation: Curation, matches: Matches, length: int, vocabularies: Vocabularies) -> Curation:
    """The curation with the confidence of each attribute, silence in spite of a word of it among them."""
    is_read = curation.labels["eligibility"] != ("ineligible",)
    reading = Reading.of(matches, curation, length)
    signals = {attribute: signals_of(attribute, reading) for attribute in (WEIGHED if is_read else WEIGHED[:1])}
    limits = vocabularies.limits
    confidences = {name: vocabularies.weights.confidence(name, each) for name, each in signals.items()}
    for name, each in signals.items():
        if each["candidate"]:
            confidences[name] = min(confidences[name], limits.most_confidence_with_candidate)
        if each["conflict"]:
            confidences[name] = min(confidences[name], limits.most_confidence_in_conflict)
    # a reason is as sure as the exclusion that it explains
    known = {**confidences, "exclusion_reason": confidences["eligibility"]}
    assertions = vocabularies.weights.confident(curation.assertions, known)
    for attribute, each in signals.items():
        if each["cue"] and (cue := cue_of(attribute, matches)):
            said = "unstated, though words of it stand here"
            silence = cue.assertion(curation.nct_id, attribute, UNSTATED, "silent", said)
            assertions.append(silence.weighed(confidences[attribute]))
    return replace(curation, assertions=tuple(assertions), signals=signals, confidences=confidences)

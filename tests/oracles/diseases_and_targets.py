"""Counts of diseases, targets and constructs, and the sets of trials that the paper counts."""

import itertools
import re
from collections import Counter
from datetime import date

from tests.oracles.counted import Counted, Rows, counted
from tests.oracles.readings import groups, percentage, share, start, written_day
from tests.oracles.records import SETTINGS, Cohort, Trial, reference


def populations_of(cohort: Cohort, trial: Trial) -> set[str]:
    """Denominators that a trial of the cohort belongs to."""
    finished = {"finished"} if cohort.is_finished(trial) else set()
    return {"cohort"} | finished | ({"treatment", *groups(trial)} if trial.label("topic") == "treatment" else set())


@counted(Counted((0,), 1))
def populations(cohort: Cohort) -> Rows:
    sizes = Counter(name for trial in cohort.trials for name in populations_of(cohort, trial))
    return [(name, sizes[name]) for name in {"cohort", "treatment", "finished", *sizes}]


def matches(trial: Trial, attribute: str, wanted: str) -> bool:
    """Whether a trial states the value of a label, a phase or a status; * is any stated value."""
    if attribute in ("phase", "status"):
        held = [trial.phase[1] if attribute == "phase" else trial.status[1]]
    else:
        held = list(trial.labels.get(attribute, ()))
    return any(value != "unstated" and wanted in ("*", value) for value in held)


def in_set(trial: Trial, rules: list[dict[str, str]]) -> bool:
    for rule in rules:
        day = start(trial)
        low, high = written_day(rule["started_from"]), written_day(rule["started_until"])
        if (low and not (day and day >= low)) or (high and not (day and day <= high)):
            continue
        if matches(trial, rule["attribute"], rule["value"]):
            return True
    return False


@counted(Counted((0,), 2, 3))
def trial_sets(cohort: Cohort) -> Rows:
    rows: Rows = []
    rules = reference("trial_sets")
    sizes = dict(populations(cohort))
    for name in {rule["trial_set"] for rule in rules}:
        own = [rule for rule in rules if rule["trial_set"] == name]
        population = own[0]["population"]
        n = sum(population in populations_of(cohort, trial) and in_set(trial, own) for trial in cohort.trials)
        rows.append((name, population, n, sizes.get(population, 0), percentage(n, sizes.get(population, 0))))
    return rows


def disease_column(key: str, column: str) -> dict[str, str]:
    """Disease or organ group -> disease group, the first in alphabetical order."""
    found: dict[str, set[str]] = {}
    for row in reference("diseases"):
        if row[key]:
            found.setdefault(row[key], set()).add(row[column])
    return {name: min(values) for name, values in found.items()}


@counted(Counted((0, 1), 2, 3))
def indications(cohort: Cohort) -> Rows:
    group_of = disease_column("value", "group")
    counts = Counter(
        pair
        for trial in cohort.treatment
        for disease in trial.values("diseases")
        for pair in (
            [(group, disease) for group in groups(trial)]
            if disease == "unstated"
            else [(group_of.get(disease, "unstated"), disease)]
        )
    )
    sizes = dict(populations(cohort))
    rows: Rows = []
    for (group, disease), n in counts.items():
        better = sum(m > n for (other, rival), m in counts.items() if other == group and rival != "unstated")
        rank = None if disease == "unstated" else better + 1
        rows.append((group, disease, n, sizes.get(group, 0), percentage(n, sizes.get(group, 0)), rank))
    return rows


@counted(Counted((0, 1), 2, 3))
def organ_groups(cohort: Cohort) -> Rows:
    group_of = disease_column("organ_group", "group")
    counts = Counter(
        (group_of.get(organ, "unstated"), organ) for trial in cohort.treatment for organ in trial.values("organ_groups")
    )
    sizes = dict(populations(cohort))
    return [(*key, n, sizes.get(key[0], 0), percentage(n, sizes.get(key[0], 0))) for key, n in counts.items()]


@counted(Counted((0, 1), 2, 3))
def targets_by_disease_group(cohort: Cohort) -> Rows:
    counts: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    for trial in cohort.treatment:
        for group in trial.values("disease_groups"):
            sizes[group] += 1
            counts.setdefault(group, Counter()).update(trial.values("targets"))
    rows: Rows = []
    for group, targets in counts.items():
        ranked = sorted((n for target, n in targets.items() if target != "unstated"), reverse=True)
        for target, n in targets.items():
            rank = None if target == "unstated" else ranked.index(n) + 1
            rows.append((group, target, n, sizes[group], share(n, sizes[group]), rank))
    return rows


@counted(Counted((0, 1), 2))
def target_overlap(cohort: Cohort) -> Rows:
    used: dict[str, set[str]] = {}
    for trial in cohort.treatment:
        targets = set(trial.values("targets")) - {"unstated"}
        for group in [*(group for group in groups(trial) if group != "unstated"), "any"]:
            used.setdefault(group, set()).update(targets)
    rows: Rows = []
    for one, other in itertools.combinations_with_replacement(sorted(used), 2):
        both = used[one] & used[other]
        if both and (one == other or "any" not in (one, other)):
            rows.append((one, other, len(both), ", ".join(sorted(both))))
    return rows


@counted(Counted((0, 1, 2), 4, 5))
def target_combinations(cohort: Cohort) -> Rows:
    counts: Counter[tuple[str, str, str, int]] = Counter()
    for trial in cohort.treatment:
        targets = sorted(set(trial.values("targets")))
        if len(targets) > 1:
            counts.update((g, trial.label("target_valency"), " + ".join(targets), len(targets)) for g in groups(trial))
    sizes: Counter[str] = Counter()
    for (group, *_), n in counts.items():
        sizes[group] += n
    return [
        (*key, n, sizes[key[0]], share(n, sizes[key[0]]), 1 + sum(m > n for k, m in counts.items() if k[0] == key[0]))
        for key, n in counts.items()
    ]


@counted(Counted((0, 1), 2, 3))
def target_valency(cohort: Cohort) -> Rows:
    counts = Counter((group, trial.label("target_valency")) for trial in cohort.treatment for group in groups(trial))
    sizes = dict(populations(cohort))
    return [(*key, n, sizes[key[0]], share(n, sizes[key[0]])) for key, n in counts.items()]


@counted(Counted((0, 1, 3), 4))
def target_landscape(cohort: Cohort) -> Rows:
    counts = Counter(
        (target, disease, *trial.phase)
        for trial in cohort.treatment
        for target in trial.values("targets")
        for disease in trial.values("diseases")
    )
    return [(*key, n) for key, n in counts.items()]


@counted(Counted((0, 1), 2, 3))
def constructs(cohort: Cohort) -> Rows:
    rows: Rows = []
    for attribute in (row["attribute"] for row in reference("attributes") if row["construct_order"]):
        counts = Counter(value for trial in cohort.treatment for value in set(trial.labels.get(attribute, ())))
        with_label = sum(attribute in trial.labels for trial in cohort.treatment)
        stated = sum(matches(trial, attribute, "*") for trial in cohort.treatment)
        for value, n in counts.items():
            of_stated = None if value == "unstated" else share(n, stated)
            rows.append((attribute, value, n, with_label, stated, share(n, with_label), of_stated))
    return rows


@counted(Counted((0, 1), 2, "treatment", missing="undated"))
def registrations_by_vector(cohort: Cohort) -> Rows:
    counts = Counter(
        (trial.day.year if trial.day else None, vector)
        for trial in cohort.treatment
        for vector in trial.values("vectors")
    )
    return [(*key, n) for key, n in counts.items()]


def label_shares(cohort: Cohort, attribute: str) -> Rows:
    counts = Counter(value for trial in cohort.trials for value in set(trial.labels.get(attribute, ())))
    size = len(cohort.trials)
    return [(value, n, size, share(n, size)) for value, n in counts.items()]


@counted(Counted((0,), 1, 2))
def combinations(cohort: Cohort) -> Rows:
    return label_shares(cohort, "combinations")


@counted(Counted((0,), 1, 2))
def follow_up(cohort: Cohort) -> Rows:
    return label_shares(cohort, "follow_up_over_five_years")


@counted(Counted((2,), 3, 4))
def relapse_strategies(cohort: Cohort) -> Rows:
    rules = reference("relapse_strategies")
    rows: Rows = []
    for key in {(int(rule["strategy_order"]), rule["mechanism"], rule["strategy"]) for rule in rules}:
        own = [rule for rule in rules if rule["strategy"] == key[2]]
        members = sorted(
            trial.nct_id
            for trial in cohort.treatment
            if any(matches(trial, rule["attribute"], rule["value"]) for rule in own if rule["attribute"] != "text")
            or (any(rule["attribute"] == "text" for rule in own) and says_threshold(trial))
        )
        size = len(cohort.treatment)
        rows.append((*key, len(members), size, percentage(len(members), size), ", ".join(members) or None))
    return rows


def says_threshold(trial: Trial) -> bool:
    names = trial.study["protocolSection"].get("identificationModule", {})
    summary = trial.part("descriptionModule", "briefSummary")
    texts = (names.get("briefTitle"), names.get("officialTitle"), summary)
    return any(re.search(SETTINGS["antigen_threshold_words"], (text or "").lower()) for text in texts)


@counted(Counted((0, 1), 3))
def new_candidates(cohort: Cohort) -> Rows:
    """(attribute, candidate, name of its gene, trials, the first of them)."""
    genes = {row["symbol"].upper(): row["name"] for row in reference("gene_symbols")}
    naming: dict[tuple[str, str], list[Trial]] = {}
    for trial in cohort.trials:
        for attribute in ("target_candidates", "combination_candidates"):
            for value in set(trial.labels.get(attribute, ())) - {"unstated"}:
                naming.setdefault((attribute, value), []).append(trial)
    rows: Rows = []
    for (attribute, value), named in naming.items():
        first = min(named, key=lambda trial: (trial.day or date.max, trial.nct_id))
        gene = genes.get(value) if attribute == "target_candidates" else None
        rows.append((attribute, value, gene, len(named), first.nct_id))
    return rows

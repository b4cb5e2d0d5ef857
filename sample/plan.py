"""Decides what each synthetic study is about, before a word of it is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sample.vocabulary import draw, expand, words

FINISHED = ("COMPLETED", "TERMINATED", "WITHDRAWN")
EXPANDED_ACCESS = ("AVAILABLE", "NO_LONGER_AVAILABLE", "APPROVED_FOR_MARKETING")
NEVER_PUBLISHED = ("WITHDRAWN", "NOT_YET_RECRUITING", *EXPANDED_ACCESS)
# the year around which studies of a status were first posted
STATUS_YEARS = {"COMPLETED": 2018.6, "TERMINATED": 2019.2, "WITHDRAWN": 2020.0, "UNKNOWN": 2019.0, "SUSPENDED": 2021.0}
STATUS_YEARS |= {"ACTIVE_NOT_RECRUITING": 2021.3, "RECRUITING": 2022.4, "NOT_YET_RECRUITING": 2023.4}


@dataclass
class Plan:
    """One eligible study: everything a curator should find in its record, and what its record is written from."""

    nct_id: str
    posted: date
    region: str = ""
    topic: str = "treatment"
    disease_group: str = "hematologic"
    disease: str = ""
    antigens: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    phases: str = "PHASE1"
    status: str = "RECRUITING"
    is_published: bool = False
    is_follow_up: bool = False
    construct: dict[str, str] = field(default_factory=dict)


def draw_plans(random: Random) -> list[Plan]:
    """Plans of all eligible studies, in order of their NCT numbers, with the counts of `sample/plan.toml`."""
    plans = _numbered(random)
    _assign_regions(random, plans)
    _assign_topics(random, plans)
    _assign_statuses(random, plans)
    _assign_phases(random, plans)
    for plan in plans:
        _assign_disease(random, plan)
        plan.construct = _draw_construct(random, plan)
    _make_dual(random, plans, "hematologic", 205)
    _make_dual(random, plans, "solid", 63)
    _assign_published(random, plans)
    return plans


def _numbered(random: Random) -> list[Plan]:
    settings = words("plan")
    last = date.fromisoformat(settings["data_date"])
    days = []
    for year, count in settings["posted_years"].items():
        first = date(int(year), 1, 2)
        span = (min(date(int(year), 12, 30), last) - first).days
        days += [first + timedelta(days=random.randrange(span)) for _ in range(count)]
    number = settings["first_nct"]
    plans = []
    for posted in sorted(days):
        number += random.randrange(3, 60)
        plans.append(Plan(nct_id=f"NCT{number:08d}", posted=posted))
    return plans


def _best(plans: list[Plan], count: int, score: Callable[[Plan], float]) -> list[Plan]:
    return sorted(plans, key=score, reverse=True)[:count]


def _assign_regions(random: Random, plans: list[Plan]) -> None:
    counts = words("plan")["regions"]

    def leans_to_china(plan: Plan) -> float:
        year = plan.posted.year
        bias = -9 if year <= 2012 else -0.2 if year <= 2015 else 0.08 if year <= 2019 else 0.1 if year == 2022 else 0
        return random.random() + bias

    for plan in _best(plans, counts["China"], leans_to_china):
        plan.region = "China"
    others = [plan for plan in plans if not plan.region]
    american = _best(others, counts["United States"], lambda plan: random.random() + (plan.posted.year < 2016))
    for plan in others:
        plan.region = "elsewhere"
    for plan in american:
        plan.region = "United States"
    for region, key in (("China", "funding_china"), ("", "funding_elsewhere")):
        chosen = [plan for plan in plans if (plan.region == "China") == (region == "China")]
        for plan, classes in zip(chosen, expand(random, words("plan")[key]), strict=True):
            plan.classes = classes.split()


def _assign_topics(random: Random, plans: list[Plan]) -> None:
    settings = words("plan")
    recent = [plan for plan in plans if plan.posted.year >= 2014]
    random.shuffle(recent)
    for topic in ("toxicity", "other"):
        for plan in [recent.pop() for _ in range(settings["topics"][topic])]:
            plan.topic = topic
            plan.disease_group = "hematologic"
    groups = settings["disease_groups"]
    treatment = [plan for plan in plans if plan.topic == "treatment"]
    autoimmune = _best(treatment, groups["autoimmune"], lambda p: random.random() + 0.15 * (p.posted.year - 2020))
    for plan in autoimmune:
        plan.disease_group = "autoimmune"
    rest = [plan for plan in treatment if plan.disease_group != "autoimmune"]
    shares = {name: count for name, count in groups.items() if name != "autoimmune"}
    for plan, group in zip(rest, expand(random, shares), strict=True):
        plan.disease_group = group


def _assign_statuses(random: Random, plans: list[Plan]) -> None:
    statuses = expand(random, words("plan")["statuses"])
    statuses.sort(key=lambda status: STATUS_YEARS.get(status, 2020.0) + random.gauss(0, 2.0))
    for plan, status in zip(plans, statuses, strict=True):
        plan.status = status
    treatment = iter([plan for plan in plans if plan.topic == "treatment" and plan.status == "COMPLETED"])
    for plan in plans:
        if plan.status in EXPANDED_ACCESS:
            if plan.topic != "treatment":
                other = next(treatment)
                plan.status, other.status = other.status, plan.status
                plan = other
            plan.phases = "NONE"


def _assign_phases(random: Random, plans: list[Plan]) -> None:
    counts = dict(words("plan")["phases"])
    others = [plan for plan in plans if plan.topic == "other"]
    for plan, phases in zip(others, ["NONE"] * 45 + ["NA"] * 15, strict=False):
        plan.phases = phases
        counts[phases] -= 1
    counts["NONE"] -= sum(plan.status in EXPANDED_ACCESS for plan in plans)
    taken = {plan.nct_id for plan in others[:60]} | {p.nct_id for p in plans if p.status in EXPANDED_ACCESS}
    rest = [plan for plan in plans if plan.nct_id not in taken]
    for plan, phases in zip(rest, expand(random, counts), strict=True):
        plan.phases = phases
        plan.is_follow_up = phases == "NONE" and plan.topic == "treatment"


def _assign_disease(random: Random, plan: Plan) -> None:
    diseases = words("diseases")[plan.disease_group]
    plan.disease = draw(random, [(code, entry["weight"]) for code, entry in diseases.items()])
    kind = diseases[plan.disease]["antigens"]
    plan.antigens = [draw(random, words("antigens")["kinds"][kind])] if plan.topic == "treatment" else []


def _make_dual(random: Random, plans: list[Plan], group: str, count: int) -> None:
    pairs = words("antigens")["pairs"]
    single = [p for p in plans if p.topic == "treatment" and p.disease_group == group and p.antigens[0] in pairs]
    random.shuffle(single)
    for plan in single[:count]:
        plan.antigens.append(draw(random, pairs[plan.antigens[0]]))
    if group == "hematologic":
        for plan in [p for p in single[count:] if p.antigens == ["CD19"]][:5]:
            plan.antigens = ["CD19", "CD20", "CD22"]


def _draw_construct(random: Random, plan: Plan) -> dict[str, str]:
    """What the record states of the receptor and the cells; most records state little."""
    if plan.topic != "treatment":
        return {}
    stated: dict[str, str] = {}
    if random.random() < 0.30:
        options = [("4-1BB", 60), ("CD28", 26), ("both", 10), ("OX40", 2)]
        stated["costimulation"] = "costimulation_" + draw(random, options)
    if random.random() < 0.30:
        stated["vector"] = draw(random, [("lentiviral", 60), ("retroviral", 28), ("transposon", 6), ("mRNA", 4)])
    if random.random() < 0.65:
        stated["source"] = draw(random, [("autologous", 86), ("allogeneic", 14)])
    for feature, share in (("fourth", 0.025), ("edit", 0.012), ("switch", 0.04), ("combination", 0.05)):
        if random.random() < share:
            stated[feature] = feature
    return stated


def _assign_published(random: Random, plans: list[Plan]) -> None:
    counts = words("plan")["published"]

    def likely(plan: Plan) -> float:
        return random.random() + 0.18 * (plan.status in FINISHED) + 0.13 * (plan.region != "China")

    def can_be(plan: Plan) -> bool:
        is_old_enough = plan.posted.year <= 2022 or plan.disease_group == "autoimmune"
        return is_old_enough and plan.status not in NEVER_PUBLISHED and not plan.is_follow_up

    open_to_it = [plan for plan in plans if can_be(plan)]
    for group, count in counts.items():
        members = [p for p in open_to_it if p.topic == "treatment" and p.disease_group == group]
        if group == "other":
            members += [p for p in open_to_it if p.topic != "treatment"]
        for plan in _best(members, count, likely):
            plan.is_published = True

"""Fills the wordings of `sample/*.toml` for one planned study."""

from random import Random

from sample.plan import Plan
from sample.vocabulary import say, words

PHASE_WORDS = {"EARLY_PHASE1": "I", "PHASE1": "I", "PHASE1 PHASE2": "I/II", "PHASE2": "II", "PHASE2 PHASE3": "II/III"}
PHASE_WORDS |= {"PHASE3": "III", "PHASE4": "IV"}
DOSES = ["1-3\\*10\\^6", "2 x 10\\^6", "1×10\\^6", "5 x 10\\^5"]
AGES = [("18", "75"), ("18", "70"), ("3", "70"), ("1", "25"), ("14", "75"), ("18", "80")]


def slots(random: Random, plan: Plan) -> dict[str, str]:
    """Every slot that a wording about this study may use, drawn once so that its record agrees with itself."""
    entry = words("diseases")[plan.disease_group][plan.disease]
    common = words("sentences")["words"]
    spelled = [random.choice(words("antigens")["spellings"][antigen]) for antigen in plan.antigens]
    usual = [words("antigens")["spellings"][antigen][0] for antigen in plan.antigens]
    relapsed = "refractory " if plan.disease_group == "autoimmune" else random.choice(common["relapsed"])
    minimum, maximum = random.choice(AGES)
    population = random.choice(common["population"] if int(minimum) < 18 else common["population"][:4])
    disease_title = random.choice(entry["conditions"])
    says_so = relapsed and random.random() < 0.5 and not disease_title.startswith(("Re", "RR", "Advanced", "Meta"))
    prefix = random.choice(common["product_prefixes"])
    drug, toxicity = random.choice(common["drugs"]), random.choice(common["toxicities"])
    is_multiple = plan.classes[0] == "INDUSTRY" and plan.region != "China"
    centers = random.choice(common["centers_multiple" if is_multiple else "centers_single"])
    return {
        "target": "/".join(spelled),
        "target_short": "/".join(usual),
        "target_long": " and ".join(spelled),
        "target_first": spelled[0] if spelled else "",
        "target_second": spelled[-1] if spelled else "",
        "product": f"{prefix}{random.choice(['', '-', 'CAR'])}{random.randrange(10, 990):03d}",
        "disease": entry["long"],
        "disease_capital": entry["long"][0].upper() + entry["long"][1:],
        "disease_title": disease_title,
        "relapsed": relapsed,
        "relapsed_title": relapsed.title().replace(" Or ", " or ") if says_so else "",
        "phase_word": PHASE_WORDS.get(plan.phases, "I"),
        "phase_word_lower": PHASE_WORDS.get(plan.phases, "I").replace("III", "3").replace("II", "2").replace("I", "1"),
        "population": population,
        "population_title": population,
        "population_lower": population.lower(),
        "centers": centers,
        "centers_lower": centers.lower(),
        "cells": "Autologous " if plan.construct.get("source") == "autologous" else "",
        "cells_title": {"autologous": "Autologous ", "allogeneic": "Universal "}.get(
            plan.construct.get("source", ""), ""
        ),
        "dose": random.choice(DOSES),
        "minimum": minimum,
        "maximum": maximum,
        "drug": drug,
        "drug_lower": drug.lower(),
        "toxicity": toxicity if toxicity == "ICANS" else toxicity.lower(),
        "toxicity_title": toxicity,
        "aim": random.choice(words("sentences")["summaries"]["aims"]),
    }


def construct_text(random: Random, plan: Plan, said: dict[str, str]) -> str:
    """Sentences on receptor, vector and cells: only what the plan says the record states."""
    wordings = words("sentences")["constructs"]
    sentences = [
        say(random, wordings[plan.construct[part]], said)
        for part in ("costimulation", "vector", "source")
        if part in plan.construct
    ]
    sentences += [say(random, wordings[part], said) for part in ("fourth", "edit", "switch") if part in plan.construct]
    if len(plan.antigens) == 2:
        sentences.append(say(random, wordings["dual"], said))
    return " ".join(sentences)


def titles(random: Random, plan: Plan, said: dict[str, str]) -> tuple[str, str]:
    """Brief and official title."""
    wordings = words("sentences")["titles"]
    if plan.is_follow_up:
        return say(random, wordings["follow_up"], said), say(random, wordings["follow_up"], said)
    if plan.status in ("AVAILABLE", "NO_LONGER_AVAILABLE", "APPROVED_FOR_MARKETING"):
        return say(random, wordings["expanded_access"], said), ""
    if plan.topic != "treatment":
        brief = say(random, wordings[plan.topic], said)
        return brief, f"{brief}: a {said['centers_lower']} study" if random.random() < 0.7 else ""
    return say(random, wordings["treatment"], said), say(random, wordings["treatment_official"], said)


def description(random: Random, plan: Plan, said: dict[str, str], construct: str) -> str:
    """Detailed description: background, construct, procedure, follow-up."""
    wordings = words("sentences")["descriptions"]
    opening = wordings["opening_autoimmune" if plan.disease_group == "autoimmune" else "opening"]
    parts = [say(random, opening, said), construct, say(random, wordings["procedure"], said)]
    if "combination" in plan.construct:
        parts.append(say(random, wordings["combination"], said))
    if random.random() < 0.7:
        parts.append(say(random, wordings["follow"], said))
    return "\n\n".join(part for part in parts if part)


def eligibility(random: Random, plan: Plan, said: dict[str, str]) -> str:
    """Inclusion and exclusion criteria as one text, with the registry's Markdown escapes."""
    wordings = words("sentences")["criteria"]
    inclusion = (
        wordings["inclusion"]
        if plan.antigens and plan.disease_group != "autoimmune"
        else [w for w in wordings["inclusion"] if "{target}" not in w]
    )
    inclusion = inclusion[:2] + random.sample(inclusion[2:], 4)
    exclusion = random.sample(wordings["exclusion"], 4)
    mark = random.choice(["* ", "{number}. ", "- "])

    def bullets(lines: list[str]) -> str:
        return "\n".join(
            mark.replace("{number}", str(n)) + line.format_map(said) for n, line in enumerate(lines, start=1)
        )

    return f"Inclusion Criteria:\n\n{bullets(inclusion)}\n\nExclusion Criteria:\n\n{bullets(exclusion)}"

"""Writes the record of one planned study, in the shape of the registry's API v2, with every module it has."""

from random import Random
from typing import Any

from sample import people, texts
from sample.plan import EXPANDED_ACCESS, FINISHED, Plan
from sample.timeline import write_status
from sample.vocabulary import say, words

Record = dict[str, Any]


def write_study(random: Random, plan: Plan) -> tuple[Record, dict[str, str]]:
    """The record, and the words it was written with (its papers use the same)."""
    said = texts.slots(random, plan)
    given, surname = people.person(random, people.side(plan))
    sponsors = people.sponsors(random, plan)
    said |= {"sponsor": sponsors[0]["name"], "given": given, "surname": surname}
    construct = texts.construct_text(random, plan, said)
    said["construct"] = construct if random.random() < 0.5 else ""
    protocol = {
        "identificationModule": _identification(random, plan, said),
        "statusModule": write_status(random, plan),
        "sponsorCollaboratorsModule": _sponsors(random, said, sponsors),
        "oversightModule": {
            "oversightHasDmc": random.random() < 0.6,
            "isFdaRegulatedDrug": plan.region == "United States",
            "isFdaRegulatedDevice": False,
        },
        "descriptionModule": _description(random, plan, said, construct),
        "conditionsModule": _conditions(random, plan, said),
        "designModule": _design(random, plan),
        "armsInterventionsModule": _arms(random, plan, said),
        "outcomesModule": _outcomes(random, plan, said),
        "eligibilityModule": _eligibility(random, plan, said),
        "contactsLocationsModule": _contacts(random, plan, said),
        "ipdSharingStatementModule": {"ipdSharing": random.choice(["NO", "UNDECIDED", "YES"])},
    }
    record = {
        "protocolSection": protocol,
        "derivedSection": _derived(plan),
        "hasResults": plan.status == "COMPLETED" and random.random() < 0.1,
    }
    return record, said


def _identification(random: Random, plan: Plan, said: dict[str, str]) -> Record:
    brief, official = texts.titles(random, plan, said)
    initials = "".join(word[0] for word in said["sponsor"].split() if word[0].isupper())[:4]
    module: Record = {
        "nctId": plan.nct_id,
        "orgStudyIdInfo": {"id": f"{initials}-{random.choice(['CART', 'IIT', 'HEM', 'ONC'])}-{plan.nct_id[-6:]}"},
        "organization": {"fullName": said["sponsor"], "class": plan.classes[0]},
        "briefTitle": brief,
    }
    if official:
        module["officialTitle"] = official
    if "NIH" in plan.classes and random.random() < 0.6:
        module["secondaryIdInfos"] = [{"id": f"P30CA{random.randrange(900000, 999999)}", "type": "NIH"}]
    return module


def _sponsors(random: Random, said: dict[str, str], sponsors: list[Record]) -> Record:
    module: Record = {"responsibleParty": {"type": "SPONSOR"}, "leadSponsor": sponsors[0]}
    if sponsors[0]["class"] == "OTHER" and random.random() < 0.6:
        module["responsibleParty"] = {
            "type": "PRINCIPAL_INVESTIGATOR",
            "investigatorFullName": f"{said['given']} {said['surname']}",
            "investigatorTitle": random.choice(words("sentences")["words"]["investigator_titles"]),
            "investigatorAffiliation": said["sponsor"],
        }
    if sponsors[1:]:
        module["collaborators"] = sponsors[1:]
    return module


def _description(random: Random, plan: Plan, said: dict[str, str], construct: str) -> Record:
    wordings = words("sentences")["summaries"]
    kind = "follow_up" if plan.is_follow_up else plan.topic
    module = {"briefSummary": say(random, wordings[kind], said)}
    if plan.topic == "treatment" and not plan.is_follow_up and (construct or random.random() < 0.6):
        module["detailedDescription"] = texts.description(random, plan, said, construct)
    return module


def _conditions(random: Random, plan: Plan, said: dict[str, str]) -> Record:
    entry = words("diseases")[plan.disease_group][plan.disease]
    conditions = [said["disease_title"]]
    if random.random() < 0.3:
        conditions += [c for c in random.sample(entry["conditions"], 1) if c not in conditions]
    if plan.topic == "toxicity":
        conditions.append(said["toxicity_title"])
    pool = words("sentences")["keywords"]["treatment" if plan.topic == "treatment" else "other"]
    keywords = [say(random, [keyword], said) for keyword in random.sample(pool, random.randint(2, 5))]
    return {"conditions": conditions, "keywords": [keyword for keyword in keywords if keyword]}


def _design(random: Random, plan: Plan) -> Record:
    count = 0 if plan.status == "WITHDRAWN" else _enrollment(random, plan)
    enrollment = {"count": count, "type": "ACTUAL" if plan.status in FINISHED else "ESTIMATED"}
    if plan.status in EXPANDED_ACCESS:
        return {"studyType": "EXPANDED_ACCESS"}
    if plan.phases == "NONE":
        design = {"observationalModel": "COHORT", "timePerspective": random.choice(["PROSPECTIVE", "RETROSPECTIVE"])}
        return {
            "studyType": "OBSERVATIONAL",
            "patientRegistry": False,
            "designInfo": design,
            "enrollmentInfo": enrollment,
        }
    purpose = {"treatment": "TREATMENT", "toxicity": "PREVENTION", "other": "SUPPORTIVE_CARE"}[plan.topic]
    is_randomized = plan.phases == "PHASE3" or (plan.topic == "toxicity" and random.random() < 0.4)
    design_info = {
        "allocation": "RANDOMIZED" if is_randomized else "NA",
        "interventionModel": "PARALLEL"
        if is_randomized
        else random.choice(["SINGLE_GROUP", "SINGLE_GROUP", "SEQUENTIAL"]),
        "primaryPurpose": purpose,
        "maskingInfo": {"masking": "NONE"},
    }
    return {
        "studyType": "INTERVENTIONAL",
        "phases": plan.phases.split(),
        "designInfo": design_info,
        "enrollmentInfo": enrollment,
    }


def _enrollment(random: Random, plan: Plan) -> int:
    middle = {"PHASE3": 300, "PHASE2": 70, "PHASE4": 150, "NONE": 200, "NA": 80, "PHASE1 PHASE2": 40}.get(
        plan.phases, 22
    )
    return max(1, round(random.lognormvariate(0, 0.6) * middle))


def _arms(random: Random, plan: Plan, said: dict[str, str]) -> Record:
    wordings = words("sentences")["interventions"]
    if plan.topic == "treatment" and plan.antigens:
        name = say(random, wordings["names"], said)
        kind, text = (
            random.choice(["BIOLOGICAL", "BIOLOGICAL", "DRUG", "GENETIC"]),
            say(random, wordings["descriptions"], said),
        )
        label, arm_text = say(random, wordings["arms"], said), say(random, wordings["arm_descriptions"], said)
    elif plan.topic == "toxicity":
        name, kind, text = said["drug"], "DRUG", f"{said['drug']} given by protocol."
        label, arm_text = (
            said["drug"],
            f"Patients receive {said['drug_lower']} after infusion of commercial CAR T cells.",
        )
    else:
        name, kind, text = "CAR-T cell therapy", "OTHER", "Commercial CAR T cells, by label."
        label, arm_text = "CAR-T recipients", "Patients who receive CAR T cell therapy."
    title = f"{kind.replace('_', ' ').capitalize()}: {name}"
    interventions = [{"type": kind, "name": name, "description": text.strip(), "armGroupLabels": [label]}]
    titles = [title]
    if plan.topic == "treatment":
        if random.random() < 0.25 and said["product"] != name:
            interventions[0]["otherNames"] = [said["product"]]
        for drug in ("Fludarabine", "Cyclophosphamide") if random.random() < 0.45 else ():
            interventions.append(
                {"type": "DRUG", "name": drug, "description": "Lymphodepletion.", "armGroupLabels": [label]}
            )
            titles.append(f"Drug: {drug}")
    arm: Record = {"label": label, "type": "EXPERIMENTAL", "description": arm_text.strip(), "interventionNames": titles}
    if plan.phases == "NONE":
        del arm["type"]
    return {"armGroups": [arm], "interventions": interventions}


def _outcomes(random: Random, plan: Plan, said: dict[str, str]) -> Record:
    wordings = words("sentences")["outcomes"]

    def outcome(pair: list[str]) -> Record:
        return {"measure": pair[0].format_map(said), "timeFrame": pair[1]}

    primary = wordings["primary" if plan.topic == "treatment" else plan.topic]
    module = {"primaryOutcomes": [outcome(pair) for pair in random.sample(primary, random.randint(1, 2))]}
    module["secondaryOutcomes"] = [outcome(pair) for pair in random.sample(wordings["secondary"], random.randint(1, 4))]
    return module


def _eligibility(random: Random, plan: Plan, said: dict[str, str]) -> Record:
    ages = (
        (["CHILD"] if int(said["minimum"]) < 18 else [])
        + ["ADULT"]
        + (["OLDER_ADULT"] if int(said["maximum"]) > 64 else [])
    )
    return {
        "eligibilityCriteria": texts.eligibility(random, plan, said),
        "healthyVolunteers": False,
        "sex": "FEMALE" if plan.disease == "OVARIAN" else "MALE" if plan.disease == "PROSTATE" else "ALL",
        "minimumAge": f"{said['minimum']} Years",
        "maximumAge": f"{said['maximum']} Years",
        "stdAges": ages,
    }


def _contacts(random: Random, plan: Plan, said: dict[str, str]) -> Record:
    contact = people.contact(random, said["given"], said["surname"])
    module: Record = {}
    if plan.status in ("RECRUITING", "NOT_YET_RECRUITING", "UNKNOWN"):
        module["centralContacts"] = [contact]
    degree = random.choice(words("names")["people_titles"]["degrees"])
    role = "PRINCIPAL_INVESTIGATOR" if random.random() < 0.85 else "STUDY_DIRECTOR"
    module["overallOfficials"] = [
        {"name": f"{said['given']} {said['surname']}{degree}", "affiliation": said["sponsor"], "role": role}
    ]
    module["locations"] = people.sites(random, plan, said["sponsor"], contact)
    return module


def _derived(plan: Plan) -> Record:
    entry = words("diseases")[plan.disease_group][plan.disease]
    term = {"id": entry["mesh"][0], "term": entry["mesh"][1]}
    ancestors = [{"id": number, "term": name} for number, name in words("diseases")["ancestors"][plan.disease_group]]
    return {
        "miscInfoModule": {"versionHolder": words("plan")["data_date"]},
        "conditionBrowseModule": {"meshes": [term], "ancestors": [a for a in ancestors if a != term]},
    }

"""Writes studies that are not CAR-T but look like it, and studies that no search finds."""

from datetime import date, timedelta
from random import Random
from typing import Any

from sample.plan import Plan
from sample.study import write_study
from sample.vocabulary import words

Record = dict[str, Any]


def write_look_alikes(random: Random, numbers: list[str]) -> list[Record]:
    """One record per kind and count of `sample/look_alikes.toml`, numbered from `numbers`."""
    kinds = [kind for kind in words("look_alikes")["kind"] for _ in range(kind["count"])]
    return [_write(random, kind, number) for kind, number in zip(kinds, numbers, strict=True)]


def _write(random: Random, kind: dict[str, Any], number: str) -> Record:
    posted = date(2016, 1, 4) + timedelta(days=random.randrange(2900))
    region = random.choice(["China", "United States", "elsewhere"])
    plan = Plan(number, posted, region, "other", "hematologic", "MM", [], [random.choice(["OTHER", "INDUSTRY"])])
    plan.status = random.choice(["COMPLETED", "RECRUITING", "TERMINATED"])
    record, said = write_study(random, plan)
    if kind["reason"] == "withheld":
        return _withheld(record, kind["title"])
    said |= {"antigen": random.choice(kind["titles"]), "disease": random.choice(kind["diseases"])}
    return _reword(record, {key: kind[key] for key in ("title", "intervention", "keywords", "summary")}, said)


def _reword(record: Record, wording: dict[str, Any], said: dict[str, str]) -> Record:
    """Replace everything that speaks of CAR-T by the look-alike's own words."""
    protocol = record["protocolSection"]
    kind, name, text = (part.format_map(said) for part in wording["intervention"])
    title = wording["title"].format_map(said)
    protocol["identificationModule"] |= {"briefTitle": title, "officialTitle": f"An Open-label Study of {title}"}
    protocol["descriptionModule"] = {"briefSummary": wording["summary"].format_map(said)}
    protocol["conditionsModule"] = {"conditions": [said["disease"]], "keywords": wording["keywords"]}
    arm = {"label": "Study group", "type": "EXPERIMENTAL", "interventionNames": [f"{kind.capitalize()}: {name}"]}
    intervention = {"type": kind, "name": name, "description": text, "armGroupLabels": ["Study group"]}
    protocol["armsInterventionsModule"] = {"armGroups": [arm], "interventions": [intervention]}
    protocol["outcomesModule"] = {"primaryOutcomes": [{"measure": "Adverse events", "timeFrame": "12 months"}]}
    protocol["eligibilityModule"]["eligibilityCriteria"] = (
        f"Inclusion Criteria:\n\n* {said['disease']}\n* Age \\>= 18 years\n\nExclusion Criteria:\n\n* Pregnancy"
    )
    record["derivedSection"] = {"miscInfoModule": {"versionHolder": words("plan")["data_date"]}}
    return record


def _withheld(record: Record, title: str) -> Record:
    """A record whose sponsor keeps it back: no names, no class, no conditions, no arms."""
    protocol = record["protocolSection"]
    identification, status = protocol["identificationModule"], protocol["statusModule"]
    kept = (
        "studyFirstSubmitDate",
        "studyFirstSubmitQcDate",
        "studyFirstPostDateStruct",
        "lastUpdateSubmitDate",
        "lastUpdatePostDateStruct",
    )
    record["protocolSection"] = {
        "identificationModule": {
            "nctId": identification["nctId"],
            "orgStudyIdInfo": identification["orgStudyIdInfo"],
            "organization": {"fullName": "[Redacted]"},
            "briefTitle": title,
            "officialTitle": title,
        },
        "statusModule": {"overallStatus": "WITHHELD", "delayedPosting": True} | {key: status[key] for key in kept},
        "sponsorCollaboratorsModule": {
            "responsibleParty": {"oldNameTitle": "[Redacted]"},
            "leadSponsor": {"name": "[Redacted]"},
        },
    }
    record["derivedSection"] = {"miscInfoModule": {"versionHolder": words("plan")["data_date"]}}
    record["hasResults"] = False
    return record


def unused_numbers(random: Random, taken: list[str], count: int) -> list[str]:
    """NCT numbers between those of the eligible studies."""
    first, last = int(taken[0][3:]), int(taken[-1][3:])
    free = sorted(set(range(first, last)) - {int(number[3:]) for number in taken})
    return [f"NCT{number:08d}" for number in sorted(random.sample(free, count))]

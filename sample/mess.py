"""Adds the irregularities of the real registry to clean synthetic records."""

import copy
from random import Random
from typing import Any

from sample.vocabulary import words

Record = dict[str, Any]
DATES = ("startDateStruct", "primaryCompletionDateStruct", "completionDateStruct")


def make_a_mess(random: Random, records: list[Record], spare_numbers: list[str]) -> list[Record]:
    """Spoil some of the eligible records in place; returns the obsolete copies left under an alias."""
    counts = words("plan")["mess"]
    protocols = [record["protocolSection"] for record in records]
    for protocol in random.sample(protocols, counts["partial_dates"]):
        _shorten_dates(random, protocol["statusModule"])
    for protocol in random.sample(protocols, counts["no_dates"]):
        for name in DATES:
            protocol["statusModule"].pop(name, None)
    for module, key in (("armsInterventionsModule", "no_arms"), ("outcomesModule", "no_outcomes")):
        for protocol in random.sample([p for p in protocols if _is_found_without(p, module)], counts[key]):
            del protocol[module]
    for protocol in random.sample([p for p in protocols if _is_found_without(p, "keywords")], counts["no_keywords"]):
        protocol["conditionsModule"].pop("keywords", None)
    _spoil_sites_and_enrollment(random, protocols, counts)
    _spoil_texts(random, protocols, counts)
    _register_twice(random, protocols, counts["double_registrations"])
    return _give_aliases(random, records, counts["aliases"], spare_numbers)


def _is_found_without(protocol: Record, _part: str) -> bool:
    """Whether the title alone still holds a phrase of the search."""
    title = protocol["identificationModule"]["briefTitle"]
    return any(phrase in title for phrase in ("CAR-T", "CAR T", "Chimeric Antigen Receptor T"))


def _shorten_dates(random: Random, status: Record) -> None:
    length = random.choice([7, 7, 7, 4])
    for name in DATES:
        if name in status:
            status[name]["date"] = status[name]["date"][: max(length, 7) if name == "startDateStruct" else length]


def _spoil_sites_and_enrollment(random: Random, protocols: list[Record], counts: dict[str, int]) -> None:
    for protocol in random.sample(protocols, counts["no_sites"]):
        protocol["contactsLocationsModule"].pop("locations")
    running = [
        p
        for p in protocols
        if "enrollmentInfo" in p["designModule"] and p["statusModule"]["overallStatus"] == "RECRUITING"
    ]
    spoiled = random.sample(running, counts["placeholder_enrollment"] + counts["no_enrollment"])
    for protocol in spoiled[: counts["placeholder_enrollment"]]:
        protocol["designModule"]["enrollmentInfo"]["count"] = 99999999
    for protocol in spoiled[counts["placeholder_enrollment"] :]:
        del protocol["designModule"]["enrollmentInfo"]


def _spoil_texts(random: Random, protocols: list[Record], counts: dict[str, int]) -> None:
    """Slips of copying, markup typed into a title, and a sponsor that is kept back."""
    described = [p for p in protocols if "detailedDescription" in p["descriptionModule"]]
    chosen = random.sample(
        described, counts["copied_antigen_slips"] + counts["markup_titles"] + counts["redacted_sponsors"]
    )
    for protocol in chosen[: counts["copied_antigen_slips"]]:
        criteria = protocol["eligibilityModule"]["eligibilityCriteria"]
        protocol["eligibilityModule"]["eligibilityCriteria"] = criteria.replace(
            "Exclusion", "* EpCAM-positive gastric tumor.\n\nExclusion"
        )
    titled, redacted = chosen[-2]["identificationModule"], chosen[-1]
    titled["briefTitle"] = f'{titled["briefTitle"]} <script>alert("title")</script> & <b>Friends</b>'
    redacted["identificationModule"]["organization"] = {"fullName": "[Redacted]"}
    redacted["sponsorCollaboratorsModule"] = {"leadSponsor": {"name": "[Redacted]"}}


def _register_twice(random: Random, protocols: list[Record], count: int) -> None:
    """Make later records near-copies of earlier ones: same sponsor and number, or nearly the same title."""
    treatment = [p for p in protocols if "detailedDescription" in p["descriptionModule"]]
    firsts = random.sample(range(len(treatment) - 1), count)
    for place in firsts:
        first, second = treatment[place], treatment[place + 1]
        identification = copy.deepcopy(first["identificationModule"])
        identification["nctId"] = second["identificationModule"]["nctId"]
        identification["briefTitle"] = f"{identification['briefTitle']}."
        if random.random() < 0.4:
            identification["orgStudyIdInfo"] = second["identificationModule"]["orgStudyIdInfo"]
        second["identificationModule"] = identification
        for module in ("descriptionModule", "conditionsModule", "armsInterventionsModule", "eligibilityModule"):
            if module in first:
                second[module] = copy.deepcopy(first[module])
        second["sponsorCollaboratorsModule"] = copy.deepcopy(first["sponsorCollaboratorsModule"])


def _give_aliases(random: Random, records: list[Record], count: int, spare_numbers: list[str]) -> list[Record]:
    copies = []
    for record, number in zip(random.sample(records, count), spare_numbers, strict=False):
        obsolete = copy.deepcopy(record)
        record["protocolSection"]["identificationModule"]["nctIdAliases"] = [number]
        obsolete["protocolSection"]["identificationModule"]["nctId"] = number
        copies.append(obsolete)
    return copies[: words("plan")["counts"]["obsolete_copies"]]

"""Files as large as the registry: most studies are background, a few are CAR-T; sizes are spread as real ones are."""

import gzip
import math
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import orjson

from sample.generate import REGISTRY
from tasks.registry.study import Study

Record = dict[str, Any]
SEED = 20261127
# of 708 complete records of 2026: the logarithm of their bytes is about normal
MEAN_LOG_BYTES, SPREAD_LOG_BYTES, LARGEST_BYTES = 9.47, 0.72, 800_000
CART_SHARE = 0.004
CHANGED_SHARE = 0.02
FIRST_NUMBER = 10_000_000
FIRST_DAY = date(2000, 1, 1)
# of the registry's data, as each of its records says
DAY, NEXT_DAY = "2026-11-27", "2026-12-04"
# condition -> what is tested in it
TREATMENTS = {
    "hypertension": "losartan",
    "asthma": "salbutamol",
    "stroke": "alteplase",
    "obesity": "liraglutide",
    "migraine": "topiramate",
    "glaucoma": "latanoprost",
    "psoriasis": "ustekinumab",
    "depression": "sertraline",
    "osteoarthritis": "celecoxib",
    "anaemia": "iron",
}
COUNTRIES = ["United States", "China", "France", "Germany", "Japan", "Brazil", "Egypt", "India", "Italy", "Spain"]
STATUSES = ["COMPLETED", "COMPLETED", "RECRUITING", "UNKNOWN", "TERMINATED", "NOT_YET_RECRUITING", "WITHDRAWN"]
PHASES = ["NA", "NA", "PHASE1", "PHASE2", "PHASE3", "PHASE4"]
TEXT = (
    "participants will be assigned to receive the study treatment or usual care and are seen at each visit where blood "
    "pressure weight laboratory values adverse events and quality of life are recorded by trained staff until the end "
    "of follow up the primary endpoint is compared between groups by an intention to treat analysis"
)
DIFFERENT_SENTENCES = 5_000


def cart_studies() -> list[Record]:
    """The readable studies of the bundled sample."""
    with gzip.open(REGISTRY) as lines:
        found = []
        for line in lines:
            try:
                found.append(orjson.loads(line))
            except orjson.JSONDecodeError:
                continue
    return [record for record in found if Study(record).nct_id]


@cache
def sentences() -> list[str]:
    """Plain sentences to draw from; writing each anew would take longer than the run that is measured."""
    random, words = Random(SEED), TEXT.split()
    lengths = [random.randint(8, 30) for _ in range(DIFFERENT_SENTENCES)]
    return [" ".join(random.choices(words, k=length)).capitalize() + "." for length in lengths]


def prose(random: Random, length: int) -> str:
    """Sentences of about so many characters."""
    drawn = []
    while length > 0:
        drawn.append(random.choice(sentences()))
        length -= len(drawn[-1]) + 1
    return " ".join(drawn)


def background(random: Random, number: int) -> Record:
    """A study of something else, as large as its neighbours in the registry."""
    condition, drug = random.choice(list(TREATMENTS.items()))
    size = min(LARGEST_BYTES, int(math.exp(random.gauss(MEAN_LOG_BYTES, SPREAD_LOG_BYTES))))
    start = FIRST_DAY + timedelta(days=random.randrange(9_000))
    day = {"date": start.isoformat(), "type": "ACTUAL"}
    end = {"date": (start + timedelta(days=random.randint(200, 2_000))).isoformat(), "type": "ESTIMATED"}
    sites = [
        {"facility": f"Hospital {random.randrange(20_000)}", "city": f"City {random.randrange(3_000)}", "country": name}
        for name in random.choices(COUNTRIES, k=min(40, 1 + int(random.expovariate(0.3))))
    ]
    long = max(size - 3_000 - 90 * len(sites), 200)
    names = {"nctId": f"NCT{number:08d}", "briefTitle": f"{drug.title()} in {condition}: trial {number}"}
    protocol = {
        "identificationModule": names | {"orgStudyIdInfo": {"id": f"S-{random.randrange(10**7)}"}},
        "statusModule": {
            "overallStatus": random.choice(STATUSES),
            "startDateStruct": day,
            "primaryCompletionDateStruct": end,
            "completionDateStruct": end,
            "studyFirstPostDateStruct": day,
            "lastUpdatePostDateStruct": day,
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": f"Sponsor {random.randrange(30_000)}", "class": "OTHER"}
        },
        "descriptionModule": {
            "briefSummary": prose(random, long // 5),
            "detailedDescription": prose(random, 2 * long // 5),
        },
        "conditionsModule": {"conditions": [condition], "keywords": [drug, condition]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": [random.choice(PHASES)],
            "designInfo": {"allocation": "RANDOMIZED", "primaryPurpose": "TREATMENT"},
            "enrollmentInfo": {"count": random.randint(10, 900), "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {
            "armGroups": [{"label": drug, "type": "EXPERIMENTAL", "description": prose(random, long // 10)}],
            "interventions": [{"type": "DRUG", "name": drug, "description": prose(random, long // 10)}],
        },
        "outcomesModule": {"primaryOutcomes": [{"measure": f"Change of {condition}", "timeFrame": "one year"}]},
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n* " + prose(random, long // 5),
            "sex": "ALL",
        },
        "contactsLocationsModule": {"locations": sites},
    }
    return {"protocolSection": protocol, "derivedSection": {"miscInfoModule": {"versionHolder": DAY}}}


def studies(count: int) -> Iterator[Record]:
    """So many studies, each with a number of its own, in the order of the numbers; the same for the same count."""
    random, sample = Random(SEED), cart_studies()
    for place in range(count):
        number = FIRST_NUMBER + place
        if random.random() < CART_SHARE:
            record = orjson.loads(orjson.dumps(random.choice(sample)))
            record["protocolSection"]["identificationModule"] |= {"nctId": f"NCT{number:08d}", "nctIdAliases": []}
            record["derivedSection"] = {"miscInfoModule": {"versionHolder": DAY}}
            yield record
        else:
            yield background(random, number)


def write_studies(path: Path, count: int, are_some_changed: bool = False) -> Path:
    """Write the studies as compressed JSON lines; where some are changed, each fiftieth has another update date.

    All of them bear the day of the registry's data, as the registry's own do, which then is another one, too.
    """
    every = round(1 / CHANGED_SHARE)
    with gzip.open(path, "wb", compresslevel=1) as file:
        for place, record in enumerate(studies(count)):
            if are_some_changed:
                record["derivedSection"]["miscInfoModule"]["versionHolder"] = NEXT_DAY
            if are_some_changed and place % every == 0:
                status = record["protocolSection"]["statusModule"]
                status["lastUpdatePostDateStruct"] = {"date": "2026-11-20", "type": "ACTUAL"}
            file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    return path

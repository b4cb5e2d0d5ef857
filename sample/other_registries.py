"""Rewrites the synthetic registrations of other registries: `python -m sample.other_registries` gives the same bytes.

They stand in the shapes of WHO ICTRP's export and of CTIS's interface. `truth.csv` says which registrations are one
trial, and how that can be known: by a number, by similarity, or by a number that is of another trial.
"""

import csv
import gzip
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import orjson

from sample.generate import REGISTRY
from sample.vocabulary import FOLDER, words

ICTRP, CTIS, TRUTH = FOLDER / "ictrp.csv.gz", FOLDER / "ctis.jsonl.gz", FOLDER / "truth.csv"
SPREADSHEET_DAY_ZERO = date(1899, 12, 30)
COLUMNS = (
    "TrialID", "Last Refreshed on", "Public title", "Scientific title", "Acronym", "Primary sponsor",
    "Date registration", "Date registration3", "Export date", "Source Register", "web address", "Recruitment Status",
    "other records", "Inclusion agemin", "Inclusion agemax", "Inclusion gender", "Date enrollement", "Target size",
    "Study type", "Study design", "Phase", "Countries", "Contact Firstname", "Contact Lastname", "Contact Address",
    "Contact Email", "Contact Tel", "Contact Affiliation", "Inclusion Criteria", "Exclusion Criteria", "Condition",
    "Intervention", "Primary outcome", "results date posted", "results date completed", "results url link",
    "Retrospective flag", "Bridging flag truefalse", "Bridged type", "results yes no", "Secondary ID",
)  # fmt: skip
# a phase that only ChiCTR writes, and no row of curation/registries says what it means
UNKNOWN_PHASE, UNKNOWN_EVERY = "New Treatment Measure Clinical Study", 25
PHASES = {"PHASE1": "1", "PHASE2": "2", "PHASE1|PHASE2": "1-2", "PHASE3": "3", "EARLY_PHASE1": "0"}


@dataclass
class Registrations:
    """What is written: rows of ICTRP, records of CTIS, and which trial each registration is of."""

    random: Random
    settings: dict[str, Any]
    rows: list[dict[str, str]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    truth: list[tuple[str, str, str]] = field(default_factory=list)
    serial: Any = field(default_factory=lambda: count(1))


class Original:
    """A study of the synthetic registry, as far as another registration repeats it."""

    def __init__(self, record: dict[str, Any]) -> None:
        """Take its record."""
        protocol = record["protocolSection"]
        self.number: str = protocol["identificationModule"]["nctId"]
        self.study_id: str = protocol["identificationModule"].get("orgStudyIdInfo", {}).get("id", "")
        self.title: str = protocol["identificationModule"].get("briefTitle", "")
        self.official: str = protocol["identificationModule"].get("officialTitle", self.title)
        self.sponsor: str = protocol.get("sponsorCollaboratorsModule", {}).get("leadSponsor", {}).get("name", "")
        self.conditions: list[str] = protocol.get("conditionsModule", {}).get("conditions", [])
        arms = protocol.get("armsInterventionsModule", {}).get("interventions", [])
        self.interventions = [one["name"] for one in arms if one.get("name")]
        design = protocol.get("designModule", {})
        self.phases = "|".join(design.get("phases", []))
        self.size = design.get("enrollmentInfo", {}).get("count")
        self.start: str = protocol.get("statusModule", {}).get("startDateStruct", {}).get("date", "")
        self.posted: str = protocol.get("statusModule", {}).get("studyFirstPostDateStruct", {}).get("date", "")
        sites = protocol.get("contactsLocationsModule", {}).get("locations", [])
        self.countries = list(dict.fromkeys(site["country"] for site in sites if site.get("country")))

    @property
    def is_whole(self) -> bool:
        """Whether it has all that is repeated, and is about CAR-T by its title."""
        stated = (self.sponsor, self.conditions, self.interventions, self.countries, self.size)
        days = (len(self.start) == len("2019-03-15"), len(self.posted) == len("2019-03-15"))
        return all((*stated, *days)) and "CAR" in self.title


def build() -> Registrations:
    """Draw every registration from the seed and the counts of `sample/plan.toml`."""
    settings = words("plan")["other_registries"]
    made = Registrations(Random(settings["seed"]), settings)
    with gzip.open(REGISTRY) as lines:
        records = [
            orjson.loads(line) for line in lines if line.startswith(b'{"protocolSection"') and line.endswith(b"}\n")
        ]
    whole = [one for one in map(Original, records) if one.is_whole]
    made.random.shuffle(whole)
    chinese = iter([one for one in whole if one.countries == ["China"]])
    others = iter([one for one in whole if one.countries != ["China"]])
    for how, kind in settings["chinese"].items():
        for _ in range(kind):
            add_chinese(made, next(chinese), how)
    for how, kind in settings["european"].items():
        for _ in range(kind):
            add_european(made, next(others), how)
    for _ in range(settings["japanese"]):
        add_row(made, next(others), f"JPRN-jRCT20{next(made.serial):08d}", "JPRN", "Japan", "number")
    for _ in range(settings["copies"]):
        original = next(others)
        row(made, original, original.number, "ClinicalTrials.gov", ";".join(original.countries))
    return made


def add_chinese(made: Registrations, original: Original, how: str) -> None:
    """A registration in ChiCTR: of the same trial, or of another, as `how` says."""
    number = f"ChiCTR{2_300_000_000 + next(made.serial)}"
    add_row(made, original, number, "ChiCTR", "China", how)


def add_row(made: Registrations, original: Original, number: str, register: str, country: str, how: str) -> None:
    """A row of ICTRP with the trial that it is of."""
    written = row(made, original, number, register, country)
    own = number.removeprefix("JPRN-")
    made.truth.append((own, own if how in ("only", "parent", "mention") else original.number, how))
    if how in ("number", "parent"):
        written["Secondary ID"] = original.number if made.random.random() < 0.5 else f"NCT number: {original.number}"
    if how == "mention":
        written["Secondary ID"] = f"follow-up of the participants of {original.number}"
    if how in ("parent", "mention"):
        written["Public title"] = f"Long-term follow-up after {original.title}"
        written["Scientific title"] = f"Fifteen years of follow-up after {original.official}"
    if how == "only":
        written["Public title"] = f"{original.title} at {written['Primary sponsor']}"
        written["Scientific title"] = written["Public title"]
    if how == "similarity":
        written["Target size"] = f"experimental group:{original.size};"


def row(made: Registrations, original: Original, number: str, register: str, country: str) -> dict[str, str]:
    """A row of ICTRP's export, with its serial days, line breaks and full-width characters."""
    days = made.random.randrange(-60, 90)
    registered = date.fromisoformat(original.posted) + timedelta(days=days)
    is_chinese = register == "ChiCTR"
    inclusion = "_x000D_<br>        Inclusion Criteria:_x000D_<br>_x000D_<br>          1. Age = 18 years._x000D_<br>"
    written = dict.fromkeys(COLUMNS, "") | {
        "TrialID": number,
        "Last Refreshed on": serial_day(registered + timedelta(days=30)),
        "Public title": original.title.replace("CAR-T", "CAR－T") if is_chinese else original.title,
        "Scientific title": f"{original.official}     ",
        "Primary sponsor": original.sponsor,
        "Date registration": serial_day(registered),
        "Date registration3": registered.strftime("%Y%m%d"),
        "Export date": f"{serial_day(date.fromisoformat(made.settings['export_date']))}.745729166665",
        "Source Register": register,
        "Recruitment Status": made.random.choice(["Recruiting", "Not Recruiting"]),
        "other records": "No",
        "Inclusion agemin": "18",
        "Inclusion gender": "Both",
        "Date enrollement": serial_day(date.fromisoformat(original.start)),
        "Target size": f"experimental group:{original.size};" if is_chinese else str(original.size),
        "Study type": "Interventional study" if is_chinese else "Interventional",
        "Study design": "Single arm" if is_chinese else "",
        "Phase": PHASES.get(original.phases, "N/A").replace("1-2", "43862"),
        "Countries": country,
        "Inclusion Criteria": inclusion,
        "Exclusion Criteria": "Exclusion Criteria: Pregnancy",
        "Condition": ";".join(original.conditions),
        "Intervention": (
            f"experimental group:{original.interventions[0]};" if is_chinese else ";".join(original.interventions)
        ),
        "Primary outcome": "adverse events;",
        "Retrospective flag": "Yes",
        "Bridging flag truefalse": "0",
    }
    if is_chinese and len(made.rows) % UNKNOWN_EVERY == 0:
        written["Phase"] = UNKNOWN_PHASE
    made.rows.append(written)
    return written


def serial_day(day: date) -> str:
    """A day as a spreadsheet counts it."""
    return str((day - SPREADSHEET_DAY_ZERO).days)


def add_european(made: Registrations, original: Original, how: str) -> None:
    """A trial in CTIS that stood in the EU Clinical Trials Register before, in two countries."""
    serial = next(made.serial)
    eudract, number = f"2021-{serial:06d}-{serial % 90 + 10}", f"2023-5{serial:05d}-{serial % 90 + 10}-00"
    trial = number if how == "only" else original.number
    record = ctis_record(original, number, eudract)
    identifiers = record["authorizedApplication"]["authorizedPartI"]["trialDetails"]["clinicalTrialIdentifiers"]
    if how == "number":
        identifiers["secondaryIdentifyingNumbers"] = {"nctNumber": {"number": original.number}}
    if how == "only":
        identifiers["fullTitle"] = identifiers["publicTitle"] = f"{original.title} in Europe"
        identifiers["shortTitle"] = f"EU-{serial:05d}"
    made.records.append(record)
    made.truth.append((number, trial, how))
    for country, code in (("Germany", "DE"), ("France", "FR")):
        own = f"EUCTR{eudract}-{code}"
        row(made, original, own, "EU Clinical Trials Register", country)["Recruitment Status"] = "Authorised"
        made.truth.append((own, trial, how))


def ctis_record(original: Original, number: str, eudract: str) -> dict[str, Any]:
    """A record of CTIS in its shape since June 2024, with the parts that are read."""
    organisation = {"name": original.sponsor, "type": "Pharmaceutical company", "businessKey": "ORG-100000000"}
    information = {
        "eligibilityCriteria": {
            "principalInclusionCriteria": [{"number": 1, "principalInclusionCriteria": "Age 18 years or more."}],
            "principalExclusionCriteria": [{"number": 1, "principalExclusionCriteria": "Pregnancy."}],
        },
        "trialObjective": {"mainObjective": f"Safety of {original.interventions[0]}, autologous CAR T cells."},
        "endPoint": {"primaryEndPoints": [{"number": 1, "endPoint": "Dose-limiting toxicity"}]},
    }
    part_one = {
        "trialDetails": {
            "clinicalTrialIdentifiers": {
                "fullTitle": original.official,
                "publicTitle": original.title,
                "shortTitle": original.study_id,
            },
            "trialInformation": information,
        },
        "medicalConditions": [{"medicalCondition": condition} for condition in original.conditions],
        "sponsors": [{"primary": True, "organisation": organisation}],
        "productRoleGroupInfos": [
            {"productRoleName": "Test", "products": [{"productName": original.interventions[0]}]}
        ],
        "rowCountriesInfo": [{"name": country} for country in original.countries],
    }
    site = {
        "organisationAddressInfo": {
            "organisation": {"name": "University Hospital"},
            "address": {"city": "Berlin", "countryName": "Germany"},
        }
    }
    started = date.fromisoformat(original.start).strftime("%d/%m/%Y")
    return {
        "ctNumber": number,
        "ctStatus": "Authorised",
        "ctPublicStatusCode": 4,
        "startDateEU": started,
        "authorizedApplication": {
            "authorizedPartI": part_one,
            "authorizedPartsII": [{"trialSites": [site]}],
            "eudraCt": {"isTransitioned": True, "eudraCtCode": eudract},
        },
        "decisionDateOverall": "12/04/2024",
        "trialPhase": "Therapeutic exploratory (Phase II)",
        "ageGroup": "18-64 years, 65+ years",
        "gender": "Female, Male",
        "totalNumberEnrolled": str(original.size),
        "resultsFirstReceived": "No",
        "lastUpdated": "19/08/2025",
    }


def write(folder: Path = FOLDER) -> tuple[Path, Path, Path]:
    """Write the three files into a folder."""
    made = build()
    ictrp, ctis, truth = folder / ICTRP.name, folder / CTIS.name, folder / TRUTH.name
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(sorted(made.rows, key=lambda one: one["TrialID"]))
    ictrp.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    records = sorted(made.records, key=lambda one: str(one["ctNumber"]))
    ctis.write_bytes(gzip.compress(b"".join(orjson.dumps(one) + b"\n" for one in records), compresslevel=9, mtime=0))
    with truth.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("registration", "trial", "known_by"))
        out.writerows(sorted(made.truth))
    return ictrp, ctis, truth


if __name__ == "__main__":
    for path in write():
        print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")

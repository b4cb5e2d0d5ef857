"""The European Union's CTIS: the record that its public interface gives for one trial, of either of two shapes.

The shape changed in June 2024 without notice: before, the authorised parts and the sponsor stood at the top and
`ctStatus` was a text; since, they stand under `authorizedApplication` and `ctPublicStatusCode` holds the status.
"""

from typing import Any

from tasks.registry.readers.dates import read_date
from tasks.registry.readers.draft import Draft, trimmed
from tasks.registry.readers.spellings import address_of
from tasks.registry.values import as_list, as_object, as_text, objects_of

FORMAT, REGISTRY = "ctis", "CTIS"
KEY = "ctNumber"
NOT_CARRIED = [
    "descriptionModule.detailedDescription",
    "designModule.designInfo",
    "armsInterventionsModule.armGroups",
    "conditionsModule.keywords",
    "statusModule.whyStopped",
    "statusModule.studyFirstSubmitDate",
    "statusModule.resultsFirstSubmitDate",
    "oversightModule",
    "designModule.enrollmentInfo.type",
    "referencesModule",
    "derivedSection",
]
TRIAL = "trialDetails.trialInformation"


class Source:
    """A CTIS record, read by dotted paths; a path that is not there, or of another kind, is silence."""

    def __init__(self, record: dict[str, Any]) -> None:
        """Find the authorised parts in whichever shape the record has."""
        self.record = record
        self.base = "authorizedApplication." if isinstance(record.get("authorizedApplication"), dict) else ""
        self.part_one = f"{self.base}authorizedPartI"

    def at(self, path: str) -> Any:
        """The value at a path; None where there is none."""
        value: Any = self.record
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def first(self, *paths: str) -> tuple[str, str]:
        """The first text of some paths, with its path."""
        return next(((text, path) for path in paths if (text := as_text(self.at(path)).strip())), ("", paths[0]))


def study_record(content: dict[str, Any]) -> dict[str, Any]:
    """The registration of a CTIS record."""
    source = Source(content)
    number = as_text(content.get(KEY)).strip()
    draft = Draft(REGISTRY, number, FORMAT)
    put_numbers(draft, source)
    put_texts(draft, source)
    put_status(draft, source)
    put_products(draft, source)
    put_sponsors(draft, source)
    put_sites(draft, source)
    return draft.finish(NOT_CARRIED, address=address_of(REGISTRY, number))


def put_numbers(draft: Draft, source: Source) -> None:
    """The trial's numbers in other registries, in whichever field they stand."""
    identifiers = f"{source.part_one}.trialDetails.clinicalTrialIdentifiers"
    draft.put("identificationModule.orgStudyIdInfo.id", *source.first(f"{identifiers}.shortTitle", "shortTitle"))
    others = f"{identifiers}.secondaryIdentifyingNumbers"
    found = [
        source.first(f"{base}.{key}")
        for base, key in (
            (f"{source.base}eudraCt", "eudraCtCode"),
            ("eudraCtInfo", "eudraCtCode"),
            (f"{others}.nctNumber", "number"),
            (f"{others}.whoUniversalTrialNumber", "number"),
            (f"{others}.isrctnNumber", "number"),
        )
    ]
    for place, item in enumerate(objects_of(source.at(f"{others}.additionalRegistries"))):
        found.append((as_text(item.get("number")).strip(), f"{others}.additionalRegistries[{place}].number"))
    for place, (number, path) in enumerate(one for one in found if one[0]):
        draft.put(f"identificationModule.secondaryIdInfos[{place}].id", number, path)


def put_texts(draft: Draft, source: Source) -> None:
    """Titles, objective, conditions, criteria and end points."""
    identifiers = f"{source.part_one}.trialDetails.clinicalTrialIdentifiers"
    draft.put("identificationModule.briefTitle", *source.first(f"{identifiers}.publicTitle", "title", "ctTitle"))
    draft.put("identificationModule.officialTitle", *source.first(f"{identifiers}.fullTitle", "title", "ctTitle"))
    objective = f"{source.part_one}.{TRIAL}.trialObjective.mainObjective"
    draft.put("descriptionModule.briefSummary", *source.first(objective))
    put_items(
        draft, source, f"{source.part_one}.medicalConditions", "medicalCondition", "conditionsModule.conditions[{}]"
    )
    criteria, ends = f"{source.part_one}.{TRIAL}.eligibilityCriteria", f"{source.part_one}.{TRIAL}.endPoint"
    put_items(draft, source, f"{ends}.primaryEndPoints", "endPoint", "outcomesModule.primaryOutcomes[{}].measure")
    put_items(draft, source, f"{ends}.secondaryEndPoints", "endPoint", "outcomesModule.secondaryOutcomes[{}].measure")
    for name, path in (("Inclusion", "eligibilityCriteria"), ("Exclusion", "exclusionCriteria")):
        key = f"principal{name}Criteria"
        draft.put_joined(f"eligibilityModule.{path}", listed_texts(source, f"{criteria}.{key}", key))


def put_items(draft: Draft, source: Source, path: str, key: str, target: str) -> None:
    """One text of each object of a list."""
    for number, (text, start, field) in enumerate(listed_texts(source, path, key)):
        draft.put(target.format(number), text, field, start)


def listed_texts(source: Source, path: str, key: str) -> list[tuple[str, int, str]]:
    """The texts under a key of a list's objects, each with where it begins in its field, and the field."""
    items = enumerate(as_list(source.at(path)))
    found = [(*trimmed(as_text(as_object(item).get(key))), f"{path}[{place}].{key}") for place, item in items]
    return [one for one in found if one[0]]


def put_status(draft: Draft, source: Source) -> None:
    """The public status, dates, phase, size, sex; `ctStatus` as a text is the application's, and the last resort."""
    codes = [(str(source.at(path)), path) for path in ("ctPublicStatusCode", "ctStatus") if source.at(path) is not None]
    if codes:
        draft.put_spelled("statusModule.overallStatus", "statuses", *codes[0])
    for which, *paths in (
        ("start", "startDateEU", f"{source.part_one}.{TRIAL}.trialDuration.estimatedRecruitmentStartDate"),
        ("completion", "endDate", "endDateEU", f"{source.part_one}.{TRIAL}.trialDuration.estimatedEndDate"),
        ("first posted", "decisionDateOverall", "authorizationDate", "submissionDate"),
        ("last update", "lastUpdated", "lastPublicationUpdate"),
    ):
        written, path = source.first(*paths)
        kind = "ESTIMATED" if "estimated" in path else "ACTUAL"
        draft.put_date(which, read_date(written), path, kind if which in ("start", "completion") else "")
    draft.put("designModule.studyType", "INTERVENTIONAL", KEY)  # CTIS registers clinical trials of medicines only
    draft.put_phases(*source.first("trialPhase"))
    size = as_text(source.at("totalNumberEnrolled")) or str(source.at("totalPartIISubjectCount") or "")
    draft.put("designModule.enrollmentInfo.count", int(size) if size.isdecimal() else None, "totalNumberEnrolled")
    draft.put_spelled("eligibilityModule.sex", "sexes", *source.first("gender"))
    draft.put("eligibilityModule.stdAges", age_groups(as_text(source.at("ageGroup"))), "ageGroup")
    if as_text(source.at("resultsFirstReceived")):
        draft.record["hasResults"] = source.at("resultsFirstReceived") == "Yes"


def age_groups(written: str) -> list[str]:
    """The registry's StdAge of CTIS's groups."""
    groups = (("0-17", "CHILD"), ("18-64", "ADULT"), ("65+", "OLDER_ADULT"))
    return [name for mark, name in groups if mark in written]


def put_products(draft: Draft, source: Source) -> None:
    """The products tested, by name, substance and sponsor's code."""
    number = 0
    for group_place, group in enumerate(objects_of(source.at(f"{source.part_one}.productRoleGroupInfos"))):
        for place, product in enumerate(objects_of(group.get("products")) or [{}]):
            field = f"{source.part_one}.productRoleGroupInfos[{group_place}].products[{place}]"
            known = as_object(product.get("productDictionaryInfo"))
            names = [
                (as_text(product.get("productName")), f"{field}.productName"),
                (as_text(known.get("prodName")), f"{field}.productDictionaryInfo.prodName"),
                (as_text(product.get("jsonActiveSubstanceNames")), f"{field}.jsonActiveSubstanceNames"),
                (as_text(known.get("activeSubstanceName")), f"{field}.productDictionaryInfo.activeSubstanceName"),
                (as_text(product.get("sponsorProductCodeEdit")), f"{field}.sponsorProductCodeEdit"),
                (as_text(group.get("comments")), f"{source.part_one}.productRoleGroupInfos[{group_place}].comments"),
            ]
            stated = list({name: (name, where) for name, where in reversed(names) if name.strip()}.values())[::-1]
            if stated:
                path = f"armsInterventionsModule.interventions[{number}]"
                draft.put(f"{path}.name", *stated[0])
                for other, (name, where) in enumerate(stated[1:]):
                    draft.put(f"{path}.otherNames[{other}]", name, where)
                number += 1


def put_sponsors(draft: Draft, source: Source) -> None:
    """The primary sponsor with its class, and the others."""
    sponsors = objects_of(source.at(f"{source.part_one}.sponsors"))
    path, others = f"{source.part_one}.sponsors", 0
    for place, sponsor in enumerate(sponsors):
        organisation = as_object(sponsor.get("organisation"))
        name, field = as_text(organisation.get("name")).strip(), f"{path}[{place}].organisation"
        is_lead = sponsor.get("primary") is True
        target = "leadSponsor" if is_lead else f"collaborators[{others}]"
        others += not is_lead and bool(name)
        draft.put(f"sponsorCollaboratorsModule.{target}.name", name, f"{field}.name")
        kind = as_text(organisation.get("type"))
        if name and kind:
            draft.put_spelled(f"sponsorCollaboratorsModule.{target}.class", "sponsor_classes", kind, f"{field}.type")
        if is_lead and (key := as_text(organisation.get("businessKey"))):
            draft.about["sponsorKey"] = key


def put_sites(draft: Draft, source: Source) -> None:
    """Sites of the European member states, then the countries outside that name none."""
    number, path = 0, f"{source.base}authorizedPartsII"
    listed: set[str] = set()
    for part, member in enumerate(objects_of(source.at(path))):
        for place, site in enumerate(objects_of(member.get("trialSites"))):
            info = as_object(site.get("organisationAddressInfo"))
            field = f"{path}[{part}].trialSites[{place}].organisationAddressInfo"
            address, target = as_object(info.get("address")), f"contactsLocationsModule.locations[{number}]"
            country = as_text(address.get("countryName"))
            draft.put(
                f"{target}.facility",
                as_text(as_object(info.get("organisation")).get("name")),
                f"{field}.organisation.name",
            )
            draft.put(f"{target}.city", as_text(address.get("city")), f"{field}.address.city")
            draft.put_spelled(f"{target}.country", "countries", country, f"{field}.address.countryName")
            listed.add(country)
            number += 1
    for name in ("rowCountriesInfo", "rowCountries"):
        for place, item in enumerate(objects_of(source.at(f"{source.part_one}.{name}"))):
            country = as_text(item.get("name"))
            if country and country not in listed:
                target = f"contactsLocationsModule.locations[{number}].country"
                draft.put_spelled(target, "countries", country, f"{source.part_one}.{name}[{place}].name")
                listed.add(country)
                number += 1


def drifted(record: Any) -> str:
    """What of a record's shape is not as either known shape has it; '' where it can be read."""
    if not isinstance(record, dict) or not as_text(record.get(KEY)):
        return "no ctNumber"
    source = Source(record)
    if not isinstance(source.at(source.part_one), dict):
        return "no authorised part I"
    return "" if as_list(source.at(f"{source.part_one}.sponsors")) else "no sponsors"

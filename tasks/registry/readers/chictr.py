"""ChiCTR's own forms of one trial: the XML that its page offers, and the bilingual page itself, saved by a person.

Of a bilingual page the English is read; where a field has none, its Chinese. Nothing is fetched from ChiCTR.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, tostring

import orjson
from defusedxml.ElementTree import fromstring

from tasks.protocol import Limits
from tasks.registry.readers.dates import read_date
from tasks.registry.readers.draft import Draft, slices
from tasks.registry.readers.ictrp import target_size
from tasks.registry.readers.tables import Opener, first_at, xml_elements

XML_FORMAT, PAGE_FORMAT, REGISTRY = "chictr-xml", "chictr-page", "ChiCTR"
ROOT, ELEMENT = "trials", "Triall"
NOT_CARRIED = [
    "statusModule.primaryCompletionDateStruct",
    "statusModule.whyStopped",
    "statusModule.studyFirstSubmitDate",
    "statusModule.resultsFirstSubmitDate",
    "statusModule.resultsFirstPostDateStruct",
    "designModule.enrollmentInfo.type",
    "hasResults",
    "sponsorCollaboratorsModule.leadSponsor.class",
    "sponsorCollaboratorsModule.collaborators.class",
    "oversightModule",
    "designModule.designInfo",
    "armsInterventionsModule.armGroups.description",
    "contactsLocationsModule.locations.facility",
    "referencesModule",
    "derivedSection",
]
NO_LANGUAGE, ENGLISH, CHINESE = "", "en", "cn"
PIECES = ("p", "span", "div")
AGES = ("Min age", "Max age")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EXECUTION, SAMPLE_SIZE = "Study execute time", "样本量"
# path in the API: element of the XML
XML_TEXTS = (
    ("identificationModule.briefTitle", "main/public_title"),
    ("identificationModule.officialTitle", "main/scientific_title"),
    ("identificationModule.acronym", "main/acronym"),
    ("sponsorCollaboratorsModule.leadSponsor.name", "main/primary_sponsor"),
    ("conditionsModule.conditions[0]", "main/hc_freetext"),
    ("eligibilityModule.eligibilityCriteria", "criteria/inclusion_criteria"),
    ("eligibilityModule.exclusionCriteria", "criteria/exclusion_criteria"),
)
# path in the API: label of the page
PAGE_TEXTS = (
    ("identificationModule.briefTitle", "Public title"),
    ("identificationModule.officialTitle", "Scientific title"),
    ("identificationModule.acronym", "English Acronym"),
    ("identificationModule.orgStudyIdInfo.id", "Study subject ID"),
    ("sponsorCollaboratorsModule.leadSponsor.name", "Primary sponsor"),
    ("descriptionModule.briefSummary", "Objectives of Study"),
    ("descriptionModule.detailedDescription", "Description for medicine or protocol of treatment in detail"),
    ("conditionsModule.conditions[0]", "Target disease"),
    ("eligibilityModule.eligibilityCriteria", "Inclusion criteria"),
    ("eligibilityModule.exclusionCriteria", "Exclusion criteria"),
)
PAGE_CODED = (
    ("status", "Recruiting status"),
    ("type", "Study type"),
    ("phase", "Study phase"),
    ("sex", "Gender"),
    ("first posted", "Date of Registration"),
    ("last update", "Date of Last Refreshed on"),
)
OTHER_REGISTER = "The registration number of the Partner Registry or other register"


def xml_records(name: str, opener: Opener, limits: Limits) -> Iterator[tuple[str, bytes, str]]:
    """Every trial of an XML file."""
    for position, element in xml_elements(name, opener, ELEMENT, limits):
        yield position, orjson.dumps({"registryRecord": XML_FORMAT, "xml": tostring(element, encoding="unicode")}), ""


def page_records(name: str, opener: Opener, limits: Limits) -> Iterator[tuple[str, bytes, str]]:
    """The one trial of a saved page: its labels, each with the text beside it, in their order."""
    with opener() as stream:
        content = stream.read(limits.largest_study_bytes + 1)
    problem = f"larger than {limits.largest_study_bytes:,} bytes" if len(content) > limits.largest_study_bytes else ""
    page = Page()
    page.feed("" if problem else content.decode("utf-8", "replace"))
    yield name, orjson.dumps({"registryRecord": PAGE_FORMAT, "cells": page.labelled()}), problem


def study_of_xml(content: dict[str, Any]) -> dict[str, Any]:
    """The registration of a `Triall` element."""
    trial = fromstring(str(content.get("xml") or ""), forbid_dtd=True)
    draft = Draft(REGISTRY, first_at(trial, "main/trial_id"), XML_FORMAT)
    for path, element in XML_TEXTS:
        draft.put(path, first_at(trial, element), element)
    put_coded(
        draft,
        {
            "status": ("main/recruitment_status", first_at(trial, "main/recruitment_status")),
            "type": ("main/study_type", first_at(trial, "main/study_type")),
            "phase": ("main/phase", first_at(trial, "main/phase")),
            "sex": ("criteria/gender", first_at(trial, "criteria/gender")),
            "size": ("main/target_size", first_at(trial, "main/target_size")),
            "groups": ("main/i_freetext", first_at(trial, "main/i_freetext")),
            "start": ("main/date_enrolment", first_at(trial, "main/date_enrolment")),
            "first posted": ("main/date_registration", first_at(trial, "main/date_registration")),
        },
    )
    put_xml_lists(draft, trial)
    return draft.finish(NOT_CARRIED, address=first_at(trial, "main/url"))


def put_coded(draft: Draft, stated: dict[str, tuple[str, str]]) -> None:
    """What both forms state in their own spellings: `stated` holds field and text by what it tells."""
    spelled = (
        ("statusModule.overallStatus", "statuses", "status"),
        ("designModule.studyType", "study_types", "type"),
        ("eligibilityModule.sex", "sexes", "sex"),
    )
    for path, kind, name in spelled:
        field, text = stated.get(name, ("", ""))
        draft.put_spelled(path, kind, text, field)
    field, text = stated.get("phase", ("", ""))
    draft.put_phases(text, field)
    field, text = stated.get("size", ("", ""))
    draft.put("designModule.enrollmentInfo.count", target_size(text), field)
    for which in ("start", "first posted", "last update"):
        field, text = stated.get(which, ("", ""))
        draft.put_date(which, read_date(text), field)
    field, text = stated.get("groups", ("", ""))
    for place, (part, start) in enumerate(slices(text, ";")):
        label, colon, given = part.partition(":")
        begin = len(label) + 1 + len(given) - len(given.lstrip()) if colon else 0
        draft.put(f"armsInterventionsModule.armGroups[{place}].label", label.strip() if colon else "", field, start)
        draft.put(f"armsInterventionsModule.interventions[{place}].name", part[begin:], field, start + begin)


def put_xml_lists(draft: Draft, trial: Element) -> None:
    """Countries, outcomes, other sponsors and other numbers."""
    for place, item in enumerate(trial.findall("countries/country2")):
        path = f"contactsLocationsModule.locations[{place}].country"
        draft.put_spelled(path, "countries", "".join(item.itertext()), "countries/country2")
    for path, element, key in (
        ("outcomesModule.primaryOutcomes", "primary_outcome/prim_outcome", "measure"),
        ("outcomesModule.secondaryOutcomes", "secondary_outcome/sec_outcome", "measure"),
        ("sponsorCollaboratorsModule.collaborators", "secondary_sponsor/sponsor_name", "name"),
    ):
        for place, (text, start) in enumerate(slices(first_at(trial, element), ";")):
            draft.put(f"{path}[{place}].{key}", text, element, start)
    numbers = [
        (first_at(item, "sec_id"), "secondary_ids/secondary_id/sec_id")
        for item in trial.findall("secondary_ids/secondary_id")
    ]
    numbers.append((first_at(trial, "main/utrn"), "main/utrn"))
    for place, (number, field) in enumerate(one for one in numbers if one[0]):
        draft.put(f"identificationModule.secondaryIdInfos[{place}].id", number, field)


def study_of_page(content: dict[str, Any]) -> dict[str, Any]:
    """The registration of a saved page."""
    cells = [(str(label), str(text)) for label, text in content.get("cells") or []]
    first = dict(reversed(cells))
    draft = Draft(REGISTRY, first.get("Registration number", ""), PAGE_FORMAT)
    for path, label in PAGE_TEXTS:
        draft.put(path, first.get(label, ""), label)
    stated = {name: (label, first.get(label, "")) for name, label in PAGE_CODED}
    sizes = [int(text) for label, text in cells if label == SAMPLE_SIZE and text.isdecimal()]
    stated["size"] = (SAMPLE_SIZE, str(sum(sizes) or ""))
    days = DAY.findall(first.get(EXECUTION, ""))
    stated["start"] = (EXECUTION, days[0] if days else "")
    put_coded(draft, stated)
    draft.put_date("completion", days[1] if len(days) > 1 else None, EXECUTION)
    if (age := first.get("Min age", "")).isdecimal():
        draft.put("eligibilityModule.minimumAge", f"{age} Years", "Min age")
    if (age := first.get("Max age", "")).isdecimal():
        draft.put("eligibilityModule.maximumAge", f"{age} Years", "Max age")
    put_page_lists(draft, cells)
    return draft.finish([one for one in NOT_CARRIED if not one.endswith("facility")])


def put_page_lists(draft: Draft, cells: list[tuple[str, str]]) -> None:
    """Groups with what they get, sites, and numbers in other registers, in the page's order."""
    for path, label in (
        ("armsInterventionsModule.armGroups[{}].label", "Group"),
        ("armsInterventionsModule.interventions[{}].name", "Intervention"),
        ("contactsLocationsModule.locations[{}].facility", "Institution hospital"),
    ):
        for place, text in enumerate(text for name, text in cells if name == label):
            draft.put(path.format(place), text, f"{label}[{place + 1}]")
    for place, text in enumerate(text for name, text in cells if name == "Country"):
        path = f"contactsLocationsModule.locations[{place}].country"
        draft.put_spelled(path, "countries", text, f"Country[{place + 1}]")
    numbers = next((text for label, text in cells if label == OTHER_REGISTER), "")
    for place, (text, start) in enumerate(slices(numbers, ";")):
        draft.put(f"identificationModule.secondaryIdInfos[{place}].id", text, OTHER_REGISTER, start)


class Page(HTMLParser):
    """Takes a page apart into cells, each with its texts in English, in Chinese and in neither."""

    def __init__(self) -> None:
        """Begin outside of every cell."""
        super().__init__(convert_charrefs=True)
        self.cells: list[tuple[bool, dict[str, list[str]]]] = []
        self.language = NO_LANGUAGE

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a cell, or a piece of one in a language."""
        kinds = (dict(attrs).get("class") or "").split()
        if tag == "td":
            self.cells.append(("left_title" in kinds, {}))
            self.language = NO_LANGUAGE
        elif tag in PIECES:
            self.language = next((kind for kind in kinds if kind in (ENGLISH, CHINESE)), NO_LANGUAGE)
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a piece of a cell."""
        if tag in PIECES:
            self.language = NO_LANGUAGE

    def handle_data(self, data: str) -> None:
        """Keep the text of the cell under way."""
        if self.cells:
            self.cells[-1][1].setdefault(self.language, []).append(data)

    def labelled(self) -> list[tuple[str, str]]:
        """Every label, in English or else in Chinese, with the text of the cell that follows it."""
        found: list[tuple[str, str]] = []
        label = ""
        for is_label, pieces in self.cells:
            texts = {language: "".join(parts).replace("\u00a0", " ").strip() for language, parts in pieces.items()}
            named = texts.get(ENGLISH) or texts.get(CHINESE) or texts.get(NO_LANGUAGE) or ""
            if is_label or named.endswith(("：", ":")) or named in AGES:
                label = " ".join(named.split()).rstrip("：: ")
                continue
            text = texts.get(NO_LANGUAGE) or texts.get(ENGLISH) or texts.get(CHINESE) or ""
            if label and text:
                found.append((label, text))
            label = ""
        return found
